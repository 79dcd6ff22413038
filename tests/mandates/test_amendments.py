"""A change of a plan judged: a light one by an officer, a heavy one by the commission with four eyes."""

from datetime import UTC, datetime

import pytest

from marelle.accounts.models import JournalContent, Notification, PendingAct
from marelle.accounts.states import Role
from marelle.base import clock, dues
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates.operations import amendments
from marelle.mandates.operations.mandates import end_mandate
from marelle.mandates.registered.amendments import copies_without_amendment
from marelle.plans.models import Action, Amendment, Indicator, Plan
from marelle.plans.operations import amending, writing
from marelle.plans.queries import content
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory
from tests.mandates.office import works_as

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 4, 10, 9, tzinfo=UTC)
WHY = "Le marché a pris six mois de retard."


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(NOW):
        yield


@pytest.fixture
def mandate():
    found = MandateFactory()
    objective = ObjectiveFactory(plan=found.plan)
    ActionFactory(objective=objective)
    IndicatorFactory(objective=objective, baseline=20, target=80)
    return found


@pytest.fixture
def house(mandate):
    return mandate.agreement.application.call.committee


@pytest.fixture
def lead(mandate):
    return PersonFactory(roles=[(mandate.organisation, Role.ELECTED_LEAD)])


def begun(mandate, lead, *, heavy):
    """A copy in which one thing has changed: the lead service, or a target lowered."""
    amendment = amending.begin(mandate.plan_id, by=lead)
    if heavy:
        part = Indicator.objects.get(objective__plan=amendment.copy)
        writing.save_plan_field(amendment.copy_id, f"indicator.{part.code}.target", "60", was="80", version=1, by=lead)
    else:
        part = Action.objects.get(objective__plan=amendment.copy)
        writing.save_plan_field(
            amendment.copy_id, f"action.{part.code}.lead_service", "sports", was="", version=1, by=lead
        )
    return amendment


def handed_in(mandate, lead, *, heavy=False):
    return amendments.hand_in(begun(mandate, lead, heavy=heavy).pk, by=lead, why=WHY)


def acts(person, organisation):
    return [act.sentence for act in dues.today(person, organisation).acts]


def test_light_one_is_accepted_by_one_officer(mandate, house, lead):
    amendment = handed_in(mandate, lead)
    officer = works_as(Role.PROGRAMME_OFFICER, house)

    told = acts(officer, house)
    amendments.answer(amendment.pk, by=officer, outcome="accept")

    amendment.refresh_from_db()
    assert (amendment.state, amendment.weight, amendment.answered_by) == ("accepted", "light", officer)
    assert Action.objects.get(objective__plan=mandate.plan).lead_service == "sports"
    assert (told, acts(officer, house)) == (
        [f"Répondre à la modification du plan de {mandate.organisation.name}"],
        [],
    )
    letter = Letter.objects.get()
    assert (letter.kind, letter.address) == ("amendment_answered", lead.email)
    assert "est acceptée\u202f: elle vaut désormais dans le plan en cours" in letter.text


def test_heavy_one_is_proposed_then_confirmed_by_the_commission(mandate, house, lead):
    amendment = handed_in(mandate, lead, heavy=True)
    officer, judge = works_as(Role.PROGRAMME_OFFICER, house), works_as(Role.COMMISSION_MEMBER, house)

    act = amendments.propose(amendment.pk, by=officer, outcome="accept", reasons="Le retard est établi.")
    waiting = acts(judge, house)
    amendments.confirm(amendment.pk, by=judge, read=act.code)

    amendment.refresh_from_db()
    assert (amendment.state, amendment.answered_by, amendment.answer) == ("accepted", judge, "Le retard est établi.")
    assert Indicator.objects.get(objective__plan=mandate.plan).target == 60
    assert waiting == [f"Confirmer ou décliner la réponse à la modification du plan de {mandate.organisation.name}"]
    assert list(JournalContent.objects.order_by("pk").values_list("verb", flat=True)) == [
        "amendment_begun",
        "amendment_submitted",
        "act_proposed",
        "act_confirmed",
        "amendment_accepted",
    ]


@pytest.mark.parametrize(
    ("act", "role", "heavy", "given", "error"),
    [
        ("answer", Role.PROGRAMME_OFFICER, True, {"outcome": "accept"}, WrongState),
        ("answer", Role.BOARD_MEMBER, False, {"outcome": "accept"}, NotAllowed),
        ("answer", Role.PROGRAMME_OFFICER, False, {"outcome": "refuse", "reasons": " "}, BadData),
        ("answer", Role.PROGRAMME_OFFICER, False, {"outcome": "later"}, BadData),
        ("propose", Role.PROGRAMME_OFFICER, False, {"outcome": "accept", "reasons": WHY}, WrongState),
        ("propose", Role.COMMISSION_MEMBER, True, {"outcome": "accept", "reasons": WHY}, NotAllowed),
        ("propose", Role.PROGRAMME_OFFICER, True, {"outcome": "accept", "reasons": ""}, BadData),
        ("send_back", Role.PROGRAMME_OFFICER, False, {"reasons": ""}, BadData),
        ("send_back", Role.REVIEWER, False, {"reasons": WHY}, NotAllowed),
        ("confirm", Role.BOARD_MEMBER, True, {}, WrongState),
    ],
    ids=[
        *("heavy by an officer", "light by the board", "refused without reasons", "neither"),
        *("light to the commission", "proposed by the commission", "proposed without reasons"),
        *("sent back without reasons", "sent back by a reader", "nothing to confirm"),
    ],
)
def test_judging_refuses(mandate, house, lead, act, role, heavy, given, error):
    amendment = handed_in(mandate, lead, heavy=heavy)
    before = content(mandate.plan)

    with pytest.raises(error):
        getattr(amendments, act)(amendment.pk, by=works_as(role, house), **given)

    amendment.refresh_from_db()
    assert (amendment.state, content(mandate.plan), Letter.objects.count()) == ("submitted", before, 0)
    assert PendingAct.objects.count() == 0


@pytest.mark.parametrize("who", ["proposer", "administrator", "board of another committee", "board of this town"])
def test_confirming_is_for_somebody_else_of_the_commission(mandate, house, lead, who):
    amendment = handed_in(mandate, lead, heavy=True)
    officer = works_as(Role.PROGRAMME_ADMINISTRATOR, house)
    amendments.propose(amendment.pk, by=officer, outcome="accept", reasons=WHY)
    person = {
        "proposer": lambda: PersonFactory(roles=[(house, Role.BOARD_MEMBER)]),
        "administrator": lambda: works_as(Role.PROGRAMME_ADMINISTRATOR, house),
        "board of another committee": lambda: works_as(
            Role.BOARD_MEMBER, OrganisationFactory(committee=True, code="o-other")
        ),
        "board of this town": lambda: PersonFactory(
            roles=[(house, Role.BOARD_MEMBER), (mandate.organisation, Role.CITY_READER)]
        ),
    }[who]()
    if who == "proposer":
        PendingAct.objects.update(proposed_by=person)

    with pytest.raises(NotAllowed):
        amendments.confirm(amendment.pk, by=person)

    amendment.refresh_from_db()
    assert (amendment.state, PendingAct.objects.get().state) == ("submitted", "asked")


def test_sent_back_then_handed_in_again(mandate, house, lead):
    amendment = handed_in(mandate, lead)
    officer = works_as(Role.PROGRAMME_OFFICER, house)

    amendments.send_back(amendment.pk, by=officer, reasons="Dites quand la rue ferme.")
    asked = acts(lead, mandate.organisation)
    amendments.hand_in(amendment.pk, by=lead, why=WHY)
    amendments.answer(amendment.pk, by=officer, outcome="refuse", reasons="La date manque encore.")

    assert asked == ["Reprendre la modification du plan qui vous a été renvoyée"]
    assert [
        letter.text.count(words)
        for letter, words in zip(
            Letter.objects.order_by("pk"), ["Dites quand la rue ferme.", "La date manque encore."], strict=True
        )
    ] == [1, 1]


def test_withdrawn_while_the_commission_weighs_it_nothing_is_left_to_confirm(mandate, house, lead):
    amendment = handed_in(mandate, lead, heavy=True)
    amendments.propose(amendment.pk, by=works_as(Role.PROGRAMME_OFFICER, house), outcome="accept", reasons=WHY)
    judge = works_as(Role.BOARD_MEMBER, house)

    amendments.withdraw(amendment.pk, by=lead)

    assert PendingAct.objects.get().state == "declined"
    assert acts(judge, house) == []


def test_mandate_that_ends_takes_its_open_change_with_it(mandate, house, lead):
    amendment = handed_in(mandate, lead)
    with clock.at(datetime(2032, 9, 2, 9, tzinfo=UTC)):
        end_mandate(mandate.pk, by=works_as(Role.PROGRAMME_OFFICER, house), on=clock.today())

    amendment.refresh_from_db()
    assert (amendment.state, Plan.rows.get().state) == ("withdrawn", "closed")


def test_programme_team_and_commission_are_told(mandate, house, lead):
    officer, judge = works_as(Role.PROGRAMME_OFFICER, house), works_as(Role.BOARD_MEMBER, house)
    amendment = handed_in(mandate, lead, heavy=True)

    amendments.propose(amendment.pk, by=officer, outcome="refuse", reasons=WHY)

    assert list(Notification.objects.order_by("pk").values_list("kind", "person")) == [
        ("amendment_received", officer.pk),
        ("amendment_proposed", judge.pk),
    ]


def test_working_copies_and_open_changes_go_together(mandate, lead):
    amendment = begun(mandate, lead, heavy=False)
    sound = list(copies_without_amendment())

    Amendment.rows.update(state="withdrawn")
    alone = list(copies_without_amendment())
    Amendment.rows.update(state="draft", copy=None)
    without = list(copies_without_amendment())

    assert (sound, alone) == ([], [f"plan={amendment.copy_id} is a working copy of nothing"])
    assert without == [
        f"plan={amendment.copy_id} is a working copy of nothing",
        f"amendment={amendment.pk} is open and has no working copy",
    ]
