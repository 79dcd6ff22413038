"""All of framework up to 0005 in one step, for a new house; one that stands goes on as it came."""

import django.db.models.deletion
from django.db import migrations, models

from marelle.base.first_tables import FirstTables


class Migration(migrations.Migration):
    replaces = [
        ("framework", "0001_initial"),
        ("framework", "0002_framework_fingerprint"),
        ("framework", "0003_joining_and_report_dates"),
        ("framework", "0004_vote_name"),
        ("framework", "0005_heavy_budget_percent"),
    ]

    initial = True

    dependencies = []

    operations = [
        FirstTables([
            migrations.CreateModel(
                name="Programme",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(max_length=40, unique=True)),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="Framework",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(max_length=40)),
                    ("version", models.CharField(max_length=20)),
                    ("status", models.CharField(default="demonstration", max_length=20)),
                    ("valid_from", models.DateField()),
                    ("fingerprint", models.CharField(blank=True, max_length=64)),
                    ("frozen_at", models.DateTimeField(blank=True, null=True)),
                    ("involvement", models.JSONField(default=list)),
                    ("self_assessment", models.JSONField(default=dict)),
                    ("joining", models.JSONField(blank=True, default=dict)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("code", "version"), name="one_framework_per_code_and_version")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Domain",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(max_length=20)),
                    ("slug", models.SlugField(max_length=60)),
                    ("short", models.JSONField(default=dict)),
                    ("colour", models.CharField(blank=True, max_length=20)),
                    ("shape", models.CharField(blank=True, max_length=20)),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    ("goal_areas", models.JSONField(default=list)),
                    ("rights", models.JSONField(default=list)),
                    ("sdg", models.JSONField(default=list)),
                    (
                        "framework",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="domains", to="framework.framework"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("framework", "code"), name="one_domain_per_code_and_framework")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Criterion",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(max_length=40)),
                    ("weight", models.PositiveSmallIntegerField()),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    (
                        "framework",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="criteria", to="framework.framework"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("framework", "code"), name="one_criterion_per_code_and_framework"),
                        models.CheckConstraint(
                            condition=models.Q(("weight__gte", 1), ("weight__lte", 100)),
                            name="criterion_weight_from_1_to_100",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="GoalArea",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("number", models.PositiveSmallIntegerField()),
                    (
                        "framework",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="goal_areas", to="framework.framework"
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="LibraryObjective",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(max_length=20)),
                    ("rights", models.JSONField(default=list)),
                    ("sdg", models.JSONField(default=list)),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    (
                        "domain",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="objectives", to="framework.domain"
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="LibraryAction",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(max_length=20)),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    (
                        "objective",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="actions",
                            to="framework.libraryobjective",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="IndicatorDefinition",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(max_length=20)),
                    ("kind", models.CharField(max_length=20)),
                    ("measure", models.CharField(max_length=20)),
                    ("unit", models.JSONField(default=dict)),
                    ("direction", models.CharField(max_length=20)),
                    ("rollup", models.CharField(max_length=20)),
                    ("numerator", models.JSONField(default=dict)),
                    ("denominator", models.JSONField(default=dict)),
                    ("factor", models.PositiveIntegerField(null=True)),
                    ("source", models.CharField(blank=True, max_length=200)),
                    ("means_of_verification", models.CharField(blank=True, max_length=200)),
                    ("breakdowns", models.JSONField(default=list)),
                    ("note", models.JSONField(default=dict)),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    (
                        "domain",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="indicators", to="framework.domain"
                        ),
                    ),
                    (
                        "objective",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="indicators",
                            to="framework.libraryobjective",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="Recommendation",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(max_length=20)),
                    ("basis", models.CharField(blank=True, max_length=20)),
                    ("objectives", models.JSONField(default=list)),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    (
                        "domain",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="recommendations",
                            to="framework.domain",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="Right",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("article", models.PositiveSmallIntegerField()),
                    (
                        "framework",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="rights", to="framework.framework"
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="Track",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(max_length=40, unique=True)),
                    ("years", models.PositiveSmallIntegerField()),
                    ("organisation_kinds", models.JSONField(default=list)),
                    ("follows_framework", models.BooleanField(default=True)),
                    ("title_granted", models.BooleanField(default=True)),
                    ("council_vote", models.CharField(default="required", max_length=10)),
                    ("vote_name", models.JSONField(blank=True, default=dict)),
                    ("agreement", models.CharField(default="required", max_length=10)),
                    ("reports", models.JSONField(default=list)),
                    ("report_dates", models.JSONField(blank=True, default=dict)),
                    ("heavy_budget_percent", models.PositiveSmallIntegerField(default=10)),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    (
                        "programme",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="tracks", to="framework.programme"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("years__gte", 1)), name="track_lasts_a_year_or_more"),
                        models.CheckConstraint(
                            condition=models.Q(("heavy_budget_percent__lte", 100)), name="track_budget_share_is_a_percent"
                        ),
                    ],
                },
            ),
        ]),
    ]
