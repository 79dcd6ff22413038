from django.db import migrations
from django.db.models import Max


def fill(apps, schema_editor):
    """From the readings that stand, or stood before a correction."""
    plans = apps.get_model("plans", "Plan")._default_manager
    readings = apps.get_model("plans", "Reading")._default_manager
    found = readings.values("indicator__objective__plan").annotate(last=Max("recorded_at"))
    for row in found.order_by().iterator():
        plans.filter(pk=row["indicator__objective__plan"]).update(read_at=row["last"])


class Migration(migrations.Migration):
    dependencies = [("plans", "0007_read_at")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
