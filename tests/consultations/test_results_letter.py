"""The letter to those who relayed an edition, on the day anyone may read its results."""

import pytest

from marelle.base import outbox
from marelle.base.errors import BadData
from marelle.base.models import Letter
from marelle.consultations.letters import results
from marelle.consultations.models import Consultation, Partner
from marelle.consultations.operations import publishing
from marelle.territories.models import Territory
from tests.factories.accounts import OrganisationFactory
from tests.factories.consultations import PartnerFactory
from tests.web.public_results import CLOSES, SECRET, geography, publish

pytestmark = pytest.mark.django_db
TO_TOWN = """\
Bonjour,

Grâce à Ville de Rezé et à tous ses relais, environ 26 410 enfants ont répondu à « Consultation nationale ». Depuis aujourd’hui, tout le monde peut lire ce qu’ils ont dit.

Rezé a sa propre page : environ 140 enfants y ont répondu.
https://marelle.example/consultation/2026/lieux/commune-44143

Les mêmes résultats sur papier, à imprimer ou à faire circuler :
https://marelle.example/consultation/2026/lieux/commune-44143/rapport.pdf

Pour les enfants, avec leurs mots. Ils ont répondu : dites-leur ce qu’il en est sorti.
https://marelle.example/consultation/2026/enfants

Dans votre espace, « Reprendre » porte un résultat dans votre plan, ou répond aux enfants :
https://marelle.example/espace/44143/resultats

Les enfants ont répondu de leur plein gré : dites « les enfants qui ont répondu », et non « les enfants ».
"""
TO_SCHOOL = """\
Good morning,

Thanks to Bouaye School and to all who relayed it, about 26,410 children answered “National consultation”. Since today anyone may read what they said.

Bouaye has no page of its own: that protects its children. Their answers, if there are any, count in a larger place, Loire-Atlantique:
https://marelle.example/en/consultation/2026/lieux/departement-44

The same on paper, to print or to hand round:
https://marelle.example/en/consultation/2026/lieux/departement-44/rapport.pdf

For the children, in their words. They answered: tell them what came of it.
https://marelle.example/en/consultation/2026/enfants

Children answered of their own will: say “the children who answered”, not “children”.
"""


@pytest.fixture(autouse=True)
def its_address(settings):
    settings.SITE_ADDRESS = "https://marelle.example"


def town(name: str) -> Territory:
    return Territory.objects.get(name=name)


@pytest.fixture
def edition():
    """Under embargo: relayed by the town of Rezé, and by a school of Bouaye, whose contact reads English."""
    geography()
    found = publish("embargoed").consultation
    Consultation.rows.update(embargo_until=CLOSES)
    space = OrganisationFactory(code="44143", name="Ville de Rezé", kind="commune")
    PartnerFactory(consultation=found, confirmed=True, organisation=space, name="Ville de Rezé", territory=town("Rezé"))
    PartnerFactory(
        consultation=found,
        confirmed=True,
        organisation=None,
        name="Bouaye School",
        territory=town("Bouaye"),
        language="en",
    )
    return found


def spaced(words: str) -> str:
    return words.replace("\u202f", " ").replace("\xa0", " ")


def letters() -> list[Letter]:
    return list(Letter.objects.filter(kind=results.PUBLISHED).order_by("pk"))


def test_town_reads_where_its_page_is_and_how_to_carry_on(edition):
    publishing.publish_what_is_due(CLOSES)

    letter = letters()[0]
    assert spaced(letter.subject) == "Ce que les enfants ont dit : Consultation nationale"
    assert spaced(letter.text) == TO_TOWN


def test_school_of_a_town_without_a_page_reads_its_departement_in_its_language(edition):
    publishing.publish_what_is_due(CLOSES)

    letter = letters()[1]
    assert letter.subject == "What children said: National consultation"
    assert letter.text == TO_SCHOOL


@pytest.mark.parametrize("state", ["registered", "declined"])
def test_who_was_not_confirmed_gets_none(edition, state):
    Partner.rows.update(state=state)

    publishing.publish_what_is_due(CLOSES)

    assert letters() == []


def test_each_partner_gets_one_however_often_it_is_asked(edition):
    publishing.publish_what_is_due(CLOSES)
    publishing.publish_what_is_due(CLOSES)

    results.tell_partners(Consultation.rows.get())

    assert len(letters()) == 2


def test_publication_that_fails_on_the_way_sends_nothing(edition):
    """Planted: a name that breaks the subject of the letter stops the publication, and every letter with it."""
    Consultation.rows.update(name={"fr": "Consultation\nnationale"})

    with pytest.raises(BadData):
        publishing.publish_what_is_due(CLOSES)

    assert (letters(), Consultation.rows.get().state) == ([], "embargoed")


def test_letter_holds_nothing_true(edition):
    publishing.publish_what_is_due(CLOSES)

    assert [letter for letter in letters() if str(SECRET) in letter.text] == []


def test_letter_is_not_sent_to_an_address_that_left(edition):
    publishing.publish_what_is_due(CLOSES)
    Partner.rows.filter(name="Bouaye School").update(contact_email="other@ecole.example")

    assert outbox.send_waiting() == 1


@pytest.mark.parametrize("more", [0, 20])
def test_questions_to_the_database_do_not_grow_with_places(edition, more, django_assert_max_num_queries):
    """Three to write a letter, the others once."""
    for _each in range(more):
        PartnerFactory(consultation=edition, confirmed=True, organisation=None, territory=town("Bouaye"))
    Consultation.rows.update(state="published")
    edition.refresh_from_db()

    with django_assert_max_num_queries(6 + 6 * (2 + more)):
        results.tell_partners(edition)
