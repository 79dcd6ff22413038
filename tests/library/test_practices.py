"""A practice from its first words to the shelf: who may do what, what it asks, what is told to whom."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.models import JournalContent, Notification
from marelle.accounts.states import Role
from marelle.base import origins, stamps
from marelle.base.errors import BadData, Conflict, NotAllowed, WrongState
from marelle.library.models import Practice, PracticeText, Word
from marelle.library.operations import practices as operations
from marelle.library.operations.practices import CameFrom
from marelle.library.states import ADOPTION_STEPS, PRACTICE_STEPS, RESOURCE_STEPS
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DomainFactory
from tests.factories.library import ServiceFactory
from tests.library.shelf import AT, drafted, editor, team

pytestmark = pytest.mark.django_db


def verbs():
    return list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))


def test_steps_are_the_agreed_ones():
    assert PRACTICE_STEPS.as_text() == (
        "draft: submit > proposed\n"
        "proposed: publish > published, replace > replaced, send_back > returned\n"
        "published: retain > retained, retire > retired\n"
        "retained: retire > retired\n"
        "returned: submit > proposed"
    )
    assert ADOPTION_STEPS.as_text() == (
        "adapted: drop > dropped, give_result > result_given\n"
        "planned: adapt > adapted, drop > dropped, give_result > result_given\n"
        "result_given: give_result > result_given"
    )
    assert RESOURCE_STEPS.as_text() == (
        "draft: submit > proposed\n"
        "proposed: publish > published, send_back > returned\n"
        "published: retain > retained, retire > retired\n"
        "retained: retire > retired\n"
        "returned: submit > proposed"
    )


def test_a_practice_goes_from_a_draft_to_the_shelf_and_off_it():
    officer, _committee = team()
    writer, town = editor()
    practice = drafted(writer, town)

    operations.submit(practice.pk, by=writer)
    operations.send_back(practice.pk, "Dites le coût.", by=officer)
    operations.save_field(practice.pk, "fr.cost", "Trois barrières.", was="", version=0, by=writer)
    operations.submit(practice.pk, by=writer)
    shown = operations.publish(practice.pk, by=officer, at=AT)
    operations.retain(practice.pk, by=officer)
    kept = Word.objects.filter(practice=practice).count()
    operations.retire(practice.pk, by=officer)

    assert (shown.published_at, shown.review_note) == (AT, "")
    assert (kept > 10, Word.objects.count()) == (True, 0)
    assert verbs() == [
        "practice_drafted",
        "practice_submitted",
        "practice_sent_back",
        "practice_submitted",
        "practice_published",
        "practice_retained",
        "practice_retired",
    ]
    told = set(Notification.objects.values_list("person__name", "kind"))
    assert told == {
        (officer.name, "practice_submitted"),
        (writer.name, "practice_sent_back"),
        (writer.name, "practice_published"),
        (writer.name, "practice_retained"),
        (writer.name, "practice_retired"),
    }


def test_publishing_changes_what_the_public_sees():
    officer, _committee = team()
    writer, town = editor()
    practice = drafted(writer, town)
    operations.submit(practice.pk, by=writer)
    before = stamps.current()

    operations.publish(practice.pk, by=officer)

    assert stamps.current() > before


@pytest.mark.parametrize("field", ["name", "problem", "conditions"])
def test_what_is_asked_must_be_said(field):
    team()
    writer, town = editor()
    practice = drafted(writer, town, **{field: ""})

    with pytest.raises(BadData):
        operations.submit(practice.pk, by=writer)

    practice.refresh_from_db()
    assert (practice.state, verbs()) == ("draft", ["practice_drafted"])


@pytest.mark.parametrize("step", ["publish", "retain", "retire", "send_back"])
@pytest.mark.parametrize("who", ["its author", "another committee", "a reviewer"])
def test_only_the_programme_team_of_its_committee_reviews(step, who):
    _officer, committee = team()
    writer, town = editor()
    practice = drafted(writer, town)
    operations.submit(practice.pk, by=writer)
    other = OrganisationFactory(committee=True, code="o-other")
    by = {
        "its author": writer,
        "another committee": team(other)[0],
        "a reviewer": PersonFactory(roles=[(committee, Role.REVIEWER)]),
    }[who]
    given = (practice.pk, "Non.") if step == "send_back" else (practice.pk,)

    with pytest.raises(NotAllowed):
        getattr(operations, step)(*given, by=by)

    practice.refresh_from_db()
    assert practice.state == "proposed"


@pytest.mark.parametrize("role", [Role.CITY_READER, None])
def test_only_who_writes_for_the_town_tells_its_practices(role):
    team()
    writer, town = editor()
    practice = drafted(writer, town)
    by = PersonFactory(roles=[(town, role)] if role else [])

    with pytest.raises(NotAllowed):
        operations.draft(town, by=by)
    with pytest.raises(NotAllowed):
        operations.save_field(practice.pk, "fr.name", "Autre", was="", version=0, by=by)

    assert (Practice.rows.count(), practice.texts.get().name) == (1, "La rue aux enfants")


def test_what_is_proposed_no_longer_changes():
    team()
    writer, town = editor()
    practice = drafted(writer, town)
    operations.submit(practice.pk, by=writer)

    with pytest.raises(WrongState):
        operations.save_field(practice.pk, "fr.name", "Autre", was="La rue aux enfants", version=0, by=writer)

    assert practice.texts.get().name == "La rue aux enfants"


def test_two_who_write_lose_nothing():
    team()
    writer, town = editor()
    practice = drafted(writer, town)
    operations.save_field(practice.pk, "fr.name", "La rue calme", was="La rue aux enfants", version=1, by=writer)

    with pytest.raises(Conflict) as conflict:
        operations.save_field(practice.pk, "fr.name", "La rue libre", was="La rue aux enfants", version=1, by=writer)

    assert (conflict.value.yours, conflict.value.theirs) == ("La rue libre", "La rue calme")
    assert practice.texts.get().name == "La rue calme"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fr.nothing", "x"),
        ("en.name", "x"),
        ("fr.name", "x" * 201),
        ("about.state", "published"),
        ("about.cost_eur", "beaucoup"),
        ("about.cost_eur", "99999999999"),
        ("about.evidence_level", "sure"),
        ("about.rights", "mine"),
        ("fr", "x"),
    ],
)
def test_what_is_not_on_the_list_is_refused(name, value):
    team()
    writer, town = editor()
    practice = drafted(writer, town)

    with pytest.raises(BadData):
        operations.save_field(practice.pk, name, value, was="", version=0, by=writer)

    practice.refresh_from_db()
    assert (practice.version, practice.texts.get().version) == (1, 1)


def test_what_it_rests_on_is_saved_field_by_field():
    team()
    writer, town = editor()
    practice = drafted(writer, town)

    operations.save_field(practice.pk, "about.cost_eur", "12 000 €", was="", version=1, by=writer)
    operations.save_field(practice.pk, "about.evidence_level", "counted", was="told", version=1, by=writer)

    practice.refresh_from_db()
    assert (practice.cost_eur, practice.evidence_level, practice.version) == (12000, "counted", 3)


def test_it_is_told_in_a_second_language():
    team()
    writer, town = editor()
    practice = drafted(writer, town)

    operations.add_language(practice.pk, "en", by=writer)
    operations.save_field(practice.pk, "en.name", "The children’s street", was="", version=1, by=writer)
    with pytest.raises(BadData):
        operations.add_language(practice.pk, "xx", by=writer)

    assert sorted(PracticeText.objects.values_list("language", "name")) == [
        ("en", "The children’s street"),
        ("fr", "La rue aux enfants"),
    ]


def test_its_subject_is_chosen_among_what_is_offered():
    team()
    writer, town = editor()
    practice = drafted(writer, town)
    domain, service = DomainFactory(), ServiceFactory()

    operations.describe(practice.pk, domains=[domain.pk], services=[service.code], languages=["fr", "ar"], by=writer)
    for wrong in ({"domains": ["0"]}, {"services": ["nothing"]}, {"languages": ["<b>"]}, {"domains": ["x"]}):
        with pytest.raises(BadData):
            operations.describe(practice.pk, **({"domains": [], "services": [], "languages": []} | wrong), by=writer)

    practice.refresh_from_db()
    assert (list(practice.domains.all()), list(practice.services.all())) == ([domain], [service])
    assert practice.languages == ["fr", "ar"]


def test_one_agrees_to_be_asked_for_oneself_and_takes_it_back():
    team()
    writer, town = editor()
    reader = PersonFactory(roles=[(town, Role.CITY_READER)])
    practice = drafted(writer, town)

    agreed = operations.agree_to_be_asked(practice.pk, by=reader, at=AT)
    with pytest.raises(NotAllowed):
        operations.agree_to_be_asked(practice.pk, by=PersonFactory())
    seen = (agreed.contact, agreed.contact_agreed_at)
    operations.stop_being_asked(practice.pk, by=reader)

    practice.refresh_from_db()
    assert (seen, practice.contact, practice.contact_agreed_at) == ((reader, AT), None, None)
    assert verbs()[-2:] == ["practice_contact_agreed", "practice_contact_ended"]


def test_somebody_else_does_not_take_it_back_unless_they_write_for_the_town():
    team()
    writer, town = editor()
    practice = drafted(writer, town)
    operations.agree_to_be_asked(practice.pk, by=writer, at=AT)

    with pytest.raises(NotAllowed):
        operations.stop_being_asked(practice.pk, by=PersonFactory(roles=[(town, Role.CITY_READER)]))

    practice.refresh_from_db()
    assert practice.contact == writer


def test_a_file_is_joined_and_taken_off():
    team()
    writer, town = editor()
    practice = drafted(writer, town)

    operations.attach(practice.pk, SimpleUploadedFile("plan.csv", b"a,b\n1,2\n"), by=writer)
    file = practice.files.get()
    operations.detach(practice.pk, file.code, by=writer)

    assert (file.organisation, file.label, practice.files.count()) == (town, "plan.csv", 0)


def test_a_talk_becomes_a_practice_in_one_act_and_says_so():
    officer, _committee = team()
    _writer, town = editor()
    talk = CameFrom("talk", "events.item:abc", "Une rue calme", "Ce qui fut dit.", "/rencontre/2026")
    words = {"fr": {"name": "Une rue calme", "what_was_done": "Fermer."}, "en": {"name": "A calm street"}}

    made = operations.draft_from(talk, organisation=town, words=words, by=officer)
    again = operations.draft_from(talk, organisation=town, words=words, by=officer)

    assert (again.pk, made.organisation, made.state) == (made.pk, town, "draft")
    assert sorted(made.texts.values_list("language", "name")) == [("en", "A calm street"), ("fr", "Une rue calme")]
    strip = origins.strip_for(operations.reference(made), None)
    assert len(strip.parents) == 1
    assert Notification.objects.get().kind == "practice_drafted"


def test_a_stranger_makes_no_practice_of_a_talk():
    team()
    _writer, town = editor()

    with pytest.raises(NotAllowed):
        operations.draft_from(
            CameFrom("talk", "events.item:abc", "Une rue"),
            organisation=town,
            words={"fr": {"name": "Une rue"}},
            by=PersonFactory(),
        )

    assert Practice.rows.count() == 0


@pytest.mark.parametrize(
    ("viewer", "state", "sees"),
    [
        ("town", "draft", True),
        ("team", "draft", False),
        ("team", "proposed", True),
        ("other team", "proposed", False),
        ("other town", "proposed", False),
        ("other town", "published", True),
        ("other town", "retired", False),
        ("team", "retired", True),
    ],
)
def test_who_sees_a_practice(viewer, state, sees):
    officer, _committee = team()
    writer, town = editor()
    practice = drafted(writer, town)
    Practice.rows.filter(pk=practice.pk).update(state=state, published_at=AT)
    people = {
        "town": lambda: writer,
        "team": lambda: officer,
        "other team": lambda: team(OrganisationFactory(committee=True, code="o-other"))[0],
        "other town": lambda: editor()[0],
    }

    found = Practice.objects.visible_to(people[viewer]()).filter(pk=practice.pk).exists()

    assert found == sees
