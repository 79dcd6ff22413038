"""Hearing a city: slots, an invitation for the calendars, a move, a call-off, minutes in two parts."""

import re
from datetime import timedelta

import pytest

from marelle.accounts.states import Role
from marelle.base import clock, registers
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates.hearing_sheets import printed
from marelle.mandates.models import Hearing, Slot
from marelle.mandates.operations import hearings
from marelle.mandates.operations.applications import withdraw_application
from marelle.mandates.queries import hearings as queries
from marelle.mandates.registered.hearings import is_invited
from tests.factories.accounts import PersonFactory
from tests.factories.hearings import HEARD_AT, HearingFactory, SlotFactory
from tests.factories.mandates import ApplicationFactory, RemarkFactory, ReviewFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db
NOW = HEARD_AT - timedelta(days=14)
PLANNED = """Bonjour,

La commission entend Bourg le 6 juillet 2026, 10\u00a0h (heure de Paris), pendant 60 minutes. La date est jointe à ce message, pour votre agenda.

Lieu\u202f: Salle du conseil

La candidature\u202f:
http://127.0.0.1:8000/espace/67447/candidature

L’équipe du programme
"""
MOVED = """Bonjour,

La commission entend désormais Bourg le 6 juillet 2026, 14\u00a0h (heure de Paris), pendant 60 minutes. Ce message déplace la date dans votre agenda.

Lieu\u202f: Salle du conseil
La salle s’ouvre ici\u202f:
https://salle.example/1

La candidature\u202f:
http://127.0.0.1:8000/espace/67447/candidature

L’équipe du programme
"""
CANCELLED = """Bonjour,

L’audition de Bourg, prévue le 6 juillet 2026, 10\u00a0h (heure de Paris), n’aura pas lieu. Ce message retire la date de votre agenda.

Pourquoi\u202f:
La salle est fermée.

La candidature\u202f:
http://127.0.0.1:8000/espace/67447/candidature

L’équipe du programme
"""


class Scene:
    """A dossier under review, its lead, its reader, and a free slot."""

    def __init__(self, **situation):
        self.house = committee()
        self.officer = works_as(Role.PROGRAMME_OFFICER, self.house)
        self.application = ApplicationFactory(
            organisation__name="Bourg", organisation__code="67447", **situation or {"under_review": True}
        )
        self.lead = PersonFactory(roles=[(self.application.organisation, Role.ELECTED_LEAD)])
        self.review = ReviewFactory(application=self.application, reviewer=works_as(Role.REVIEWER, self.house))
        self.slot = SlotFactory(call=self.application.call)

    @property
    def pk(self):
        return self.application.pk

    def state(self):
        self.application.refresh_from_db()
        return self.application.state

    def plan(self, slot=None):
        return hearings.plan_hearing(self.pk, (slot or self.slot).pk, by=self.officer, at=NOW)

    def mail(self, kind):
        return Letter.objects.get(kind=kind, address=self.lead.email)


def dates(letter):
    """What a letter does to its reader's calendar: the method, which date, its sequence."""
    return re.findall(r"^(?:METHOD|UID|SEQUENCE):(\S+)\r?$", letter.calendar, re.MULTILINE)


def prepare(scene, **changed):
    given = {"first_at": HEARD_AT, "length_minutes": 30, "count": 3, "place": " Mairie ", **changed}
    with clock.at(NOW):
        return hearings.prepare_slots(scene.application.call_id, by=changed.get("by", scene.officer), **given)


def test_prepare_slots_follow_one_another():
    scene = Scene()

    made = prepare(scene)

    assert [(slot.starts_at, slot.place) for slot in made] == [
        (HEARD_AT, "Mairie"),
        (HEARD_AT + timedelta(minutes=30), "Mairie"),
        (HEARD_AT + timedelta(minutes=60), "Mairie"),
    ]


def test_prepare_slots_twice_keeps_those_there():
    scene = Scene()

    again = [prepare(scene), prepare(scene, count=4)]

    assert [slot.pk for slot in again[1][:3]] == [slot.pk for slot in again[0]]
    assert Slot.rows.filter(place="Mairie").count() == 4


@pytest.mark.parametrize(
    "changed",
    [{"count": 0}, {"count": 41}, {"length_minutes": 4}, {"first_at": NOW}, {"place": " "}],
    ids=["none", "too many", "too short", "not to come", "nowhere"],
)
def test_prepare_slots_refuses(changed):
    scene = Scene()

    with pytest.raises(BadData):
        prepare(scene, **changed)

    assert list(Slot.rows.all()) == [scene.slot]


def test_prepare_slots_is_for_the_programme_team():
    scene = Scene()

    with pytest.raises(NotAllowed), clock.at(NOW):
        hearings.prepare_slots(
            scene.application.call_id, by=scene.lead, first_at=HEARD_AT, length_minutes=30, count=1, place="Mairie"
        )

    assert list(Slot.rows.all()) == [scene.slot]


def test_plan_hearing_invites_the_city_and_its_readers():
    scene = Scene()
    ReviewFactory(application=scene.application, stepped_aside=True)

    hearing = scene.plan()

    letter = scene.mail("hearing_planned")
    assert scene.state() == "hearing_planned"
    assert set(Letter.objects.values_list("address", flat=True)) == {scene.lead.email, scene.review.reviewer.email}
    assert letter.subject == "Bourg\u202f: le jour de l’audition"
    assert letter.text == PLANNED
    assert dates(letter) == ["REQUEST", f"hearing-{hearing.code}@127.0.0.1"]
    assert f"/bureau/lectures/{scene.review.code}" in Letter.objects.get(address=scene.review.reviewer.email).text


def test_plan_hearing_again_moves_it():
    scene = Scene()
    first = scene.plan()
    later = SlotFactory(
        call=scene.application.call, starts_at=HEARD_AT + timedelta(hours=4), link="https://salle.example/1"
    )

    moved = scene.plan(later)

    letter = scene.mail("hearing_moved")
    assert (moved.pk, moved.slot) == (first.pk, later)
    assert scene.state() == "hearing_planned"
    assert letter.text == MOVED
    assert dates(letter) == ["REQUEST", f"hearing-{first.code}@127.0.0.1", "1"]
    assert list(queries.free_slots(scene.application.call, NOW)) == [scene.slot]


@pytest.mark.parametrize(
    ("situation", "by", "slot", "error"),
    [
        ({"under_review": True}, "lead", {}, NotAllowed),
        ({"admissible": True}, "officer", {}, WrongState),
        ({"opinion_given": True}, "officer", {}, WrongState),
        ({"under_review": True}, "officer", {"starts_at": NOW}, BadData),
    ],
    ids=["the city", "not read yet", "too late", "past slot"],
)
def test_plan_hearing_refuses(situation, by, slot, error):
    scene = Scene(**situation)
    before, wanted = scene.state(), SlotFactory(call=scene.application.call, place="Autre salle", **slot)

    with pytest.raises(error):
        hearings.plan_hearing(scene.pk, wanted.pk, by=getattr(scene, by), at=NOW)

    assert (scene.state(), Hearing.rows.count(), Letter.objects.count()) == (before, 0, 0)


def test_plan_hearing_gives_a_slot_to_one_dossier():
    scene = Scene()
    scene.plan()
    other = ApplicationFactory(call=scene.application.call, under_review=True)

    with pytest.raises(WrongState):
        hearings.plan_hearing(other.pk, scene.slot.pk, by=scene.officer, at=NOW)

    other.refresh_from_db()
    assert (other.state, Hearing.rows.count()) == ("under_review", 1)


def test_plan_hearing_refuses_a_slot_of_another_call():
    scene = Scene()
    elsewhere = SlotFactory()

    with pytest.raises(BadData):
        scene.plan(elsewhere)

    assert (scene.state(), Hearing.rows.count()) == ("under_review", 0)


def test_remove_slot_only_while_free():
    scene = Scene()
    free = SlotFactory(call=scene.application.call, place="Autre salle")
    scene.plan()

    hearings.remove_slot(free.pk, by=scene.officer)
    with pytest.raises(WrongState):
        hearings.remove_slot(scene.slot.pk, by=scene.officer)

    assert list(Slot.rows.all()) == [scene.slot]


def test_cancel_hearing_frees_the_slot_and_tells_why():
    scene = Scene()
    hearing = scene.plan()

    hearings.cancel_hearing(scene.pk, by=scene.officer, because=" La salle est fermée. ", at=NOW)

    letter = scene.mail("hearing_cancelled")
    assert scene.state() == "under_review"
    assert letter.text == CANCELLED
    assert dates(letter) == ["CANCEL", f"hearing-{hearing.code}@127.0.0.1", "1"]
    assert list(queries.free_slots(scene.application.call, NOW)) == [scene.slot]


def test_cancel_hearing_then_another_is_a_new_date():
    scene = Scene()
    first = scene.plan()
    hearings.cancel_hearing(scene.pk, by=scene.officer, because="La salle est fermée.", at=NOW)

    second = scene.plan()

    assert second.code != first.code
    assert scene.state() == "hearing_planned"


@pytest.mark.parametrize(
    ("planned", "by", "because", "error"),
    [(True, "lead", "Non.", NotAllowed), (True, "officer", " ", BadData), (False, "officer", "Non.", WrongState)],
    ids=["the city", "no reason", "none planned"],
)
def test_cancel_hearing_refuses(planned, by, because, error):
    scene = Scene()
    if planned:
        scene.plan()
    before = (scene.state(), Letter.objects.count())

    with pytest.raises(error):
        hearings.cancel_hearing(scene.pk, by=getattr(scene, by), because=because, at=NOW)

    assert (scene.state(), Letter.objects.count()) == before
    assert not Hearing.rows.exclude(cancelled_at=None).exists()


def test_withdrawing_calls_the_hearing_off():
    scene = Scene()
    scene.plan()

    withdraw_application(scene.pk, by=scene.lead)

    assert Hearing.objects.to_come().count() == 0
    assert Letter.objects.filter(kind="hearing_cancelled", address=scene.review.reviewer.email).count() == 1


def test_hear_keeps_the_minutes_in_two_parts():
    scene = Scene()
    scene.plan()

    hearings.hear(
        scene.pk, by=scene.officer, shared_minutes=" Le maire présente. ", internal_minutes="À suivre.", at=HEARD_AT
    )

    hearing = Hearing.rows.get()
    assert scene.state() == "heard"
    assert (hearing.shared_minutes, hearing.internal_minutes) == ("Le maire présente.", "À suivre.")
    assert [told.minutes for told in queries.told(scene.application)] == ["Le maire présente."]


@pytest.mark.parametrize(
    ("by", "words", "at", "error"),
    [
        ("lead", "Dit.", HEARD_AT, NotAllowed),
        ("officer", " ", HEARD_AT, BadData),
        ("officer", "Dit.", HEARD_AT - timedelta(seconds=1), WrongState),
    ],
    ids=["the city", "nothing said", "not held yet"],
)
def test_hear_refuses(by, words, at, error):
    scene = Scene()
    scene.plan()

    with pytest.raises(error):
        hearings.hear(scene.pk, by=getattr(scene, by), shared_minutes=words, at=at)

    assert scene.state() == "hearing_planned"
    assert list(Hearing.rows.values_list("heard_at", "shared_minutes")) == [(None, "")]


def test_hear_comes_after_a_plan():
    scene = Scene()

    with pytest.raises(WrongState):
        hearings.hear(scene.pk, by=scene.officer, shared_minutes="Dit.", at=HEARD_AT)

    assert scene.state() == "under_review"


def test_hearing_is_in_the_calendar_of_its_city_alone():
    hearing = HearingFactory()
    HearingFactory(heard=True)
    city = hearing.application.organisation
    lead = PersonFactory(roles=[(city, Role.ELECTED_LEAD)])

    def mine(person, organisation):
        found = registers.moments(person, organisation)
        return [(m.starts_at, m.place) for m in found if m.code.startswith("hearing-")]

    assert mine(lead, city) == [(HEARD_AT, "Salle du conseil")]
    assert mine(PersonFactory(), city) == []
    assert mine(None, None) == []


def test_hearing_is_in_the_calendar_of_who_reads_the_dossier_with_nothing_internal():
    scene = Scene()
    aside = ReviewFactory(
        application=scene.application, stepped_aside=True, reviewer=works_as(Role.REVIEWER, scene.house)
    )
    RemarkFactory(review=scene.review, text="CANARY of a remark")
    elsewhere = HearingFactory(internal_minutes="CANARY of the minutes")
    hearing = scene.plan()
    Hearing.rows.filter(pk=hearing.pk).update(internal_minutes="CANARY of the minutes")

    def seen(person, organisation):
        found = registers.moments(person, organisation)
        return [moment for moment in found if moment.code.startswith("hearing-")]

    [moment] = seen(scene.review.reviewer, scene.house)
    assert (moment.title, moment.starts_at, moment.place, moment.address) == (
        "Audition de Bourg",
        HEARD_AT,
        "Salle du conseil",
        f"/bureau/lectures/{scene.review.code}",
    )
    assert "CANARY" not in repr(moment)
    assert elsewhere.code not in repr(moment)
    assert seen(aside.reviewer, scene.house) == []
    assert seen(scene.officer, scene.house) == []
    assert seen(scene.review.reviewer, scene.application.organisation) == []
    assert seen(None, scene.house) == []


def test_letter_of_a_hearing_reaches_who_may_read_the_dossier():
    scene = Scene()
    aside = ReviewFactory(
        application=scene.application, stepped_aside=True, reviewer=works_as(Role.REVIEWER, scene.house)
    )
    people = [scene.lead, scene.review.reviewer, aside.reviewer, PersonFactory()]

    reached = [is_invited(f"mandates.application:{scene.application.code}", p.email) for p in people]

    assert reached == [True, True, False, False]


def test_sheet_holds_what_readers_concluded_and_noted():
    scene = Scene(hearing_planned=True)
    hearing = HearingFactory(application=scene.application, slot=scene.slot)
    reader = scene.review.reviewer
    finished = ReviewFactory(
        application=scene.application, finished=True, reviewer=works_as(Role.REVIEWER, scene.house)
    )
    RemarkFactory(review=finished, part="Vision")

    sheet = printed(scene.application, hearing, scene.officer)

    assert [part["lines"] for part in sheet["parts"]] == [
        [f"{finished.reviewer.name}, – sur 100\u202f: Un dossier clair."],
        [],
        [f"Vision ({finished.reviewer.name})\u202f: Les moyens ne sont pas dits."],
    ]
    assert sheet["facts"][2]["value"] == "6 juillet 2026 à 10\u00a0h, 60 minutes"
    assert printed(scene.application, hearing, reader)["parts"][0]["lines"] == []
