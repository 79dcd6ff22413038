"""The journal: chained, append-only, purged without breaking."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation

from marelle.accounts import heads, journal, queries
from marelle.accounts.journal_words import WORDS
from marelle.accounts.models import JournalChain, JournalContent, JournalEntry
from marelle.base.models import Stamp
from tests.append_only import opened
from tests.base.threads import at_once
from tests.factories.accounts import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)


def three_acts():
    city, person = OrganisationFactory(), PersonFactory()
    entries = [
        journal.record(city, verb, by=person, organisation=city) for verb in ("invited", "role_given", "decided")
    ]
    return city, person, entries


def test_record_chains_one_chain_an_organisation():
    """trust J1. Numbers follow one another, each digest holds the one before."""
    city, _person, entries = three_acts()
    elsewhere = journal.record("house:x", "invited", by=None)

    assert [e.number for e in entries] == [1, 2, 3]
    assert [e.previous for e in entries[1:]] == [e.digest for e in entries[:-1]]
    assert (elsewhere.number, JournalChain.objects.get(organisation=city).length) == (1, 3)
    assert list(journal.broken_chains()) == []


@pytest.mark.parametrize(
    "words",
    [
        "UPDATE accounts_journalentry SET content_digest = 'x'",
        "DELETE FROM accounts_journalentry",
        "UPDATE accounts_journalcontent SET verb = 'decided'",
        "DELETE FROM accounts_journalcontent",
    ],
)
def test_journal_is_append_only_in_the_database(words):
    """trust J1, J2. The database itself refuses, whatever the program asks."""
    three_acts()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(words)

    assert (JournalEntry.objects.count(), JournalContent.objects.count()) == (3, 3)


def forge(table, changes, number):
    """Change a row behind the database's back."""
    with opened(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = 'replica'")  # a superuser's way round triggers
        cursor.execute(f"UPDATE {table} SET {changes} WHERE {number}")


@pytest.mark.parametrize(
    ("table", "changes", "where", "sentence"),
    [
        ("accounts_journalentry", "content_digest = 'f'", "number = 2", "entry 2 was altered"),
        ("accounts_journalentry", "number = 9", "number = 2", "entry 2 is missing or moved"),
        ("accounts_journalcontent", "verb = 'signed'", "verb = 'decided'", "the words of entry 3 were altered"),
        ("accounts_journalchain", "length = 2", "length = 3", "the head does not match the last entry"),
    ],
)
def test_broken_chains_names_what_was_forged(table, changes, where, sentence):
    """trust J2. An entry altered, taken away, its words changed, a head cut: each is told."""
    city, _person, _entries = three_acts()

    forge(table, changes, where)

    assert list(journal.broken_chains()) == [f"journal {city.code}: {sentence}"]


def test_house_has_one_chain_in_the_database():
    """trust J1. NULL is never equal to NULL: a constraint of its own says that the house has one chain."""
    JournalChain.objects.create(organisation=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        JournalChain.objects.create(organisation=None)


@pytest.mark.django_db(transaction=True)
def test_first_entries_at_once_make_one_chain():
    """trust J1. Whoever comes first makes it, of the house as of a city; nobody's entry is lost."""
    city = OrganisationFactory()

    at_once(lambda n: journal.record("house:x", "invited", by=None, organisation=city if n % 2 else None), 8)

    assert sorted(JournalChain.objects.values_list("length", flat=True)) == [4, 4]
    assert list(journal.broken_chains()) == []


def cut(last):
    """Take the entries past `last` away, and say that the chain always ended there: every digest fits."""
    head = JournalEntry.objects.get(number=last)
    with opened(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = 'replica'")
        numbers = f"(SELECT id FROM accounts_journalentry WHERE number > {last})"
        cursor.execute(f"DELETE FROM accounts_journalcontent WHERE entry_id IN {numbers}")
        cursor.execute(f"DELETE FROM accounts_journalentry WHERE number > {last}")
        cursor.execute("UPDATE accounts_journalchain SET length = %s, digest = %s", [last, head.digest])


def test_a_chain_cut_short_does_not_fit_what_was_written_down():
    """trust J2. Its last entries taken away and its head made anew: only what stands outside the database tells."""
    city, _person, _entries = three_acts()
    written = heads.write_down(NOW)
    again = heads.write_down(NOW)

    cut(2)

    assert (written, again) == (1, 0)
    assert list(journal.broken_chains()) == [f"journal {city.code}: 3 entries were written down, 2 are left"]


@pytest.mark.django_db(transaction=True)
def test_a_chain_cut_by_its_very_last_act_is_found_at_once():
    """trust J2. Each act writes its own head down, once it is committed: nobody waits for the worker."""
    city, _person, _entries = three_acts()
    committed = heads.written()[city.code]
    with pytest.raises(RuntimeError), transaction.atomic():
        journal.record(city, "role_ended", by=None, organisation=city)
        raise RuntimeError

    undone = heads.written()[city.code]
    cut(2)

    assert (sorted(committed), undone == committed) == ([1, 2, 3], True)
    assert list(journal.broken_chains()) == [f"journal {city.code}: 3 entries were written down, 2 are left"]


def test_a_chain_made_anew_does_not_fit_what_was_written_down():
    """trust J2. Cut, then written on to the same length: another entry stands where one was written down."""
    city, person, _entries = three_acts()
    heads.write_down(NOW)

    cut(2)
    journal.record(city, "role_ended", by=person, organisation=city)

    assert list(journal.broken_chains()) == [f"journal {city.code}: entry 3 is not the one that was written down"]


def test_heads_written_down_survive_a_line_cut_by_a_crash(settings):
    """trust J2. What is left of the line is passed over; the next one begins a line of its own."""
    city, person, _entries = three_acts()
    heads.write_down(NOW)
    with (settings.DATA / heads.FILE).open("a") as file:
        file.write(f"2026-05-04T08:10:00+00:00 {city.code} 4")

    journal.record(city, "role_ended", by=person, organisation=city)
    heads.write_down(NOW)

    assert sorted(heads.written()[city.code]) == [3, 4]
    assert list(journal.broken_chains()) == []


def test_an_act_rewritten_whole_breaks_what_follows():
    """trust J2. Its digest made anew and the next one pointed at it: what follows no longer fits."""
    city, _person, (_first, second, third) = three_acts()
    other = "e" * 64
    anew = journal._chained(second.previous, other, second.at)

    forge("accounts_journalentry", f"content_digest = '{other}', digest = '{anew}'", f"id = {second.pk}")
    forge("accounts_journalentry", f"previous = '{anew}'", f"id = {third.pk}")

    assert f"journal {city.code}: entry 3 was altered" in journal.broken_chains()


def test_purged_words_leave_the_chain_whole():
    """trust J1, settled 14. While a person is being erased, words may go; the chain still proves itself."""
    city, _person, _acts = three_acts()
    Stamp.objects.update_or_create(name="erasing", defaults={"value": 1})
    JournalContent.objects.filter(verb="role_given").delete()

    assert list(journal.broken_chains()) == []
    assert [queries.as_act(e).words for e in queries.journal_entries(city)][1] == "(ces mots ont été effacés)"


def test_record_refuses_a_verb_without_a_sentence():
    """trust J1. Every act has its words."""
    with pytest.raises(KeyError):
        journal.record("house:x", "did_something", by=None)

    assert JournalEntry.objects.count() == 0


def test_every_verb_has_a_french_sentence():
    """trust J4. Read by those it concerns, in their language."""
    with translation.override("fr"):
        french = {verb: str(words) for verb, words in WORDS.items()}
    with translation.override("en"):
        english = {verb: str(words) for verb, words in WORDS.items()}

    assert [verb for verb in WORDS if french[verb] == english[verb]] == []


def test_record_refusal_keeps_the_rule():
    """trust J3. Who was refused, where, by which rule; nothing else of what they sent."""
    person = PersonFactory()

    journal.record_refusal(person, "city:team", rule="may_administer", door="", secret="typed words")

    content = JournalContent.objects.get()
    assert (content.verb, content.reference, content.person) == ("refused", "page:city:team", person)
    assert content.facts == {"rule": "may_administer", "door": ""}


def test_invariants_are_registered():
    """trust D7. `marelle check` walks the chain and compares files with rows."""
    from marelle.base import registers

    three_acts()

    assert {"journal", "files"} <= set(registers.invariants)
    assert [list(registers.invariants[name]()) for name in ("journal", "files")] == [[], []]
