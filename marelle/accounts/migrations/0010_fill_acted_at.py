from django.db import migrations
from django.db.models import Max


def fill(apps, schema_editor):
    """From the journal: what was done by whoever belongs, or belonged, to the organisation."""
    chains = apps.get_model("accounts", "JournalChain")._default_manager
    contents = apps.get_model("accounts", "JournalContent")._default_manager
    members = apps.get_model("accounts", "Membership")._default_manager
    for chain in chains.exclude(organisation=None).iterator():
        people = members.filter(organisation=chain.organisation_id, person__is_robot=False).values("person")
        acts = contents.filter(entry__chain=chain.pk, person__in=people)
        chains.filter(pk=chain.pk).update(acted_at=acts.aggregate(last=Max("entry__at"))["last"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_acted_at")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
