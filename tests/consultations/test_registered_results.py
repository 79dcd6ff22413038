"""A protected result in the thread: whom it is shown to, and that a coded share is told as no number."""

import pytest
from django.utils import translation

from marelle.accounts.states import Role
from marelle.consultations.models import Consultation
from marelle.consultations.registered import results
from tests.consultations.frozen import ASKED
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import OPENS, FreezeFactory, QuestionnaireFactory, TableFactory

pytestmark = pytest.mark.django_db
NOTHING = {"percent": None, "at_most": None, "at_least": None}
ROWS = [
    {"option": "oui", **NOTHING, "at_least": 95},
    {"option": "non", **NOTHING, "at_most": 5},
    {"option": "parfois", **NOTHING, "percent": 12},
    {"option": "dk", **NOTHING},
]


@pytest.fixture
def table():
    freeze = FreezeFactory(code="2026-01")
    known = {"canonical": ASKED.canonical, "frozen_at": OPENS}
    QuestionnaireFactory(consultation=freeze.consultation, state="frozen", **known)
    return TableFactory(freeze=freeze, question="safe", rows_shown=ROWS)


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

    assert shown.sentence == "Oui at least 95%, Non at most 5%, Parfois 12%, I don’t know not shown"
    assert "Te sens-tu en sécurité ?" in shown.title
