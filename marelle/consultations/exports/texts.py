"""Published tables as text, line by line: CSV, SDMX-CSV 2.0, and the two lists that say what codes mean."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from marelle.base.tabular import Echo
from marelle.base.text import neutral
from marelle.consultations import catalogue, scores
from marelle.consultations.exports.lines import FIELDS, NAMES, Field, Line, Value, status, values
from marelle.consultations.items import names_of
from marelle.consultations.languages import words_of
from marelle.consultations.questionnaires import DONT_KNOW, REFERENCE, Question, Questionnaire

QUESTIONS = ("part", "question", "kind", "sensitive", "option", "question_text", "option_text")
ZONES = ("zone_level", "zone", "name")
# SDMX-CSV 2.0 (SDMX technical working group, field guide 2.0): three columns of structure, dimensions, measure, attributes
SDMX = (
    *("STRUCTURE", "STRUCTURE_ID", "ACTION"),
    *("GEO", "AGE", "SEX", "QUESTION", "ANSWER"),
    *("OBS_VALUE", "LOWER", "UPPER", "EFFECTIVE", "BASE", "COUNT", "REFUSED", "DESIGN", "WEIGHTED"),
    *("UNIT_MEASURE", "OBS_STATUS", "CONF_STATUS", "REASON", "FREEZE"),
)
AGENCY, ALL = "MARELLE", "_T"
SEXES = {catalogue.ALL: ALL, "girl": "F", "boy": "M", "other": "_O", "no": "_U"}
NORMAL, SUPPRESSED = "A", "Q"  # OBS_STATUS: code list CL_OBS_STATUS of SDMX
FREE, CONFIDENTIAL = "F", "C"  # CONF_STATUS: code list CL_CONF_STATUS of SDMX


def written(titles: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Comma-separated lines ended by CR LF (RFC 4180), the columns' names first."""
    line = csv.writer(Echo(), lineterminator="\r\n")
    yield line.writerow(titles)
    for row in rows:
        yield line.writerow(["" if cell is None else cell for cell in row])


def tables(lines: Iterable[Line], fields: Sequence[Field] = FIELDS) -> Iterator[str]:
    """The published tables as CSV. Its texts are codes: none begins a formula."""
    return written([field.name for field in fields], (values(line, fields) for line in lines))


# SDMX ----------------------------------------------------------------------------------------------------------------
def sdmx(lines: Iterable[Line], edition: str) -> Iterator[str]:
    """The same as SDMX-CSV 2.0, of the dataflow of one edition."""
    flow = f"{AGENCY}:CONSULTATION_{edition}(1.0)"
    return written(SDMX, (_observation(line, flow) for line in lines))


def _observation(line: Line, flow: str) -> list[Value]:
    found = dict(zip(NAMES, values(line), strict=True))
    is_told = found["share"] is not None
    is_kept_back = not is_told and status(line) != catalogue.NOT_ASKED
    return [
        *("dataflow", flow, "I"),
        *(line.zone.replace(":", "_", 1), age(line.column.age), SEXES[line.column.gender]),
        *(line.column.question, found["option"] or ALL),
        *(
            found[name]
            for name in ("share", "low", "high", "effective", "base", "count", "refused", "design", "weighted")
        ),
        *(
            "PT",
            NORMAL if is_told else SUPPRESSED,
            CONFIDENTIAL if is_kept_back else FREE,
            found["status"],
            line.freeze,
        ),
    ]


def age(name: str) -> str:
    """An age group as SDMX code lists write it: Y6T8, _T."""
    if name == catalogue.ALL:
        return ALL
    first, _mark, last = name.partition("_")
    return f"Y{first}T{last}"


# What codes mean -----------------------------------------------------------------------------------------------------
def questions(asked: Questionnaire) -> Iterator[str]:
    """A line an answer: its question, kind and words in French."""
    rows = (row for part, question in scores.tabled(asked) for row in _answers(part.name, question))
    return written(QUESTIONS, rows)


def _answers(part: str, question: Question) -> Iterator[list[Value]]:
    words = {option.name: option.label.get(REFERENCE, option.name) for option in question.options}
    known = [part, question.name, question.kind, "yes" if question.sensitive else "no"]
    text = neutral(question.label.get(REFERENCE, question.name))
    for option in names_of(question):
        said = words_of(REFERENCE)["dk"] if option == DONT_KNOW else words.get(option, option)
        yield [*known, option, text, said if said == option else neutral(said)]


def zones(places: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line a place that has tables: level, code, name. `places`: zone and name."""
    rows = ([catalogue.level_of(zone), zone.partition(":")[2] or zone, neutral(name)] for zone, name in places)
    return written(ZONES, rows)
