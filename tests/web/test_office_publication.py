"""The office publishes results: what will be public, proposed by one, agreed on by another."""

import re
from datetime import timedelta

import pytest

from marelle.accounts.models import PendingAct
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.consultations.models import Consultation
from tests.consultations.frozen import Edition
from tests.web.test_office_consultation_running import at, frozen, office

pytestmark = pytest.mark.django_db


def proposed(day):
    return {"act": "propose", "on": day.isoformat(), "hour": "06:00", "reread": "on"}


def checked(response):
    """What there is to look at, each with what this freeze says and what to do."""
    found = re.search(r"<tbody>(.*?)</tbody>", response.content.decode(), re.S)[1]
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", found, re.S)
    plain = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell).replace("\u202f", " ")).strip() for cell in cells]
    return {plain[n]: tuple(plain[n + 1 : n + 3]) for n in range(0, len(plain), 3)}


def test_publication_is_proposed_by_one_and_agreed_on_by_another(answers):
    edition = frozen(answers, 120)
    place, day = at("publication", edition.consultation), clock.today() + timedelta(days=30)

    first = office(edition.one).post(place, proposed(day), follow=True).content.decode()
    mine = office(edition.one).get(place).content.decode()
    freeze = office(edition.other).get(at("freeze", edition.consultation)).content.decode()
    told = office(edition.other).post(place, {"act": "confirm"}, follow=True).content.decode()

    assert "C’est proposé" in first
    assert "Vous l’avez proposé" in mine and 'value="confirm"' not in mine
    assert "Proposé par" not in freeze  # another act than the freeze
    assert "sous embargo" in told.lower()
    found = Consultation.rows.get()
    assert (found.state, found.embargo_until.astimezone(clock.PARIS).isoformat()[:16]) == ("embargoed", f"{day}T06:00")


def test_page_says_what_will_be_public_and_of_what_nothing_is(answers):
    edition = frozen(answers, 80)

    shown = office(edition.administrator(Role.PROGRAMME_OFFICER)).get(at("publication", edition.consultation))

    text = shown.content.decode()
    silent = text[text.index('id="withheld"') :]
    assert "Es-tu triste ?" in silent and "Te sens-tu en sécurité ?" not in silent  # sensitive: 100 children
    assert 'value="propose"' not in text


def test_both_persons_read_what_is_to_be_looked_at(answers):
    edition = frozen(answers, 80)
    place = at("publication", edition.consultation)

    before = checked(office(edition.one).get(place))
    office(edition.one).post(place, proposed(clock.today() + timedelta(days=30)))
    after = checked(office(edition.other).get(place))

    children = before.pop("Enfants derrière les tableaux de la France entière")  # moved at random
    assert re.fullmatch(r"environ (60|70|80|90|100) enfants", children[0]) and children[1] == "rien"
    assert before == {
        "Feuilles reçues": ("moins de cinq", "rien"),
        "Feuilles pour cent enfants annoncés par les groupes": ("on ne peut pas le dire", "rien"),
        "Feuilles mises de côté": ("aucune", "rien"),
        "Réponses qui n’ont pas pu être ouvertes": ("0", "rien"),
        "Enfants qui ne veulent pas répondre, ou ont passé": ("0 % au plus, à « Te sens-tu en sécurité ? »", "rien"),
        "Questions dont rien n’est dit pour la France entière": (
            "1",
            "Elles sont listées plus bas : ne les annoncez pas.",
        ),
        "Lieux qui ont une page": (
            "Tout le pays 1, Régions 0, Départements 0, Intercommunalités 0, Villes 0",
            "rien",
        ),
        "Lieux qui ont des réponses et pas de page": ("0", "rien"),
        "Pondération": (
            "aucune : chaque enfant compte une fois",
            "Dites, partout où des résultats sont commentés, que des âges et des régions peuvent peser plus que leur part.",
        ),
        "Textes du questionnaire absents en anglais": (
            "18",
            "Les pages anglaises les montreront en français : il est trop tard pour les corriger dans cette édition.",
        ),
        "Les attaques contre les tableaux publiés, relues pour ce gel": (
            "pas encore",
            "Relisez-les dans docs/security.md, puis dites-le plus bas.",
        ),
    }
    assert after["Les attaques contre les tableaux publiés, relues pour ce gel"] == (
        f"oui, par {edition.one.name}",
        "rien",
    )


def test_publication_is_not_proposed_before_attacks_are_read_again(answers):
    edition = frozen(answers, 80)
    typed = proposed(clock.today() + timedelta(days=30)) | {"reread": ""}

    refused = office(edition.one).post(at("publication", edition.consultation), typed)

    assert refused.status_code == 422 and not PendingAct.rows.filter(state="asked").exists()


def test_day_gone_by_is_refused_with_a_sentence(answers):
    edition = frozen(answers, 60)

    refused = office(edition.one).post(at("publication", edition.consultation), proposed(clock.today() - timedelta(1)))

    assert refused.status_code == 422 and "à venir" in refused.content.decode()


def test_before_the_freeze_there_is_nothing_to_publish(answers):
    edition = Edition(answers)

    assert "une fois gelés" in office(edition.one).get(at("publication", edition.consultation)).content.decode()


@pytest.mark.parametrize("state", ["published", "purged"])
def test_public_results_are_led_to_for_as_long_as_they_stand(answers, state):
    edition = frozen(answers, 60)
    Consultation.rows.update(state=state, published_at=clock.now())

    shown = office(edition.one).get(at("publication", edition.consultation)).content.decode()

    assert f'href="/consultation/{edition.consultation.code}"' in shown and 'value="propose"' not in shown
