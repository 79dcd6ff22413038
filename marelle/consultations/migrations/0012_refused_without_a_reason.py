from django.db import migrations


def forget(apps, schema_editor):
    """Why a table of several axes was refused says something of true counts: what is kept is that it was."""
    tables = apps.get_model("consultations", "NationalTable")._base_manager.filter(state="refused")
    tables.exclude(why="gone").update(why="unsafe")


class Migration(migrations.Migration):
    dependencies = [("consultations", "0011_research_requests")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop, elidable=True)]
