"""All of mandates up to 0015 in one step, for a new house; one that stands goes on as it came."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import marelle.base.text
from marelle.base.first_tables import FirstTables


class Migration(migrations.Migration):
    replaces = [
        ("mandates", "0001_initial"),
        ("mandates", "0002_agreement_sender"),
        ("mandates", "0003_hand_in"),
        ("mandates", "0004_one_planned_beside_one_running"),
        ("mandates", "0005_answer_taken_from"),
        ("mandates", "0006_call_committee"),
        ("mandates", "0007_fill_call_committee"),
        ("mandates", "0008_call_has_a_committee"),
        ("mandates", "0009_mandate_left_on"),
        ("mandates", "0010_steering"),
        ("mandates", "0011_snapshots"),
        ("mandates", "0012_area_values_by_indicator"),
        ("mandates", "0013_follower"),
        ("mandates", "0014_taken_over"),
        ("mandates", "0015_handovers"),
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
                name="Night",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("on", models.DateField(unique=True)),
                    ("begun_at", models.DateTimeField()),
                    ("reached", models.CharField(blank=True, max_length=20, null=True)),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                ],
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Application",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("intent", "intent declared"),
                                ("draft", "draft, not handed in yet"),
                                ("submitted", "handed in"),
                                ("returned", "sent back to complete"),
                                ("admissible", "admissible"),
                                ("under_review", "under review"),
                                ("hearing_planned", "hearing planned"),
                                ("heard", "heard"),
                                ("opinion_given", "opinion given"),
                                ("accepted", "title granted"),
                                ("on_probation", "on probation"),
                                ("declined", "refused"),
                                ("adopted", "voted by the council"),
                                ("signed", "agreement signed"),
                                ("withdrawn", "withdrawn by the city"),
                                ("lapsed", "lapsed"),
                            ],
                            default="intent",
                            max_length=16,
                        ),
                    ),
                    ("created_at", models.DateTimeField()),
                    ("submitted_at", models.DateTimeField(blank=True, null=True)),
                    ("fingerprint", models.CharField(blank=True, max_length=64)),
                    ("returned_because", models.TextField(blank=True)),
                    ("complete_before", models.DateField(blank=True, null=True)),
                    (
                        "opinion",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("favourable", "favourable"),
                                ("with_recommendations", "favourable, with recommendations"),
                                ("probation", "probation"),
                                ("unfavourable", "unfavourable"),
                            ],
                            max_length=24,
                        ),
                    ),
                    ("opinion_text", models.TextField(blank=True)),
                    ("vote_number", models.CharField(blank=True, max_length=60)),
                    ("voted_on", models.DateField(blank=True, null=True)),
                    ("taken_over_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "created_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("files", models.ManyToManyField(blank=True, related_name="applications", to="accounts.file")),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="applications",
                            to="accounts.organisation",
                        ),
                    ),
                    (
                        "plan",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="application", to="plans.plan"
                        ),
                    ),
                    (
                        "receipt",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.file",
                        ),
                    ),
                    (
                        "submitted_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "track",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="framework.track"
                        ),
                    ),
                ],
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Agreement",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "in preparation"),
                                ("sent", "sent for signature"),
                                ("partly_signed", "partly signed"),
                                ("signed", "signed by all"),
                                ("amended", "amended"),
                                ("ended", "ended"),
                            ],
                            default="draft",
                            max_length=14,
                        ),
                    ),
                    ("content", models.JSONField(default=dict)),
                    ("fingerprint", models.CharField(blank=True, db_index=True, max_length=64)),
                    ("sealed_fingerprint", models.CharField(blank=True, db_index=True, max_length=64)),
                    ("sent_at", models.DateTimeField(blank=True, null=True)),
                    ("signed_at", models.DateTimeField(blank=True, null=True)),
                    ("taken_over_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "document",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.file",
                        ),
                    ),
                    (
                        "sealed",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.file",
                        ),
                    ),
                    (
                        "sent_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "application",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="agreement", to="mandates.application"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state", "draft"),
                                models.Q(
                                    models.Q(("fingerprint", ""), _negated=True),
                                    models.Q(("sent_at", None), _negated=True),
                                    models.Q(("sent_by", None), _negated=True),
                                ),
                                models.Q(("taken_over_at", None), _negated=True),
                                _connector="OR",
                            ),
                            name="agreement_sent_has_a_text_and_a_sender",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["signed", "amended", "ended"]), _negated=True),
                                models.Q(("signed_at", None), _negated=True),
                                _connector="OR",
                            ),
                            name="agreement_signed_has_a_date",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="AreaStanding",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("on", models.DateField()),
                    ("until", models.DateField(blank=True, null=True)),
                    (
                        "level",
                        models.CharField(
                            choices=[("network", "Network"), ("region", "Region"), ("departement", "Departement")],
                            max_length=12,
                        ),
                    ),
                    ("area", models.CharField(blank=True, max_length=20)),
                    ("mandates", models.PositiveIntegerField(default=0)),
                    ("indicators", models.PositiveIntegerField(default=0)),
                    ("actions", models.PositiveIntegerField(default=0)),
                    ("done", models.PositiveIntegerField(default=0)),
                    ("declared_known", models.PositiveIntegerField(default=0)),
                    ("declared_mandates", models.PositiveIntegerField(default=0)),
                    ("declared_total", models.PositiveBigIntegerField(default=0)),
                    ("evidenced_known", models.PositiveIntegerField(default=0)),
                    ("evidenced_mandates", models.PositiveIntegerField(default=0)),
                    ("evidenced_total", models.PositiveBigIntegerField(default=0)),
                    ("verified_known", models.PositiveIntegerField(default=0)),
                    ("verified_mandates", models.PositiveIntegerField(default=0)),
                    ("verified_total", models.PositiveBigIntegerField(default=0)),
                    (
                        "domain",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="framework.domain"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("level", "area", "domain", "on"), name="one_area_standing_per_domain_and_day"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("until", None)),
                            fields=("level", "area", "domain"),
                            name="one_area_standing_holds",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="AreaValue",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("on", models.DateField()),
                    ("until", models.DateField(blank=True, null=True)),
                    (
                        "level",
                        models.CharField(
                            choices=[("network", "Network"), ("region", "Region"), ("departement", "Departement")],
                            max_length=12,
                        ),
                    ),
                    ("area", models.CharField(blank=True, max_length=20)),
                    (
                        "proof",
                        models.CharField(
                            choices=[("declared", "declared"), ("evidenced", "evidenced"), ("verified", "verified")],
                            max_length=10,
                        ),
                    ),
                    ("asked", models.PositiveIntegerField(default=0)),
                    ("known", models.PositiveIntegerField(default=0)),
                    ("total", models.DecimalField(decimal_places=3, default=0, max_digits=22)),
                    ("most", models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True)),
                    ("newest", models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True)),
                    ("newest_on", models.DateField(blank=True, null=True)),
                    ("whole", models.PositiveIntegerField(default=0)),
                    ("over", models.DecimalField(decimal_places=3, default=0, max_digits=22)),
                    ("under", models.DecimalField(decimal_places=3, default=0, max_digits=22)),
                    ("shares", models.PositiveIntegerField(default=0)),
                    ("share_total", models.PositiveBigIntegerField(default=0)),
                    (
                        "definition",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="framework.indicatordefinition",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("until", None)),
                            fields=["definition", "level"],
                            name="area_values_of_indicator",
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("level", "area", "definition", "proof", "on"),
                            name="one_area_value_per_indicator_and_day",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("until", None)),
                            fields=("level", "area", "definition", "proof"),
                            name="one_area_value_holds",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("until", None), ("level", "network"), _connector="OR"),
                            name="only_the_network_has_a_past",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Call",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.SlugField(max_length=40, unique=True)),
                    ("presentation", models.JSONField(default=dict)),
                    ("opens_at", models.DateTimeField()),
                    ("closes_at", models.DateTimeField()),
                    ("zone", models.CharField(default="Europe/Paris", max_length=40)),
                    ("mandate_starts_on", models.DateField()),
                    ("readers_required", models.PositiveSmallIntegerField(default=2)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "draft"),
                                ("published", "published"),
                                ("decided", "decided"),
                                ("archived", "archived"),
                            ],
                            default="draft",
                            max_length=10,
                        ),
                    ),
                    (
                        "committee",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="accounts.organisation"
                        ),
                    ),
                    ("documents", models.ManyToManyField(blank=True, related_name="+", to="accounts.file")),
                    (
                        "framework",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="framework.framework"
                        ),
                    ),
                    ("tracks", models.ManyToManyField(related_name="calls", to="framework.track")),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("opens_at__lt", models.F("closes_at"))), name="call_opens_before_it_closes"
                        )
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.AddField(
                model_name="application",
                name="call",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="mandates.call"
                ),
            ),
            migrations.CreateModel(
                name="Decision",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "outcome",
                        models.CharField(
                            choices=[
                                ("granted", "granted"),
                                ("probation", "probation, with conditions"),
                                ("refused", "refused"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("reasons", models.TextField()),
                    ("conditions", models.TextField(blank=True)),
                    ("conditions_due_on", models.DateField(blank=True, null=True)),
                    ("session_on", models.DateField()),
                    ("decided_at", models.DateTimeField()),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="mandates.application"
                        ),
                    ),
                    (
                        "confirmed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("proposed_by", models.F("confirmed_by")), _negated=True),
                            name="decision_taken_by_two_persons",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("outcome", "probation"), _negated=True),
                                models.Q(
                                    models.Q(("conditions", ""), _negated=True),
                                    models.Q(("conditions_due_on", None), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="probation_has_conditions_and_a_date",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Election",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("on", models.DateField()),
                    ("asked_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "committee",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="elections",
                            to="accounts.organisation",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("committee", "on"), name="one_election_per_committee_and_day")
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Follower",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("key", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("email", models.EmailField(max_length=254)),
                    ("language", models.CharField(default="fr", max_length=10)),
                    ("confirmed_at", models.DateTimeField()),
                    ("told_until", models.DateTimeField(db_index=True)),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="followers",
                            to="accounts.organisation",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            models.F("organisation"),
                            django.db.models.functions.text.Lower("email"),
                            name="one_follower_per_address_and_town",
                        )
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="HandIn",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("number", models.PositiveSmallIntegerField()),
                    ("content", models.JSONField()),
                    ("fingerprint", models.CharField(max_length=64)),
                    ("handed_in_at", models.DateTimeField()),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="hand_ins", to="mandates.application"
                        ),
                    ),
                    ("files", models.ManyToManyField(blank=True, related_name="+", to="accounts.file")),
                    (
                        "handed_in_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "receipt",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.file"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("application", "number"), name="one_hand_in_per_application_and_number"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Handover",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "why",
                        models.CharField(
                            choices=[
                                ("left", "somebody left"),
                                ("elections", "municipal elections"),
                                ("asked", "the team asked for it"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("since", models.DateField()),
                    ("successor", models.EmailField(blank=True, max_length=254)),
                    ("asked_at", models.DateTimeField()),
                    ("closed_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "closed_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "left",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="handovers",
                            to="accounts.organisation",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("closed_at", None)),
                            fields=("organisation",),
                            name="one_open_handover_per_organisation",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("closed_at", None), ("closed_by", None)),
                                models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="handover_closed_by_somebody",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Mandate",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("starts_on", models.DateField()),
                    ("ends_on", models.DateField()),
                    ("left_on", models.DateField(blank=True, null=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("planned", "about to start"),
                                ("active", "running"),
                                ("on_watch", "on watch"),
                                ("suspended", "suspended"),
                                ("prolonged", "prolonged"),
                                ("renounced", "renounced"),
                                ("withdrawn", "withdrawn"),
                                ("ended", "ended"),
                                ("renewed", "renewed"),
                                ("closed", "closed"),
                            ],
                            default="planned",
                            max_length=10,
                        ),
                    ),
                    (
                        "agreement",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="mandate", to="mandates.agreement"
                        ),
                    ),
                    (
                        "officer",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="accounts.organisation"
                        ),
                    ),
                    (
                        "plan",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="mandate", to="plans.plan"
                        ),
                    ),
                    (
                        "track",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="framework.track"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("starts_on__lt", models.F("ends_on"))), name="mandate_ends_after_it_starts"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ["active", "on_watch", "suspended", "prolonged"])),
                            fields=("organisation", "track"),
                            name="one_running_mandate_per_organisation_and_track",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "planned")),
                            fields=("organisation", "track"),
                            name="one_planned_mandate_per_organisation_and_track",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Contact",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("visit", "visit"),
                                ("call", "phone call"),
                                ("mail", "message"),
                                ("meeting", "meeting"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("on", models.DateField()),
                    ("with_whom", models.CharField(blank=True, max_length=200)),
                    ("said", models.TextField(blank=True)),
                    ("summary", models.TextField(blank=True)),
                    ("is_shared", models.BooleanField(default=False)),
                    ("next_step", models.CharField(blank=True, max_length=300)),
                    ("next_on", models.DateField(blank=True, null=True)),
                    ("next_is_city", models.BooleanField(default=False)),
                    ("done_at", models.DateTimeField(blank=True, null=True)),
                    ("recorded_at", models.DateTimeField()),
                    (
                        "done_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "next_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "recorded_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "mandate",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="mandates.mandate"
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("done_at", None), models.Q(("next_step", ""), _negated=True)),
                            fields=["next_on"],
                            name="steps_agreed_not_yet_done",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("next_by", None), ("next_is_city", False), ("next_on", None), ("next_step", "")),
                                models.Q(
                                    models.Q(("next_step", ""), _negated=True),
                                    models.Q(("next_on", None), _negated=True),
                                    models.Q(("next_by", None), ("next_is_city", False), _connector="XOR"),
                                ),
                                _connector="OR",
                            ),
                            name="next_step_has_a_day_and_someone",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("is_shared", False), models.Q(("summary", ""), _negated=True), _connector="OR"
                            ),
                            name="shared_contact_has_a_summary",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("done_at", None), models.Q(("next_step", ""), _negated=True), _connector="OR"
                            ),
                            name="only_a_next_step_is_done",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Party",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("position", models.PositiveSmallIntegerField()),
                    (
                        "agreement",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="mandates.agreement"
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("agreement", "organisation"), name="one_party_per_organisation")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Reminding",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("words", models.TextField(blank=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[("draft", "being written"), ("confirmed", "confirmed"), ("dropped", "dropped")],
                            default="draft",
                            max_length=10,
                        ),
                    ),
                    ("made_at", models.DateTimeField()),
                    ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "committee",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                    (
                        "made_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Reminder",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("words", models.TextField(blank=True)),
                    ("people", models.PositiveSmallIntegerField(default=0)),
                    ("sent_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "mandate",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="mandates.mandate"
                        ),
                    ),
                    (
                        "reminding",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="mandates.reminding"
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["mandate", "sent_at"], name="reminders_of_a_mandate")],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("reminding", "mandate"), name="one_reminder_per_reminding_and_mandate"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("sent_at", None), models.Q(("words", ""), _negated=True), _connector="OR"),
                            name="reminder_sent_has_words",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Review",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("assigned", "to read"),
                                ("started", "being read"),
                                ("finished", "finished"),
                                ("stepped_aside", "stepped aside: conflict of interest"),
                            ],
                            default="assigned",
                            max_length=14,
                        ),
                    ),
                    ("summary", models.TextField(blank=True)),
                    ("assigned_at", models.DateTimeField()),
                    ("finished_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="mandates.application"
                        ),
                    ),
                    (
                        "assigned_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "reviewer",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("application", "reviewer"), name="one_review_per_application_and_reviewer"
                        )
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="SavedView",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("name", models.CharField(max_length=80)),
                    ("query", models.CharField(blank=True, max_length=500)),
                    ("is_shared", models.BooleanField(default=False)),
                    ("made_at", models.DateTimeField()),
                    (
                        "committee",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                    (
                        "owner",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("owner", "committee", "name"), name="one_view_of_a_name_per_owner")
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Score",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("points", models.PositiveSmallIntegerField(blank=True, null=True)),
                    ("remark", models.TextField(blank=True)),
                    (
                        "criterion",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="framework.criterion"
                        ),
                    ),
                    (
                        "review",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="scores", to="mandates.review"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("review", "criterion"), name="one_score_per_review_and_criterion"),
                        models.CheckConstraint(
                            condition=models.Q(("points", None), ("points__lte", 4), _connector="OR"),
                            name="score_from_0_to_4",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Signature",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("capacity", models.CharField(max_length=120)),
                    ("fingerprint", models.CharField(max_length=64)),
                    ("signed_at", models.DateTimeField()),
                    ("void_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "party",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="mandates.party"
                        ),
                    ),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("void_at", None)), fields=("party",), name="one_living_signature_per_party"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Standing",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("on", models.DateField()),
                    ("until", models.DateField(blank=True, null=True)),
                    ("indicators", models.PositiveIntegerField(default=0)),
                    ("actions", models.PositiveIntegerField(default=0)),
                    ("done", models.PositiveIntegerField(default=0)),
                    ("declared_known", models.PositiveIntegerField(default=0)),
                    ("declared_total", models.PositiveBigIntegerField(default=0)),
                    ("evidenced_known", models.PositiveIntegerField(default=0)),
                    ("evidenced_total", models.PositiveBigIntegerField(default=0)),
                    ("verified_known", models.PositiveIntegerField(default=0)),
                    ("verified_total", models.PositiveBigIntegerField(default=0)),
                    ("basis", models.BigIntegerField(default=0)),
                    (
                        "domain",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="framework.domain"
                        ),
                    ),
                    (
                        "mandate",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="standings", to="mandates.mandate"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("mandate", "domain", "on"), name="one_standing_per_domain_and_day"),
                        models.UniqueConstraint(
                            condition=models.Q(("until", None)),
                            fields=("mandate", "domain"),
                            name="one_standing_holds_per_domain",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("until", None), ("until__gt", models.F("on")), _connector="OR"),
                            name="standing_lasts_a_day",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "indicators__gte",
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("declared_known"), "+", models.F("evidenced_known")
                                        ),
                                        "+",
                                        models.F("verified_known"),
                                    ),
                                )
                            ),
                            name="standing_knows_no_more_than_it_has",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
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
            migrations.CreateModel(
                name="Testimony",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("proposed", "proposed"),
                                ("returned", "sent back to complete"),
                                ("published", "published"),
                                ("withdrawn", "withdrawn"),
                            ],
                            default="proposed",
                            max_length=10,
                        ),
                    ),
                    ("quotes", models.JSONField(default=dict)),
                    (
                        "speaker",
                        models.CharField(
                            choices=[("adult", "an adult"), ("child", "a child, or children together")],
                            default="adult",
                            max_length=5,
                        ),
                    ),
                    ("role", models.CharField(max_length=120)),
                    ("first_name", models.CharField(blank=True, max_length=30)),
                    ("picture_alt", models.CharField(blank=True, max_length=200)),
                    ("picture_rights", models.CharField(blank=True, max_length=200)),
                    ("consent_on", models.DateField()),
                    ("consent_how", models.CharField(max_length=300)),
                    ("revoked_at", models.DateTimeField(blank=True, null=True)),
                    ("note", models.TextField(blank=True)),
                    ("proposed_at", models.DateTimeField()),
                    ("published_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "mandate",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="testimonies", to="mandates.mandate"
                        ),
                    ),
                    (
                        "picture",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.file",
                        ),
                    ),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "published_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("speaker", "adult"), models.Q(("first_name", ""), ("picture", None)), _connector="OR"
                            ),
                            name="child_has_no_name_and_no_picture",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("picture", None),
                                models.Q(
                                    models.Q(("picture_alt", ""), _negated=True),
                                    models.Q(("picture_rights", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="picture_has_words_and_rights",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("revoked_at", None),
                                models.Q(("first_name", ""), ("picture", None), ("state", "withdrawn")),
                                _connector="OR",
                            ),
                            name="revoked_testimony_is_withdrawn_and_empty",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "published"), _negated=True),
                                models.Q(
                                    models.Q(("published_at", None), _negated=True),
                                    models.Q(("published_by", None), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="published_testimony_says_when_and_by_whom",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Answer",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("key", models.CharField(max_length=80)),
                    ("value", models.TextField(blank=True)),
                    ("edited_at", models.DateTimeField()),
                    (
                        "edited_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="mandates.application"
                        ),
                    ),
                    (
                        "taken_from",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="mandates.application",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("application", "key"), name="one_answer_per_application_and_key")
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.AddConstraint(
                model_name="application",
                constraint=models.UniqueConstraint(
                    fields=("call", "organisation"), name="one_application_per_call_and_organisation"
                ),
            ),
            migrations.AddConstraint(
                model_name="application",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        ("state__in", ["intent", "draft", "withdrawn", "lapsed"]),
                        models.Q(("submitted_at", None), _negated=True),
                        models.Q(("taken_over_at", None), _negated=True),
                        _connector="OR",
                    ),
                    name="application_past_draft_has_a_date",
                ),
            ),
        ]),
    ]
