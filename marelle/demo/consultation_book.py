"""The workbook of the demonstration's consultation, made from `consultation.yaml`: the same bytes each time."""

from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import yaml
from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from marelle.consultations.questionnaires import LIKERT

FILE = Path(__file__).with_name("consultation.yaml")
LANGUAGES = {
    "fr": "Français (fr)",
    "simple": "Français facile (fr-x-simple)",
    "en": "English (en)",
    "ar": "العربية (ar)",
}
WORDINGS = {"young": "wording_6_8", "middle": "wording_9_11"}
KINDS = {"one": "select_one", "many": "select_multiple", "integer": "integer", "text": "text"}
WRITTEN = datetime(2026, 9, 1)  # what the file says of itself, and nobody reads
SCALES = ("often", "how_much", "degrees")  # lists whose answers stand in an order
OF_A_PART = 100  # numbers typed from paper: 101 is the first question of the first part

Lines = list[dict[str, Any]]


@cache
def content() -> dict[str, Any]:
    """The file."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@cache
def workbook(*, parts: int | None = None, name: str = "") -> bytes:
    """The XLSX; of the first `parts` alone, under a name of its own."""
    said = content()
    kept = said["parts"][:parts]
    asked = _survey(said, [part["name"] for part in kept])
    used = {line["type"].split()[1] for line in asked if line["type"].startswith("select_")}
    title = said["title"] | ({"fr": name} if name else {})
    sheets = {
        "survey": asked,
        "choices": [line for line in _choices(said) if line["list_name"] in used],
        "parts": [
            {"name": part["name"], "order": place, **_spoken("title", part), "minutes": part["minutes"], "icon": part["icon"]}
            for place, part in enumerate(kept, start=1)
        ],
        "scores": _scores(said, {line["name"] for line in asked}),
        "settings": [{"form_id": "droits_au_quotidien", "default_language": LANGUAGES["fr"], **_spoken("form_title", title)}],
    }  # fmt: skip
    return _bytes(sheets)


def _survey(said: dict[str, Any], parts: list[str]) -> Lines:
    found: Lines = []
    for part, questions in zip(parts, _by_part(said), strict=False):
        for place, question in enumerate(questions, start=1):
            kind, *more = question["ask"].split()
            steps = f"start={more[0]} end={more[1]}" if kind == "integer" else ""
            found.append(
                {
                    "type": " ".join([KINDS[kind], *more]) if kind in ("one", "many") else KINDS[kind],
                    "name": question["name"],
                    "part": part,
                    **_spoken("label", question),
                    **_spoken(WORDINGS["young"], question.get("young", {})),
                    **_spoken(WORDINGS["middle"], question.get("middle", {})),
                    "relevant": question.get("when", ""),
                    "age_min": question.get("from", ""),
                    "sensitive": "yes" if question.get("sensitive") else "",
                    "free_text": "yes" if kind == "text" else "",
                    "parameters": steps,
                    "appearance": LIKERT if kind == "one" and more[0] in SCALES else "",
                    "pictogram": question.get("pictogram", ""),
                    **_spoken("pictogram_alt", said["pictograms"].get(question.get("pictogram"), {})),
                    "key_in": (parts.index(part) + 1) * OF_A_PART + place,
                }
            )
    return found


def _by_part(said: dict[str, Any]) -> list[Lines]:
    """The questions of each part, ten apiece, in the order of the file."""
    each = len(said["questions"]) // len(said["parts"])
    return [said["questions"][at : at + each] for at in range(0, len(said["questions"]), each)]


def _choices(said: dict[str, Any]) -> Lines:
    return [
        {
            "list_name": name,
            "name": option["name"],
            **_spoken("label", option),
            "pictogram": option.get("pictogram", ""),
            "key_in": place,
        }
        for name, options in said["lists"].items()
        for place, option in enumerate(options, start=1)
    ]


def _scores(said: dict[str, Any], asked: set[str]) -> Lines:
    """The scores whose questions are asked, each followed by its items and its bands; the cumulations of these."""
    kept = [score for score in said["scores"] if {item.partition(".")[0] for item in score["points"]} <= asked]
    found: Lines = [line for score in kept for line in _score(said, score)]
    names = {score["name"] for score in kept}
    for each in (each for each in said["cumulations"] if set(each["scores"]) <= names):
        found.append({"type": "cumulation", "name": each["name"], **_spoken("label", each)})
        found += [{"type": "item", "name": name} for name in each["scores"]]
    return found


def _score(said: dict[str, Any], score: dict[str, Any]) -> Lines:
    head = {"type": "score", "name": score["name"], **_spoken("label", score), "prorate": "yes"}
    answers = {item: _answers_of(said, item) for item in score["points"]}
    top = sum(max(points.values()) for points in score["points"].values())
    ends = [*(band["low"] - 1 for band in score["bands"][1:]), top]
    return [
        head | {"min_answered": score["min_answered"], "cutoff": score["cutoff"]},
        *(
            {"type": "item", "name": item, "points": " ".join(f"{a}={points.get(a, 0)}" for a in answers[item])}
            for item, points in score["points"].items()
        ),
        *(
            {"type": "band", "name": band["name"], **_spoken("label", band), "from": str(band["low"]), "to": str(end)}
            for band, end in zip(score["bands"], ends, strict=True)
        ),
    ]


def _answers_of(said: dict[str, Any], item: str) -> list[str]:
    """The answers of an item: of a question, or yes and no of one of several."""
    name, _dot, option = item.partition(".")
    ask = next(question["ask"] for question in said["questions"] if question["name"] == name)
    return ["yes", "no"] if option else [each["name"] for each in said["lists"][ask.split()[1]]]


def _spoken(column: str, texts: dict[str, Any]) -> dict[str, str]:
    """One column a language, for the languages it is said in."""
    return {f"{column}::{spoken}": texts[code] for code, spoken in LANGUAGES.items() if code in texts}


def _bytes(sheets: dict[str, Lines]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    book.properties.creator, book.properties.created, book.properties.modified = "Marelle", WRITTEN, WRITTEN
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        columns = list(dict.fromkeys(column for line in lines for column in line))
        sheet.append(columns)
        for line in lines:
            sheet.append([line.get(column, "") or None for column in columns])
        sheet.freeze_panes = "C2"
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        writer = ExcelWriter(book, archive)
        writer.write_data()
    return _undated(held.getvalue())


def _undated(packed: bytes) -> bytes:
    """The same archive, without the minute it was written."""
    held = BytesIO()
    with ZipFile(BytesIO(packed)) as was, ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name in was.namelist():
            archive.writestr(ZipInfo(name, WRITTEN.timetuple()[:6]), was.read(name), ZIP_DEFLATED)
    return held.getvalue()
