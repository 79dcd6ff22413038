"""Sessions of the board in the office: prepared from the call, an agenda, decisions of a whole session, minutes on paper."""

from datetime import UTC, datetime

import pytest

from marelle.accounts.models import PendingAct
from marelle.accounts.states import Role
from marelle.mandates.models import AgendaItem, Application, BoardSession
from marelle.mandates.operations import deciding
from marelle.mandates.operations.deciding import Drafted
from marelle.mandates.queries import sessions as queries
from marelle.mandates.session_papers import printed
from tests import signing_in
from tests.factories.accounts import OrganisationFactory
from tests.factories.mandates import ApplicationFactory, CallFactory
from tests.factories.sessions import MEETS_AT, AgendaItemFactory, BoardSessionFactory
from tests.mandates.office import works_as

pytestmark = pytest.mark.django_db
IN_A_CENTURY = datetime(2126, 7, 6, 12, tzinfo=UTC)
QUESTIONS = 9


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def call(house):
    return CallFactory(committee=house, code="2026")


def enters(client, role, house):
    person = works_as(role, house)
    signing_in.sign_in(client, person)
    client.get("/bureau/lectures")
    return person


def form(**changed):
    return {"on": "2126-07-06", "hour": "14:00", "length_minutes": "120", "place": "Maison du réseau", **changed}


def with_agenda(call, *names):
    session = BoardSessionFactory(call=call)
    for position, name in enumerate(names, start=1):
        application = ApplicationFactory(call=call, opinion_given=True, organisation__name=name)
        AgendaItemFactory(session=session, application=application, position=position)
    return session


def codes(session):
    return [item.application.code for item in session.agenda.order_by("position")]


def test_session_is_prepared_in_the_zone_of_the_call_and_found_from_it(client, house, call):
    enters(client, Role.PROGRAMME_OFFICER, house)

    answer = client.post("/bureau/appels/2026/seances", form())

    session = BoardSession.rows.get()
    assert (answer.status_code, session.starts_at, session.place) == (302, IN_A_CENTURY, "Maison du réseau")
    assert "/bureau/appels/2026/seances" in client.get("/bureau/appels/2026").text
    assert f"/bureau/seances/{session.code}" in client.get("/bureau/appels/2026/seances").text


def test_session_refused_keeps_what_was_typed(client, house, call):
    enters(client, Role.PROGRAMME_OFFICER, house)

    answer = client.post("/bureau/appels/2026/seances", form(length_minutes="5"))

    assert answer.status_code == 422
    assert "Une séance dure de 15 à 600 minutes." in answer.text
    assert 'value="Maison du réseau"' in answer.text
    assert BoardSession.rows.count() == 0


def test_agenda_is_put_together_by_hand(client, house, call):
    enters(client, Role.PROGRAMME_OFFICER, house)
    session = BoardSessionFactory(call=call)
    first, second = (
        ApplicationFactory(call=call, opinion_given=True, organisation__name=n) for n in ("Bourg", "Castel")
    )
    address = f"/bureau/seances/{session.code}/ordre-du-jour"

    client.post(address, {"add": [first.code, second.code]})
    client.post(address, {"up": second.code})
    up = codes(session)
    client.post(address, {"remove": first.code})

    assert up == [second.code, first.code]
    assert codes(session) == [second.code]
    assert f"/bureau/seances/{session.code}" in client.get(f"/bureau/candidatures/{second.code}").text


def test_decisions_are_proposed_together_and_a_refusal_keeps_what_was_typed(client, house, call):
    enters(client, Role.PROGRAMME_ADMINISTRATOR, house)
    session = with_agenda(call, "Bourg", "Castel", "Douai")
    bourg, castel, douai = codes(session)
    typed = {
        "reasons_for_all": "Un plan précis.",
        f"outcome_{bourg}": "granted",
        f"outcome_{castel}": "probation",
        f"conditions_{castel}": "Chiffrer.",
    }

    answer = client.post(f"/bureau/seances/{session.code}/proposer", typed)

    assert answer.status_code == 422
    assert "Une période probatoire a une date" in answer.text
    assert "Chiffrer." in answer.text
    assert f"outcome_{bourg}" not in answer.text
    assert [act.payload["reasons"] for act in PendingAct.objects.all()] == ["Un plan précis."]
    assert Application.rows.get(code=douai).state == "opinion_given"


def test_board_confirms_what_it_ticks_and_reads_what_was_refused(client, house, call):
    session = with_agenda(call, "Bourg", "Castel", "Douai")
    chief = works_as(Role.PROGRAMME_ADMINISTRATOR, house)
    drafted = {item.application: Drafted("granted", "Bien.") for item in session.agenda.all()}
    deciding.propose_all(session, drafted, by=chief)
    enters(client, Role.BOARD_MEMBER, house)
    bourg, castel, douai = codes(session)
    read = {line.application.code: line.waiting.code for line in queries.agenda_of(session, chief).to_confirm}

    sent = {"application": [bourg, castel], f"read_{bourg}": read[bourg], f"read_{castel}": read[douai]}
    answer = client.post(f"/bureau/seances/{session.code}/confirmer", sent, follow=True)

    assert [Application.rows.get(code=code).state for code in (bourg, castel, douai)] == [
        "accepted",
        "opinion_given",
        "opinion_given",
    ]
    assert "Castel\u202f: Aucune décision n’attend" in answer.text


def test_minutes_are_recorded_then_printed(client, house, call):
    officer = enters(client, Role.PROGRAMME_OFFICER, house)
    session = with_agenda(call, "Bourg", "Castel")
    member = works_as(Role.BOARD_MEMBER, house, name="Alix Roux")
    chief = works_as(Role.PROGRAMME_ADMINISTRATOR, house)
    deciding.propose_all(session, {session.agenda.get(position=1).application: Drafted("granted", "Bien.")}, by=chief)
    lines = queries.agenda_of(session, member).to_confirm
    deciding.confirm_all({line.application: line.waiting.code for line in lines}, by=member)

    said = {"present": [member.code], "also_present": "La maire de Bourg", "minutes": "Un vote."}
    answer = client.post(f"/bureau/seances/{session.code}/tenue", said)
    paper = client.get(f"/bureau/seances/{session.code}/proces-verbal.pdf")

    session.refresh_from_db()
    words = printed(session, queries.agenda_of(session, officer))
    assert answer.status_code == 302
    assert words["present"] == ["Alix Roux", "La maire de Bourg"]
    assert [(item["title"], item["outcome"], item["reasons"]) for item in words["items"]] == [
        ("1. Bourg", "Titre attribué", "Bien."),
        ("2. Castel", "Reportée\u202f: rien n’a été décidé.", ""),
    ]
    assert words["minutes"] == "Un vote."
    assert paper.content.startswith(b"%PDF-1.7")
    assert paper["Content-Disposition"] == 'attachment; filename="seance-2026-07-06.pdf"'


def test_letters_are_printed_as_drafts_then_for_good(client, house, call):
    enters(client, Role.PROGRAMME_OFFICER, house)
    session = with_agenda(call, "Bourg", "Castel")
    member, chief = works_as(Role.BOARD_MEMBER, house), works_as(Role.PROGRAMME_ADMINISTRATOR, house)
    bourg, castel = (item.application for item in session.agenda.order_by("position"))
    deciding.propose_all(session, {bourg: Drafted("granted", "Bien.")}, by=chief)
    code = queries.agenda_of(session, member).to_confirm[0].waiting.code
    ends = (
        f"seances/{session.code}/lettres.pdf",
        f"seances/{session.code}/lettres.pdf?brouillons=1",
        f"candidatures/{bourg.code}/decision/lettre.pdf",
        f"candidatures/{castel.code}/decision/lettre.pdf",
    )

    before = [client.get(f"/bureau/{end}").status_code for end in ends]
    deciding.confirm_all({bourg: code}, by=member)
    after = [client.get(f"/bureau/{end}") for end in ends]

    assert before == [404, 200, 200, 404]
    assert [answer.status_code for answer in after] == [200, 404, 200, 404]
    assert after[0].content.startswith(b"%PDF-1.7")
    assert after[2]["Content-Disposition"] == f'attachment; filename="decision-{bourg.organisation.code}.pdf"'


def test_minutes_without_anyone_present_are_refused(client, house, call):
    enters(client, Role.PROGRAMME_OFFICER, house)
    session = with_agenda(call, "Bourg")

    answer = client.post(f"/bureau/seances/{session.code}/tenue", {"minutes": "Un vote."})

    assert answer.status_code == 422
    assert "Un vote." in answer.text
    assert BoardSession.rows.get().held_at is None


def test_session_of_another_committee_does_not_exist(client, call):
    enters(client, Role.PROGRAMME_ADMINISTRATOR, OrganisationFactory(committee=True, code="o-other"))
    session = with_agenda(call, "Bourg")

    pages = [client.get(f"/bureau/seances/{session.code}{end}").status_code for end in ("", "/proces-verbal.pdf")]

    assert pages == [404, 404]


def test_session_page_asks_a_fixed_number_of_questions(client, house, call, django_assert_num_queries):
    enters(client, Role.BOARD_MEMBER, house)
    session, counts = with_agenda(call, "Ville 1"), []
    for number in (1, 3):
        while AgendaItem.objects.count() < number:
            application = ApplicationFactory(call=call, opinion_given=True, organisation__name="Ville 2")
            AgendaItemFactory(session=session, application=application, position=9)
        with django_assert_num_queries(QUESTIONS):
            counts.append(client.get(f"/bureau/seances/{session.code}").text.count("<strong>Ville"))

    assert counts == [1, 3]
    assert session.starts_at == MEETS_AT
