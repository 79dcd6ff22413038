from django.db import migrations


def fill(apps, schema_editor):
    """Until now one committee ran every call: it keeps them, with their programmes. Handings-in find their files again."""
    Call, Stewardship = apps.get_model("mandates", "Call"), apps.get_model("mandates", "Stewardship")
    committee = (
        apps.get_model("accounts", "Organisation")._default_manager.filter(kind="committee").order_by("pk").first()
    )
    if committee is not None:
        Call._default_manager.filter(committee=None).update(committee=committee)
        programmes = set(Call.tracks.through._default_manager.values_list("track__programme", flat=True))
        Stewardship._default_manager.bulk_create(
            Stewardship(programme_id=programme, committee=committee) for programme in sorted(programmes)
        )
    files = apps.get_model("accounts", "File")._default_manager
    for hand_in in apps.get_model("mandates", "HandIn")._default_manager.select_related("application"):
        kept = {file["sha256"] for file in hand_in.content.get("files", [])}
        hand_in.files.set(files.filter(organisation=hand_in.application.organisation_id, sha256__in=kept))


class Migration(migrations.Migration):
    dependencies = [("mandates", "0006_call_committee")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
