from django.db import migrations


def fill(apps, schema_editor):
    """Groups of one report and kind are numbered as they were made; what children said is the group's that answered last."""
    GroupCode, Rating = apps.get_model("plans", "GroupCode"), apps.get_model("plans", "Rating")
    counted = {}
    for held in GroupCode._base_manager.order_by("made_at", "pk"):
        place = (held.report_id, held.kind)
        counted[place] = held.number = counted.get(place, 0) + 1
        held.save(update_fields=["number"])
    for held in GroupCode._base_manager.exclude(answered_at=None).order_by("answered_at", "pk"):
        Rating._base_manager.filter(report=held.report_id, by="children", replaced_at=None).update(group=held)


class Migration(migrations.Migration):
    dependencies = [("plans", "0013_groups_apart")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
