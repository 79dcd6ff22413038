"""Every mandate on one page: who is silent, who is on the red list and why, by plain facts and by the database alike."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marelle.accounts import journal
from marelle.accounts.models import JournalChain
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.models import Application
from marelle.mandates.queries import steering
from marelle.mandates.queries.reasons import filled, sentence
from marelle.mandates.queries.steering import Wanted
from marelle.mandates.red_list import Facts, Reason, Why, reasons
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.contacts import ContactFactory
from tests.factories.mandates import ApplicationFactory, MandateFactory
from tests.factories.plans import ActionFactory, ObjectiveFactory, ReportFactory

TODAY = date(2028, 11, 22)
NOON = datetime(2028, 11, 22, 11, tzinfo=UTC)
WELL = {"state": "active", "starts_on": date(2026, 9, 1), "ends_on": date(2032, 9, 1)} | {
    "acted_on": date(2028, 11, 20),
    "read_on": date(2028, 10, 1),
}

# what differs from a mandate that goes well > what is said of it
AGREED = [
    ({}, []),
    ({"state": "on_watch"}, [Why(Reason.WATCH)]),
    ({"state": "suspended"}, [Why(Reason.WATCH)]),
    ({"state": "planned", "acted_on": None, "has_lead": False}, []),
    ({"state": "ended", "acted_on": None, "has_lead": False}, []),
    ({"report_due_on": date(2028, 11, 22)}, []),
    ({"report_due_on": date(2028, 11, 21)}, [Why(Reason.REPORT, days=1)]),
    ({"acted_on": date(2028, 7, 26)}, []),  # 119 days
    ({"acted_on": date(2028, 7, 25)}, [Why(Reason.SILENT, days=120)]),
    ({"acted_on": None}, [Why(Reason.SILENT, days=813)]),
    ({"acted_on": None, "starts_on": date(2028, 11, 1), "read_on": None}, []),
    ({"has_lead": False}, [Why(Reason.LEAD)]),
    ({"read_on": date(2027, 11, 24)}, []),  # 364 days
    ({"read_on": date(2027, 11, 23)}, [Why(Reason.READING, days=365)]),
    ({"read_on": None}, [Why(Reason.READING, days=813)]),
    ({"blocked": 2, "blocked_since": date(2028, 8, 25)}, []),  # 89 days
    ({"blocked": 2, "blocked_since": date(2028, 8, 24)}, [Why(Reason.BLOCKED, days=90, count=2)]),
    ({"step_due_on": date(2028, 11, 22)}, []),
    ({"step_due_on": date(2028, 11, 12)}, [Why(Reason.STEP, days=10)]),
    ({"ends_on": date(2029, 5, 25)}, []),  # 184 days
    ({"ends_on": date(2029, 5, 24)}, [Why(Reason.END, days=183)]),
    ({"ends_on": date(2029, 5, 24), "is_followed": True}, []),
    ({"ends_on": date(2028, 11, 1)}, [Why(Reason.END, days=0)]),
    (
        {"state": "suspended", "has_lead": False, "step_due_on": date(2028, 11, 12), "read_on": None},
        [Why(Reason.WATCH), Why(Reason.LEAD), Why(Reason.READING, days=813), Why(Reason.STEP, days=10)],
    ),
]


@pytest.mark.parametrize(("differs", "said"), AGREED)
def test_red_list_gives_the_agreed_reasons(differs, said):
    assert reasons(Facts(**WELL | differs), TODAY) == said


def test_blocked_is_told_in_whole_months():
    assert [Why(Reason.BLOCKED, days=days).months for days in (90, 119, 120)] == [3, 3, 4]


# The database ------------------------------------------------------------------------------------------------------
@pytest.fixture
def committee(db):
    return OrganisationFactory(committee=True)


@pytest.fixture
def officer(committee):
    return PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)])


def days_ago(days):
    return TODAY - timedelta(days=days)


def Followed(committee, *, acted=2, read=30, lead=True, **situation):  # noqa: N802  a factory
    """A mandate that goes well; `acted`, `read`: days ago, None for never."""
    fields = {"agreement__application__call__committee": committee, "agreement__application__plan__state": "running"}
    mandate = MandateFactory(**fields | situation)
    if acted is not None:
        JournalChain.rows.update_or_create(
            organisation=mandate.organisation, defaults={"acted_at": NOON - timedelta(days=acted)}
        )
    if read is not None:
        type(mandate.plan).rows.filter(pk=mandate.plan_id).update(read_at=NOON - timedelta(days=read))
    if lead:
        PersonFactory(roles=[(mandate.organisation, Role.ELECTED_LEAD)])
    return mandate


@pytest.fixture
def network(committee):
    """One mandate a situation, by its name; each asks for an eye for the reason it is named after, the well for none."""
    well = Followed(committee)
    found = {
        "watch": Followed(committee, state="on_watch"),
        "report": Followed(committee),
        "silent": Followed(committee, acted=120),
        "lead": Followed(committee, lead=False),
        "reading": Followed(committee, read=365),
        "blocked": Followed(committee),
        "step": Followed(committee),
        "end": Followed(committee, ends_on=date(2029, 1, 1)),
    }
    brought_in = {
        "created_at": datetime(2028, 9, 1, tzinfo=UTC)
    }  # long after its mandate began: it is not the next one
    Application.rows.filter(pk=found["end"].agreement.application_id).update(**brought_in)
    ReportFactory(plan=found["report"].plan, yearly=True, due_on=days_ago(1))
    ReportFactory(plan=well.plan, yearly=True, due_on=TODAY)
    late = {"state": "blocked", "reason": "Le marché est à refaire."}
    ActionFactory(objective=ObjectiveFactory(plan=found["blocked"].plan), moved_on=days_ago(90), **late)
    ActionFactory(objective=ObjectiveFactory(plan=well.plan), moved_on=days_ago(89), **late)
    ContactFactory(mandate=found["step"], city_step=True)
    ContactFactory(mandate=well, city_step=True, done_at=NOON)
    renewed = Followed(committee, ends_on=date(2029, 1, 1))
    ApplicationFactory(organisation=renewed.organisation, created_at=datetime(2028, 9, 1, tzinfo=UTC))
    Followed(committee, state="ended", acted=900)
    Followed(OrganisationFactory(committee=True, code="o-b"), acted=900)
    return found


def names(rows):
    return sorted(row.organisation.code for row in rows)


@pytest.mark.parametrize("reason", list(Reason))
def test_database_finds_the_mandates_the_facts_accuse(network, officer, reason):
    with clock.at(NOON):
        rows = list(steering.Rows(steering.asked_for(officer, Wanted(motif=reason)), TODAY))
        whole = list(steering.Rows(steering.asked_for(officer, Wanted()), TODAY))

    accused = [row.mandate for row in whole if reason in [why.reason for why in row.whys]]
    assert names(row.mandate for row in rows) == names(accused) == [network[reason].organisation.code]


def test_red_list_holds_every_reason_and_nobody_who_goes_well(network, officer):
    with clock.at(NOON):
        found = steering.asked_for(officer, Wanted(motif="tous"))

        assert names(found) == names(network.values())


def test_longest_silent_come_first_and_who_never_came_before_all(committee, officer):
    quick, slow = Followed(committee, acted=3), Followed(committee, acted=40)
    never = Followed(committee, acted=None)

    with clock.at(NOON):
        rows = steering.Rows(steering.asked_for(officer, Wanted()), TODAY)

        assert [(row.mandate, row.silent_days) for row in rows] == [(never, 813), (slow, 40), (quick, 3)]


@pytest.mark.parametrize(("asked", "kept"), [("41", 1), ("40", 2), ("", 3), ("x", 3)])
def test_silent_since_keeps_who_did_nothing_for_so_many_days(committee, officer, asked, kept):
    for days in (3, 40):
        Followed(committee, acted=days)
    Followed(committee, acted=None)

    with clock.at(NOON):
        assert steering.asked_for(officer, Wanted.read({"silence": asked})).count() == kept


def test_only_a_citys_own_people_break_its_silence(committee, officer):
    mandate = Followed(committee, acted=None)
    editor = PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])

    def acted_at():
        return JournalChain.rows.get(organisation=mandate.organisation).acted_at

    with clock.at(NOON):
        journal.record(mandate, "written_to", by=officer)
        before = acted_at()
        journal.record(mandate, "file_added", by=editor)
    with clock.at(NOON - timedelta(hours=1)):  # a clock put back
        journal.record(mandate, "file_added", by=editor)

    assert (before, acted_at()) == (None, NOON)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"etat": "on_watch"}, ["A"]),
        ({"etat": "tous"}, ["A", "B", "C"]),
        ({"etat": "unknown"}, ["A", "B"]),
        ({"charge": "personne"}, ["A"]),
        ({"jalon": "yearly:overdue"}, ["B"]),
        ({"jalon": "yearly:accepted"}, []),
        ({"jalon": "yearly:nothing"}, ["A", "B"]),
        ({"q": "b"}, ["B"]),
        ({"departement": "99"}, []),
    ],
    ids=str,
)
def test_filters_narrow_the_list(committee, officer, asked, kept):
    Followed(committee, state="on_watch", agreement__application__organisation__name="A")
    second = Followed(committee, officer=officer, agreement__application__organisation__name="B")
    Followed(committee, state="ended", agreement__application__organisation__name="C")
    ReportFactory(plan=second.plan, yearly=True, due_on=days_ago(1))

    with clock.at(NOON):
        found = steering.asked_for(officer, Wanted.read(asked))

        assert sorted(m.organisation.name for m in found) == kept


def test_officer_of_a_city_does_not_follow_it(committee):
    mandate = Followed(committee)
    both = PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER), (mandate.organisation, Role.CITY_EDITOR)])

    assert list(steering.asked_for(both, Wanted())) == []


def test_letter_is_filled_for_its_city(committee, officer):
    mandate = Followed(committee, acted=130, lead=False, agreement__application__organisation__name="Rennes")
    ReportFactory(plan=mandate.plan, yearly=True, due_on=days_ago(3))

    with clock.at(NOON):
        row = next(iter(steering.Rows(steering.asked_for(officer, Wanted()), TODAY)))
        text = filled("{ville}, {jours}, {bilan}, {fin}, {raisons}, {autre}, {", row)

    assert [sentence(row, why) for why in row.whys] == [
        "Fiche annuelle 2027\u202f: 3 jours de retard",
        "Silence depuis 130 jours",
        "Pas de référent élu",
    ]
    assert text == (
        "Rennes, 130, Fiche annuelle 2027 (19 novembre 2028), 1er septembre 2032, - Fiche annuelle 2027\u202f: 3 jours de retard\n"
        "- Silence depuis 130 jours\n- Pas de référent élu, {autre}, {"
    )
