"""All of territories up to 0002 in one step, for a new house; one that stands goes on as it came."""

import django.db.models.deletion
from django.db import migrations, models

from marelle.base.first_tables import FirstTables


class Migration(migrations.Migration):
    replaces = [("territories", "0001_initial"), ("territories", "0002_official_code")]

    initial = True

    dependencies = []

    operations = [
        FirstTables([
            migrations.CreateModel(
                name="Loading",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("country", models.CharField(max_length=2, unique=True)),
                    ("vintage", models.CharField(max_length=40)),
                    ("fingerprint", models.CharField(max_length=64)),
                    ("territories", models.PositiveIntegerField()),
                    ("loaded_at", models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name="Territory",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(max_length=20)),
                    ("country", models.CharField(default="FR", max_length=2)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("commune", "municipality"),
                                ("intercommunality", "intercommunality"),
                                ("departement", "département"),
                                ("region", "region"),
                            ],
                            db_index=True,
                            max_length=20,
                        ),
                    ),
                    ("legal_form", models.CharField(blank=True, max_length=20)),
                    ("name", models.CharField(max_length=200)),
                    ("siren", models.CharField(blank=True, db_index=True, max_length=9)),
                    ("population", models.PositiveIntegerField(blank=True, null=True)),
                    ("population_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                    ("population_source", models.CharField(blank=True, max_length=40)),
                    ("lon", models.FloatField(blank=True, null=True)),
                    ("lat", models.FloatField(blank=True, null=True)),
                    (
                        "point_quality",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("exact", "place of that name"),
                                ("postcode", "middle of its postal code"),
                                ("departement", "a point of its département"),
                                ("mean", "middle of its inhabitants"),
                                ("given", "as given in the file"),
                                ("corrected", "corrected by hand"),
                            ],
                            max_length=12,
                        ),
                    ),
                    ("postal_codes", models.CharField(blank=True, max_length=400)),
                    ("zone", models.CharField(blank=True, max_length=5)),
                    ("adds_up", models.BooleanField(default=True)),
                    ("is_current", models.BooleanField(default=True)),
                    (
                        "departement",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="territories.territory",
                        ),
                    ),
                    (
                        "establishment",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="establishment_communes",
                            to="territories.territory",
                        ),
                    ),
                    (
                        "intercommunality",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="communes",
                            to="territories.territory",
                        ),
                    ),
                    (
                        "region",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="territories.territory",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("code", "kind"), name="one_territory_per_code_and_kind"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("lat", None), ("lon", None)),
                                models.Q(models.Q(("lon", None), _negated=True), models.Q(("lat", None), _negated=True)),
                                _connector="OR",
                            ),
                            name="territory_point_is_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("population", None), models.Q(("population_year", None), _negated=True), _connector="OR"
                            ),
                            name="territory_population_has_a_year",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="FormerCode",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(db_index=True, max_length=20)),
                    ("name", models.CharField(blank=True, max_length=200)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("delegated", "delegated municipality"),
                                ("associated", "associated municipality"),
                                ("former_code", "former code"),
                            ],
                            max_length=12,
                        ),
                    ),
                    (
                        "territory",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="former_codes",
                            to="territories.territory",
                        ),
                    ),
                ],
            ),
        ]),
    ]
