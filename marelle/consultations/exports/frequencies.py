"""The codebook with what the whole country answered: DDI-Codebook 2.5, published frequencies alone."""

from collections.abc import Iterable, Mapping, Sequence
from xml.etree import ElementTree as Xml

from marelle.consultations import scores, telling
from marelle.consultations.catalogue import EVERYONE
from marelle.consultations.drawing import Column, Row
from marelle.consultations.exports.lines import plain
from marelle.consultations.instruments.codebooks import DONT_KNOW_CODE, LANGUAGE, SPACE, Study, codebook, written
from marelle.consultations.questionnaires import DONT_KNOW, REFERENCE, Question, Questionnaire

AFTER = ("derivation", "varFormat", "notes")  # elements of a variable that follow its categories: codebook.xsd 2.5


def with_frequencies(
    asked: Questionnaire, study: Study, columns: Iterable[Column], caution: Sequence[str], *, weighted: bool
) -> bytes:
    """The codebook of the questionnaire, each answer with its published share; in words where it is no number. UTF-8 XML."""
    root = Xml.fromstring(codebook(asked, study))  # noqa: S314  written by ourselves a line above
    told = {column.question: column for column in columns if column.group == EVERYONE and not column.status}
    variables = {variable.get("name", ""): variable for variable in root.iter(_tag("var"))}
    for _part, question in scores.tabled(asked):
        if question.name in told:
            _describe(variables, question, told[question.name], weighted=weighted)
    _warn(root, caution)
    return written(root)


def _tag(element: str) -> str:
    return f"{{{SPACE}}}{element}"


def _describe(variables: Mapping[str, Xml.Element], question: Question, column: Column, *, weighted: bool) -> None:
    rows = {row.option: row for row in column.shares}
    if question.kind == "many":
        for place, option in enumerate(question.options, start=1):
            _fill(variables[f"{question.name}.{place}"], {"1": rows[option.name]}, column, weighted)
        return
    codes = {str(place): option.name for place, option in enumerate(question.options, start=1)}
    codes |= {option: option for option in rows if question.kind == "integer" and option != DONT_KNOW}
    codes[DONT_KNOW_CODE] = DONT_KNOW
    _fill(
        variables[question.name], {code: rows[name] for code, name in codes.items() if name in rows}, column, weighted
    )


def _fill(variable: Xml.Element, shares: Mapping[str, Row], column: Column, weighted: bool) -> None:
    """The base before the categories, a share in each; categories of a number are made."""
    known = {found.findtext(_tag("catValu")): found for found in variable.iter(_tag("catgry"))}
    base = Xml.Element(_tag("sumStat"), {"type": "vald", "wgtd": "not-wgtd"})
    base.text = str(column.base)
    variable.insert(_end(variable, ("catgry", *AFTER)), base)
    for code, row in shares.items():
        if code not in known:
            known[code] = Xml.Element(_tag("catgry"), {"missing": "N"})
            Xml.SubElement(known[code], _tag("catValu")).text = code
            variable.insert(_end(variable, AFTER), known[code])
        _tell(known[code], row, weighted)


def _end(variable: Xml.Element, after: Sequence[str]) -> int:
    """The place before the first of these elements."""
    tags = {_tag(element) for element in after}
    return next((place for place, child in enumerate(variable) if child.tag in tags), len(variable))


def _tell(category: Xml.Element, row: Row, weighted: bool) -> None:
    if row.share is None:
        Xml.SubElement(category, _tag("txt"), {LANGUAGE: REFERENCE}).text = telling.share(row)
        return
    kind = {"type": "percent", "wgtd": "wgtd" if weighted else "not-wgtd"}
    Xml.SubElement(category, _tag("catStat"), kind).text = str(plain(row.share))


def _warn(root: Xml.Element, caution: Sequence[str]) -> None:
    """What protects the children and what the numbers are worth, among what is said of the method."""
    method = root.find(f"{_tag('stdyDscr')}/{_tag('method')}")
    if method is None:
        raise LookupError("codebook without a method")
    appraisal = Xml.SubElement(method, _tag("anlyInfo"))
    for sentence in caution:
        Xml.SubElement(appraisal, _tag("dataAppr"), {LANGUAGE: REFERENCE}).text = sentence
