"""The journal is append-only in the database too (trust J1, settled 10).

An entry is never changed nor deleted. Its words are never changed, and go only while a person is being erased:
the stamp `erasing` is then 1, in that transaction alone.
"""

from django.db import migrations

ERASING = "SELECT 1 FROM base_stamp WHERE name = 'erasing' AND value = 1"
ENTRY, WORDS = "accounts_journalentry", "accounts_journalcontent"

SQLITE = [
    f"CREATE TRIGGER journal_entry_never_changes BEFORE UPDATE ON {ENTRY} "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    f"CREATE TRIGGER journal_entry_never_goes BEFORE DELETE ON {ENTRY} "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    f"CREATE TRIGGER journal_words_never_change BEFORE UPDATE ON {WORDS} "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    f"CREATE TRIGGER journal_words_go_by_erasure BEFORE DELETE ON {WORDS} WHEN NOT EXISTS ({ERASING}) "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
]
POSTGRESQL = [
    "CREATE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE FUNCTION journal_words_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN IF EXISTS ({ERASING}) THEN RETURN OLD; END IF; "
    "RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    f"CREATE TRIGGER journal_entry_never_changes BEFORE UPDATE OR DELETE ON {ENTRY} "
    "FOR EACH ROW EXECUTE FUNCTION journal_refuses()",
    f"CREATE TRIGGER journal_words_never_change BEFORE UPDATE ON {WORDS} "
    "FOR EACH ROW EXECUTE FUNCTION journal_refuses()",
    f"CREATE TRIGGER journal_words_go_by_erasure BEFORE DELETE ON {WORDS} "
    "FOR EACH ROW EXECUTE FUNCTION journal_words_refuse()",
]
UNDO_SQLITE = [
    "DROP TRIGGER journal_entry_never_changes",
    "DROP TRIGGER journal_entry_never_goes",
    "DROP TRIGGER journal_words_never_change",
    "DROP TRIGGER journal_words_go_by_erasure",
]
UNDO_POSTGRESQL = [
    f"DROP TRIGGER journal_entry_never_changes ON {ENTRY}",
    f"DROP TRIGGER journal_words_never_change ON {WORDS}",
    f"DROP TRIGGER journal_words_go_by_erasure ON {WORDS}",
    "DROP FUNCTION journal_refuses()",
    "DROP FUNCTION journal_words_refuse()",
]


def close(apps, schema_editor):
    for sentence in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(sentence)


def reopen(apps, schema_editor):
    for sentence in UNDO_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else UNDO_SQLITE:
        schema_editor.execute(sentence)


class Migration(migrations.Migration):
    dependencies = [("base", "0003_origins_are_append_only"), ("accounts", "0001_initial")]

    operations = [migrations.RunPython(close, reopen)]
