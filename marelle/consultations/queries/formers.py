"""One question in the editions before: what they told of it in the same place, or why the two may not be compared."""

from dataclasses import dataclass

from marelle.consultations import questionnaires, versions
from marelle.consultations.catalogue import EVERYONE
from marelle.consultations.drawing import Column
from marelle.consultations.models import Consultation, Freeze, Questionnaire
from marelle.consultations.queries import published
from marelle.consultations.queries.places import Place
from marelle.consultations.queries.published import Edition
from marelle.consultations.states import VersionState

MOST = 4  # editions before, the latest ones
NOT_TOLD, WEIGHED_OTHERWISE = "not_told", "weights"  # with those of `versions.unlikeness`


@dataclass(frozen=True)
class Former:
    """An edition before. `column`: of everyone in the same place; None where `why` says why it is not compared."""

    consultation: Consultation
    why: str = ""
    column: Column | None = None


def formers(read: Edition, place: Place, question: str) -> list[Former]:
    """The editions published before this one, the oldest first. At most three questions to the database."""
    freezes = _freezes(read)
    codes = [freeze.consultation_id for freeze in freezes]
    asked = _asked(codes) if codes else {}
    known = [
        Edition(freeze.consultation, freeze, asked[freeze.consultation_id])
        for freeze in freezes
        if freeze.consultation_id in asked
    ]
    return [_former(read, before, place, question) for before in reversed(known)]


def _freezes(read: Edition) -> list[Freeze]:
    """The freeze that counts of each edition before, the latest edition first."""
    mine = read.consultation
    known = published.freezes().filter(
        consultation__committee=mine.committee_id, consultation__opens_at__lt=mine.opens_at
    )
    first: dict[int, Freeze] = {}
    for freeze in known[: 3 * MOST]:
        first.setdefault(freeze.consultation_id, freeze)
    return list(first.values())[:MOST]


def _asked(consultations: list[int]) -> dict[int, questionnaires.Questionnaire]:
    frozen = Questionnaire.objects.filter(consultation__in=consultations, state=VersionState.FROZEN)
    known = dict(frozen.order_by("number").values_list("consultation", "canonical"))
    return {consultation: questionnaires.read(canonical) for consultation, canonical in known.items()}


def _former(read: Edition, before: Edition, place: Place, question: str) -> Former:
    why = versions.unlikeness(before.asked, read.asked, question)
    if not why and before.is_weighted(place.zone) != read.is_weighted(place.zone):
        why = WEIGHED_OTHERWISE
    if why:
        return Former(before.consultation, why)
    told = published.told(before, published.everyone, [place])[place.zone].result(question)
    column = told.columns.get(EVERYONE) if told else None
    return Former(before.consultation, "", column) if column and not column.status else Former(before.consultation, NOT_TOLD)  # fmt: skip
