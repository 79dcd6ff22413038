"""All of library up to 0003 in one step, for a new house; one that stands goes on as it came."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import marelle.base.text
from marelle.base.first_tables import FirstTables


class Migration(migrations.Migration):
    replaces = [
        ("library", "0001_initial"),
        ("library", "0002_words_from_their_index"),
        ("library", "0003_corrections_and_reviews"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_squashed_0012_taken_over"),
        ("accounts", "__first__"),
        ("framework", "0001_squashed_0005_heavy_budget_percent"),
        ("plans", "0001_squashed_0015_groups_stand_apart"),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name="Service",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.SlugField(max_length=40, unique=True)),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="Practice",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "draft"),
                                ("proposed", "proposed"),
                                ("returned", "sent back"),
                                ("published", "published"),
                                ("retained", "retained"),
                                ("retired", "retired"),
                                ("replaced", "replaced"),
                            ],
                            default="draft",
                            max_length=12,
                        ),
                    ),
                    ("language", models.CharField(default="fr", max_length=10)),
                    (
                        "evidence_level",
                        models.CharField(
                            choices=[
                                ("told", "told by those who did it"),
                                ("counted", "counted: figures before and after"),
                                ("compared", "compared with places that did not do it"),
                                ("verified", "verified by somebody from outside"),
                            ],
                            default="told",
                            max_length=10,
                        ),
                    ),
                    ("cost_eur", models.PositiveIntegerField(blank=True, null=True)),
                    ("contact_agreed_at", models.DateTimeField(blank=True, null=True)),
                    ("languages", models.JSONField(blank=True, default=list)),
                    ("rights", models.CharField(default="CC-BY-4.0", max_length=40)),
                    ("review_note", models.TextField(blank=True)),
                    ("by_committee", models.BooleanField(default=False)),
                    ("what_changed", models.CharField(blank=True, max_length=300)),
                    ("created_at", models.DateTimeField()),
                    ("published_at", models.DateTimeField(blank=True, null=True)),
                    ("corrected_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "committee",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                    (
                        "contact",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "corrects",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="corrections",
                            to="library.practice",
                        ),
                    ),
                    ("domains", models.ManyToManyField(blank=True, related_name="+", to="framework.domain")),
                    ("files", models.ManyToManyField(blank=True, related_name="+", to="accounts.file")),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="practices",
                            to="accounts.organisation",
                        ),
                    ),
                    (
                        "submitted_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("services", models.ManyToManyField(blank=True, related_name="practices", to="library.service")),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ["draft", "proposed", "returned"])),
                            fields=("corrects",),
                            name="one_correction_in_hand_per_practice",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["published", "retained"]), _negated=True),
                                ("corrects", None),
                                _connector="OR",
                            ),
                            name="a_correction_is_never_public",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("contact", None), models.Q(("contact_agreed_at", None), _negated=True), _connector="OR"
                            ),
                            name="practice_contact_has_agreed",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["published", "retained"]), _negated=True),
                                models.Q(("published_at", None), _negated=True),
                                _connector="OR",
                            ),
                            name="public_practice_has_a_date",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Adoption",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("planned", "planned"),
                                ("adapted", "adapted"),
                                ("result_given", "result given"),
                                ("dropped", "dropped"),
                            ],
                            default="planned",
                            max_length=12,
                        ),
                    ),
                    ("what_was_changed", models.TextField(blank=True)),
                    ("adopted_at", models.DateTimeField()),
                    ("dropped_because", models.CharField(blank=True, max_length=300)),
                    (
                        "action",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="plans.action",
                        ),
                    ),
                    (
                        "adopted_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="adoptions",
                            to="accounts.organisation",
                        ),
                    ),
                    (
                        "practice",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="adoptions", to="library.practice"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state", "dropped"), _negated=True),
                            fields=("practice", "organisation"),
                            name="one_living_adoption_per_practice_and_organisation",
                        )
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="PracticeText",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("language", models.CharField(max_length=10)),
                    ("name", models.CharField(blank=True, max_length=200)),
                    ("summary", models.CharField(blank=True, max_length=400)),
                    ("context", models.TextField(blank=True)),
                    ("problem", models.TextField(blank=True)),
                    ("what_was_done", models.TextField(blank=True)),
                    ("cost", models.TextField(blank=True)),
                    ("partners", models.TextField(blank=True)),
                    ("childrens_part", models.TextField(blank=True)),
                    ("evidence", models.TextField(blank=True)),
                    ("conditions", models.TextField(blank=True)),
                    ("pitfalls", models.TextField(blank=True)),
                    (
                        "practice",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="library.practice"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("practice", "language"), name="one_text_per_practice_and_language")
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Resource",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("tool", "tool"),
                                ("model", "model to fill in"),
                                ("expertise", "expertise document"),
                                ("lessons", "lessons note"),
                                ("minutes", "product of a working group"),
                            ],
                            max_length=12,
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "draft"),
                                ("proposed", "proposed"),
                                ("returned", "sent back"),
                                ("published", "published"),
                                ("retained", "retained"),
                                ("retired", "retired"),
                            ],
                            default="draft",
                            max_length=12,
                        ),
                    ),
                    ("summary", models.JSONField(default=dict)),
                    (
                        "audience",
                        models.CharField(
                            choices=[
                                ("officers", "officers and services"),
                                ("elected", "elected members"),
                                ("professionals", "people who work with children"),
                                ("children", "children and young people"),
                            ],
                            default="officers",
                            max_length=14,
                        ),
                    ),
                    ("author", models.CharField(blank=True, max_length=200)),
                    ("rights", models.CharField(default="CC-BY-4.0", max_length=40)),
                    ("review_note", models.TextField(blank=True)),
                    ("created_at", models.DateTimeField()),
                    ("published_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "committee",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="resources",
                            to="accounts.organisation",
                        ),
                    ),
                    ("domains", models.ManyToManyField(blank=True, related_name="+", to="framework.domain")),
                    (
                        "submitted_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("services", models.ManyToManyField(blank=True, related_name="resources", to="library.service")),
                ],
                options={
                    "abstract": False,
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="ResourceFile",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("language", models.CharField(max_length=10)),
                    ("number", models.PositiveSmallIntegerField()),
                    ("added_at", models.DateTimeField()),
                    (
                        "file",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.file"
                        ),
                    ),
                    (
                        "resource",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="files", to="library.resource"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("resource", "language", "number"), name="one_file_per_resource_version"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Word",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("language", models.CharField(max_length=10)),
                    ("stem", models.CharField(max_length=40)),
                    ("weight", models.PositiveSmallIntegerField()),
                    (
                        "practice",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="library.practice"
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["stem", "practice", "weight"], name="words_by_stem")],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("practice", "language", "stem"), name="one_weight_per_practice_and_stem"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="AdoptionResult",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("after_months", models.PositiveSmallIntegerField()),
                    (
                        "outcome",
                        models.CharField(
                            choices=[
                                ("worked", "it works here too"),
                                ("partly", "it works in part"),
                                ("not_yet", "too early to say"),
                                ("not", "it does not work here"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("words", models.TextField(blank=True)),
                    ("given_at", models.DateTimeField()),
                    (
                        "adoption",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="results", to="library.adoption"
                        ),
                    ),
                    (
                        "given_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("adoption", "after_months"), name="one_result_per_adoption_and_date"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("after_months__in", [6, 12])), name="result_after_6_or_12_months"
                        ),
                    ],
                },
            ),
        ]),
    ]
