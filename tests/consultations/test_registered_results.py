"""A protected result in the thread: whom it is shown to, and that a coded share is told as no number."""

import pytest
from django.utils import translation

from marelle.accounts.states import Role
from marelle.consultations.drawing import Column, Row
from marelle.consultations.models import Consultation
from marelle.consultations.registered import results
from tests.consultations.frozen import ASKED
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import OPENS, FreezeFactory, QuestionnaireFactory, ZoneTablesFactory

pytestmark = pytest.mark.django_db
SHARES = (Row("oui", edge=5), Row("non", edge=-5), Row("parfois", 12.0, 8, 17, 0, 90), Row("dk"))


@pytest.fixture
def table():
    freeze = FreezeFactory(code="2026-01")
    known = {"canonical": ASKED.canonical, "frozen_at": OPENS}
    QuestionnaireFactory(consultation=freeze.consultation, state="frozen", **known)
    return ZoneTablesFactory(freeze=freeze, columns=[Column("safe", base=120, refused=5, shares=SHARES)])


@pytest.mark.parametrize(("state", "seen"), [("frozen", "team"), ("embargoed", "team"), ("published", "all")])
def test_results_are_the_team_s_until_they_are_published(table, state, seen):
    Consultation.rows.update(state=state)
    officer = PersonFactory(roles=[(table.freeze.consultation.committee, Role.PROGRAMME_OFFICER)])
    readers = {"team": officer, "city": PersonFactory(), "nobody": None}

    found = {who for who, reader in readers.items() if results.show_results({"2026-01.safe"}, reader)}

    assert found == ({"team"} if seen == "team" else {"team", "city", "nobody"})


def test_coded_share_is_told_in_words(table):
    Consultation.rows.update(state="published")

    with translation.override("en"):
        (shown,) = results.show_results({"2026-01.safe", "2026-01.sad"}, None).values()

    assert shown.sentence == "Oui 95% or more, Non 5% or less, Parfois 12%, I don’t know not told"
    assert "Te sens-tu en sécurité ?" in shown.title


def test_result_of_a_town_is_another_than_that_of_the_country(table):
    Consultation.rows.update(state="published")
    of_town = [Column("safe", base=60, refused=0, shares=(Row("oui", 71.0, 58, 82, 0, 50),))]
    ZoneTablesFactory(freeze=table.freeze, zone="commune:44143", columns=of_town)
    reference = results.reference("2026-01", "safe", "commune:44143")

    with translation.override("en"):
        found = results.show_results({reference.partition(":")[2]}, None)

    assert [shown.sentence for shown in found.values()] == ["Oui 71%"]


@pytest.mark.parametrize(("state", "leads"), [("published", "/consultation/"), ("embargoed", "/bureau/consultation/")])
def test_address_is_one_its_reader_may_open(table, state, leads):
    Consultation.rows.update(state=state)
    officer = PersonFactory(roles=[(table.freeze.consultation.committee, Role.PROGRAMME_OFFICER)])

    (shown,) = results.show_results({"2026-01.safe"}, officer).values()

    assert shown.address.startswith(leads)
