import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A call names its committee, a programme the committee that runs it, a handing-in the files it held."""

    dependencies = [
        ("accounts", "0001_initial"),
        ("framework", "0001_initial"),
        ("mandates", "0005_answer_taken_from"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="committee",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="calls",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="handin",
            name="files",
            field=models.ManyToManyField(blank=True, related_name="+", to="accounts.file"),
        ),
        migrations.CreateModel(
            name="Stewardship",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stewardships",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "programme",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stewardship",
                        to="framework.programme",
                    ),
                ),
            ],
        ),
    ]
