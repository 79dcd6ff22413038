"""The questionnaire as DDI-Codebook 2.5: what archives and statisticians read. No count, no answer, no person.

Elements stand in the order of the public schema (DDI Alliance, codebook.xsd 2.5.1): codeBook > stdyDscr > dataDscr, whose
groups come before its variables. A question with several answers is one variable an option, as archives have it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from marelle.consultations import scores
from marelle.consultations.instruments import recipes
from marelle.consultations.languages import words_of
from marelle.consultations.questionnaires import (
    AGE_BAND,
    BAND_YEARS,
    BANDS,
    GENDER,
    GENDERS,
    REFERENCE,
    Option,
    Part,
    Question,
    Questionnaire,
    wording,
)

SPACE = "ddi:codebook:2_5"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
NOT_OF_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
DONT_KNOW_CODE, RATHER_NOT_CODE = "-8", "-9"  # no option has them


@dataclass(frozen=True)
class Study:
    """What is said of the consultation itself. `producer`: the committee; `days`: its first and last day, as 2026-10-01."""

    code: str
    producer: str
    days: tuple[str, str]
    address: str = ""


def codebook(questionnaire: Questionnaire, study: Study) -> bytes:
    """The codebook, as UTF-8 XML."""
    root = Xml.Element(f"{{{SPACE}}}codeBook", {"version": "2.5", LANGUAGE: REFERENCE, "ID": "marelle"})
    _describe_study(root, questionnaire, study)
    data = _add(root, "dataDscr")
    scored: dict[str, list[Question]] = {part.name: [] for part in questionnaire.parts}
    scored |= _scored(questionnaire)
    for part in questionnaire.parts:
        _group(data, part, questionnaire.languages, scored[part.name])
    for question in questionnaire.questions():
        if question.kind == "many":
            _multiple(data, question, questionnaire.languages)
    _house(data, questionnaire.languages)
    for part in questionnaire.parts:
        _variables(data, part, questionnaire.languages)
        for score in scored[part.name]:
            _derived(data, score, questionnaire)
    return written(root)


def written(root: Xml.Element) -> bytes:
    """A codebook as UTF-8 XML, its namespace without a prefix: other libraries take this name for theirs, so it is said each time."""
    Xml.register_namespace("", SPACE)
    Xml.indent(root)
    return Xml.tostring(root, encoding="utf-8", xml_declaration=True)


def _add(parent: Xml.Element, element: str, text: str = "", language: str = "", /, **attributes: str) -> Xml.Element:
    child = Xml.SubElement(parent, f"{{{SPACE}}}{element}", attributes)
    if language:
        child.set(LANGUAGE, language)
    if text:
        child.text = NOT_OF_XML.sub("", text)
    return child


# The study -----------------------------------------------------------------------------------------------------------
def _describe_study(root: Xml.Element, questionnaire: Questionnaire, study: Study) -> None:
    described = _add(root, "stdyDscr")
    citation = _add(described, "citation")
    titles = _add(citation, "titlStmt")
    _add(titles, "titl", questionnaire.title.get(REFERENCE) or "Consultation", REFERENCE)
    for language, title in sorted(questionnaire.title.items()):
        if language != REFERENCE:
            _add(titles, "parTitl", title, language)
    _add(titles, "IDNo", study.code, agency="marelle")
    produced = _add(citation, "prodStmt")
    _add(produced, "producer", study.producer)
    _add(produced, "software", "Marelle")
    versions = _add(citation, "verStmt")
    _add(versions, "version", questionnaire.content_hash, type="questionnaire")
    if study.address:
        _add(citation, "holdings", study.address, URI=study.address)
    summary = _add(_add(described, "stdyInfo"), "sumDscr")
    for day, event in zip(study.days, ("start", "end"), strict=True):
        _add(summary, "collDate", day, date=day, event=event)
    _add(summary, "anlyUnit", "Enfant, une feuille de réponses", REFERENCE)
    _add(summary, "universe", "Enfants et adolescents de 6 à 18 ans", REFERENCE)
    collected = _add(_add(described, "method"), "dataColl")
    _add(collected, "collMode", "Questionnaire rempli par l’enfant, sur écran ou sur papier", REFERENCE)
    _add(
        collected,
        "resInstru",
        "Chaque question peut être passée ; « je ne sais pas » et « je ne veux pas répondre » sont des réponses.",
        REFERENCE,
    )


# Groups --------------------------------------------------------------------------------------------------------------
def _scored(questionnaire: Questionnaire) -> dict[str, list[Question]]:
    """The scores of each part."""
    found: dict[str, list[Question]] = {}
    for part, question in scores.tabled(questionnaire):
        if question.kind == scores.SCORE:
            found.setdefault(part.name, []).append(question)
    return found


def _group(data: Xml.Element, part: Part, languages: tuple[str, ...], scored: Sequence[Question]) -> None:
    """A part, with its variables and the scores worked out of them."""
    asked = (*(question for question in part.questions if question.is_asked), *scored)
    names = " ".join(variable for question in asked for variable in _names(question))
    attributes = {"ID": f"G_{part.name}", "type": "section", "name": part.name} | ({"var": names} if names else {})
    group = _add(data, "varGrp", **attributes)
    for language in languages:
        if part.title.get(language):
            _add(group, "labl", part.title[language], language)


def _multiple(data: Xml.Element, question: Question, languages: tuple[str, ...]) -> None:
    group = _add(
        data, "varGrp", ID=f"M_{question.name}", type="multipleResp", name=question.name, var=" ".join(_names(question))
    )
    for language, text in _texts(question, languages):
        _add(group, "labl", text, language)


def _names(question: Question) -> list[str]:
    """The variables of a question; no name of a question has a dot."""
    if question.kind != "many":
        return [f"V_{question.name}"]
    return [f"V_{question.name}.{place}" for place in range(1, len(question.options) + 1)]


def _texts(thing: Question | Option, languages: tuple[str, ...]) -> list[tuple[str, str]]:
    """The wordings of the oldest, by language, those that fell back left out."""
    found = ((language, wording(thing, BANDS[-1], language)) for language in languages)
    return [(language, text) for language, (text, spoken) in found if text and spoken == language] or [
        (REFERENCE, thing.name)
    ]


# Variables -----------------------------------------------------------------------------------------------------------
def _house(data: Xml.Element, languages: tuple[str, ...]) -> None:
    """Age group and gender, carried with every part."""
    ages = [(place, _said(f"band_{band}", languages)) for place, band in enumerate(BANDS, start=1)]
    genders = [(place, _said(f"gender_{gender}", languages)) for place, gender in enumerate(GENDERS, start=1)]
    for name, word, categories in ((AGE_BAND, "age", ages), (GENDER, "gender", genders)):
        variable = _add(data, "var", ID=f"V_{name}", name=name, intrvl="discrete", representationType="code")
        texts = _said(word, languages)
        for code, text in texts:
            _add(variable, "labl", text, code)
        asked = _add(variable, "qstn", responseDomainType="category")
        for code, text in texts:
            _add(asked, "qstnLit", text, code)
        for place, labels in categories:
            _category(variable, str(place), labels)
        _add(variable, "varFormat", type="numeric")


def _variables(data: Xml.Element, part: Part, languages: tuple[str, ...]) -> None:
    """The questions of a part; what is read before one goes with it."""
    before: list[tuple[str, str]] = []
    for question in part.questions:
        if not question.is_asked:
            before += _texts(question, languages)
            continue
        for place, name in enumerate(_names(question), start=1):
            _variable(data, question, name, place, before=before, languages=languages)
        before = []


def _variable(
    data: Xml.Element,
    question: Question,
    name: str,
    place: int,
    *,
    before: list[tuple[str, str]],
    languages: tuple[str, ...],
) -> None:
    kind = {"integer": "numeric", "text": "text"}.get(question.kind, "code")
    variable = _add(data, "var", ID=name, name=name[2:], intrvl="discrete", representationType=kind)
    labels = _texts(question.options[place - 1], languages) if question.kind == "many" else _texts(question, languages)
    for language, text in labels:
        _add(variable, "labl", text, language)
    _asked(variable, question, before, languages)
    if question.kind == "integer":
        _add(_add(variable, "valrng"), "range", min=str(question.start), max=str(question.end))
    _add(
        variable,
        "universe",
        f"{_years(question)} ans" + (", selon une réponse précédente" if question.relevance else ""),
        REFERENCE,
    )
    _categories(variable, question, languages)
    _add(variable, "varFormat", type="character" if question.kind == "text" else "numeric")
    if question.sensitive:
        _add(variable, "notes", "Question sensible : publication plus stricte.", REFERENCE)


def _derived(data: Xml.Element, question: Question, questionnaire: Questionnaire) -> None:
    """A score: a variable nobody was asked, with how it is worked out."""
    name, languages = f"V_{question.name}", questionnaire.languages
    variable = _add(data, "var", ID=name, name=question.name, intrvl="discrete", representationType="code")
    for language, text in _texts(question, languages):
        _add(variable, "labl", text, language)
    _add(variable, "universe", f"{_years(question)} ans", REFERENCE)
    for place, option in enumerate(question.options, start=1):
        _category(variable, str(place), _texts(option, languages))
    derivation = _add(variable, "derivation")
    declared = scores.declared(questionnaire, question.name)
    for sentence in recipes.told(declared, questionnaire) if declared else ():
        _add(derivation, "drvdesc", sentence, REFERENCE)
    _add(variable, "varFormat", type="numeric")
    if question.sensitive:
        _add(variable, "notes", "Score sensible : publication plus stricte.", REFERENCE)


def _years(question: Question) -> str:
    return ", ".join("{}-{}".format(*BAND_YEARS[band]) for band in question.bands)


def _asked(
    variable: Xml.Element, question: Question, before: list[tuple[str, str]], languages: tuple[str, ...]
) -> None:
    domain = {"integer": "numeric", "text": "text", "many": "multiple"}.get(question.kind, "category")
    asked = _add(variable, "qstn", responseDomainType=domain)
    for language, text in before:
        _add(asked, "preQTxt", text, language)
    for language, text in _texts(question, languages):
        _add(asked, "qstnLit", text, language)
    for language in languages:
        if question.hint.get(language):
            _add(asked, "postQTxt", question.hint[language], language)


def _categories(variable: Xml.Element, question: Question, languages: tuple[str, ...]) -> None:
    if question.kind == "many":
        _category(variable, "0", [("fr", "Non choisi")])
        _category(variable, "1", [("fr", "Choisi")])
    elif question.kind == "one":
        for place, option in enumerate(question.options, start=1):
            _category(variable, str(place), _texts(option, languages))
    if question.has_dont_know and question.kind != "text":
        _category(variable, DONT_KNOW_CODE, _said("dk", languages), missing="Y")
    if question.has_rather_not and question.kind != "text":
        _category(variable, RATHER_NOT_CODE, _said("no", languages), missing="Y")


def _said(word: str, languages: tuple[str, ...]) -> list[tuple[str, str]]:
    """One of the house's words, in each language."""
    return [(code, words_of(code)[word]) for code in languages]


def _category(variable: Xml.Element, value: str, labels: list[tuple[str, str]], missing: str = "N") -> None:
    category = _add(variable, "catgry", missing=missing)
    _add(category, "catValu", value)
    for language, text in labels:
        _add(category, "labl", text, language)
