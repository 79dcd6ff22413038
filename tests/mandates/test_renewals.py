"""After the last day: renewed by the next mandate, or closed; the plan evaluated; the call put away; the title given up by its city."""

from datetime import UTC, date, datetime

import pytest

from marelle.accounts.models import JournalContent, Notification, PendingAct
from marelle.accounts.robot import robot
from marelle.accounts.states import Role
from marelle.base import clock, dues
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates.models import Call, Mandate
from marelle.mandates.operations import moves
from marelle.mandates.operations.calls import archive_call
from marelle.mandates.operations.mandates import begin_due_mandates, begin_mandate, end_mandate
from marelle.mandates.operations.reports import accept_report
from marelle.plans.models import Plan
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import TrackFactory
from tests.factories.mandates import AgreementFactory, ApplicationFactory, CallFactory, MandateFactory
from tests.factories.plans import ReportFactory
from tests.mandates.office import works_as

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 5, 10, 9, tzinfo=UTC)
AFTER = date(2032, 9, 1)
HALF_A_YEAR_LATER = datetime(2033, 3, 3, 9, tzinfo=UTC)
WHY = "Le conseil a délibéré en ce sens."


def next_of(first, **situation):
    """The mandate signed to follow `first`."""
    agreement = AgreementFactory(
        signed=True,
        application__plan__state="adopted",
        application__organisation=first.organisation,
        application__track=first.track,
    )
    years = {"starts_on": date(2032, 9, 1), "ends_on": date(2038, 9, 1)}
    return MandateFactory(agreement=agreement, **{"planned": True, **years, **situation})


def house_of(mandate):
    return mandate.agreement.application.call.committee


def chief_of(mandate):
    return works_as(Role.PROGRAMME_ADMINISTRATOR, house_of(mandate))


def lead_of(mandate, **person):
    return PersonFactory(roles=[(mandate.organisation, Role.ELECTED_LEAD)], **person)


def sentences(person, organisation):
    return [act.sentence for act in dues.today(person, organisation).acts]


# ------------------------------------------------------------------------------------------------------ renewed, or closed
def test_mandate_that_ended_is_renewed_by_the_next_one():
    first = MandateFactory()
    following = next_of(first)
    end_mandate(first.pk, by=robot(), on=AFTER)

    begin_due_mandates(datetime(2032, 9, 1, 8, tzinfo=UTC))

    assert list(Mandate.rows.order_by("pk").values_list("state", "renewed_by")) == [
        ("renewed", following.pk),
        ("active", None),
    ]
    assert JournalContent.objects.get(verb="mandate_renewed").facts == {"following": following.code}


@pytest.mark.parametrize("other", ["track", "town", "closed"])
def test_mandate_is_renewed_by_its_own_following_only(other):
    """Neither by another track, nor by another town; one that was closed stays closed."""
    first = MandateFactory(closed=other == "closed", ended=other != "closed")
    following = MandateFactory(
        planned=True,
        agreement=AgreementFactory(
            signed=True,
            application__plan__state="adopted",
            **({"application__organisation": first.organisation} if other != "town" else {}),
            application__track=TrackFactory(light=True) if other == "track" else first.track,
        ),
        starts_on=AFTER,
        ends_on=date(2038, 9, 1),
    )

    begin_mandate(following.pk, by=robot(), on=AFTER)

    first.refresh_from_db()
    assert (first.state, first.renewed_by) == ("closed" if other == "closed" else "ended", None)


def test_mandate_of_a_town_that_does_not_come_back_is_closed_by_two():
    mandate = MandateFactory(ended=True)
    first, second = chief_of(mandate), chief_of(mandate)
    editor = PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])

    with clock.at(HALF_A_YEAR_LATER):
        asked = sentences(first, house_of(mandate))
        act = moves.propose_move(mandate.pk, by=first, move="close", reasons=WHY, on=date(2033, 3, 1))
        moves.confirm_move(mandate.pk, by=second, read=act.code)
        after = sentences(first, house_of(mandate))

    name = mandate.organisation.name
    assert (asked, after) == ([f"{name} n’est pas revenue\u202f: clore son mandat, ou lui écrire"], [])
    assert Mandate.rows.get().state == "closed"
    assert [letter.address for letter in Letter.objects.all()] == [editor.email]
    assert Letter.objects.get().text == (
        "Bonjour,\n\n"
        f"Depuis le 1er mars 2033, le mandat de {name} est clos.\n\n"
        f"Pourquoi\u202f:\n{WHY}\n\n"
        f"http://127.0.0.1:8000/espace/{mandate.organisation.code}/\n\n"
        "L’équipe du programme\n"
    )


@pytest.mark.parametrize(
    ("situation", "on", "error"),
    [({}, date(2028, 5, 3), WrongState), ({"ended": True}, date(2032, 8, 31), BadData)],
    ids=["still running", "before its end"],
)
def test_mandate_is_not_closed(situation, on, error):
    mandate = MandateFactory(**situation)

    with clock.at(HALF_A_YEAR_LATER), pytest.raises(error):
        moves.propose_move(mandate.pk, by=chief_of(mandate), move="close", reasons=WHY, on=on)

    assert (Mandate.rows.get().state, PendingAct.objects.count()) == (mandate.state, 0)


@pytest.mark.parametrize("comes", ["applies", "signed the next one"])
def test_nobody_is_asked_to_close_the_mandate_of_a_town_that_comes_back(comes):
    mandate = MandateFactory(ended=True)
    if comes == "applies":
        ApplicationFactory(organisation=mandate.organisation)
    else:
        next_of(mandate)

    with clock.at(HALF_A_YEAR_LATER):
        assert sentences(chief_of(mandate), house_of(mandate)) == []


# --------------------------------------------------------------------------------------------------------------- evaluated
@pytest.mark.parametrize("last", ["report", "end"])
def test_plan_is_evaluated_once_closed_and_its_final_report_accepted(last):
    """Whichever comes last; a mid-term report does not count."""
    mandate = MandateFactory()
    ReportFactory(plan=mandate.plan, kind="mid_term", year=2029, accepted=True)
    final = ReportFactory(plan=mandate.plan, kind="final", year=2032, submitted=True)
    officer = works_as(Role.PROGRAMME_OFFICER, house_of(mandate))
    steps = [
        lambda: accept_report(final.pk, by=officer),
        lambda: end_mandate(mandate.pk, by=officer, on=AFTER),
    ]

    seen = []
    for step in steps if last == "end" else steps[::-1]:
        step()
        seen.append(Plan.rows.get(pk=mandate.plan_id).state)

    assert seen == (["running", "evaluated"] if last == "end" else ["closed", "evaluated"])
    assert JournalContent.objects.filter(verb="plan_evaluated").count() == 1


# ---------------------------------------------------------------------------------------------------------------- archived
@pytest.mark.parametrize("state", ["signed", "declined", "withdrawn", "lapsed"])
def test_decided_call_is_archived_once_nothing_waits(state):
    call = CallFactory(state="decided")
    ApplicationFactory(call=call, **{state: True})
    chief = works_as(Role.PROGRAMME_ADMINISTRATOR, call.committee)

    archive_call(call.pk, by=chief)

    assert Call.rows.get().state == "archived"
    assert JournalContent.objects.filter(verb="call_archived").count() == 1


@pytest.mark.parametrize(
    ("call", "application", "role", "error"),
    [
        ("decided", "accepted", Role.PROGRAMME_ADMINISTRATOR, WrongState),
        ("decided", "on_probation", Role.PROGRAMME_ADMINISTRATOR, WrongState),
        ("decided", "signed", Role.PROGRAMME_OFFICER, NotAllowed),
        ("published", "signed", Role.PROGRAMME_ADMINISTRATOR, WrongState),
    ],
    ids=["a vote is waited for", "conditions are waited for", "officer", "not decided"],
)
def test_archive_call_refuses(call, application, role, error):
    found = CallFactory(state=call)
    ApplicationFactory(call=found, **{application: True})

    with pytest.raises(error):
        archive_call(found.pk, by=works_as(role, found.committee))

    assert Call.rows.get().state == call


# ---------------------------------------------------------------------------------------------------------------- given up
def test_title_is_given_up_by_the_elected_lead_and_confirmed_by_the_committee():
    mandate = MandateFactory()
    lead, chief = lead_of(mandate), chief_of(mandate)
    name = mandate.organisation.name

    with clock.at(NOW):
        act = moves.ask_to_renounce(mandate.pk, by=lead, reasons=WHY)
        before = Mandate.rows.get().state
        asked = sentences(chief, house_of(mandate))
        told = Notification.objects.get(person=chief).sentence
        moves.confirm_move(mandate.pk, by=chief, read=act.code)

    after = Mandate.rows.get()
    assert asked == [f"{name} renonce à son titre\u202f: confirmer, ou décliner"]
    assert told == f"{name} souhaite renoncer à son titre. Lisez pourquoi, puis confirmez."
    assert (before, after.state, after.left_on) == ("active", "renounced", date(2028, 5, 10))
    assert [(letter.kind, letter.address) for letter in Letter.objects.all()] == [("mandate_moved", lead.email)]


def test_city_that_changes_its_mind_keeps_its_title():
    mandate = MandateFactory()
    lead = lead_of(mandate)

    with clock.at(NOW):
        moves.ask_to_renounce(mandate.pk, by=lead, reasons=WHY)
        moves.take_back_renunciation(mandate.pk, by=lead)

    assert (Mandate.rows.get().state, PendingAct.objects.get().state) == ("active", "declined")


def test_committee_that_does_not_record_it_tells_who_asked():
    mandate = MandateFactory()
    lead = lead_of(mandate)

    with clock.at(NOW):
        moves.ask_to_renounce(mandate.pk, by=lead, reasons=WHY)
        moves.decline_move(mandate.pk, by=chief_of(mandate))

    assert Mandate.rows.get().state == "active"
    assert Notification.objects.get(person=lead).sentence == (
        f"{mandate.organisation.name}\u202f: le comité n’a pas enregistré votre renonciation, il vous écrira."
    )


def test_city_never_takes_back_what_the_committee_weighs():
    """Its suspension is proposed: the city neither sees it nor ends it."""
    mandate = MandateFactory(on_watch=True)
    with clock.at(NOW):
        moves.propose_move(mandate.pk, by=chief_of(mandate), move="suspend", reasons=WHY, on=date(2028, 5, 3))

        with pytest.raises(WrongState):
            moves.take_back_renunciation(mandate.pk, by=lead_of(mandate))

    assert PendingAct.objects.get().state == "asked"


@pytest.mark.parametrize(
    ("situation", "role", "reasons", "error"),
    [
        ({}, Role.CITY_ADMINISTRATOR, WHY, NotAllowed),
        ({}, Role.ELECTED_LEAD, " ", BadData),
        ({"planned": True}, Role.ELECTED_LEAD, WHY, WrongState),
        ({"prolonged": True}, Role.ELECTED_LEAD, WHY, WrongState),
    ],
    ids=["not elected", "no reason", "not begun", "prolonged"],
)
def test_ask_to_renounce_refuses(situation, role, reasons, error):
    mandate = MandateFactory(**situation)
    person = PersonFactory(roles=[(mandate.organisation, role)])

    with clock.at(NOW), pytest.raises(error):
        moves.ask_to_renounce(mandate.pk, by=person, reasons=reasons)

    assert (Mandate.rows.get().state, PendingAct.objects.count()) == (mandate.state, 0)


def test_elected_lead_of_another_city_gives_nothing_up():
    mandate = MandateFactory()
    stranger = PersonFactory(roles=[(OrganisationFactory(code="99999"), Role.ELECTED_LEAD)])

    with clock.at(NOW), pytest.raises(NotAllowed):
        moves.ask_to_renounce(mandate.pk, by=stranger, reasons=WHY)

    assert PendingAct.objects.count() == 0
