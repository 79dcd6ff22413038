"""What people write is shown as words: the house has no rich text, so nothing of theirs becomes a mark or a link."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.models import Mandate
from tests.factories.accounts import PersonFactory
from tests.factories.mandates import AnswerFactory
from tests.factories.plans import ActionFactory, IndicatorFactory
from tests.signing_in import sign_in
from tests.web.public_town import NOW, member, promise

TEMPLATES = Path(settings.BASE) / "marelle" / "templates"
HOSTILE = (
    '<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">ici</a> '
    "[là](javascript:alert(1)) javascript:alert(1) {{ 7|add:7 }} {% now 'Y' %} data:text/html,<b>gras</b>"
)
SCHEMES = re.compile(r"^(https?://|mailto:|/|#|\?|$)")


class Marks(HTMLParser):
    """The elements of a page and what they carry."""

    def __init__(self, html: str):
        super().__init__()
        self.names: list[str] = []
        self.carried: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.carried += [(name, value or "") for name, value in attrs]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/villes/67447",
        "/villes/67447/engagements/1",
        "/en/villes/67447",
        "/espace/67447/plan",
        "/espace/67447/plan?vue=tableau",
        "/espace/67447/plan?vue=imprimer",
        "/espace/67447/candidature",
        "/espace/67447/equipe",
    ],
)
def test_words_of_people_are_never_marks(address, client):
    """trust W6. Hostile words in every field of a plan, a name, a team: no element, no attribute, no link of theirs."""
    objective = promise(town(), HOSTILE[:300])
    ActionFactory(objective=objective, name=HOSTILE[:300], lead_service=HOSTILE[:120], partners=HOSTILE[:300])
    IndicatorFactory(objective=objective, name=HOSTILE[:300], source=HOSTILE[:200])
    house = objective.plan.organisation
    sign_in(client, PersonFactory(name=HOSTILE[:120], roles=[(house, Role.CITY_ADMINISTRATOR)], application=True))

    with clock.at(NOW):
        answer = client.get(address)

    marks = Marks(answer.content.decode())
    assert answer.status_code == 200
    assert "alert(1)" in answer.content.decode() or "candidature" in address  # the words are there, as words
    assert [value for name, value in marks.carried if name.startswith("on")] == []
    assert [v for n, v in marks.carried if n in ("href", "src", "action", "formaction") and not SCHEMES.match(v)] == []
    assert all("alert(1)" not in value for name, value in marks.carried if name in ("href", "src"))
    assert "b" not in marks.names


def town() -> Mandate:
    """A member with an answer of hostile words in its dossier."""
    mandate = member()
    AnswerFactory(application=mandate.agreement.application, value=HOSTILE)
    return mandate


@pytest.mark.once
def test_templates_never_trust_words():
    """trust W6. No template lets words through unescaped, or makes links of them; letters are plain text."""
    trusting = re.compile(r"\|\s*(safe|safeseq|urlize\w*)\b|autoescape off|{%\s*filter\s+safe")

    found = [
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if trusting.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []
