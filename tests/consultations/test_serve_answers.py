"""A child's part through `marelle serve`: the code, the page, the box, and the count once the server has ended."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from marelle.consultations import codes, passes
from marelle.consultations.collect import Keys
from marelle.consultations.models import SittingCount
from tests.consultations import intake as house
from tests.factories.consultations import ConsultationFactory, QuestionnaireFactory, SittingFactory
from tests.faults.living_server import LivingServer


@pytest.mark.django_db(transaction=True)
def test_a_part_goes_through_the_server_and_is_counted_when_it_ends(answers, settings, tmp_path):
    now, keys = timezone.now(), Keys.of(settings.SECRET_KEY)
    window = {"opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(hours=3)}
    consultation = ConsultationFactory(opened=True, public_key=house.PAIR.public, **window)
    QuestionnaireFactory(
        consultation=consultation, state="frozen", frozen_at=now, canonical=house.QUESTIONNAIRE.canonical
    )
    sitting = SittingFactory(
        site__partner__consultation=consultation, code_digest=codes.digest("ABCDEFGH", keys.codes), **window
    )
    ticket = passes.make(sitting.code, passes.SITTING, window["closes_at"], keys.passes)
    said = house.body(**{"pass": ticket}) | {"part": json.dumps(house.part())}

    with LivingServer(tmp_path) as server:
        doors = [server.ask("GET", path)[0] for path in ("/e", "/e/ABCDEFGH", "/e/ABCDEFGJ")]
        sent = [server.ask("POST", "/e/collect", body=said)[0] for _n in range(2)]
        before = SittingCount.objects.count()

    assert doors[:2] == [200, 200]
    assert sent == [201, 201]
    assert [sheet.answers for sheet in house.opened(answers)] == [{"q010": 1, "q011": [1, 2], "q012": "dk"}]
    assert (before, list(SittingCount.objects.values_list("sitting", "part", "received"))) == (
        0,
        [(sitting.pk, "rights", 1)],
    )
    assert "ABCDEFGH" not in server.said.read_text()
