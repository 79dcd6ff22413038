"""All of consultations up to 0004 in one step, for a new house; one that stands goes on as it came."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import marelle.base.text
from marelle.base.first_tables import FirstTables
import marelle.consultations.models.editions


class Migration(migrations.Migration):
    replaces = [
        ("consultations", "0001_initial"),
        ("consultations", "0002_keys_and_opening"),
        ("consultations", "0003_refused_percent"),
        ("consultations", "0004_double_typing"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_squashed_0012_taken_over"),
        ("accounts", "__first__"),
        ("territories", "0001_squashed_0002_official_code"),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name="Consultation",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(max_length=20, unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("design", "in design"),
                                ("pilot", "in pilot"),
                                ("open", "open"),
                                ("closed", "closed"),
                                ("frozen", "frozen"),
                                ("embargoed", "under embargo"),
                                ("published", "published"),
                                ("purged", "purged"),
                            ],
                            default="design",
                            max_length=10,
                        ),
                    ),
                    ("is_pilot", models.BooleanField(default=False)),
                    ("themes", models.JSONField(default=dict)),
                    ("opens_at", models.DateTimeField()),
                    ("closes_at", models.DateTimeField()),
                    ("answered_on", models.DateField(blank=True, null=True)),
                    ("city_floor", models.PositiveIntegerField(default=50)),
                    ("help_numbers", models.JSONField(default=marelle.consultations.models.editions.help_numbers)),
                    ("public_key", models.BinaryField(blank=True, null=True)),
                    ("opened_at", models.DateTimeField(blank=True, null=True)),
                    ("closed_at", models.DateTimeField(blank=True, null=True)),
                    ("opening_began_at", models.DateTimeField(blank=True, null=True)),
                    ("published_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "cloned_from",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="consultations.consultation",
                        ),
                    ),
                    (
                        "committee",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="consultations",
                            to="accounts.organisation",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="consultation_ends_after"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("city_floor__gte", 50)), name="consultation_floor_is_50_at_least"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["design", "pilot"]), ("public_key__isnull", False), _connector="OR"
                            ),
                            name="consultation_open_has_a_key",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Freeze",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(max_length=20, unique=True)),
                    ("manifest", models.JSONField(default=dict)),
                    ("frozen_at", models.DateTimeField()),
                    (
                        "confirmed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "consultation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="freezes",
                            to="consultations.consultation",
                        ),
                    ),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="KeyShare",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("position", models.PositiveSmallIntegerField()),
                    ("digest", models.CharField(max_length=64)),
                    ("sealed", models.TextField(blank=True)),
                    ("handed_at", models.DateTimeField()),
                    ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                    ("returned_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "consultation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="key_shares",
                            to="consultations.consultation",
                        ),
                    ),
                    (
                        "holder",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("consultation", "position"), name="one_holder_per_share"),
                        models.UniqueConstraint(fields=("consultation", "holder"), name="two_shares_two_holders"),
                        models.CheckConstraint(condition=models.Q(("position__in", [1, 2])), name="key_has_two_shares"),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Medium",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("name", models.CharField(max_length=120)),
                    ("kind", models.CharField(choices=[("audio", "recording"), ("picture", "picture")], max_length=10)),
                    ("content_type", models.CharField(max_length=40)),
                    ("is_synthetic", models.BooleanField(default=False)),
                    ("added_at", models.DateTimeField()),
                    (
                        "consultation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="media",
                            to="consultations.consultation",
                        ),
                    ),
                    (
                        "file",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.file"
                        ),
                    ),
                ],
                options={
                    "constraints": [models.UniqueConstraint(fields=("consultation", "name"), name="one_medium_per_name")],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Partner",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("name", models.CharField(max_length=200)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("school", "school"),
                                ("leisure", "leisure centre"),
                                ("social_centre", "social centre"),
                                ("shelter", "shelter"),
                                ("child_protection", "child protection"),
                                ("health", "health"),
                                ("home", "at home"),
                                ("other", "other"),
                            ],
                            default="other",
                            max_length=20,
                        ),
                    ),
                    ("contact_name", models.CharField(max_length=120)),
                    ("contact_email", models.EmailField(max_length=254)),
                    ("language", models.CharField(default="fr", max_length=10)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("registered", "registered"),
                                ("confirmed", "confirmed"),
                                ("active", "has begun"),
                                ("done", "has finished"),
                                ("declined", "declined"),
                            ],
                            default="registered",
                            max_length=10,
                        ),
                    ),
                    ("link", models.CharField(default=marelle.base.text.random_id, max_length=32)),
                    ("registered_at", models.DateTimeField()),
                    ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "confirmed_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "consultation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="partners",
                            to="consultations.consultation",
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="relays",
                            to="accounts.organisation",
                        ),
                    ),
                    (
                        "territory",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.territory"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("organisation__isnull", False)),
                            fields=("consultation", "organisation"),
                            name="one_partner_per_consultation_and_organisation",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["registered", "declined"]), ("confirmed_at__isnull", False), _connector="OR"
                            ),
                            name="partner_confirmed_has_a_date",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Questionnaire",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("number", models.PositiveIntegerField()),
                    (
                        "state",
                        models.CharField(
                            choices=[("draft", "draft"), ("frozen", "frozen"), ("replaced", "replaced")],
                            default="draft",
                            max_length=10,
                        ),
                    ),
                    ("canonical", models.TextField()),
                    ("content_hash", models.CharField(db_index=True, max_length=64)),
                    ("waiver", models.TextField(blank=True)),
                    ("added_at", models.DateTimeField()),
                    ("frozen_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "added_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "compatible_with",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="consultations.questionnaire",
                        ),
                    ),
                    (
                        "consultation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="questionnaires",
                            to="consultations.consultation",
                        ),
                    ),
                    (
                        "waived_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "workbook",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.file"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("consultation", "number"), name="one_questionnaire_per_number"),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "frozen")),
                            fields=("consultation",),
                            name="one_frozen_questionnaire_per_consultation",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state", "draft"), ("state", "replaced"), ("frozen_at__isnull", False), _connector="OR"
                            ),
                            name="questionnaire_frozen_has_a_date",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Site",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("name", models.CharField(max_length=200)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("school", "school"),
                                ("leisure", "leisure centre"),
                                ("social_centre", "social centre"),
                                ("shelter", "shelter"),
                                ("child_protection", "child protection"),
                                ("health", "health"),
                                ("home", "at home"),
                                ("other", "other"),
                            ],
                            max_length=20,
                        ),
                    ),
                    (
                        "partner",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="sites", to="consultations.partner"
                        ),
                    ),
                    (
                        "territory",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.territory"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("partner", "name"), name="one_site_per_partner_and_name")
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Sitting",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("name", models.CharField(blank=True, max_length=80)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("planned", "planned"),
                                ("ready", "ready"),
                                ("running", "under way"),
                                ("keying", "booklets being typed in"),
                                ("closed", "closed"),
                                ("cancelled", "called off"),
                            ],
                            default="planned",
                            max_length=10,
                        ),
                    ),
                    ("code_digest", models.BinaryField(blank=True, max_length=32, null=True, unique=True)),
                    ("code_sealed", models.TextField(blank=True)),
                    ("projector_digest", models.BinaryField(blank=True, max_length=32, null=True, unique=True)),
                    ("bands", models.JSONField(default=list)),
                    ("languages", models.JSONField(default=list)),
                    ("head_count", models.PositiveSmallIntegerField(blank=True, null=True)),
                    ("double_percent", models.PositiveSmallIntegerField(default=100)),
                    ("opens_at", models.DateTimeField()),
                    ("closes_at", models.DateTimeField()),
                    ("added_at", models.DateTimeField()),
                    (
                        "consultation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="sittings",
                            to="consultations.consultation",
                        ),
                    ),
                    (
                        "opened_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "site",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="sittings",
                            to="consultations.site",
                        ),
                    ),
                    (
                        "territory",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.territory"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="sitting_ends_after"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("head_count", None), ("head_count__range", (1, 60)), _connector="OR"),
                            name="sitting_head_count_is_1_to_60",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "closed"), _negated=True), ("code_sealed", ""), _connector="OR"
                            ),
                            name="sitting_closed_has_forgotten_its_code",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("double_percent__range", (10, 100))),
                            name="sitting_types_a_tenth_twice_at_least",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Booklet",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("number", models.PositiveIntegerField()),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("keyed_once", "typed in once"),
                                ("differs", "typed in twice, differs"),
                                ("settled", "settled"),
                            ],
                            default="keyed_once",
                            max_length=10,
                        ),
                    ),
                    ("is_sampled", models.BooleanField(default=False)),
                    ("first", models.TextField(blank=True)),
                    ("second", models.TextField(blank=True)),
                    ("compared", models.PositiveIntegerField(default=0)),
                    ("differing", models.JSONField(default=list)),
                    ("added_at", models.DateTimeField()),
                    (
                        "first_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "second_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "sitting",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="booklets", to="consultations.sitting"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("sitting", "number"), name="one_booklet_per_sitting_and_number"),
                        models.CheckConstraint(
                            condition=models.Q(("number__range", (100000, 999999))), name="booklet_number_has_six_digits"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("second_by", None),
                                models.Q(("second_by", models.F("first_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="booklet_second_typist_is_another",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "settled"), _negated=True),
                                models.Q(("first", ""), ("second", "")),
                                _connector="OR",
                            ),
                            name="booklet_settled_has_forgotten_its_answers",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="SittingCount",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("part", models.CharField(max_length=32)),
                    ("received", models.PositiveIntegerField(default=0)),
                    (
                        "sitting",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="counts", to="consultations.sitting"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("sitting", "part"), name="one_count_per_sitting_and_part")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Table",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("question", models.CharField(max_length=32)),
                    ("zone", models.CharField(default="FR", max_length=20)),
                    ("axis", models.CharField(default="none", max_length=20)),
                    ("base", models.PositiveIntegerField(blank=True, null=True)),
                    ("refused_percent", models.PositiveSmallIntegerField(blank=True, null=True)),
                    ("status", models.CharField(blank=True, max_length=20)),
                    ("rows_shown", models.JSONField(default=list)),
                    (
                        "freeze",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="tables", to="consultations.freeze"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("freeze", "question", "zone", "axis"), name="one_table_per_question_and_zone"
                        )
                    ],
                },
            ),
        ]),
    ]
