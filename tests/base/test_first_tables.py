"""A new house's tables, made at once, are those made one by one."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from marelle.base.first_tables import FirstTables

pytestmark = pytest.mark.django_db(transaction=True)
OPERATIONS = [
    migrations.CreateModel(
        "Town",
        fields=[("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=20, unique=True))],
    ),
    migrations.CreateModel(
        "School",
        fields=[
            ("id", models.BigAutoField(primary_key=True)),
            ("town", models.ForeignKey("demonstration.Town", models.PROTECT)),
        ],
    ),
    migrations.AddField("Town", "first", models.ForeignKey("demonstration.School", models.SET_NULL, null=True)),
    migrations.AddConstraint(
        "Town", models.CheckConstraint(condition=~models.Q(name=""), name="demonstration_town_has_a_name")
    ),
]
TABLES = ["demonstration_school", "demonstration_town"]


def made(operations):
    """Columns and constraints of the tables that stand once these are done; then they are undone."""
    states = [ProjectState()]
    with connection.schema_editor() as editor:
        for operation in operations:
            states.append(states[-1].clone())
            operation.state_forwards("demonstration", states[-1])
            operation.database_forwards("demonstration", editor, states[-2], states[-1])
    found = {table: described(table) for table in TABLES}
    with connection.schema_editor() as editor:
        for operation in reversed(operations):
            after = states.pop()
            operation.database_backwards("demonstration", editor, after, states[-1])
    return found


def described(table):
    with connection.cursor() as cursor:
        columns = sorted(
            (c.name, c.type_code, c.null_ok) for c in connection.introspection.get_table_description(cursor, table)
        )
        return columns, connection.introspection.get_constraints(cursor, table)


def test_tables_made_at_once_are_those_made_one_by_one():
    one_by_one = made(OPERATIONS)

    assert made([FirstTables(OPERATIONS)]) == one_by_one
    assert "demonstration_town_has_a_name" in one_by_one["demonstration_town"][1]
    assert not set(TABLES) & set(connection.introspection.table_names())


def test_models_made_at_once_are_known_with_all_their_fields():
    state = ProjectState()
    assert state.apps.get_models() == []  # drawn before

    FirstTables(OPERATIONS).state_forwards("demonstration", state)

    assert [field.name for field in state.apps.get_model("demonstration.Town")._meta.fields] == ["id", "name", "first"]
    assert FirstTables(OPERATIONS).describe() == "Create 2 tables at once"
