"""Two people, one thing: nothing typed is lost."""

import pytest
from django.db import connection, models, transaction
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from marelle.base.errors import Conflict
from marelle.base.models import Rows, Versioned
from marelle.base.versions import save_field
from tests.base.threads import at_once
from tests.scale import scaled

with isolate_apps("marelle.base"):  # so that no other test meets these models

    class Note(Versioned):
        """A thing with two fields, for these tests alone."""

        title = models.CharField(max_length=200, default="")
        text = models.TextField(default="")
        rows = Rows()
        objects = models.Manager()

        class Meta:
            app_label = "base"

    class Loose(Note):
        """Saves nowhere."""

        class Meta:
            app_label = "base"
            proxy = True

        def save(self, **kwargs):
            pass


@pytest.fixture
def notes(transactional_db):
    with connection.schema_editor() as editor:
        editor.create_model(Note)
    yield Note.objects
    with connection.schema_editor() as editor:
        editor.delete_model(Note)


def note(**fields):
    return Loose(title="titre", text="ancien", version=3, **fields)


def test_save_raises_the_version_by_one():
    saved = save_field(note(), "text", "nouveau", was="ancien", version=3)

    assert (saved.text, saved.version) == ("nouveau", 4)


def test_stale_version_on_an_untouched_field_is_merged():
    """trust D1."""
    saved = save_field(note(), "text", "nouveau", was="ancien", version=1)

    assert (saved.text, saved.version) == ("nouveau", 4)


def test_same_words_twice_change_nothing():
    saved = save_field(note(), "text", "ancien", was="autre", version=1)

    assert (saved.text, saved.version) == ("ancien", 3)


def test_stale_version_on_a_field_another_wrote_tells_both_texts():
    """trust D1."""
    thing = note()

    with pytest.raises(Conflict) as conflict:
        save_field(thing, "text", "le mien", was="très ancien", version=2)

    assert (conflict.value.yours, conflict.value.theirs, conflict.value.version) == ("le mien", "ancien", 3)
    assert (conflict.value.facts["field"], thing.text, thing.version) == ("text", "ancien", 3)


def test_two_officers_lose_no_edit(notes):
    """trust D1, F8. Each acknowledged edit stands in the text, each other one was told."""
    pk, edits = notes.create(text="").pk, scaled(250, least=12)

    def officer(number):
        told = []
        seen = Note.objects.get(pk=pk)
        for edit in range(edits):
            mark = f"[{number}.{edit}]"
            while True:
                try:
                    with transaction.atomic():
                        row = Note.rows.lock(pk)
                        save_field(row, "text", seen.text + mark, was=seen.text, version=seen.version)
                    break
                except Conflict as conflict:
                    told.append(mark)
                    seen.text, seen.version = conflict.theirs, conflict.version
            seen = Note.objects.get(pk=pk)
        return told

    answers = at_once(officer, 2)

    text = notes.get(pk=pk).text
    assert [type(a) for a in answers] == [list, list]
    assert sorted(text.count(f"[{n}.{e}]") for n in range(2) for e in range(edits)) == [1] * 2 * edits
    assert notes.get(pk=pk).version == 1 + 2 * edits


@given(st.lists(st.tuples(st.sampled_from(["title", "text"]), st.sampled_from("abc"), st.integers(1, 6)), max_size=8))
def test_what_is_saved_was_either_seen_or_not_touched(writes):
    thing = Loose(title="a", text="a", version=1)
    history = {1: {"title": "a", "text": "a"}}
    for field, value, version in writes:
        seen = history.get(version, history[1])
        before = (thing.title, thing.text)
        try:
            save_field(thing, field, value, was=seen[field], version=version)
        except Conflict as conflict:
            assert (thing.title, thing.text) == before
            assert conflict.theirs == getattr(thing, field)
            assert seen[field] != getattr(thing, field)
        else:
            assert getattr(thing, field) == value
        history[thing.version] = {"title": thing.title, "text": thing.text}
