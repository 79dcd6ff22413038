"""A town's papers in one list on its page: agreement, plan and its versions, accepted reports, open data; its promises with their proof."""

import io
import re
from datetime import date

import docx
import pytest

from marelle.base import clock
from marelle.mandates.operations import reports as operations
from tests.factories.accounts import PersonFactory
from tests.factories.amendments import AmendmentFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ReadingFactory
from tests.mandates.reports_scene import SUMMER, lead_of, officer_of, written
from tests.web.public_town import FIRST_DAY, NOW, member, promise

pytestmark = pytest.mark.django_db
TAGS = re.compile(r"<[^>]+>")


def piece(client, start, end="</section>", place="/villes/67447"):
    page = client.get(place).content.decode().replace("\u202f", " ").replace("\xa0", " ")
    return page.partition(start)[2].partition(end)[0]


def lines_of(text):
    return [" ".join(TAGS.sub(" ", line).split()) for line in re.findall(r"<li.*?>(.*?)</li>", text, re.S)]


def accepted(mandate):
    """A mid-term report of that mandate, handed in and accepted; its PDF is not drawn yet."""
    report = written(mandate)
    with clock.at(SUMMER):
        operations.submit_report(report.pk, by=lead_of(report))
        return operations.accept_report(report.pk, by=officer_of(report))


def test_town_shows_its_documents_in_one_list(client):
    town = member()
    type(town.plan).rows.filter(pk=town.plan_id).update(adopted_on=FIRST_DAY)
    report = accepted(town)
    AmendmentFactory(plan=town.plan, accepted=True)

    with clock.at(SUMMER):
        told = piece(client, '<h2 id="documents">')

    assert [line.partition(" ")[0] for line in lines_of(told)] == [
        "Convention", "Plan", "Modification", "Bilan",
        "Engagements", "Actions", "Indicateurs", "Relevés", "Bilans", "Appréciations", "Propositions",
    ]  # fmt: skip
    links = re.findall(r'href="([^"]+)"', told)
    assert [link for link in links if "bilans" in link] == [
        f"/villes/67447/bilans/{report.code}",
        f"/villes/67447/bilans/{report.code}.docx",
    ]
    pages = [link for link in links if link[0] == "/" and "modifications" not in link and "xlsx" not in link]
    assert {client.get(link).status_code for link in pages} == {200}


def test_accepted_report_is_taken_away_as_a_text(client):
    town = member()
    report = accepted(town)

    answer = client.get(f"/villes/67447/bilans/{report.code}.docx")

    assert "en bonne voie" in "".join(
        cell.text for table in docx.Document(io.BytesIO(answer.content)).tables for cell in table._cells
    )


def test_report_that_is_not_accepted_is_no_document_of_the_town(client):
    report = written(member())

    shown = "bilans" in piece(client, '<h2 id="documents">')

    assert (shown, client.get(f"/villes/67447/bilans/{report.code}.docx").status_code) == (False, 404)


@pytest.mark.parametrize(("state", "kept"), [("suspended", ["Bilan à mi-mandat"]), ("ended", ["Bilan à mi-mandat"])])
def test_town_that_is_no_member_keeps_its_reports(client, state, kept):
    town = member()
    accepted(town)
    type(town).rows.filter(pk=town.pk).update(state=state)

    told = lines_of(piece(client, '<h2 id="documents">'))

    assert [line.partition(" accepté")[0] for line in told] == kept


def test_each_promise_says_how_sure_its_readings_are(client):
    """The newest value of each indicator counts, once."""
    town = member()
    said = promise(town)
    ActionFactory(objective=said, state="done")
    plain, shown, seen, unread = (IndicatorFactory(objective=said, name=name) for name in ("a", "b", "c", "d"))
    ReadingFactory(
        indicator=plain, period="2026", until=date(2026, 12, 31), evidence_address="https://exemple.fr/vieux"
    )
    ReadingFactory(indicator=plain)
    ReadingFactory(indicator=shown, evidence_address="https://exemple.fr/comptage")
    ReadingFactory(indicator=seen, verified_by=PersonFactory(), verified_at=NOW)

    with clock.at(NOW):
        told = lines_of(piece(client, '<h2 id="promises">'))

    assert unread.name == "d"
    assert told == [
        "Chaque enfant va à l’école sans danger 1 action : 1 terminée 4 indicateurs : 1 déclaré, 1 justifié, 1 vérifié"
    ]
