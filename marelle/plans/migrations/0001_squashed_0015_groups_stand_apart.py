"""All of plans up to 0015 in one step, for a new house; one that stands goes on as it came."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import marelle.base.text
from marelle.base.first_tables import FirstTables


class Migration(migrations.Migration):
    replaces = [
        ("plans", "0001_initial"),
        ("plans", "0002_removal"),
        ("plans", "0003_readings"),
        ("plans", "0004_reports"),
        ("plans", "0005_voices"),
        ("plans", "0006_amendments"),
        ("plans", "0007_read_at"),
        ("plans", "0008_fill_read_at"),
        ("plans", "0009_blocked_actions"),
        ("plans", "0010_notes"),
        ("plans", "0011_amendment_budget_percent"),
        ("plans", "0012_report_put_off"),
        ("plans", "0013_groups_apart"),
        ("plans", "0014_fill_groups"),
        ("plans", "0015_groups_stand_apart"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_squashed_0012_taken_over"),
        ("accounts", "__first__"),
        ("framework", "0001_squashed_0005_heavy_budget_percent"),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name="GroupCode",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "kind",
                        models.CharField(choices=[("council", "a children’s council"), ("class", "a class")], max_length=8),
                    ),
                    ("number", models.PositiveSmallIntegerField(default=1)),
                    ("digest", models.CharField(max_length=64, unique=True)),
                    ("made_at", models.DateTimeField()),
                    ("expires_at", models.DateTimeField()),
                    ("revoked_at", models.DateTimeField(blank=True, null=True)),
                    ("answered_at", models.DateTimeField(blank=True, null=True)),
                    ("sentence", models.CharField(blank=True, max_length=200)),
                    (
                        "sentence_state",
                        models.CharField(
                            choices=[
                                ("none", "none"),
                                ("waiting", "to read over"),
                                ("shown", "shown"),
                                ("kept", "not shown"),
                            ],
                            default="none",
                            max_length=8,
                        ),
                    ),
                    (
                        "made_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "sentence_read_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Objective",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("name", models.CharField(blank=True, max_length=300)),
                    ("promise", models.CharField(blank=True, max_length=300)),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    ("number", models.PositiveSmallIntegerField(blank=True, null=True)),
                    (
                        "domain",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="framework.domain"
                        ),
                    ),
                    (
                        "library",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="framework.libraryobjective",
                        ),
                    ),
                    (
                        "recommendations",
                        models.ManyToManyField(blank=True, related_name="+", to="framework.recommendation"),
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
                name="Indicator",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("name", models.CharField(blank=True, max_length=300)),
                    ("unit", models.CharField(blank=True, max_length=60)),
                    (
                        "direction",
                        models.CharField(
                            choices=[
                                ("higher_is_better", "higher is better"),
                                ("lower_is_better", "lower is better"),
                                ("neutral", "neither"),
                            ],
                            default="higher_is_better",
                            max_length=20,
                        ),
                    ),
                    ("baseline", models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True)),
                    ("baseline_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                    ("baseline_missing_because", models.CharField(blank=True, max_length=300)),
                    ("target", models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True)),
                    ("source", models.CharField(blank=True, max_length=200)),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    (
                        "definition",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="framework.indicatordefinition",
                        ),
                    ),
                    (
                        "objective",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="indicators", to="plans.objective"
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
                name="Action",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("name", models.CharField(blank=True, max_length=300)),
                    ("lead_service", models.CharField(blank=True, max_length=120)),
                    ("partners", models.CharField(blank=True, max_length=300)),
                    ("involvement", models.CharField(blank=True, max_length=20)),
                    ("starts_on", models.DateField(blank=True, null=True)),
                    ("ends_on", models.DateField(blank=True, null=True)),
                    ("budget_eur", models.PositiveIntegerField(blank=True, null=True)),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("planned", "planned"),
                                ("in_progress", "in progress"),
                                ("blocked", "blocked"),
                                ("postponed", "postponed"),
                                ("done", "done"),
                                ("abandoned", "abandoned"),
                            ],
                            default="planned",
                            max_length=12,
                        ),
                    ),
                    ("reason", models.CharField(blank=True, max_length=300)),
                    ("moved_on", models.DateField(blank=True, null=True)),
                    (
                        "library",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="framework.libraryaction",
                        ),
                    ),
                    (
                        "objective",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="actions", to="plans.objective"
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(condition=models.Q(("state", "blocked")), fields=["moved_on"], name="blocked_actions")
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["abandoned", "blocked", "postponed"]), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="action_held_back_says_why",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("starts_on", None),
                                ("ends_on", None),
                                ("ends_on__gte", models.F("starts_on")),
                                _connector="OR",
                            ),
                            name="action_ends_after_it_starts",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Plan",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "draft"),
                                ("submitted", "handed in"),
                                ("returned", "sent back"),
                                ("validated", "validated"),
                                ("adopted", "adopted"),
                                ("running", "running"),
                                ("amended", "being amended"),
                                ("closed", "closed"),
                                ("evaluated", "evaluated"),
                            ],
                            default="draft",
                            max_length=12,
                        ),
                    ),
                    ("vision", models.TextField(blank=True)),
                    ("adopted_on", models.DateField(blank=True, null=True)),
                    ("created_at", models.DateTimeField()),
                    ("read_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "framework",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="framework.framework"
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="accounts.organisation"
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
            migrations.AddField(
                model_name="objective",
                name="plan",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="objectives", to="plans.plan"
                ),
            ),
            migrations.CreateModel(
                name="ChildSentence",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("part", models.CharField(max_length=60)),
                    ("words", models.CharField(max_length=300)),
                    ("instead_of", models.CharField(max_length=600)),
                    ("edited_at", models.DateTimeField()),
                    (
                        "edited_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="child_sentences", to="plans.plan"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("plan", "part"), name="one_child_sentence_per_plan_and_part"),
                        models.CheckConstraint(
                            condition=models.Q(("words", ""), _negated=True), name="child_sentence_has_words"
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Amendment",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "being written"),
                                ("submitted", "handed in"),
                                ("returned", "sent back"),
                                ("accepted", "accepted"),
                                ("refused", "refused"),
                                ("withdrawn", "withdrawn"),
                            ],
                            default="draft",
                            max_length=10,
                        ),
                    ),
                    (
                        "weight",
                        models.CharField(blank=True, choices=[("light", "light"), ("heavy", "heavy")], max_length=5),
                    ),
                    ("heavy_because", models.JSONField(blank=True, default=list)),
                    ("budget_percent", models.PositiveSmallIntegerField(default=10)),
                    ("why", models.TextField(blank=True)),
                    ("stands_for", models.JSONField(default=dict)),
                    ("before", models.JSONField(default=dict)),
                    ("after", models.JSONField(blank=True, default=dict)),
                    ("begun_at", models.DateTimeField()),
                    ("submitted_at", models.DateTimeField(blank=True, null=True)),
                    ("answer", models.TextField(blank=True)),
                    ("answered_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "answered_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "begun_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                        "copy",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="amendment",
                            to="plans.plan",
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="amendments", to="plans.plan"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ["draft", "returned", "submitted"])),
                            fields=("plan",),
                            name="one_open_amendment_per_plan",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["submitted", "returned", "accepted", "refused"]), _negated=True),
                                models.Q(
                                    models.Q(("submitted_at", None), _negated=True),
                                    models.Q(("why", ""), _negated=True),
                                    models.Q(("weight", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="amendment_handed_in_says_why",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["returned", "accepted", "refused"]), _negated=True),
                                models.Q(("answered_at", None), _negated=True),
                                _connector="OR",
                            ),
                            name="amendment_answered_has_a_date",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Proposal",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("words", models.CharField(max_length=600)),
                    (
                        "source",
                        models.CharField(
                            choices=[
                                ("council", "a children’s council"),
                                ("class", "a class"),
                                ("consultation", "a consultation"),
                                ("other", "another group"),
                            ],
                            max_length=12,
                        ),
                    ),
                    ("group_name", models.CharField(blank=True, max_length=120)),
                    ("received_on", models.DateField(blank=True, null=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("proposed", "waiting for an answer"),
                                ("answered", "answered"),
                                ("withdrawn", "withdrawn"),
                            ],
                            default="proposed",
                            max_length=10,
                        ),
                    ),
                    ("withdrawn_because", models.CharField(blank=True, max_length=300)),
                    ("written_at", models.DateTimeField()),
                    ("shown_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="proposals",
                            to="accounts.organisation",
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="proposals",
                            to="plans.plan",
                        ),
                    ),
                    (
                        "shown_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "written_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["organisation", "state"], name="proposals_by_town_and_state")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="proposal_has_words"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "withdrawn"), _negated=True),
                                models.Q(("withdrawn_because", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="proposal_withdrawn_says_why",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("shown_at", None), ("shown_by", None)),
                                models.Q(("shown_at__isnull", False), ("shown_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="proposal_shown_was_read_over_by_somebody",
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
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "kind",
                        models.CharField(choices=[("yes", "yes"), ("in_part", "in part"), ("no", "no")], max_length=8),
                    ),
                    ("why", models.CharField(max_length=600)),
                    ("planned_for", models.CharField(blank=True, max_length=10)),
                    ("answered_on", models.DateField()),
                    ("written_at", models.DateTimeField()),
                    ("replaced_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "written_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "proposal",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="plans.proposal"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("replaced_at", None)),
                            fields=("proposal",),
                            name="one_living_answer_per_proposal",
                        ),
                        models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="answer_says_why"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("kind", "no"), models.Q(("planned_for", ""), _negated=True), _connector="OR"
                            ),
                            name="answer_of_yes_says_when",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Reading",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("period", models.CharField(max_length=10)),
                    ("until", models.DateField()),
                    ("breakdown", models.CharField(blank=True, max_length=80)),
                    ("value", models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True)),
                    ("numerator", models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True)),
                    ("denominator", models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True)),
                    ("missing_because", models.CharField(blank=True, max_length=300)),
                    ("source", models.CharField(blank=True, max_length=200)),
                    ("evidence_address", models.URLField(blank=True, max_length=500)),
                    ("recorded_at", models.DateTimeField()),
                    ("verified_at", models.DateTimeField(blank=True, null=True)),
                    ("replaced_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "evidence",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.file",
                        ),
                    ),
                    (
                        "indicator",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="readings", to="plans.indicator"
                        ),
                    ),
                    (
                        "recorded_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "verified_by",
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
                    "indexes": [
                        models.Index(
                            condition=models.Q(("replaced_at", None)), fields=["indicator", "until"], name="living_readings"
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("replaced_at", None)),
                            fields=("indicator", "period", "breakdown"),
                            name="one_living_reading_per_period",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("value", None), ("missing_because", ""), _connector="XOR"),
                            name="reading_has_a_value_or_says_why_not",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("verified_at", None), models.Q(("value", None), _negated=True), _connector="OR"
                            ),
                            name="only_a_value_is_verified",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Removal",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("kind", models.CharField(max_length=10)),
                    ("name", models.CharField(blank=True, max_length=300)),
                    ("words", models.TextField()),
                    ("references", models.JSONField(default=list)),
                    ("removed_at", models.DateTimeField()),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="removals", to="plans.plan"
                        ),
                    ),
                    (
                        "removed_by",
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
                name="Report",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("yearly", "Yearly sheet"),
                                ("mid_term", "Mid-term report"),
                                ("final", "Final report"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("year", models.PositiveSmallIntegerField()),
                    ("covers_from", models.DateField()),
                    ("covers_until", models.DateField()),
                    ("due_on", models.DateField()),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("asked", "asked for"),
                                ("submitted", "handed in"),
                                ("returned", "sent back"),
                                ("accepted", "accepted"),
                            ],
                            default="asked",
                            max_length=10,
                        ),
                    ),
                    ("first_due_on", models.DateField(blank=True, null=True)),
                    ("put_off_because", models.CharField(blank=True, max_length=300)),
                    ("asked_at", models.DateTimeField()),
                    ("highlights", models.TextField(blank=True)),
                    ("difficulties", models.TextField(blank=True)),
                    ("participation", models.TextField(blank=True)),
                    ("fairness", models.TextField(blank=True)),
                    ("next_steps", models.TextField(blank=True)),
                    ("help_wanted", models.TextField(blank=True)),
                    ("submitted_at", models.DateTimeField(blank=True, null=True)),
                    ("content", models.JSONField(blank=True, default=dict)),
                    ("fingerprint", models.CharField(blank=True, max_length=64)),
                    ("returned_at", models.DateTimeField(blank=True, null=True)),
                    ("returned_because", models.TextField(blank=True)),
                    ("accepted_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "accepted_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
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
                        "edited_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="plans.plan"
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
                ],
                options={
                    "indexes": [models.Index(fields=["state", "due_on"], name="reports_by_state_and_day")],
                    "constraints": [
                        models.UniqueConstraint(fields=("plan", "kind", "year"), name="one_report_per_plan_kind_and_year"),
                        models.CheckConstraint(
                            condition=models.Q(("covers_from__lte", models.F("covers_until"))),
                            name="report_covers_a_day_or_more",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["submitted", "accepted"]), _negated=True),
                                models.Q(
                                    ("submitted_at__isnull", False),
                                    ("submitted_by__isnull", False),
                                    models.Q(("fingerprint", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="report_handed_in_has_a_date_and_a_fingerprint",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "returned"), _negated=True),
                                models.Q(("returned_at__isnull", False), models.Q(("returned_because", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="report_sent_back_says_why",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("first_due_on", None),
                                models.Q(
                                    ("due_on__gt", models.F("first_due_on")),
                                    models.Q(("put_off_because", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="report_put_off_is_due_later_and_says_why",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("accepted_at__isnull", False), ("state", "accepted")),
                                models.Q(models.Q(("state", "accepted"), _negated=True), ("accepted_at", None)),
                                _connector="OR",
                            ),
                            name="report_accepted_has_a_date",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Rating",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "by",
                        models.CharField(
                            choices=[
                                ("city", "The town"),
                                ("children", "A group of children"),
                                ("committee", "The committee"),
                            ],
                            max_length=10,
                        ),
                    ),
                    (
                        "verdict",
                        models.CharField(
                            choices=[
                                ("achieved", "achieved"),
                                ("on_track", "on track"),
                                ("held_back", "held back"),
                                ("no_progress", "no progress"),
                                ("not_rated", "not rated"),
                            ],
                            max_length=12,
                        ),
                    ),
                    ("why", models.TextField(blank=True)),
                    ("rated_at", models.DateTimeField()),
                    ("replaced_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "group",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="ratings",
                            to="plans.groupcode",
                        ),
                    ),
                    (
                        "objective",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="ratings", to="plans.objective"
                        ),
                    ),
                    (
                        "rated_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "report",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="ratings", to="plans.report"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("group", None), ("replaced_at", None)),
                            fields=("report", "objective", "by"),
                            name="one_living_rating_per_report_objective_and_rater",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("replaced_at", None)),
                            fields=("objective", "group"),
                            name="one_living_rating_per_objective_and_group",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("group", None), ("by", "children"), _connector="OR"),
                            name="only_children_rate_as_a_group",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("by", "children"), ("rated_by__isnull", False), _connector="XOR"),
                            name="children_have_no_account",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.AddField(
                model_name="groupcode",
                name="report",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="group_codes", to="plans.report"
                ),
            ),
            migrations.CreateModel(
                name="Note",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("thread", models.CharField(db_index=True, max_length=32)),
                    ("words", models.CharField(max_length=1000)),
                    ("day", models.DateField()),
                    ("photo_alt", models.CharField(blank=True, max_length=300)),
                    ("photo_credit", models.CharField(blank=True, max_length=120)),
                    (
                        "photo_use",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("internal", "within the town hall and the committee"),
                                ("public", "on the town’s public page"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("consent", models.CharField(blank=True, max_length=300)),
                    ("consent_withdrawn_on", models.DateField(blank=True, null=True)),
                    ("written_at", models.DateTimeField()),
                    ("shown_at", models.DateTimeField(blank=True, null=True)),
                    ("replaced_at", models.DateTimeField(blank=True, null=True)),
                    ("removed_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "action",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="plans.action"
                        ),
                    ),
                    (
                        "photo",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.file",
                        ),
                    ),
                    (
                        "written_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("replaced_at", None)),
                            fields=("thread",),
                            name="one_living_version_per_note",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("photo", None),
                                models.Q(
                                    models.Q(("photo_alt", ""), _negated=True),
                                    models.Q(("photo_credit", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="photo_of_a_note_says_what_and_whose",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("photo_use", ""), models.Q(("consent", ""), _negated=True), _connector="OR"
                            ),
                            name="photo_of_persons_says_how_they_agreed",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("photo", None),
                                ("shown_at", None),
                                ("photo_use", ""),
                                ("photo_use", "public"),
                                _connector="OR",
                            ),
                            name="photo_of_persons_is_shown_as_they_agreed",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("consent_withdrawn_on", None), ("photo", None), _connector="OR"),
                            name="photo_goes_with_its_consent",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.AddConstraint(
                model_name="groupcode",
                constraint=models.UniqueConstraint(
                    fields=("report", "kind", "number"), name="one_group_per_report_kind_and_number"
                ),
            ),
            migrations.AddConstraint(
                model_name="groupcode",
                constraint=models.CheckConstraint(
                    condition=models.Q(("expires_at__gt", models.F("made_at"))), name="group_code_expires_after_it_is_made"
                ),
            ),
            migrations.AddConstraint(
                model_name="groupcode",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("sentence_state", "shown"), _negated=True),
                        ("sentence_read_by__isnull", False),
                        _connector="OR",
                    ),
                    name="group_sentence_shown_was_read_over",
                ),
            ),
        ]),
    ]
