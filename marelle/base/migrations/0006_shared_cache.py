"""The table behind `marelle.base.shared_cache`, as Django's own cache in the database expects it."""

from django.db import migrations

MOMENT = {"sqlite": "datetime", "postgresql": "timestamp with time zone"}


def make(apps, schema_editor):
    moment = MOMENT[schema_editor.connection.vendor]
    schema_editor.execute(
        "CREATE TABLE IF NOT EXISTS base_shared_cache "
        f"(cache_key varchar(255) NOT NULL PRIMARY KEY, value text NOT NULL, expires {moment} NOT NULL)"
    )
    schema_editor.execute("CREATE INDEX IF NOT EXISTS base_shared_cache_expires ON base_shared_cache (expires)")


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE IF EXISTS base_shared_cache")


class Migration(migrations.Migration):
    dependencies = [("base", "0005_feed_key")]

    operations = [migrations.RunPython(make, drop)]
