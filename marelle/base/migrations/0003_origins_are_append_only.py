"""An origin is never erased nor rewritten; it may be withdrawn, once. Both engines refuse (settled 10)."""

from django.db import migrations

KEPT = ["code", "kind", "parent", "offspring", "label", "address", "excerpt", "fingerprint", "made_by", "made_at"]

SQLITE = [
    """CREATE TRIGGER append_only_origin_update BEFORE UPDATE ON base_origin
    WHEN OLD.withdrawn_at IS NOT NULL OR {changed}
    BEGIN SELECT RAISE(ABORT, 'base_origin is append-only'); END""".format(
        changed=" OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in ["id", *KEPT])
    ),
    """CREATE TRIGGER append_only_origin_delete BEFORE DELETE ON base_origin
    BEGIN SELECT RAISE(ABORT, 'base_origin is append-only'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION append_only_origin() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NOT ({changed}) THEN RETURN NEW; END IF;
      RAISE EXCEPTION 'base_origin is append-only' USING ERRCODE = 'integrity_constraint_violation';
    END $$""".format(changed=" OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in ["id", *KEPT])),
    """CREATE TRIGGER append_only_origin BEFORE UPDATE OR DELETE ON base_origin
    FOR EACH ROW EXECUTE FUNCTION append_only_origin()""",
]
UNDO = {
    "sqlite": ["DROP TRIGGER append_only_origin_update", "DROP TRIGGER append_only_origin_delete"],
    "postgresql": ["DROP TRIGGER append_only_origin ON base_origin", "DROP FUNCTION append_only_origin()"],
}


def close(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def open_again(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("base", "0002_idempotency_key_length")]

    operations = [migrations.RunPython(close, open_again)]
