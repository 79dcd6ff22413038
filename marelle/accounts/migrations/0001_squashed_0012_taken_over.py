"""All of accounts up to 0012 in one step, for a new house; one that stands goes on as it came."""

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import marelle.base.text
from marelle.base.first_tables import FirstTables


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_sign_ins"),
        ("accounts", "0003_folded_name"),
        ("accounts", "0004_notification_organisation"),
        ("accounts", "0005_one_chain_of_the_house"),
        ("accounts", "0006_folded_letters"),
        ("accounts", "0007_organisation_abroad"),
        ("accounts", "0008_threads"),
        ("accounts", "0009_acted_at"),
        ("accounts", "0010_fill_acted_at"),
        ("accounts", "0011_imports"),
        ("accounts", "0012_taken_over"),
    ]

    initial = True

    dependencies = [
        ("territories", "0001_squashed_0002_official_code"),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name="Person",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("password", models.CharField(max_length=128, verbose_name="password")),
                    ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("email", models.EmailField(max_length=254, unique=True)),
                    ("name", models.CharField(max_length=120)),
                    ("language", models.CharField(default="fr", max_length=10)),
                    ("is_active", models.BooleanField(default=True)),
                    ("is_robot", models.BooleanField(default=False)),
                    ("created_at", models.DateTimeField()),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="JournalChain",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("length", models.PositiveIntegerField(default=0)),
                    (
                        "digest",
                        models.CharField(
                            default="0000000000000000000000000000000000000000000000000000000000000000", max_length=64
                        ),
                    ),
                    ("acted_at", models.DateTimeField(blank=True, null=True)),
                ],
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Thread",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("reference", models.CharField(max_length=120, unique=True)),
                    ("begun_at", models.DateTimeField()),
                ],
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="File",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("label", models.CharField(max_length=200)),
                    ("kind", models.CharField(max_length=5)),
                    ("size", models.PositiveIntegerField()),
                    ("sha256", models.CharField(db_index=True, max_length=64)),
                    ("place", models.CharField(max_length=100, unique=True)),
                    ("added_at", models.DateTimeField()),
                    ("shared_at", models.DateTimeField(blank=True, null=True)),
                    ("is_public", models.BooleanField(default=False)),
                    ("is_apart", models.BooleanField(default=False)),
                    ("removed_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "added_by",
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
                name="JournalEntry",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("number", models.PositiveIntegerField()),
                    ("previous", models.CharField(max_length=64)),
                    ("content_digest", models.CharField(max_length=64)),
                    ("digest", models.CharField(max_length=64)),
                    ("at", models.DateTimeField()),
                    (
                        "chain",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="accounts.journalchain"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("chain", "number"), name="one_journal_entry_per_number")
                    ],
                },
            ),
            migrations.CreateModel(
                name="JournalContent",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("verb", models.CharField(max_length=40)),
                    ("reference", models.CharField(blank=True, max_length=120)),
                    ("facts", models.JSONField(default=dict)),
                    ("salt", models.CharField(default=marelle.base.text.random_id, max_length=32)),
                    (
                        "person",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "entry",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="content", to="accounts.journalentry"
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Organisation",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(max_length=40, unique=True)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("commune", "municipality"),
                                ("intercommunality", "intercommunality"),
                                ("school", "school"),
                                ("partner", "partner"),
                                ("committee", "national committee"),
                            ],
                            max_length=20,
                        ),
                    ),
                    ("name", models.CharField(max_length=200)),
                    (
                        "folded_name",
                        models.GeneratedField(
                            db_index=True,
                            db_persist=True,
                            expression=django.db.models.functions.text.Lower(
                                django.db.models.functions.text.Replace(
                                    django.db.models.functions.text.Replace(
                                        django.db.models.functions.text.Replace(
                                            django.db.models.functions.text.Replace(
                                                django.db.models.functions.text.Replace(
                                                    django.db.models.functions.text.Replace(
                                                        django.db.models.functions.text.Replace(
                                                            django.db.models.functions.text.Replace(
                                                                django.db.models.functions.text.Replace(
                                                                    django.db.models.functions.text.Replace(
                                                                        django.db.models.functions.text.Replace(
                                                                            django.db.models.functions.text.Replace(
                                                                                django.db.models.functions.text.Replace(
                                                                                    django.db.models.functions.text.Replace(
                                                                                        django.db.models.functions.text.Replace(
                                                                                            django.db.models.functions.text.Replace(
                                                                                                django.db.models.functions.text.Replace(
                                                                                                    django.db.models.functions.text.Replace(
                                                                                                        django.db.models.functions.text.Replace(
                                                                                                            django.db.models.functions.text.Replace(
                                                                                                                django.db.models.functions.text.Replace(
                                                                                                                    django.db.models.functions.text.Replace(
                                                                                                                        django.db.models.functions.text.Replace(
                                                                                                                            models.F(
                                                                                                                                "name"
                                                                                                                            ),
                                                                                                                            models.Value(
                                                                                                                                "'"
                                                                                                                            ),
                                                                                                                            models.Value(
                                                                                                                                " "
                                                                                                                            ),
                                                                                                                        ),
                                                                                                                        models.Value(
                                                                                                                            "’"
                                                                                                                        ),
                                                                                                                        models.Value(
                                                                                                                            " "
                                                                                                                        ),
                                                                                                                    ),
                                                                                                                    models.Value(
                                                                                                                        "-"
                                                                                                                    ),
                                                                                                                    models.Value(
                                                                                                                        " "
                                                                                                                    ),
                                                                                                                ),
                                                                                                                models.Value(
                                                                                                                    "œ"
                                                                                                                ),
                                                                                                                models.Value(
                                                                                                                    "oe"
                                                                                                                ),
                                                                                                            ),
                                                                                                            models.Value(
                                                                                                                "Œ"
                                                                                                            ),
                                                                                                            models.Value(
                                                                                                                "oe"
                                                                                                            ),
                                                                                                        ),
                                                                                                        models.Value("à"),
                                                                                                        models.Value("a"),
                                                                                                    ),
                                                                                                    models.Value("â"),
                                                                                                    models.Value("a"),
                                                                                                ),
                                                                                                models.Value("ç"),
                                                                                                models.Value("c"),
                                                                                            ),
                                                                                            models.Value("é"),
                                                                                            models.Value("e"),
                                                                                        ),
                                                                                        models.Value("è"),
                                                                                        models.Value("e"),
                                                                                    ),
                                                                                    models.Value("ê"),
                                                                                    models.Value("e"),
                                                                                ),
                                                                                models.Value("ë"),
                                                                                models.Value("e"),
                                                                            ),
                                                                            models.Value("î"),
                                                                            models.Value("i"),
                                                                        ),
                                                                        models.Value("ï"),
                                                                        models.Value("i"),
                                                                    ),
                                                                    models.Value("ô"),
                                                                    models.Value("o"),
                                                                ),
                                                                models.Value("ó"),
                                                                models.Value("o"),
                                                            ),
                                                            models.Value("û"),
                                                            models.Value("u"),
                                                        ),
                                                        models.Value("ü"),
                                                        models.Value("u"),
                                                    ),
                                                    models.Value("ÿ"),
                                                    models.Value("y"),
                                                ),
                                                models.Value("É"),
                                                models.Value("e"),
                                            ),
                                            models.Value("È"),
                                            models.Value("e"),
                                        ),
                                        models.Value("Î"),
                                        models.Value("i"),
                                    ),
                                    models.Value("Ô"),
                                    models.Value("o"),
                                ),
                                output_field=models.CharField(),
                            ),
                            output_field=models.CharField(max_length=400),
                        ),
                    ),
                    ("country", models.CharField(default="FR", max_length=2)),
                    ("lon", models.FloatField(blank=True, null=True)),
                    ("lat", models.FloatField(blank=True, null=True)),
                    ("created_at", models.DateTimeField()),
                    (
                        "territory",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="organisation",
                            to="territories.territory",
                        ),
                    ),
                ],
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Notification",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("kind", models.CharField(max_length=40)),
                    ("reference", models.CharField(max_length=120)),
                    ("sentence", models.CharField(max_length=300)),
                    ("address", models.CharField(max_length=300)),
                    ("made_at", models.DateTimeField()),
                    ("read_at", models.DateTimeField(blank=True, null=True)),
                    ("mailed_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="notifications",
                            to=settings.AUTH_USER_MODEL,
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
                ],
            ),
            migrations.CreateModel(
                name="Membership",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("CR", "reader"),
                                ("CE", "editor"),
                                ("CA", "administrator"),
                                ("EL", "elected lead, signatory"),
                                ("PT", "partner author"),
                                ("TV", "territorial volunteer"),
                                ("RV", "reviewer"),
                                ("CM", "commission member"),
                                ("BD", "board member"),
                                ("PO", "programme officer"),
                                ("PA", "programme administrator"),
                                ("AN", "analyst"),
                            ],
                            max_length=2,
                        ),
                    ),
                    ("started_at", models.DateTimeField()),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="memberships",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="memberships",
                            to="accounts.organisation",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("ended_at", None)),
                            fields=("person", "organisation", "role"),
                            name="one_living_membership_per_role",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ended_at", None), ("ended_at__gte", models.F("started_at")), _connector="OR"
                            ),
                            name="membership_ends_after_it_starts",
                        ),
                    ],
                },
            ),
            migrations.AddField(
                model_name="journalchain",
                name="organisation",
                field=models.OneToOneField(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="journal_chain",
                    to="accounts.organisation",
                ),
            ),
            migrations.CreateModel(
                name="JoinRequest",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("CR", "reader"),
                                ("CE", "editor"),
                                ("CA", "administrator"),
                                ("EL", "elected lead, signatory"),
                                ("PT", "partner author"),
                                ("TV", "territorial volunteer"),
                                ("RV", "reviewer"),
                                ("CM", "commission member"),
                                ("BD", "board member"),
                                ("PO", "programme officer"),
                                ("PA", "programme administrator"),
                                ("AN", "analyst"),
                            ],
                            default="CE",
                            max_length=2,
                        ),
                    ),
                    ("words", models.CharField(blank=True, max_length=500)),
                    (
                        "state",
                        models.CharField(
                            choices=[("asked", "waiting"), ("accepted", "accepted"), ("declined", "declined")],
                            default="asked",
                            max_length=10,
                        ),
                    ),
                    ("asked_at", models.DateTimeField()),
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
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="join_requests",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="join_requests",
                            to="accounts.organisation",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state", "asked")),
                            fields=("person", "organisation"),
                            name="one_open_join_request_per_person",
                        )
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Invitation",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("email", models.EmailField(max_length=254)),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("CR", "reader"),
                                ("CE", "editor"),
                                ("CA", "administrator"),
                                ("EL", "elected lead, signatory"),
                                ("PT", "partner author"),
                                ("TV", "territorial volunteer"),
                                ("RV", "reviewer"),
                                ("CM", "commission member"),
                                ("BD", "board member"),
                                ("PO", "programme officer"),
                                ("PA", "programme administrator"),
                                ("AN", "analyst"),
                            ],
                            max_length=2,
                        ),
                    ),
                    ("token_digest", models.CharField(max_length=64, unique=True)),
                    ("invited_at", models.DateTimeField()),
                    ("expires_at", models.DateTimeField()),
                    ("accepted_at", models.DateTimeField(blank=True, null=True)),
                    ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                    ("held_at", models.DateTimeField(blank=True, null=True)),
                    ("held_name", models.CharField(blank=True, max_length=120)),
                    (
                        "invited_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="invitations",
                            to="accounts.organisation",
                        ),
                    ),
                ],
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Import",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("kind", models.CharField(max_length=20)),
                    ("reference", models.CharField(max_length=120)),
                    ("options", models.JSONField(blank=True, default=dict)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("reading", "being read"),
                                ("refused", "refused"),
                                ("read", "to be confirmed"),
                                ("writing", "being written"),
                                ("written", "written"),
                                ("dropped", "dropped"),
                            ],
                            default="reading",
                            max_length=10,
                        ),
                    ),
                    ("told", models.JSONField(blank=True, default=list)),
                    ("digest", models.CharField(blank=True, max_length=64)),
                    ("choices", models.JSONField(blank=True, default=dict)),
                    ("outcome", models.JSONField(blank=True, default=dict)),
                    ("given_at", models.DateTimeField()),
                    ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
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
                        "file",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.file"
                        ),
                    ),
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
                ],
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.AddField(
                model_name="file",
                name="organisation",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="files", to="accounts.organisation"
                ),
            ),
            migrations.CreateModel(
                name="Delegation",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("given_by", models.CharField(max_length=120)),
                    ("reference", models.CharField(max_length=120)),
                    ("signed_on", models.DateField()),
                    ("recorded_at", models.DateTimeField()),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="delegations",
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
                        "organisation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="delegations",
                            to="accounts.organisation",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("ended_at", None)),
                            fields=("organisation", "person"),
                            name="one_living_delegation_per_person",
                        )
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="PendingAct",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("kind", models.CharField(max_length=40)),
                    ("reference", models.CharField(max_length=120)),
                    ("payload", models.JSONField(default=dict)),
                    (
                        "state",
                        models.CharField(
                            choices=[("asked", "waiting"), ("accepted", "accepted"), ("declined", "declined")],
                            default="asked",
                            max_length=10,
                        ),
                    ),
                    ("proposed_at", models.DateTimeField()),
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
                        "proposed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state", "asked")),
                            fields=("kind", "reference"),
                            name="one_pending_act_per_kind_and_thing",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("answered_by", None),
                                models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                                ("state", "declined"),
                                _connector="OR",
                            ),
                            name="pending_act_confirmed_by_another_person",
                        ),
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="SignIn",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("session_key", models.CharField(max_length=40, unique=True)),
                    ("browser", models.CharField(blank=True, max_length=60)),
                    ("started_at", models.DateTimeField()),
                    ("seen_at", models.DateTimeField()),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="sign_ins",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="Message",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("language", models.CharField(max_length=10)),
                    ("text", models.TextField()),
                    ("made_at", models.DateTimeField()),
                    ("edited_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "author",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("mentions", models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL)),
                    (
                        "thread",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="accounts.thread"
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["thread", "made_at"], name="messages_in_order")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("edited_at", None), ("edited_at__gte", models.F("made_at")), _connector="OR"
                            ),
                            name="message_edited_after_it_is_made",
                        )
                    ],
                },
                managers=[
                    ("rows", django.db.models.manager.Manager()),
                ],
            ),
            migrations.CreateModel(
                name="ThreadReading",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("read_at", models.DateTimeField()),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "thread",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="readings", to="accounts.thread"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("thread", "person"), name="one_reading_per_thread_and_person")
                    ],
                },
            ),
            migrations.AddConstraint(
                model_name="journalchain",
                constraint=models.UniqueConstraint(
                    django.db.models.functions.comparison.Coalesce("organisation", 0),
                    name="one_journal_chain_per_organisation_and_house",
                ),
            ),
        ]),
    ]
