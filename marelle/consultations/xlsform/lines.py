"""One line of the survey, read: what it is, and what is wrong with it."""

import re
from dataclasses import dataclass, field

from marelle.consultations.questionnaires import AGE_BAND, BAND_YEARS, BANDS, GENDER, MOST_OPTIONS, MOST_STEPS, Option
from marelle.consultations.xlsform.faults import CHOICES, SURVEY, Faults
from marelle.consultations.xlsform.sheets import NO, REFUSED, SPOKEN, YES, Book, Row, Sheet

NAME = re.compile(r"^[a-z][a-z0-9_]{0,31}$")
ADDRESSES = frozenset(
    {"donnees", "enfants", "lieux", "methode"}
)  # pages of results that stand beside those of questions: web/public/urls.py
OPTION_NAME = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,31}$")
ONE = r"select_one|select one from|select one|select1|add select one prompt using"
MANY = (
    r"select_multiple|select multiple|select all that apply from|select all that apply|add select multiple prompt using"
)
CHOSEN = re.compile(
    rf"^(?:(?P<one>{ONE})|(?P<many>{MANY}))(?:\s+(?P<list>\S+))?(?P<other>\s+(?:or_other|or other|or specify other))?$"
)
CONTROL = re.compile(r"^(?P<at>begin|end)[ _](?P<what>group|lgroup|repeat|looped group|loop)\b")
PLAIN = {"integer": "integer", "int": "integer", "text": "text", "string": "text", "note": "note"}
TYPES = {
    "place": {"geopoint", "geotrace", "geoshape", "start-geopoint", "background-geopoint", "location", "gps", "osm"},
    "moment": {"date", "time", "datetime"},
    "stamp": {"start", "end", "today", "start time", "end time", "audit"},
    "sent_file": {"image", "photo", "audio", "video", "file", "background-audio"},
    "barcode": {"barcode"},
    "identity": {
        "deviceid", "imei", "username", "phonenumber", "phone number", "email", "simserial", "sim id", "subscriberid", "subscriber id",
    },
    "rank": {"rank"},
    "range": {"range"},
    "decimal": {"decimal"},
    "acknowledge": {"acknowledge", "trigger"},
    "calculation": {"calculate", "hidden", "csv-external", "xml-external", "calculate_here"},
    "outside_list": {
        "select_one_from_file", "select_multiple_from_file", "select_one_external", "select_multiple_external", "cascading_select",
    },
}  # fmt: skip
REFUSED_TYPES = {name: code for code, names in TYPES.items() for name in names}
PARAMETER = re.compile(r"(\w+)\s*=\s*([^\s,;]+)")
YOUNGEST, OLDEST = (str(BAND_YEARS[band][0]) for band in BANDS), (str(BAND_YEARS[band][1]) for band in BANDS)
AGES = {"age_min": tuple(YOUNGEST), "age_max": tuple(OLDEST)}
SOUND = re.compile(r"^[\w][\w.\-]{0,110}\.(opus|ogg|mp3)$", re.IGNORECASE)
PICTURE = re.compile(r"^[\w][\w.\-]{0,110}\.(png|webp)$", re.IGNORECASE)
PICTOGRAM = re.compile(r"^[a-z0-9][a-z0-9_\-]{0,59}$")
OPTION_KEYS = range(10)  # typed for an option
PIPED = re.compile(r"\$\{[^}]*\}")


@dataclass
class Line:
    """A question as its line says it; `groups`: the lines of the groups it lies in, from the outside."""

    row: Row
    name: str
    kind: str
    list_name: str = ""
    groups: tuple[Row, ...] = ()
    start: int | None = None
    end: int | None = None
    shuffled: bool = False

    def said(self, column: str) -> str:
        """What the line says, else the nearest group round it."""
        return next((row.text(column) for row in (self.row, *reversed(self.groups)) if row.text(column)), "")


@dataclass
class Lists:
    """The lists of options, and the line each option is on."""

    options: dict[str, tuple[Option, ...]] = field(default_factory=dict)
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)


# Lines ---------------------------------------------------------------------------------------------------------------
def read_lines(sheet: Sheet, lists: Lists, faults: Faults) -> list[Line]:
    """The questions and notes, in order."""
    found: list[Line] = []
    groups: list[Row] = []
    names: set[str] = set()
    for row in sheet.rows:
        if row.text("disabled").lower() in YES or (
            not any(row.text(c) for c in ("type", "name")) and not row.spoken("label")
        ):
            continue
        check_refused(row, SURVEY, faults)
        control = CONTROL.match(row.text("type").lower())
        if control:
            _follow_group(control, row, groups, faults)
            continue
        line = _line(row, lists, tuple(groups), faults)
        if line is None:
            continue
        _check_name(line, names, len(found), faults)
        found.append(line)
    for row in groups:
        faults.add(SURVEY, row.place("type"), "group_begin")
    return found


def _follow_group(control: re.Match[str], row: Row, groups: list[Row], faults: Faults) -> None:
    if control["what"] != "group":
        faults.add(SURVEY, row.place("type"), "repeat")
    if control["at"] == "begin":
        groups.append(row)
    elif groups:
        groups.pop()
    else:
        faults.add(SURVEY, row.place("type"), "group_end")


def _line(row: Row, lists: Lists, groups: tuple[Row, ...], faults: Faults) -> Line | None:
    """The question of this line; None when its type is at fault."""
    said = " ".join(row.text("type").split())
    chosen = CHOSEN.match(said)
    if chosen:
        return _chosen(chosen, row, lists, groups, faults)
    kind = PLAIN.get(said)
    if kind is None:
        refused = REFUSED_TYPES.get(said.lower()) or REFUSED_TYPES.get(said.lower().partition(" ")[0])
        faults.add(SURVEY, row.place("type"), refused or ("type" if said else "no_type"), type=said)
        return None
    line = Line(row, row.text("name"), kind, groups=groups)
    if kind == "integer":
        _read_steps(line, faults)
    elif row.text("parameters") and kind == "note":
        faults.add(SURVEY, row.place("parameters"), "parameters")
    return line


def _chosen(chosen: re.Match[str], row: Row, lists: Lists, groups: tuple[Row, ...], faults: Faults) -> Line:
    line = Line(row, row.text("name"), "one" if chosen["one"] else "many", chosen["list"] or "", groups)
    place = row.place("type")
    if chosen["other"] or line.list_name in ("or_other", "or"):
        faults.add(SURVEY, place, "or_other")
    elif not line.list_name:
        faults.add(SURVEY, place, "list_unsaid")
    elif line.list_name.startswith("${"):
        faults.add(SURVEY, place, "outside_list")
    elif line.list_name not in lists.options:
        faults.add(SURVEY, place, "no_list", list=line.list_name)
    elif len(lists.options[line.list_name]) > MOST_OPTIONS:
        faults.add(SURVEY, place, "many_options", count=len(lists.options[line.list_name]), most=MOST_OPTIONS)
    elif len(lists.options[line.list_name]) < 2:
        faults.add(SURVEY, place, "one_option")
    said = parameters(row)
    line.shuffled = said.pop("randomize", "false").lower() == "true"
    if set(said) - {"seed"} or (row.text("parameters") and not parameters(row)):
        faults.add(SURVEY, row.place("parameters"), "parameters")
    return line


def parameters(row: Row) -> dict[str, str]:
    """“start=0 end=10” as a dictionary."""
    return {name.lower(): value for name, value in PARAMETER.findall(row.text("parameters"))}


def _read_steps(line: Line, faults: Faults) -> None:
    said = parameters(line.row)
    place = line.row.place("parameters")
    try:
        line.start, line.end = int(said["start"]), int(said["end"])
    except (KeyError, ValueError):
        faults.add(SURVEY, place, "no_steps")
        return
    if not 0 < line.end - line.start < MOST_STEPS:
        faults.add(SURVEY, place, "steps", start=line.start, end=line.end, most=MOST_STEPS)


def _check_name(line: Line, names: set[str], place: int, faults: Faults) -> None:
    """Its own, well written; a note may have none, and is then called after its place."""
    at = line.row.place("name")
    if not line.name and line.kind == "note":
        line.name = f"note_{place + 1}"
    elif not line.name:
        faults.add(SURVEY, at, "no_name")
    elif line.name in (AGE_BAND, GENDER):
        faults.add(SURVEY, at, "reserved", name=line.name)
    elif line.name in ADDRESSES:
        faults.add(SURVEY, at, "address", name=line.name)
    elif not NAME.match(line.name):
        faults.add(SURVEY, at, "name", name=line.name)
    elif line.name in names:
        faults.add(SURVEY, at, "same_name", name=line.name)
    names.add(line.name)


def check_refused(row: Row, sheet: str, faults: Faults) -> None:
    """Columns nothing may be written in, and answers shown again in a wording."""
    for (column, language), cell in row.cells.items():
        code = "column" if column == "column" else REFUSED.get(sheet, {}).get(column)
        is_harmless = column in ("required", "read_only") and cell.text.lower() in NO
        if code and not is_harmless:
            faults.add(sheet, cell.place, code, column=language if column == "column" else column)
        elif column in SPOKEN and PIPED.search(cell.text):
            faults.add(sheet, cell.place, "piped", name=PIPED.search(cell.text)[0])  # type: ignore[index]


# Lists ---------------------------------------------------------------------------------------------------------------
def read_lists(book: Book, faults: Faults) -> Lists:
    """The options of each list, in the order of the sheet."""
    found = Lists()
    keys: dict[tuple[str, int], str] = {}
    for row in book[CHOICES].rows:
        check_refused(row, CHOICES, faults)
        list_name, name = row.text("list_name"), row.text("name")
        if not list_name and not name:
            continue
        if not list_name:
            faults.add(CHOICES, row.place("list_name"), "no_list_name")
        elif not OPTION_NAME.match(name):
            faults.add(CHOICES, row.place("name"), "option_name")
        elif (list_name, name) in found.rows:
            faults.add(CHOICES, row.place("name"), "same_option", list=list_name, name=name)
        else:
            option = _option(row, name, faults)
            found.options[list_name] = (*found.options.get(list_name, ()), option)
            found.rows[list_name, name] = row
            check_key(option.key_in, keys, (list_name, name), row.place("key_in"), faults)
    return found


def _option(row: Row, name: str, faults: Faults) -> Option:
    if not row.spoken("label") and not any(row.spoken(f"wording_{band}") for band in BANDS):
        faults.add(CHOICES, row.place("label"), "no_wording")
    return Option(
        name=name,
        label=row.spoken("label"),
        wordings=wordings(row),
        audio=audio(row, CHOICES, faults),
        pictogram=pictogram(row, CHOICES, faults),
        pictogram_alt=row.spoken("pictogram_alt"),
        key_in=whole(row, "key_in", OPTION_KEYS, CHOICES, faults),
    )


def check_key(
    key: int | None, keys: dict[tuple[str, int], str], named: tuple[str, str], cell: str, faults: Faults
) -> None:
    """A number typed from paper stands for one thing in its list; questions are in the list without a name."""
    scope, name = named
    if key is None:
        return
    if (scope, key) in keys:
        faults.add(CHOICES if scope else SURVEY, cell, "key_in", number=key, name=keys[scope, key])
    keys.setdefault((scope, key), name)


# Cells ---------------------------------------------------------------------------------------------------------------
def wordings(row: Row) -> dict[str, dict[str, str]]:
    """By band, what it has of its own."""
    said = {band: row.spoken(f"wording_{band}") for band in BANDS}
    return {band: text for band, text in said.items() if text}


def audio(row: Row, sheet: str, faults: Faults) -> dict[str, dict[str, str]]:
    """By band, "" for all: the recordings, by language."""
    found = {}
    for band in ("", *BANDS):
        column = f"audio_{band}" if band else "audio"
        names = row.spoken(column)
        for language, name in names.items():
            if not SOUND.match(name):
                faults.add(sheet, row.place(column, language), "sound", name=name)
        if names:
            found[band] = names
    return found


def pictogram(row: Row, sheet: str, faults: Faults) -> str:
    name = row.text("pictogram")
    if name and not PICTOGRAM.match(name) and not PICTURE.match(name):
        faults.add(sheet, row.place("pictogram"), "picture", name=name)
    return name


def image(row: Row, sheet: str, faults: Faults) -> str:
    """One picture for all languages: French's first."""
    names = row.spoken("image")
    for language, name in names.items():
        if not PICTURE.match(name):
            faults.add(sheet, row.place("image", language), "picture", name=name)
    return names.get("fr") or next(iter(names.values()), "")


def whole(row: Row, column: str, bounds: range, sheet: str, faults: Faults) -> int | None:
    """A whole number within bounds, None when nothing is written."""
    text = row.text(column)
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 9 and int(text) in bounds:
        return int(text)
    faults.add(sheet, row.place(column), "whole", least=bounds.start, most=bounds.stop - 1)
    return None


def yes(line: Line, column: str, faults: Faults, *, unsaid: bool = False) -> bool:
    """Whether the line, or a group round it, says yes."""
    text = line.said(column).lower()
    if text and text not in YES | NO:
        faults.add(SURVEY, line.row.place(column), "yes_no")
    return text in YES if text else unsaid


def bands(line: Line, faults: Faults) -> tuple[str, ...]:
    """The age groups that see the question."""
    said = {}
    for column, ages in AGES.items():
        text = line.said(column)
        if text and text not in ages:
            faults.add(SURVEY, line.row.place(column), "age", ages=", ".join(ages))
        said[column] = int(text) if text in ages else None
    low, high = said["age_min"] or 0, said["age_max"] or 99
    found = tuple(band for band in BANDS if low <= BAND_YEARS[band][0] and BAND_YEARS[band][1] <= high)
    if not found:
        faults.add(SURVEY, line.row.place("age_min"), "no_age")
    return found
