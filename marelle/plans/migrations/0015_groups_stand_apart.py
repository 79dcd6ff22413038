from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0014_fill_groups")]

    operations = [
        migrations.AddConstraint(
            model_name="groupcode",
            constraint=models.UniqueConstraint(
                fields=("report", "kind", "number"), name="one_group_per_report_kind_and_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.UniqueConstraint(
                condition=models.Q(("group", None), ("replaced_at", None)),
                fields=("report", "objective", "by"),
                name="one_living_rating_per_report_objective_and_rater",
            ),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaced_at", None)),
                fields=("objective", "group"),
                name="one_living_rating_per_objective_and_group",
            ),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.CheckConstraint(
                condition=models.Q(("group", None), ("by", "children"), _connector="OR"),
                name="only_children_rate_as_a_group",
            ),
        ),
    ]
