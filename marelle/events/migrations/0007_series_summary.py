from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0006_occurrence_zone"),
    ]

    operations = [
        migrations.AddField(
            model_name="series",
            name="summary",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="series",
            name="project",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
