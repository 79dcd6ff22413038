import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mandates", "0027_agreement_amendments"),
    ]

    operations = [
        migrations.CreateModel(
            name="TakenUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.JSONField()),
                ("taken_at", models.DateTimeField()),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="taken_up", to="mandates.application"
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mandates.application"
                    ),
                ),
            ],
            managers=[("rows", django.db.models.manager.Manager())],
        ),
    ]
