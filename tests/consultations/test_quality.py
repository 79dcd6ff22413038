"""What is looked at before results are published: each thing with what this freeze says, and what to do."""

import pytest
from django.utils import translation

from marelle.consultations import questionnaires
from marelle.consultations.models import SittingCount
from marelle.consultations.queries import quality
from tests.consultations.published import publish
from tests.factories.consultations import PartnerFactory, SiteFactory, SittingFactory, ZoneTablesFactory, column

pytestmark = pytest.mark.django_db
MARGINS = {"source": "Insee 2021", "rows": [["age", "6_8", "10", ""], ["age", "9_11", "12", ""]]}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def checked(edition, **manifest):
    """What is said and what to do, by the thing looked at."""
    freeze = edition.freezes.get()
    freeze.manifest = manifest
    asked = questionnaires.read(edition.questionnaires.get().canonical)
    return {each.title: (each.said, each.todo) for each in quality.checks(edition, freeze, asked)}


def test_sheets_set_aside_are_told_by_reason_and_few_are_not_counted_out():
    found = checked(publish("frozen"), set_aside={"identical": 30, "ages": None}, refused=None)

    assert found["Sheets set aside"] == (
        "At least three sheets of one place and week say the same. 30 or more; Two ages or two genders for one child. fewer than five",
        "Two persons may count them with the others, on the page of the freeze, before the publication.",
    )
    assert found["Answers that could not be opened"] == (
        "fewer than five",
        "Find out why before publishing: a tablet with an old version, another key.",
    )


def test_weights_tell_their_margins_their_effect_and_what_was_trimmed():
    edition = publish("frozen")
    edition.margins = MARGINS

    found = checked(edition, margins="Insee 2021", weights={"least": 0.4, "most": 3.0, "trimmed": 15})

    assert found["Weights"] == ("2 classes, Insee 2021", "")
    assert found["By how much weights widen the variance"] == ("1 to 1.21", "")
    assert found["What a sheet weighs"] == ("from 0.4 to 3 times the mean; trimmed: 15 or more", "")


def test_wide_intervals_are_pointed_out():
    edition = publish("frozen")
    freeze = edition.freezes.get()
    freeze.zones.filter(zone="FR", profile="").delete()
    wide = column("safe", base=1240, oui=60, non=40)
    ZoneTablesFactory(freeze=freeze, columns=[wide.__class__(**{**vars(wide), "design": 1.5})])

    found = checked(edition, margins="Insee 2021")

    assert found["By how much weights widen the variance"] == (
        "1.5 to 1.5",
        "Some intervals are clearly wider: comment these shares with care.",
    )


def test_question_many_would_not_answer_is_named():
    edition = publish("frozen")
    freeze = edition.freezes.get()
    freeze.zones.filter(zone="FR", profile="").delete()
    told = [column("safe", base=1240, oui=60, non=40), column("sport", base=1240, oui=60, non=40)]
    columns = [each.__class__(**{**vars(each), "refused": 20 - 5 * n}) for n, each in enumerate(told)]
    ZoneTablesFactory(freeze=freeze, columns=columns)

    assert checked(edition)["Children who would rather not say, or skipped"] == (
        "20% at most, to “Te sens-tu en sécurité ?”",
        "For 1 question, one child in five or more: say so wherever it is commented.",
    )


def test_places_are_counted_with_and_without_a_page():
    found = checked(publish("frozen"))

    assert found["Places with a page"] == (
        "The whole country 1, Régions 0, Départements 1, Intercommunalities 0, Towns 1",
        "",
    )
    assert found["Places with answers and no page"] == (
        "1 (too few children)",
        "Tell their partners that their children count in a larger place.",
    )


@pytest.mark.parametrize(
    ("came", "said", "is_well"),
    [(49, "49", False), (50, "50", True), (120, "120", True), (121, "121", False), (4, "cannot be said", True)],
)
def test_sheets_are_compared_with_what_groups_declared(came, said, is_well):
    edition = publish("frozen")
    site = SiteFactory(partner=PartnerFactory(consultation=edition))
    for share in (60, 40):
        sitting = SittingFactory(consultation=edition, site=site, head_count=share)
        SittingCount.objects.create(sitting=sitting, part="rights", received=came if share == 60 else 0)

    told, todo = checked(edition)["Sheets for a hundred children declared by groups"]

    assert (told, todo == "") == (said, is_well)
