"""What tests of the library start from: a committee with its team, a town that tells, another with a plan."""

from datetime import UTC, datetime

from marelle.accounts.states import Role
from marelle.library.models import PracticeText
from marelle.library.operations import practices as operations
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DomainFactory
from tests.factories.library import PracticeFactory, PracticeTextFactory

AT = datetime(2026, 6, 15, 9, tzinfo=UTC)
HALF_A_YEAR = datetime(2026, 12, 15, 9, tzinfo=UTC)
A_YEAR = datetime(2027, 6, 15, 9, tzinfo=UTC)
WORDS = {
    "name": "La rue aux enfants",
    "summary": "Une rue fermée aux voitures à la sortie de l’école.",
    "context": "Un bourg de trois mille habitants.",
    "problem": "Les enfants avaient peur de traverser.",
    "what_was_done": "On a fermé la rue une demi-heure, deux fois par jour.",
    "childrens_part": "Le conseil d’enfants a choisi les horaires.",
    "evidence": "Deux comptages, avant et après.",
    "conditions": "Une rue parallèle pour les voitures.",
}


def team(committee=None, role=Role.PROGRAMME_OFFICER):
    """Somebody of the programme team, and their committee."""
    committee = committee or OrganisationFactory(committee=True)
    return PersonFactory(roles=[(committee, role)]), committee


def editor(organisation=None):
    """Somebody who writes for a town, and that town."""
    organisation = organisation or OrganisationFactory()
    return PersonFactory(roles=[(organisation, Role.CITY_EDITOR)]), organisation


def drafted(by, organisation, **words):
    """A practice with every word asked for."""
    practice = operations.draft(organisation, by=by, at=AT)
    PracticeText.rows.filter(practice=practice).update(**{**WORDS, **words})
    practice.domains.add(DomainFactory())
    return practice


def published(name="La rue aux enfants", summary="", language="fr", **given):
    """On the shelf, its words in the search."""
    practice = PracticeFactory(language=language, **given)
    PracticeTextFactory(practice=practice, language=language, name=name, summary=summary)
    operations.index(practice)
    return practice
