"""All of events up to 0009 in one step, for a new house; one that stands goes on as it came."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import marelle.base.text
from marelle.base.first_tables import FirstTables


class Migration(migrations.Migration):
    replaces = [
        ("events", "0001_initial"),
        ("events", "0002_initial"),
        ("events", "0003_reminders"),
        ("events", "0004_ballots"),
        ("events", "0005_outcome_asked"),
        ("events", "0006_occurrence_zone"),
        ("events", "0007_series_summary"),
        ("events", "0008_group_invitations"),
        ("events", "0009_rooms"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_squashed_0012_taken_over"),
        ("accounts", "__first__"),
        ("framework", "0001_squashed_0005_heavy_budget_percent"),
        ("library", "0001_squashed_0003_corrections_and_reviews"),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name="Event",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("webinar", "webinar"),
                                ("gathering", "national gathering"),
                                ("group_meeting", "meeting of a working group"),
                            ],
                            max_length=14,
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "draft"),
                                ("published", "announced"),
                                ("held", "held"),
                                ("cancelled", "cancelled"),
                                ("documented", "held, with its documents"),
                            ],
                            default="draft",
                            max_length=12,
                        ),
                    ),
                    ("year", models.PositiveSmallIntegerField(blank=True, null=True)),
                    ("context", models.JSONField(blank=True, default=dict)),
                    ("objectives", models.JSONField(blank=True, default=dict)),
                    ("format", models.JSONField(blank=True, default=dict)),
                    ("audience", models.JSONField(blank=True, default=dict)),
                    (
                        "access",
                        models.CharField(
                            choices=[
                                ("public", "open to everyone"),
                                ("network", "open to the network’s members and guests"),
                                ("invitation", "by invitation"),
                            ],
                            default="public",
                            max_length=12,
                        ),
                    ),
                    (
                        "confidentiality",
                        models.CharField(
                            choices=[
                                ("public", "what is said is public"),
                                ("network", "what is said stays in the network"),
                                ("unattributed", "what is said stays unattributed"),
                            ],
                            default="public",
                            max_length=14,
                        ),
                    ),
                    ("zone", models.CharField(default="Europe/Paris", max_length=40)),
                    ("place", models.CharField(blank=True, max_length=200)),
                    ("registration_opens_at", models.DateTimeField(blank=True, null=True)),
                    ("registration_closes_at", models.DateTimeField(blank=True, null=True)),
                    ("suggestions_until", models.DateTimeField(blank=True, null=True)),
                    ("asks_recording_consent", models.BooleanField(default=False)),
                    ("lessons", models.JSONField(blank=True, default=dict)),
                    ("lessons_published_at", models.DateTimeField(blank=True, null=True)),
                    ("created_at", models.DateTimeField()),
                    ("cancelled_because", models.CharField(blank=True, max_length=300)),
                    (
                        "committee",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="events", to="accounts.organisation"
                        ),
                    ),
                    ("domains", models.ManyToManyField(blank=True, related_name="+", to="framework.domain")),
                    ("files", models.ManyToManyField(blank=True, related_name="+", to="accounts.file")),
                    ("services", models.ManyToManyField(blank=True, related_name="events", to="library.service")),
                ],
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Delegation",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("made_at", models.DateTimeField()),
                    (
                        "made_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="delegations", to="events.event"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("event", "organisation"), name="one_delegation_per_event_and_organisation"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Declaration",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("text", models.JSONField(default=dict)),
                    ("fingerprint", models.CharField(blank=True, max_length=64)),
                    ("opened_at", models.DateTimeField(blank=True, null=True)),
                    ("closes_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="declarations", to="events.event"
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
                name="Group",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("charter", models.JSONField(default=dict)),
                    ("agenda", models.JSONField(default=dict)),
                    ("created_at", models.DateTimeField()),
                    ("closed_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "committee",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="groups", to="accounts.organisation"
                        ),
                    ),
                    ("files", models.ManyToManyField(blank=True, related_name="+", to="accounts.file")),
                ],
                options={
                    "abstract": False,
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.AddField(
                model_name="event",
                name="group",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="meetings",
                    to="events.group",
                ),
            ),
            migrations.CreateModel(
                name="GroupInvitation",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "role",
                        models.CharField(
                            choices=[("facilitator", "facilitator"), ("member", "member")], default="member", max_length=12
                        ),
                    ),
                    ("invited_at", models.DateTimeField()),
                    ("answered_at", models.DateTimeField(blank=True, null=True)),
                    ("accepted", models.BooleanField(blank=True, null=True)),
                    (
                        "group",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="invitations", to="events.group"
                        ),
                    ),
                    (
                        "invited_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
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
                            condition=models.Q(("answered_at", None)),
                            fields=("group", "person"),
                            name="one_waiting_invitation_per_group_and_person",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("accepted", None), ("answered_at", None)),
                                models.Q(("accepted__isnull", False), ("answered_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="invitation_answered_has_an_answer",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="GroupMember",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "role",
                        models.CharField(
                            choices=[("facilitator", "facilitator"), ("member", "member")], default="member", max_length=12
                        ),
                    ),
                    ("joined_at", models.DateTimeField()),
                    ("left_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "group",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="members", to="events.group"
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
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
                            condition=models.Q(("left_at", None)),
                            fields=("group", "person"),
                            name="one_living_place_per_group_and_person",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Host",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "role",
                        models.CharField(
                            choices=[("lead", "organiser"), ("co_organiser", "co-organiser"), ("partner", "partner")],
                            default="co_organiser",
                            max_length=14,
                        ),
                    ),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="hosts", to="events.event"
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
                        models.UniqueConstraint(fields=("event", "organisation"), name="a_host_once_a_meeting")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Invitation",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "reply",
                        models.CharField(
                            choices=[("silent", "has not answered"), ("comes", "comes"), ("does_not", "does not come")],
                            default="silent",
                            max_length=10,
                        ),
                    ),
                    ("sent_at", models.DateTimeField()),
                    ("chased_at", models.DateTimeField(blank=True, null=True)),
                    ("replied_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="invitations", to="events.event"
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                    (
                        "replied_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("event", "organisation"), name="one_invitation_per_event_and_organisation"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("reply", "silent"), models.Q(("replied_at", None), _negated=True), _connector="OR"
                            ),
                            name="reply_has_a_date",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Minutes",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("language", models.CharField(max_length=10)),
                    ("held_on", models.DateField()),
                    ("text", models.TextField()),
                    (
                        "group",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="minutes", to="events.group"
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
                    "abstract": False,
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Need",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[("stated", "stated"), ("met", "met"), ("withdrawn", "withdrawn")],
                            default="stated",
                            max_length=10,
                        ),
                    ),
                    ("language", models.CharField(default="fr", max_length=10)),
                    ("name", models.CharField(max_length=200)),
                    (
                        "urgency",
                        models.PositiveSmallIntegerField(
                            choices=[(1, "can wait"), (2, "this year"), (3, "now")], default=2
                        ),
                    ),
                    ("what_was_tried", models.TextField(blank=True)),
                    ("childrens_words", models.TextField(blank=True)),
                    ("stated_at", models.DateTimeField()),
                    (
                        "committee",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                    (
                        "domain",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="framework.domain",
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="needs", to="accounts.organisation"
                        ),
                    ),
                    (
                        "service",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="needs",
                            to="library.service",
                        ),
                    ),
                    (
                        "stated_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("urgency__in", [1, 2, 3])), name="need_urgency_is_known")
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Exchange",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("asked", "asked"),
                                ("accepted", "accepted"),
                                ("declined", "declined"),
                                ("closed", "told"),
                            ],
                            default="asked",
                            max_length=10,
                        ),
                    ),
                    ("message", models.TextField(blank=True)),
                    ("reasons", models.JSONField(blank=True, default=list)),
                    ("asked_at", models.DateTimeField()),
                    ("answered_at", models.DateTimeField(blank=True, null=True)),
                    ("outcome_asked_at", models.DateTimeField(blank=True, null=True)),
                    ("outcome", models.TextField(blank=True)),
                    ("told_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "asked_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                    (
                        "asked_of",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                    (
                        "practice",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="library.practice",
                        ),
                    ),
                    (
                        "need",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="exchanges", to="events.need"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state", "declined"), _negated=True),
                            fields=("need", "asked_of"),
                            name="one_exchange_per_need_and_city",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("asked_by", models.F("asked_of")), _negated=True),
                            name="exchange_is_with_another",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Occurrence",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("language", models.CharField(max_length=10)),
                    ("starts_at", models.DateTimeField()),
                    ("ends_at", models.DateTimeField()),
                    ("zone", models.CharField(blank=True, max_length=40)),
                    ("room", models.URLField(blank=True, max_length=500)),
                    ("capacity", models.PositiveIntegerField(blank=True, null=True)),
                    ("sequence", models.PositiveIntegerField(default=0)),
                    ("replay", models.URLField(blank=True, max_length=500)),
                    ("transcript", models.TextField(blank=True)),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="occurrences", to="events.event"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                            name="occurrence_ends_after_it_starts",
                        ),
                        models.UniqueConstraint(fields=("event", "language"), name="one_occurrence_per_event_and_language"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Participant",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("key", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("email", models.EmailField(blank=True, max_length=254)),
                    ("name", models.CharField(blank=True, max_length=120)),
                    ("function", models.CharField(blank=True, max_length=120)),
                    ("language", models.CharField(default="fr", max_length=10)),
                    ("organisation_name", models.CharField(blank=True, max_length=200)),
                    ("country", models.CharField(blank=True, max_length=2)),
                    ("created_at", models.DateTimeField()),
                    ("erased_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "organisation",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.organisation",
                        ),
                    ),
                    (
                        "person",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            django.db.models.functions.text.Lower("email"),
                            condition=models.Q(("erased_at", None)),
                            name="one_living_participant_per_address",
                        )
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="ProgrammeItem",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("plenary", "plenary"),
                                ("round_table", "round table"),
                                ("workshop", "workshop"),
                                ("peer_learning", "peer learning"),
                                ("presentation", "presentation"),
                                ("questions", "questions and answers"),
                                ("market", "market of practices"),
                                ("break", "break"),
                            ],
                            max_length=14,
                        ),
                    ),
                    ("description", models.JSONField(blank=True, default=dict)),
                    ("theme", models.JSONField(blank=True, default=dict)),
                    (
                        "level",
                        models.CharField(
                            choices=[("any", "for everyone"), ("first_steps", "first steps"), ("practised", "practised")],
                            default="any",
                            max_length=12,
                        ),
                    ),
                    ("language", models.CharField(blank=True, max_length=10)),
                    ("starts_at", models.DateTimeField(blank=True, null=True)),
                    ("minutes", models.PositiveSmallIntegerField()),
                    ("room", models.CharField(blank=True, max_length=80)),
                    ("capacity", models.PositiveIntegerField(blank=True, null=True)),
                    ("is_choice", models.BooleanField(default=False)),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    ("outcome", models.JSONField(blank=True, default=dict)),
                    (
                        "domain",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="framework.domain",
                        ),
                    ),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="items", to="events.event"
                        ),
                    ),
                    ("files", models.ManyToManyField(blank=True, related_name="+", to="accounts.file")),
                    ("services", models.ManyToManyField(blank=True, related_name="+", to="library.service")),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("minutes__gte", 1)), name="item_lasts_a_minute_or_more"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("is_choice", False), models.Q(("starts_at", None), _negated=True), _connector="OR"
                            ),
                            name="item_chosen_has_a_time",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="EventPerson",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("organiser", "organiser"),
                                ("moderator", "moderator"),
                                ("speaker", "speaker"),
                                ("interpreter", "interpreter"),
                            ],
                            max_length=12,
                        ),
                    ),
                    ("name", models.CharField(max_length=120)),
                    ("title", models.CharField(blank=True, max_length=200)),
                    ("position", models.PositiveSmallIntegerField(default=0)),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="roles", to="events.event"
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.organisation",
                        ),
                    ),
                    (
                        "person",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "occurrence",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="roles",
                            to="events.occurrence",
                        ),
                    ),
                    (
                        "item",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="roles",
                            to="events.programmeitem",
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Question",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("language", models.CharField(max_length=10)),
                    ("text", models.CharField(max_length=600)),
                    ("translation", models.JSONField(blank=True, default=dict)),
                    ("answer", models.JSONField(blank=True, default=dict)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("proposed", "proposed"),
                                ("shown", "on the board"),
                                ("answered", "answered"),
                                ("set_aside", "set aside"),
                            ],
                            default="proposed",
                            max_length=10,
                        ),
                    ),
                    ("votes", models.PositiveIntegerField(default=0)),
                    ("asked_at", models.DateTimeField()),
                    ("answered_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="events.event"
                        ),
                    ),
                    (
                        "participant",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="events.participant",
                        ),
                    ),
                ],
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Ranking",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("points", models.PositiveSmallIntegerField(default=5)),
                    ("opens_at", models.DateTimeField()),
                    ("closes_at", models.DateTimeField()),
                    (
                        "committee",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="ranking_ends_after"
                        )
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Ranked",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("points", models.PositiveSmallIntegerField()),
                    (
                        "need",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="ranked", to="events.need"
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                    (
                        "ranking",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="given", to="events.ranking"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("ranking", "need", "organisation"), name="points_once_per_need_and_city"
                        ),
                        models.CheckConstraint(condition=models.Q(("points__gte", 1)), name="need_ranked_has_a_point"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Ballot",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("given", models.PositiveSmallIntegerField(default=0)),
                    ("had", models.PositiveSmallIntegerField()),
                    ("given_at", models.DateTimeField()),
                    (
                        "given_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                    (
                        "ranking",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="ballots", to="events.ranking"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("ranking", "organisation"), name="one_ballot_per_ranking_and_city"),
                        models.CheckConstraint(
                            condition=models.Q(("given__lte", models.F("had"))), name="ballot_gives_no_more_than_it_had"
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Registration",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("asked", "asked"),
                                ("confirmed", "confirmed"),
                                ("waiting", "on the waiting list"),
                                ("offered", "a place is offered"),
                                ("cancelled", "cancelled"),
                                ("present", "present"),
                                ("absent", "absent"),
                            ],
                            default="asked",
                            max_length=10,
                        ),
                    ),
                    ("asked_at", models.DateTimeField()),
                    ("waits_since", models.DateTimeField(blank=True, null=True)),
                    ("offered_until", models.DateTimeField(blank=True, null=True)),
                    ("recording_consent", models.BooleanField(blank=True, null=True)),
                    ("present_at", models.DateTimeField(blank=True, null=True)),
                    ("reminded_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                    ("feedback_asked_at", models.DateTimeField(blank=True, null=True)),
                    ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "delegation",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="registrations",
                            to="events.delegation",
                        ),
                    ),
                    (
                        "item",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="registrations",
                            to="events.programmeitem",
                        ),
                    ),
                    (
                        "occurrence",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="registrations",
                            to="events.occurrence",
                        ),
                    ),
                    (
                        "participant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="registrations",
                            to="events.participant",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["occurrence", "item", "state"], name="places_by_state")],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("item", None), models.Q(("state", "cancelled"), _negated=True)),
                            fields=("participant", "occurrence"),
                            name="one_living_registration_per_participant_and_occurrence",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(
                                models.Q(("item", None), _negated=True), models.Q(("state", "cancelled"), _negated=True)
                            ),
                            fields=("participant", "item"),
                            name="one_living_choice_per_participant_and_item",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "offered"), _negated=True),
                                models.Q(("offered_until", None), _negated=True),
                                _connector="OR",
                            ),
                            name="offered_place_has_an_end",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["waiting", "offered"]), _negated=True),
                                models.Q(("waits_since", None), _negated=True),
                                _connector="OR",
                            ),
                            name="waiting_has_a_beginning",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "present"), _negated=True),
                                models.Q(("present_at", None), _negated=True),
                                _connector="OR",
                            ),
                            name="presence_has_a_time",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Feedback",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("answers", models.JSONField(default=dict)),
                    ("words", models.TextField(blank=True)),
                    ("given_at", models.DateTimeField()),
                    (
                        "registration",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE, related_name="feedback", to="events.registration"
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Comfort",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("dietary", models.CharField(blank=True, max_length=300)),
                    ("access", models.CharField(blank=True, max_length=300)),
                    (
                        "registration",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE, related_name="comfort", to="events.registration"
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Room",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.CharField(max_length=80)),
                    ("capacity", models.PositiveIntegerField()),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="rooms", to="events.event"
                        ),
                    ),
                ],
                options={
                    "constraints": [models.UniqueConstraint(fields=("event", "name"), name="one_room_per_event_and_name")],
                },
            ),
            migrations.CreateModel(
                name="RunSheetLine",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("minute", models.PositiveSmallIntegerField()),
                    ("what", models.JSONField(default=dict)),
                    ("who", models.CharField(blank=True, max_length=200)),
                    ("note", models.JSONField(blank=True, default=dict)),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="run_sheet", to="events.event"
                        ),
                    ),
                    (
                        "item",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="events.programmeitem",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("event", "minute"), name="one_line_a_minute_of_run_sheet")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Series",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.JSONField(default=dict)),
                    ("code", models.SlugField(max_length=40, unique=True)),
                    ("project", models.JSONField(blank=True, default=dict)),
                    ("summary", models.JSONField(blank=True, default=dict)),
                    (
                        "committee",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.AddField(
                model_name="event",
                name="series",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="events",
                    to="events.series",
                ),
            ),
            migrations.CreateModel(
                name="Suggestion",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("language", models.CharField(max_length=10)),
                    ("text", models.CharField(max_length=600)),
                    ("made_at", models.DateTimeField()),
                    (
                        "event",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="suggestions", to="events.event"
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.organisation",
                        ),
                    ),
                    (
                        "participant",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="events.participant",
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Vote",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "participant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="events.participant"
                        ),
                    ),
                    (
                        "question",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="events.question"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("question", "participant"), name="one_vote_per_question")
                    ],
                },
            ),
            migrations.CreateModel(
                name="DeclarationSignature",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("signed_at", models.DateTimeField()),
                    ("fingerprint", models.CharField(max_length=64)),
                    (
                        "declaration",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="events.declaration"
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                        ),
                    ),
                    (
                        "signed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("declaration", "organisation"), name="one_signature_per_organisation"
                        )
                    ],
                },
            ),
            migrations.AddConstraint(
                model_name="event",
                constraint=models.UniqueConstraint(
                    condition=models.Q(("kind", "gathering")),
                    fields=("committee", "year"),
                    name="one_gathering_a_year_and_committee",
                ),
            ),
            migrations.AddConstraint(
                model_name="event",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("kind", "gathering"), _negated=True),
                        models.Q(("year", None), _negated=True),
                        _connector="OR",
                    ),
                    name="gathering_has_a_year",
                ),
            ),
            migrations.AddConstraint(
                model_name="event",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        ("registration_opens_at", None),
                        ("registration_closes_at", None),
                        ("registration_closes_at__gt", models.F("registration_opens_at")),
                        _connector="OR",
                    ),
                    name="registration_closes_after_it_opens",
                ),
            ),
        ]),
    ]
