"""Steering in the office: every mandate, its reasons and their links; lists kept; letters; the page of a mandate."""

import csv
import gc
import io
import json
import re
from datetime import UTC, date, datetime

import pytest
from django.core.handlers.wsgi import WSGIHandler

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.models import Letter
from marelle.mandates.models import Contact, Mandate, Reminding, SavedView
from marelle.mandates.queries.steering import Row
from marelle.web.parts.tables import Cell, Line
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.contacts import ContactFactory, ReminderFactory, RemindingFactory, SavedViewFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import ActionFactory, ObjectiveFactory, ReportFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
NOON = datetime(2028, 11, 22, 11, tzinfo=UTC)
PAGE = "/bureau/pilotage"


@pytest.fixture
def committee():
    return OrganisationFactory(committee=True)


@pytest.fixture
def officer(client, committee):
    person = PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)])
    sign_in(client, person)
    return person


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


def Town(committee, name="Rennes", **situation):  # noqa: N802  a factory
    """A town whose mandate runs, with an administrator."""
    fields = {"agreement__application__call__committee": committee, "agreement__application__organisation__name": name}
    mandate = MandateFactory(**fields | {"agreement__application__plan__state": "running"} | situation)
    PersonFactory(roles=[(mandate.organisation, Role.CITY_ADMINISTRATOR)])
    return mandate


def words(response):
    return " ".join(response.content.decode().split())


# The list ----------------------------------------------------------------------------------------------------------
def test_each_reason_says_itself_and_leads_where_one_acts(client, committee, officer):
    """Every reason there is, on one mandate; each address opens."""
    mandate = Town(committee, state="on_watch", ends_on=date(2028, 12, 22))
    report = ReportFactory(plan=mandate.plan, yearly=True, due_on=date(2028, 11, 12))
    ContactFactory(mandate=mandate, city_step=True, next_on=date(2028, 11, 20))
    objective = ObjectiveFactory(plan=mandate.plan)
    ActionFactory(objective=objective, state="blocked", reason="Travaux", moved_on=date(2028, 5, 22))
    code, agreement = mandate.organisation.code, mandate.agreement.code
    sheet, plan = f"/bureau/conventions/{agreement}/mandat", f"/bureau/conventions/{agreement}/suivi"

    page = words(client.get(PAGE))

    told = [
        (f"{sheet}#moves", "Le mandat est sous vigilance"),
        (f"/bureau/bilans/{report.code}", "Fiche annuelle 2027 : 10 jours de retard"),
        (f"/bureau/villes/{code}/ecrire", "Silence depuis 813 jours"),
        (f"/bureau/villes/{code}/ecrire", "Pas de référent élu"),
        (plan, "Aucun relevé depuis 813 jours"),
        (plan, "1 action bloquée, depuis 6 mois"),
        (f"{sheet}#echanges", "Une suite convenue a 2 jours de retard"),
        (f"{sheet}#moves", "La convention finit dans 30 jours, rien n’est préparé"),
    ]
    cell = re.search(r"<span>((?:<a [^>]+>[^<]+</a>(?:<br>)?)+)</span>", page)[1]
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', cell) == told
    assert {client.get(address.partition("#")[0]).status_code for address, _sentence in told} == {200}
    assert f'<a href="/bureau/conventions/{agreement}/mandat">Rennes</a>' in page
    assert 'aria-label="Fiche annuelle 2027 : en retard"' in page


def test_list_leaves_as_files_with_the_same_rows(client, committee, officer):
    Town(committee, "Rennes")
    Town(committee, "=Brest", state="on_watch")

    rows = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}?format=csv&tri=ville").content.decode())))
    narrowed = json.loads(client.get(f"{PAGE}?format=json&motif=watch").content)

    assert [row["ville"] for row in rows] == ["'=Brest", "Rennes"]
    assert [(row["ville"], row["silence"], row["fin"]) for row in narrowed] == [("=Brest", 813, "2032-09-01")]
    assert client.get(f"{PAGE}?format=xlsx").content[:2] == b"PK"


@pytest.mark.parametrize("count", [1, 3])
def test_steering_asks_a_fixed_number_of_questions(client, committee, officer, django_assert_num_queries, count):
    for number in range(count):
        mandate = Town(committee, f"Ville {number}")
        ReportFactory(plan=mandate.plan)
        ContactFactory(mandate=mandate, city_step=True)
        SavedViewFactory(owner=officer, committee=committee, name=f"Vue {number}")
    client.get(PAGE)

    with django_assert_num_queries(13):
        client.get(PAGE)


def test_rows_are_let_go_once_the_page_is_drawn(client, committee, officer, rf):
    """Hundreds of them a page: in a circle, they would wait until Python looks for circles, and somebody else with them."""
    Town(committee, "Rennes")
    house = WSGIHandler()  # the client of tests keeps what a page was drawn from
    cookie = f"marelle={client.cookies['marelle'].value}"
    house.get_response(rf.get(PAGE, headers={"cookie": cookie}))
    gc.collect()
    gc.disable()
    before = {id(kept) for kept in gc.get_objects()}
    try:
        page = house.get_response(rf.get(PAGE, headers={"cookie": cookie}))
        left = [o for o in gc.get_objects() if type(o) in {Row, Mandate, Line, Cell} and id(o) not in before]
    finally:
        gc.enable()

    assert ("Rennes" in words(page), left) == (True, [])


def test_other_roles_and_other_committees_see_nothing_of_it(client, committee):
    Town(committee, "Rennes")
    sign_in(client, PersonFactory(roles=[(committee, Role.BOARD_MEMBER)]))
    board = client.get(PAGE).status_code
    sign_in(client, PersonFactory(roles=[(OrganisationFactory(committee=True, code="o-b"), Role.PROGRAMME_OFFICER)]))

    assert (board, "Rennes" in words(client.get(PAGE))) == (403, False)


# Lists kept --------------------------------------------------------------------------------------------------------
def test_view_is_kept_shared_and_forgotten_by_its_owner_alone(client, committee, officer):
    colleague = PersonFactory(roles=[(committee, Role.PROGRAMME_ADMINISTRATOR)])
    form = {"name": "Les silencieuses", "is_shared": "on", "f:silence": "90", "f:motif": "unknown"}

    client.post(f"{PAGE}/vues", form)
    view = SavedView.rows.get()
    sign_in(client, colleague)
    seen = words(client.get(PAGE))
    refused = client.post(f"{PAGE}/vues/{view.code}/retirer").status_code
    sign_in(client, officer)
    client.post(f"{PAGE}/vues/{view.code}/retirer")

    assert (view.query, view.is_shared, view.owner) == ("silence=90", True, officer)
    assert '<a class="act-link" href="?silence=90">Les silencieuses</a>' in seen
    assert (refused, SavedView.rows.count()) == (403, 0)


def test_view_of_ones_own_is_nobody_elses(client, committee, officer):
    SavedViewFactory(committee=committee, name="La mienne")
    SavedViewFactory(committee=OrganisationFactory(committee=True, code="o-b"), name="Ailleurs", is_shared=True)

    page = words(client.get(PAGE))

    assert ["La mienne" in page, "Ailleurs" in page] == [False, False]


# Letters to several ------------------------------------------------------------------------------------------------
def test_letter_is_chosen_written_read_over_and_sent(client, committee, officer):
    towns = [Town(committee, name) for name in ("Brest", "Rennes", "Vannes")]
    other = Town(OrganisationFactory(committee=True, code="o-b"), "Ailleurs")

    chosen = {"who": "ticked", "mandat": [mandate.code for mandate in [*towns, other]]}
    there = client.post(f"{PAGE}/relances/nouvelle", chosen).headers["Location"]
    client.post(f"{there}/faire", {"leave_out": "1", "mandat": towns[2].code})
    client.post(there, {"words": "Bonjour {ville}, {jours} jours.", "version": 1, "was": ""})
    page = words(client.get(there))
    version = Reminding.rows.get().version
    for _press in range(2):
        client.post(f"{there}/faire", {"confirm": "1", "version": version})

    reminding = Reminding.rows.get()
    assert "<p>Bonjour Brest, 813 jours.</p>" in page and "<p>Bonjour Rennes, 813 jours.</p>" in page
    assert ["Vannes" in page, "Ailleurs" in page] == [False, False]
    assert (reminding.state, sorted(reminding.reminders.values_list("words", flat=True))) == (
        "confirmed",
        ["Bonjour Brest, 813 jours.", "Bonjour Rennes, 813 jours."],
    )


def test_whole_list_is_written_to_as_it_is_filtered(client, committee, officer):
    Town(committee, "Rennes")
    watched = Town(committee, "Brest", state="on_watch")

    client.post(f"{PAGE}/relances/nouvelle", {"who": "all", "f:motif": "watch"})

    assert [reminder.mandate for reminder in Reminding.rows.get().reminders.all()] == [watched]


def test_city_reminded_lately_is_pointed_out(client, committee, officer):
    lately, before = Town(committee, "Brest"), Town(committee, "Rennes")
    for mandate, day in ((lately, 9), (before, 7)):  # 13 and 15 days ago
        ReminderFactory(mandate=mandate, words="Bonjour", sent_at=datetime(2028, 11, day, 9, tzinfo=UTC))
    reminding = RemindingFactory(committee=committee)
    for mandate in (lately, before):
        ReminderFactory(reminding=reminding, mandate=mandate)

    page = words(client.get(f"{PAGE}/relances/{reminding.code}"))

    assert page.count("relancée récemment") == 1
    assert "Une de ces villes a été relancée il y a moins de 14 jours" in page


@pytest.mark.parametrize("count", [1, 3])
def test_letters_are_read_over_in_a_fixed_number_of_questions(
    client, committee, officer, django_assert_num_queries, count
):
    reminding = RemindingFactory(committee=committee)
    for number in range(count):
        ReminderFactory(reminding=reminding, mandate=Town(committee, f"Ville {number}"))
    client.get(f"{PAGE}/relances/{reminding.code}")

    with django_assert_num_queries(14):
        client.get(f"{PAGE}/relances/{reminding.code}")


def test_letter_begun_by_another_committee_does_not_exist(client, officer):
    reminding = RemindingFactory(committee=OrganisationFactory(committee=True, code="o-b"))

    assert client.get(f"{PAGE}/relances/{reminding.code}").status_code == 404


# The page of a mandate ---------------------------------------------------------------------------------------------
def mandate_page(mandate):
    return f"/bureau/conventions/{mandate.agreement.code}/mandat"


CALL = {"kind": "call", "on": "2028-11-20", "with_whom": "Mme Le Goff", "said": "Elle hésite.", "next_who": ""}


def test_officer_notes_a_call_and_its_next_step(client, committee, officer):
    mandate = Town(committee)
    step = {"next_step": "Envoyer le calendrier", "next_who": "ville", "next_on": "2028-12-01"}

    response = client.post(f"{mandate_page(mandate)}/echanges/nouveau", CALL | step)
    page = words(client.get(mandate_page(mandate)))

    contact = Contact.rows.get()
    assert response.headers["Location"] == mandate_page(mandate)
    assert (contact.next_is_city, contact.next_by, contact.recorded_by) == (True, None, officer)
    assert all(said in page for said in ("Mme Le Goff", "Elle hésite.", "Envoyer le calendrier", "1er décembre 2028"))


@pytest.mark.parametrize(("due", "is_late"), [(date(2028, 11, 21), True), (date(2028, 11, 22), False)])
def test_step_agreed_says_it_is_late_from_the_day_after(client, committee, officer, due, is_late):
    mandate = Town(committee)
    ContactFactory(mandate=mandate, city_step=True, next_on=due)
    ContactFactory(mandate=mandate, city_step=True, next_on=date(2028, 1, 1), done_at=NOON)

    assert words(client.get(mandate_page(mandate))).count("en retard") == is_late


def test_two_officers_correct_one_note_and_nothing_is_lost(client, committee, officer):
    contact = ContactFactory(mandate=Town(committee), said="Avant", with_whom="Le maire")
    stood = {"kind": "call", "on": "2028-03-02", "with_whom": "Le maire", "said": "Avant", "next_who": ""}
    was = {f"was-{name}": value for name, value in stood.items()} | {"version": 1}
    there = f"{mandate_page(contact.mandate)}/echanges/{contact.code}"

    first = client.post(there, stood | was | {"with_whom": "L’adjointe"})
    merged = client.post(there, stood | was | {"said": "Après"})
    refused = client.post(there, stood | was | {"said": "Autrement"})

    contact.refresh_from_db()
    assert [response.status_code for response in (first, merged, refused)] == [302, 302, 422]
    assert (contact.with_whom, contact.said, contact.version) == ("L’adjointe", "Après", 3)
    assert "Après" in words(refused) and "Autrement" in words(refused)


def test_team_names_who_follows_a_mandate(client, committee, officer):
    mandate = Town(committee)

    client.post(f"{mandate_page(mandate)}/responsable", {"officer": officer.code})

    mandate.refresh_from_db()
    assert mandate.officer == officer
    assert "Rennes" in words(client.get(f"{PAGE}?charge={officer.code}"))


def test_officer_reads_the_page_and_does_not_move_the_mandate(client, committee, officer):
    mandate = Town(committee)

    page = client.get(mandate_page(mandate))
    refused = client.post(mandate_page(mandate), {"move": "watch", "on": "2028-11-20", "reasons": "Rien reçu."})

    assert (page.status_code, refused.status_code, 'name="reasons"' in words(page)) == (200, 403, False)


def test_mandate_line_says_where_each_report_stands_and_leads_to_it(client, committee, officer):
    mandate = Town(committee)
    late = ReportFactory(plan=mandate.plan, yearly=True, due_on=date(2028, 11, 12))
    given = ReportFactory(plan=mandate.plan, submitted=True, due_on=date(2028, 11, 20))

    page = words(client.get(mandate_page(mandate)))

    told = re.findall(r'<a href="/bureau/bilans/([^"]+)">([^<]+)</a> <span class="quiet">([^<]+)</span>', page)
    assert told == [
        (late.code, "Fiche annuelle 2027", "12 novembre 2028, en retard"),
        (given.code, "Bilan à mi-mandat", "20 novembre 2028, remis"),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_a_mandate_asks_a_fixed_number_of_questions(
    client, committee, officer, django_assert_num_queries, count
):
    mandate = Town(committee)
    for _number in range(count):
        ContactFactory(mandate=mandate, own_step=True)
    client.get(mandate_page(mandate))

    with django_assert_num_queries(11):
        client.get(mandate_page(mandate))


def test_no_letter_leaves_before_it_is_confirmed(client, committee, officer):
    reminding = RemindingFactory(committee=committee)
    ReminderFactory(reminding=reminding, mandate=Town(committee))

    client.get(f"{PAGE}/relances/{reminding.code}")

    assert (Letter.objects.count(), reminding.reminders.exclude(sent_at=None).count()) == (0, 0)
