"""All of base up to 0009 in one step, for a new house; one that stands goes on as it came."""

from importlib import import_module

from django.db import migrations, models

import marelle.base.text
from marelle.base.first_tables import FirstTables

ORIGINS, JOURNAL, CACHE = (
    import_module(f"marelle.base.migrations.{name}")
    for name in ("0003_origins_are_append_only", "0004_append_only_journal", "0006_shared_cache")
)


class Migration(migrations.Migration):
    replaces = [
        ("base", "0001_initial"),
        ("base", "0002_idempotency_key_length"),
        ("base", "0003_origins_are_append_only"),
        ("base", "0004_append_only_journal"),
        ("base", "0005_feed_key"),
        ("base", "0006_shared_cache"),
        ("base", "0007_key_without_body"),
        ("base", "0008_letter_calendar"),
        ("base", "0009_letter_unsubscribe"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_squashed_0012_taken_over"),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name="IdempotencyKey",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("key", models.CharField(max_length=80, unique=True)),
                    ("person_code", models.CharField(max_length=32)),
                    ("path", models.CharField(max_length=300)),
                    ("location", models.CharField(blank=True, max_length=500)),
                    ("created_at", models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name="Job",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("key", models.CharField(max_length=160, unique=True)),
                    ("task", models.CharField(max_length=120)),
                    ("arguments", models.JSONField(default=dict)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("waiting", "Waiting"),
                                ("running", "Running"),
                                ("done", "Done"),
                                ("parked", "Parked"),
                            ],
                            default="waiting",
                            max_length=10,
                        ),
                    ),
                    ("tries", models.PositiveSmallIntegerField(default=0)),
                    ("done", models.PositiveIntegerField(default=0)),
                    ("total", models.PositiveIntegerField(default=0)),
                    ("last_error", models.CharField(blank=True, max_length=300)),
                    ("created_at", models.DateTimeField()),
                    ("not_before", models.DateTimeField()),
                    ("lease_until", models.DateTimeField(blank=True, null=True)),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                ],
            ),
            migrations.CreateModel(
                name="Stamp",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.CharField(max_length=20, unique=True)),
                    ("value", models.PositiveBigIntegerField(default=0)),
                ],
            ),
            migrations.CreateModel(
                name="FeedKey",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("person_code", models.CharField(max_length=32)),
                    ("organisation_code", models.CharField(max_length=40)),
                    ("made_at", models.DateTimeField()),
                    ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("withdrawn_at", None)),
                            fields=("person_code", "organisation_code"),
                            name="one_living_feed_key_per_person_and_organisation",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Letter",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("key", models.CharField(max_length=120, unique=True)),
                    ("kind", models.CharField(max_length=40)),
                    ("reference", models.CharField(blank=True, max_length=80)),
                    ("address", models.EmailField(max_length=254)),
                    ("language", models.CharField(default="fr", max_length=10)),
                    ("subject", models.CharField(max_length=150)),
                    ("text", models.TextField()),
                    ("calendar", models.TextField(blank=True)),
                    ("unsubscribe", models.URLField(blank=True, max_length=300)),
                    (
                        "state",
                        models.CharField(
                            choices=[("waiting", "Waiting"), ("sent", "Sent"), ("parked", "Parked")],
                            default="waiting",
                            max_length=10,
                        ),
                    ),
                    ("tries", models.PositiveSmallIntegerField(default=0)),
                    ("last_error", models.CharField(blank=True, max_length=300)),
                    ("written_at", models.DateTimeField()),
                    ("not_before", models.DateTimeField()),
                    ("sent_at", models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("sent_at__isnull", False), ("state", "sent")),
                                models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at", None)),
                                _connector="OR",
                            ),
                            name="letter_sent_has_a_date",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Origin",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("code", models.CharField(default=marelle.base.text.random_id, max_length=32, unique=True)),
                    ("kind", models.CharField(max_length=20)),
                    ("parent", models.CharField(db_index=True, max_length=120)),
                    ("offspring", models.CharField(db_index=True, max_length=120)),
                    ("label", models.CharField(max_length=200)),
                    ("address", models.CharField(blank=True, max_length=300)),
                    ("excerpt", models.TextField(blank=True)),
                    ("fingerprint", models.CharField(max_length=64)),
                    ("made_by", models.CharField(max_length=32)),
                    ("made_at", models.DateTimeField()),
                    ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("withdrawn_at", None)),
                            fields=("parent", "offspring"),
                            name="one_living_origin_per_parent_and_offspring",
                        )
                    ],
                },
            ),
        ]),
        migrations.RunPython(ORIGINS.close, ORIGINS.open_again),
        migrations.RunPython(JOURNAL.close, JOURNAL.reopen),
        migrations.RunPython(CACHE.make, CACHE.drop),
    ]
