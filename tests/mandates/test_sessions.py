"""The board meets: its sessions, their agenda, decisions of a whole session by two persons, what was said."""

from datetime import date, timedelta

import pytest

from marelle.accounts.models import PendingAct
from marelle.accounts.states import Role
from marelle.base import clock, registers
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates.models import AgendaItem, Application, BoardSession, Decision
from marelle.mandates.operations import deciding, decisions, sessions, ties
from marelle.mandates.operations.deciding import Drafted
from marelle.mandates.queries import sessions as queries
from tests.factories.accounts import MembershipFactory
from tests.factories.mandates import ApplicationFactory, CallFactory
from tests.factories.sessions import MEETS_AT, AgendaItemFactory, BoardSessionFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db
BEFORE, AFTER = MEETS_AT - timedelta(days=30), MEETS_AT + timedelta(hours=3)


class Scene:
    """A session to come, three dossiers with an opinion, who proposes and who confirms."""

    def __init__(self):
        self.house = committee()
        self.officer = works_as(Role.PROGRAMME_OFFICER, self.house)
        self.chief = works_as(Role.PROGRAMME_ADMINISTRATOR, self.house)
        self.member = works_as(Role.BOARD_MEMBER, self.house, name="Alix Roux")
        self.call = CallFactory(committee=self.house)
        self.session = BoardSessionFactory(call=self.call)
        names = ("Bourg", "Castel", "Douai")
        self.dossiers = [
            ApplicationFactory(call=self.call, opinion_given=True, organisation__name=name) for name in names
        ]

    def add(self, *dossiers):
        return sessions.add_to_agenda(self.session.pk, [d.pk for d in dossiers or self.dossiers], by=self.officer)

    def agenda(self):
        rows = AgendaItem.objects.filter(session=self.session).order_by("position")
        return [item.application.organisation.name for item in rows]

    def states(self):
        return [Application.rows.get(pk=d.pk).state for d in self.dossiers]

    def hold(self, **changed):
        given = {"by": self.officer, "present": [self.member], "at": AFTER, **changed}
        return sessions.hold_session(self.session.pk, **given)


def prepare(scene, **changed):
    given = {"by": scene.officer, "starts_at": MEETS_AT, "length_minutes": 90, "place": " Mairie ", **changed}
    with clock.at(BEFORE):
        return sessions.prepare_session(scene.call.pk, **given)


def test_a_call_has_several_sessions():
    scene = Scene()

    prepare(scene, starts_at=MEETS_AT + timedelta(days=60))

    rows = queries.sessions_of(scene.call, scene.officer)
    assert [(s.day, s.place) for s in rows] == [
        (date(2026, 7, 6), "Maison du réseau"),
        (date(2026, 9, 4), "Mairie"),
    ]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"starts_at": BEFORE}, BadData),
        ({"length_minutes": 5}, BadData),
        ({"place": " "}, BadData),
        ({"by": "member"}, NotAllowed),
    ],
    ids=["not to come", "too short", "nowhere", "not the programme team"],
)
def test_prepare_session_refuses(changed, error):
    scene = Scene()
    if "by" in changed:
        changed = {"by": scene.member}

    with pytest.raises(error):
        prepare(scene, **changed)

    assert list(BoardSession.rows.all()) == [scene.session]


def test_agenda_is_put_in_order():
    scene = Scene()

    scene.add()
    sessions.move_on_agenda(scene.session.pk, scene.dossiers[2].pk, by=scene.officer, up=True)
    sessions.move_on_agenda(scene.session.pk, scene.dossiers[0].pk, by=scene.officer, up=True)
    moved = scene.agenda()
    sessions.remove_from_agenda(scene.session.pk, scene.dossiers[0].pk, by=scene.officer)
    scene.add(scene.dossiers[2], scene.dossiers[0])

    assert moved == ["Bourg", "Douai", "Castel"]
    assert scene.agenda() == ["Douai", "Castel", "Bourg"]


@pytest.mark.parametrize(
    ("situation", "error"),
    [
        ("no opinion", WrongState),
        ("another call", BadData),
        ("another agenda", WrongState),
        ("held", WrongState),
        ("a tie", NotAllowed),
        ("not the programme team", NotAllowed),
    ],
)
def test_add_to_agenda_refuses_all_or_none(situation, error):
    scene, by = Scene(), None
    other = ApplicationFactory(call=scene.call, under_review=True) if situation == "no opinion" else None
    if situation == "another call":
        other = ApplicationFactory(opinion_given=True, call__committee=scene.house)
    if situation == "another agenda":
        other = AgendaItemFactory(session=BoardSessionFactory(call=scene.call)).application
    if situation == "held":
        BoardSession.rows.filter(pk=scene.session.pk).update(held_at=AFTER)
    if situation == "a tie":
        ties.declare_tie(scene.dossiers[2].organisation, by=scene.officer)
    if situation == "not the programme team":
        by = scene.member

    with pytest.raises(error):
        sessions.add_to_agenda(
            scene.session.pk, [scene.dossiers[0].pk, (other or scene.dossiers[2]).pk], by=by or scene.officer
        )

    assert scene.agenda() == []


def granted(**changed):
    return Drafted(**{"outcome": "granted", "reasons": "Un plan précis.", **changed})


def test_decisions_of_a_session_are_proposed_then_confirmed_by_another():
    """settled 11. What is refused is told, and the others go on."""
    scene = Scene()
    scene.add()
    writer = MembershipFactory(organisation=scene.dossiers[0].organisation).person
    first, second, third = scene.dossiers
    drafted = {
        first: granted(),
        second: granted(outcome="probation", conditions="Chiffrer.", conditions_due_on=date(2027, 1, 31)),
        third: granted(outcome="refused", reasons=" "),
    }

    proposed = deciding.propose_all(scene.session, drafted, by=scene.chief)
    between = scene.states()
    lines = queries.agenda_of(scene.session, scene.member).to_confirm
    confirmed = deciding.confirm_all({line.application: line.waiting.code for line in lines}, by=scene.member)

    assert [bool(told.refused) for told in proposed] == [False, False, True]
    assert "Écrivez les raisons" in proposed[2].refused
    assert between == ["opinion_given"] * 3
    assert [told.refused for told in confirmed] == ["", ""]
    assert scene.states() == ["accepted", "on_probation", "opinion_given"]
    assert set(Decision.objects.values_list("session", "session_on")) == {(scene.session.pk, date(2026, 7, 6))}
    assert list(Letter.objects.values_list("kind", "address")) == [("decision", writer.email)]


def test_who_proposed_a_session_confirms_nothing_of_it():
    scene = Scene()
    scene.add()
    MembershipFactory(person=scene.chief, organisation=scene.house, role=Role.BOARD_MEMBER)
    deciding.propose_all(scene.session, {d: granted() for d in scene.dossiers}, by=scene.chief)
    codes = {line.application: line.waiting.code for line in queries.agenda_of(scene.session, scene.member).to_confirm}

    told = deciding.confirm_all(codes, by=scene.chief)

    assert [bool(t.refused) for t in told] == [True, True, True]
    assert (scene.states(), Decision.objects.count()) == (["opinion_given"] * 3, 0)
    assert list(PendingAct.objects.values_list("state", flat=True)) == ["asked"] * 3


def test_declined_by_the_board_nothing_moves():
    scene = Scene()
    scene.add(scene.dossiers[0])
    deciding.propose_all(scene.session, {scene.dossiers[0]: granted()}, by=scene.chief)
    line = queries.agenda_of(scene.session, scene.member).to_confirm[0]

    told = deciding.decline_all({line.application: line.waiting.code}, by=scene.member)

    assert [t.refused for t in told] == [""]
    assert queries.agenda_of(scene.session, scene.member).to_propose == [scene.dossiers[0]]
    assert scene.states()[0] == "opinion_given"


def test_decision_follows_its_session_when_it_is_moved():
    scene = Scene()
    scene.add(scene.dossiers[0])
    deciding.propose_all(scene.session, {scene.dossiers[0]: granted()}, by=scene.chief)
    with clock.at(BEFORE):
        later = MEETS_AT + timedelta(days=2)
        sessions.change_session(scene.session.pk, by=scene.officer, starts_at=later, length_minutes=60, place="Mairie")

    decision = decisions.confirm_decision(scene.dossiers[0].pk, by=scene.member)

    assert (decision.session, decision.session_on) == (scene.session, date(2026, 7, 8))


def test_decision_of_a_day_without_session_has_none():
    scene = Scene()
    scene.add(scene.dossiers[0])

    decisions.propose_decision(
        scene.dossiers[0].pk, by=scene.chief, outcome="granted", reasons="Bien.", session_on=date(2026, 7, 7)
    )
    decision = decisions.confirm_decision(scene.dossiers[0].pk, by=scene.member)

    assert (decision.session, decision.session_on) == (None, date(2026, 7, 7))


def test_decision_proposed_before_its_session_was_prepared_is_of_that_session():
    scene = Scene()
    dossier = scene.dossiers[0]
    decisions.propose_decision(
        dossier.pk, by=scene.chief, outcome="granted", reasons="Bien.", session_on=date(2026, 7, 6)
    )
    scene.add(dossier)

    decision = decisions.confirm_decision(dossier.pk, by=scene.member)

    assert (decision.session, decision.session_on) == (scene.session, date(2026, 7, 6))


def test_held_session_keeps_who_was_there_and_puts_off_what_was_not_decided():
    scene = Scene()
    scene.add()

    held = scene.hold(also_present=" Le maire de Bourg ", minutes=" Deux votes. ")
    later = BoardSessionFactory(call=scene.call, starts_at=MEETS_AT + timedelta(days=30))
    sessions.add_to_agenda(later.pk, [scene.dossiers[0].pk], by=scene.officer)

    assert (held.held_at, held.also_present, held.minutes) == (AFTER, "Le maire de Bourg", "Deux votes.")
    assert list(held.present.all()) == [scene.member]
    assert later.agenda.get().application == scene.dossiers[0]
    with pytest.raises(WrongState):
        sessions.remove_from_agenda(scene.session.pk, scene.dossiers[1].pk, by=scene.officer)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"at": BEFORE}, WrongState),
        ({"present": []}, BadData),
        ({"present": "officer"}, BadData),
        ({"by": 0}, NotAllowed),
    ],
    ids=["before its hour", "nobody", "not of the board", "by the board"],
)
def test_hold_session_refuses(changed, error):
    scene = Scene()
    scene.add()
    changed = {**changed, **({"present": [scene.officer]} if changed.get("present") else {})}
    changed = {**changed, **({"by": scene.member} if "by" in changed else {})}

    with pytest.raises(error):
        scene.hold(**changed)

    session = BoardSession.rows.get()
    assert (session.held_at, session.present.count()) == (None, 0)


def test_hold_session_needs_an_agenda():
    scene = Scene()

    with pytest.raises(WrongState):
        scene.hold()

    assert BoardSession.rows.get().held_at is None


def test_what_was_decided_stays_on_the_agenda():
    scene = Scene()
    scene.add()
    deciding.propose_all(scene.session, {scene.dossiers[0]: granted()}, by=scene.chief)
    decisions.confirm_decision(scene.dossiers[0].pk, by=scene.member)

    with pytest.raises(WrongState):
        sessions.remove_from_agenda(scene.session.pk, scene.dossiers[0].pk, by=scene.officer)

    assert scene.agenda() == ["Bourg", "Castel", "Douai"]


def test_agenda_keeps_back_what_one_has_a_tie_with():
    scene = Scene()
    scene.add()
    ties.declare_tie(scene.dossiers[1].organisation, by=scene.member)

    agenda = queries.agenda_of(scene.session, scene.member)

    assert [(line.number, line.application) for line in agenda.lines] == [
        (1, scene.dossiers[0]),
        (3, scene.dossiers[2]),
    ]
    assert agenda.kept_back == 1
    assert list(queries.sessions_of(scene.call, works_as(Role.REVIEWER, scene.house))) == []


def test_sessions_to_come_stand_in_the_calendar_of_those_who_sit_there():
    scene = Scene()
    BoardSessionFactory(call=scene.call, starts_at=MEETS_AT - timedelta(days=60))
    reader = works_as(Role.REVIEWER, scene.house)

    with clock.at(BEFORE):
        told = [registers.moments(person, scene.house) for person in (scene.member, scene.officer, reader)]

    seen = [[moment for moment in found if moment.code.startswith("session-")] for found in told]
    assert [[(m.title, m.starts_at, m.place) for m in found] for found in seen] == [
        [("Séance du conseil d’administration\u202f: Appel 2026", MEETS_AT, "Maison du réseau")],
        [("Séance du conseil d’administration\u202f: Appel 2026", MEETS_AT, "Maison du réseau")],
        [],
    ]
    assert seen[0][0].ends_at == MEETS_AT + timedelta(hours=2)
