"""A part as a child would see it, for those who write it: nothing is sealed, nothing is sent."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from marelle.consultations import passes
from marelle.consultations.collect import SittingFacts, Visit
from marelle.consultations.questionnaires import Questionnaire
from marelle.web.kids import screens
from marelle.web.kids.drawing import Assets
from marelle.web.kids.screens import Scene
from marelle.web.kids.walking import State

NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # the window of no group


def draw(
    questionnaire: Questionnaire,
    part: str,
    *,
    band: str,
    language: str,
    help_numbers: Sequence[Mapping[str, str]],
    assets: Assets,
    is_demonstration: bool = False,
) -> str:
    """The page of a part, every question of that age on it, whatever it depends on. Raises KeyError for another part."""
    found = questionnaire.part(part)
    facts = SittingFacts(
        reference="",
        consultation="",
        opens_at=NEVER,
        closes_at=NEVER,
        takes_parts=False,
        takes_late=False,
        head_count=None,
        territory="",
        department="",
        site_kind="",
        site="",
        public_key=b"",
        versions=(),
        help_numbers=tuple(help_numbers),
        is_demonstration=is_demonstration,
    )
    visit = Visit(facts, questionnaire, "", NEVER, passes.Secret(bytes(32)), lambda _id, _part: 410)
    scene = Scene(visit, State(lang=language, band=band, part=part), assets, {})
    shown = found.seen_by(band)
    return screens.questions(scene, found, shown, page=0)
