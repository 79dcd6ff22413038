from datetime import timedelta

from django.db import migrations, models
from django.db.models import F


def end_what_is_not_known(apps, schema_editor):
    """A file made before does not say what it holds: the next round destroys it."""
    made = apps.get_model("mandates", "Bundle")._base_manager.filter(ended_at=None, ready_at__isnull=False)
    made.update(expires_at=F("ready_at") + timedelta(seconds=1))


class Migration(migrations.Migration):
    dependencies = [("mandates", "0029_bundles")]

    operations = [
        migrations.RemoveField(model_name="bundle", name="dossiers"),
        migrations.AddField(
            model_name="bundle",
            name="held",
            field=models.ManyToManyField(related_name="+", to="mandates.application"),
        ),
        migrations.RunPython(end_what_is_not_known, migrations.RunPython.noop),
    ]
