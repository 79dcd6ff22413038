"""Which mandate followed another."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mandates", "0023_order_of_signatures")]

    operations = [
        migrations.AddField(
            model_name="mandate",
            name="renewed_by",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="renews",
                to="mandates.mandate",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("renewed_by", None), ("state", "renewed"), _connector="OR"),
                name="mandate_followed_by_another_is_renewed",
            ),
        ),
    ]
