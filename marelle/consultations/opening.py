"""From sealed boxes to sheets that can be kept: opened together, joined, shuffled, coarsened (specs/consultation.md, section 12).

Everything happens in memory, once, after the consultation has closed; `sheets.py` writes what comes out in one transaction.
"""

import json
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from marelle.consultations import answering, boxes, sealing
from marelle.consultations.answering import SKIPPED
from marelle.consultations.boxes import Carried, FreeText, Place, Sheet
from marelle.consultations.questionnaires import Questionnaire

ZONE_HOLDS = 50  # sheets, for a zone to be kept: specs/consultation.md, section 12
VALUE_HOLDS = 10  # sheets, for a kind of site, a language or a mode to be kept: the same
OTHER = "other"
SAME_PLACE, LEAST_CHOICES = 0.9, 10  # share of answers at one place of their list, of how many: section 15
LEAST_ALIKE, LEAST_ANSWERS = 3, 5  # sheets of one place and week that say the same; answers in each
KEY = 16  # bytes

Progress = Callable[[Iterable[Any]], Iterable[Any]]


class Areas(Protocol):
    """The geography, as far as the opening needs it. A zone is `commune:44143`, `epci:…`, `departement:44`, `region:52`, `FR`."""

    def zones(self, territory: str, department: str) -> Sequence[str]:
        """The zones a place lies in, the smallest first, the whole country last."""

    def department(self, zone: str) -> str:
        """The département a zone lies in, mostly; the zone itself when it is larger."""


@dataclass(frozen=True)
class Frozen:
    """One child's answers as they are kept: `answers` by question, None for skipped, absent for not asked."""

    key: bytes
    answers: Mapping[str, Any]
    zone: str
    site_kind: str
    age_band: str
    gender: str
    language: str
    mode: str
    set_aside: str = ""

    @property
    def written(self) -> str:
        """The answers as JSON."""
        return json.dumps(self.answers, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True)
class Text:
    """One free text, alone. `state`: "to_read", or "refused" when it says how to reach somebody."""

    key: bytes
    question: str
    text: str
    age_band: str
    department: str
    state: str


@dataclass
class Opened:
    """What all the boxes held. `refused`: identifiers of those that stay as they are, and why. `boxes`: how many were read."""

    sheets: list[Frozen] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    refused: dict[bytes, str] = field(default_factory=dict)
    boxes: int = 0


def open_all(
    rows: Iterable[tuple[bytes, bytes]],
    private: bytes,
    questionnaires: Mapping[str, Questionnaire],
    areas: Areas,
    progress: Progress = iter,
) -> Opened:
    """Open every box (identifier, box). `questionnaires`: those of this consultation, by the hash parts carry."""
    opener, opened, parts = sealing.Opener(private), Opened(), []
    for identifier, box in progress(rows):
        opened.boxes += 1
        try:
            contents = _contents(box, opener, questionnaires)
        except (sealing.NotOpened, ValueError, KeyError) as fault:
            opened.refused[identifier] = type(fault).__name__
            continue
        opened.texts += [_text(content) for content in contents if isinstance(content, FreeText)]
        parts += [(identifier, content) for content in contents if isinstance(content, Sheet)]
    sheets = _joined(parts, questionnaires, opened.refused)
    opened.sheets = coarsened(_watched(sheets), areas)
    _shuffle(opened.sheets)
    _shuffle(opened.texts)
    return opened


def _contents(
    box: bytes, opener: sealing.Opener, questionnaires: Mapping[str, Questionnaire]
) -> list[Sheet | FreeText]:
    """What a box holds; of one a tablet had sealed, what is inside. Raises NotOpened, ValueError, KeyError."""
    content = boxes.read(opener.open(box))
    if not isinstance(content, Carried):
        return [content]
    said = json.loads(opener.open(content.box))
    kept = answering.clean(questionnaires[said["v"]], said)
    place = content.place
    texts = [FreeText(name, text, kept.age_band, kept.language, place.department) for name, text in kept.texts.items()]
    return [_sheet(kept, said["v"], place), *texts]


def _sheet(kept: answering.Clean, version: str, place: Place) -> Sheet:
    said = {"part": kept.part, "thread": kept.thread, "age_band": kept.age_band, "gender": kept.gender}
    ways = {"language": kept.language, "mode": kept.mode, "rendering": kept.rendering}
    return Sheet(version=version, place=place, answers=kept.answers, **said, **ways)


def _text(content: FreeText) -> Text:
    state = "refused" if answering.tells_who(content.text) else "to_read"
    return Text(secrets.token_bytes(KEY), content.question, content.text, content.age_band, content.department, state)


# Parts of one child --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Joined:
    """The parts of one visit, with what the quarantine and the coarsening still need."""

    answers: Mapping[str, Any]
    chosen: Mapping[str, Any]
    first: Sheet
    is_mixed: bool


def _joined(
    parts: Iterable[tuple[bytes, Sheet]], questionnaires: Mapping[str, Questionnaire], refused: dict[bytes, str]
) -> list[_Joined]:
    """One sheet a visit. A part sent twice counts once; one of a questionnaire nobody knows is refused."""
    visits: dict[str, dict[str, Sheet]] = defaultdict(dict)
    for identifier, sheet in parts:
        known = questionnaires.get(sheet.version)
        if known is None or sheet.part not in {part.name for part in known.parts}:
            refused[identifier] = "unknown questionnaire"
        elif not sheet.answers.keys() <= known.part(sheet.part).by_name.keys():
            refused[identifier] = "unknown question"
        elif sheet.part in visits[sheet.thread]:
            refused[identifier] = "repeated"
        else:
            visits[sheet.thread][sheet.part] = sheet
    return [_visit(list(sent.values()), questionnaires) for sent in visits.values() if sent]


def _visit(sent: list[Sheet], questionnaires: Mapping[str, Questionnaire]) -> _Joined:
    told: dict[str, Any] = {}
    chosen: dict[str, Any] = {}
    for sheet in sent:
        part = questionnaires[sheet.version].part(sheet.part)
        found = answering.statuses(part, sheet.age_band, sheet.gender, sheet.answers)
        told |= {name: None if said == SKIPPED else said for name, said in found.items() if said != answering.NOT_ASKED}
        chosen |= {name: said for name, said in sheet.answers.items() if part.by_name[name].kind == "one"}
    return _Joined(told, chosen, sent[0], len({(sheet.age_band, sheet.gender) for sheet in sent}) > 1)


# Set aside, never traced ---------------------------------------------------------------------------------------------
def _watched(sheets: Sequence[_Joined]) -> list[tuple[Frozen, Place]]:
    """Sheets with a fresh key, those that look played with marked; the place and the week go no further."""
    alike = Counter(_said_where(sheet) for sheet in sheets)
    found = []
    for sheet in sheets:
        first = sheet.first
        why = _why_aside(sheet, alike[_said_where(sheet)])
        kept = Frozen(
            key=secrets.token_bytes(KEY),
            answers=sheet.answers,
            zone="",
            site_kind=first.place.site_kind,
            age_band=first.age_band,
            gender=first.gender,
            language=first.language,
            mode=first.mode,
            set_aside=why,
        )
        found.append((kept, first.place))
    return found


def _said_where(sheet: _Joined) -> tuple[str, str, str, str]:
    place = sheet.first.place
    return place.territory, place.site, place.week, json.dumps(sheet.answers, sort_keys=True)


def _why_aside(sheet: _Joined, alike: int) -> str:
    """Why a sheet is left out until two people say otherwise, or "" (section 15)."""
    if sheet.is_mixed:
        return "ages"
    answered = sum(said is not None for said in sheet.answers.values())
    if alike >= LEAST_ALIKE and answered >= LEAST_ANSWERS:
        return "identical"
    codes = [said for said in sheet.chosen.values() if isinstance(said, int)]
    same = Counter(codes).most_common(1)[0][1] if codes else 0
    return "same_place" if len(codes) >= LEAST_CHOICES and same > SAME_PLACE * len(codes) else ""


# Coarsened -----------------------------------------------------------------------------------------------------------
def coarsened(sheets: Sequence[tuple[Frozen, Place]], areas: Areas) -> list[Frozen]:
    """Each in the smallest zone of fifty sheets or more; what few share is told as "other" (section 12)."""
    held = Counter(place for _sheet, place in sheets)
    kept = _zones_of_fifty(held, {place: tuple(areas.zones(place.territory, place.department)) for place in held})
    placed = [replace(sheet, zone=kept[place]) for sheet, place in sheets]
    return _rare_told_as_other(placed, areas)


def _zones_of_fifty(held: Mapping[Place, int], ways: Mapping[Place, Sequence[str]]) -> dict[Place, str]:
    """The zone of each place: of what no smaller zone took, fifty stay together, fewer go to the next larger one.

    Three sheets told to be of an intercommunality, all others of it being of one commune, would be of its villages.
    """
    zones: dict[Place, str] = {}
    for depth in range(max(map(len, ways.values()), default=0), 1, -1):  # from the smallest to just below the country
        here: Counter[str] = Counter()
        left = {place: way[-depth] for place, way in ways.items() if place not in zones and len(way) >= depth}
        for place, zone in left.items():
            here[zone] += held[place]
        zones |= {place: zone for place, zone in left.items() if here[zone] >= ZONE_HOLDS}
    return {place: zones.get(place, way[-1]) for place, way in ways.items()}


QUASI = ("site_kind", "language", "mode")


def _rare_told_as_other(sheets: list[Frozen], areas: Areas) -> list[Frozen]:
    """Until nothing moves: a value too few share in the zone, or too few with all that is known, becomes "other"."""
    while True:
        rare = rare_values(sheets)
        wholes = Counter(whole(sheet, areas) for sheet in sheets)
        moved = []
        for sheet in sheets:
            alone = wholes[whole(sheet, areas)] < VALUE_HOLDS
            names = [name for name in QUASI if alone or (name, sheet.zone, getattr(sheet, name)) in rare]
            told: dict[str, Any] = dict.fromkeys(names, OTHER)
            moved.append(replace(sheet, **told))
        if moved == sheets:
            return sheets
        sheets = moved


def rare_values(sheets: Iterable[Frozen]) -> set[tuple[str, str, str]]:
    """(column, zone, value) that fewer than ten sheets of the zone hold, "other" left out."""
    held = Counter((name, sheet.zone, getattr(sheet, name)) for sheet in sheets for name in QUASI)
    return {known for known, count in held.items() if count < VALUE_HOLDS and known[2] != OTHER}


def whole(sheet: Frozen, areas: Areas) -> tuple[str, ...]:
    """All that is known of a sheet besides its answers, in its département."""
    known = (sheet.site_kind, sheet.language, sheet.mode, sheet.age_band, sheet.gender)
    return areas.department(sheet.zone), *known


def _shuffle(things: list[Any]) -> None:
    """By chance nobody can repeat."""
    secrets.SystemRandom().shuffle(things)
