from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0005_outcome_asked"),
    ]

    operations = [
        migrations.AddField(
            model_name="occurrence",
            name="zone",
            field=models.CharField(blank=True, max_length=40),
        ),
    ]
