"""The office publishes results: what will be public, proposed by one, agreed on by another."""

from datetime import timedelta

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.consultations.models import Consultation
from tests.consultations.frozen import Edition
from tests.web.test_office_consultation_running import at, frozen, office

pytestmark = pytest.mark.django_db


def proposed(day):
    return {"act": "propose", "on": day.isoformat(), "hour": "06:00"}


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
    assert "Es-tu triste ?" in text and "Te sens-tu en sécurité ?" not in text  # sensitive: 100 children
    assert 'value="propose"' not in text


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
