from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("framework", "0006_pairs_sign_together"),
    ]

    operations = [
        migrations.AddField(
            model_name="framework",
            name="coherence",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
