import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mandates", "0007_fill_call_committee")]

    operations = [
        migrations.AlterField(
            model_name="call",
            name="committee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="accounts.organisation"
            ),
        ),
    ]
