"""The XLSForm library, reached from here alone: it says what is no XLSForm, and turns one into an XForm.

pyxform stops at the first fault, says it in English and tells a row at best: what it says is found again among our sentences;
what is not is shown as it is, and counted. Its parsed dictionary is undocumented, so that values are read from the cells, and
what both have read is compared: names, kinds and lists, in order.
"""

import logging
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2json import workbook_to_json
from pyxform.xls2json_backends import DefinitionData, get_xlsform
from pyxform.xls2xform import convert

from marelle.consultations.questionnaires import AGE_BAND, GENDER
from marelle.consultations.xlsform.faults import CHOICES, SURVEY, Faults
from marelle.consultations.xlsform.lines import Line
from marelle.consultations.xlsform.sheets import Book

logger = logging.getLogger(__name__)
KINDS = {"one": "select one", "many": "select all that apply", "integer": "integer", "text": "text", "note": "note"}
WHERE = re.compile(r"^\[row : (?P<row>\d+)\]\s*(?:On the '(?P<sheet>\w+)' sheet, the '(?P<column>[^']+)' value)?")
PATTERNS = [
    (re.compile(r"You must have a sheet named 'survey'"), "no_survey", "type"),
    (re.compile(r"Question with no type"), "no_type", "type"),
    (re.compile(r"Question or group with no name"), "no_name", "name"),
    (re.compile(r"the 'name' value '(?P<name>[^']+)' is invalid\. Questions, groups"), "same_name", "name"),
    (re.compile(r"the 'name' value '(?P<name>meta)' is invalid"), "kept", "name"),
    (re.compile(r"Repeat names must"), "repeat", "name"),
    (re.compile(r"Names must begin with a letter or underscore"), "name", "name"),
    (re.compile(r"List name not in choices sheet: (?P<list>\S+)"), "no_list", "type"),
    (re.compile(r"ensure that the choices sheet has the mandatory columns"), "no_column", "type"),
    (re.compile(r"Choices must have a name"), "option_name", "name"),
    (re.compile(r"Choice names must be unique"), "same_option", "name"),
    (re.compile(r"Choice names with spaces cannot be added"), "option_name", "name"),
    (re.compile(r"Unmatched 'end_"), "group_end", "type"),
    (re.compile(r"Unmatched 'begin_"), "group_begin", "type"),
    (re.compile(r"Could not find the name '(?P<what>[^']*)'"), "relevant_unknown_question", "relevant"),
    (re.compile(r"Reference variables? "), "reference", "relevant"),
    (
        re.compile(r"Parameters must be in the form|accepted parameter keys|randomize must be set|seed"),
        "parameters",
        "parameters",
    ),
    (re.compile(r"Duplicate column header: (?P<column>.+)"), "double_column", "type"),
    (
        re.compile(r"different names for the same column were found: '[^']*', '(?P<column>[^']*)'"),
        "double_column",
        "type",
    ),
    (re.compile(r"required column headers were not found: '(?P<column>[^']*)'"), "no_column", "type"),
    (re.compile(r"external_choices|external choices"), "outside_list", "type"),
    (re.compile(r"Missing calculation"), "calculation", "calculation"),
    (re.compile(r"'range' question type"), "range", "type"),
    (re.compile(r"or.other|or specify other", re.IGNORECASE), "or_other", "type"),
]


def judge(content: bytes, book: Book, read: list[Line], faults: Faults) -> None:
    """Add what the library refuses and we have not said."""
    try:
        parsed = workbook_to_json(_definition(content))
    except PyXFormError as error:
        _add(str(error), book, faults)
    except Exception as error:  # the library trips over some workbooks: whoever sent one reads a sentence
        _add(f"{type(error).__name__}: {error}", book, faults)
    else:
        if not faults and list(_told(parsed)) != [
            (KINDS[line.kind], line.name, line.list_name) for line in read if line.row.text("name")
        ]:
            _unmapped("the questions were not read alike", faults)


def _definition(content: bytes) -> DefinitionData:
    """The workbook as the library takes it, our two questions at its end: a condition may speak of them."""
    said = get_xlsform(BytesIO(content), file_type=".xlsx")
    said.survey = [
        *(said.survey or ()),
        *({"type": "text", "name": name} for name in (AGE_BAND, GENDER)),
    ]
    return said


def _told(parsed: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What the library read: kind, name and list of each question with a name of its own."""
    for child in parsed.get("children", ()):
        if child["type"] == "group":
            if child["name"] != "meta":
                yield from _told(child)
        elif child["name"] not in (AGE_BAND, GENDER) and not child["name"].startswith("generated_note_name"):
            yield child["type"], child["name"], child.get("itemset", "") or ""


def _add(said: str, book: Book, faults: Faults) -> None:
    """Our sentence for what the library says, at its cell, unless the same line was already found at fault."""
    where = WHERE.match(said)
    found = next(((code, column, match) for pattern, code, column in PATTERNS if (match := pattern.search(said))), None)
    sheet = (where and where["sheet"]) or (CHOICES if found and found[0] in ("option_name", "same_option") else SURVEY)
    row = int(where["row"]) if where else 1
    if (where and faults.names_row(sheet, row)) or (found and not where and faults.has(found[0])):
        return
    if found is None:
        if not faults:
            _unmapped(said, faults)
        return
    code, column, match = found
    letter = next(
        (
            letter
            for (name, _l), letter in book[sheet].letters.items()
            if name == ((where and where["column"]) or column)
        ),
        "A",
    )
    told = {"name": "", "list": "", "column": "", "what": "", "type": ""} | {
        k: v for k, v in match.groupdict().items() if v
    }
    faults.add(sheet, f"{letter}{row}", code, **told)


def _unmapped(said: str, faults: Faults) -> None:
    logger.warning("xlsform: no sentence of ours for what pyxform says: %s", said)
    faults.add(SURVEY, "A1", "library", said=" ".join(said.split()))


def to_xform(sheets: dict[str, list[dict[str, str]]], *, name: str, language: str) -> str:
    """The XForm of these sheets, each a list of lines by column."""
    headers = {f"{sheet}_header": [dict.fromkeys(key for row in rows for key in row)] for sheet, rows in sheets.items()}
    return convert({**sheets, **headers}, form_name="data", default_language=language, pretty_print=True).xform
