"""Paper in the demonstration: a group whose booklets are typed in, one read otherwise by two persons, one that waits for a second."""

import random
from datetime import datetime, timedelta

from marelle.accounts.models import Person
from marelle.base import clock
from marelle.consultations.keying import Entry
from marelle.consultations.models import Consultation, Sitting
from marelle.consultations.operations import keying
from marelle.consultations.questionnaires import BANDS, Questionnaire
from marelle.consultations.simulating import Child
from marelle.consultations.states import SittingState

SEED = 41
DIFFERS, WAITS = 204816, 593027  # numbers of booklets
MISREAD = 3  # answers the second person reads otherwise


def tell(edition: Consultation, by: Person, other: Person, at: datetime) -> Sitting | None:
    """The last group of a town that has closed, an hour before `at`; None when there is none."""
    ended = Sitting.rows.filter(
        consultation=edition, state=SittingState.CLOSED, site__partner__organisation__isnull=False
    )
    sitting = ended.order_by("-closes_at", "-pk").first()
    if sitting is None:
        return None
    with clock.at(at - timedelta(hours=1)):
        keying.begin_keying(sitting.pk, 100, by=by)
        asked = keying.questionnaire_of(sitting)
        chance = random.Random(SEED)  # noqa: S311  draws what children would have ticked, no secret
        bands = sitting.bands or list(BANDS)
        for number in (DIFFERS, WAITS):
            first = _drawn(chance, asked, bands)
            keying.key_in(sitting.pk, number, first, by=by)
            if number == DIFFERS:
                misread = {name: "dk" for name in list(first.answers)[:MISREAD]}
                keying.key_in(sitting.pk, number, first.having(misread), by=other)
    return sitting


def _drawn(chance: random.Random, asked: Questionnaire, bands: list[str]) -> Entry:
    """What a synthetic child ticked."""
    parts = list(Child.draw(chance, bands, asked.languages).parts(asked))
    texts = {q.name for q in asked.questions() if q.kind == "text"}
    answers = {name: said for part in parts for name, said in part["a"].items() if name not in texts}
    return Entry.new(parts[0]["age_band"], parts[0]["gender"], parts[0]["lang"], answers)
