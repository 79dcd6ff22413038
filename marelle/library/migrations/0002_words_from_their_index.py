from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="word",
            name="words_by_stem",
        ),
        migrations.AddIndex(
            model_name="word",
            index=models.Index(fields=["stem", "practice", "weight"], name="words_by_stem"),
        ),
    ]
