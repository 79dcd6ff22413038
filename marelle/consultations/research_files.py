"""The researchers' file: sheets in a new order, région and age group, the answers asked for, in .sav and Parquet, sealed.

No commune, group, week, key or free text goes in (specs/disclosure.md, section 12). Codes are those of the codebook: 1..K an
answer, -8 "I don't know", -9 "I'd rather not say", 1 and 0 of several answers; -7 where it was skipped, empty where it was not
put or is left out. The archive is closed in the age format (age-encryption.org/v1) for the analyst's public key alone.
"""

import csv
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyrage
import pyreadstat

from marelle.consultations import coarsening, scores
from marelle.consultations.instruments.codebooks import DONT_KNOW_CODE, RATHER_NOT_CODE
from marelle.consultations.items import KNOWS_NOT, NOT_ASKED, PREFERS_NOT, SKIPPED, Item
from marelle.consultations.languages import words_of
from marelle.consultations.questionnaires import (
    AGE_BAND,
    BAND_YEARS,
    BANDS,
    DONT_KNOW,
    GENDER,
    GENDERS,
    Option,
    Question,
    Questionnaire,
    wording,
)

LANGUAGES = ("fr", "en")  # of the words of variables and answers
SKIPPED_CODE, DONT_KNOW_AS, RATHER_NOT_AS = -7, int(DONT_KNOW_CODE), int(RATHER_NOT_CODE)
UNIT = 1000  # weights are kept in thousandths
LONGEST_WORDS, LONGEST_ANSWER, LONGEST_TITLE = 255, 120, 64  # bytes: IBM SPSS Statistics, "Variable and value labels"
MOST_VALUES = 30_000_000  # sheets times variables: 240 MB as the .sav holds them
NOT_TOLD = {"fr": "non dit", "en": "not told"}
MISSING = {
    SKIPPED_CODE: {"fr": "Question passée", "en": "Skipped"},
    DONT_KNOW_AS: {language: words_of(language)["dk"] for language in LANGUAGES},
    RATHER_NOT_AS: {language: words_of(language)["no"] for language in LANGUAGES},
}
RESERVED = ("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with")  # of SPSS
HOUSE = ("row", "region", AGE_BAND, GENDER, "weight")
SUFFIX = "_q"  # after the name of a question that would be taken for one of these

Words = Mapping[str, str]  # by language


class TooFew(ValueError):
    """Fewer sheets than one group must have."""


@dataclass(frozen=True)
class Variable:
    """One column. `values`: what its codes say; none of a number."""

    name: str
    words: Words
    values: Mapping[int | str, Words] = field(default_factory=dict)


@dataclass(frozen=True)
class About:
    """What is said beside the data. `floor`: how many sheets say the same."""

    code: str
    title: str
    publisher: str
    freeze: str
    floor: int


def read_key(typed: str) -> str:
    """A public key as its holder pasted it, `age1…`. Raises ValueError when it is none."""
    try:
        return str(pyrage.x25519.Recipient.from_str(typed.strip()))
    except pyrage.RecipientError as error:
        raise ValueError("not a public key") from error


# What it holds -------------------------------------------------------------------------------------------------------
def items_of(asked: Questionnaire, names: Sequence[str]) -> list[Item]:
    """What is counted of these questions and scores, in the order children were asked."""
    return [item for item in scores.counted(asked) if item.question.name in names]


def floor_of(items: Sequence[Item]) -> int:
    """How many sheets must say the same région, age and gender."""
    is_sensitive = any(item.question.sensitive for item in items)
    return coarsening.SENSITIVE_FLOOR if is_sensitive else coarsening.FLOOR


def drawn(sheets: Mapping[str, Any], regions: Sequence[str], items: Sequence[Item]) -> pa.Table:
    """The rows, as `cubes.sheets_of` gives them, made wider, shuffled, numbered anew. regions: the code of each sheet's, or "".

    Raises TooFew.
    """
    known = ["", *sorted(set(regions) - {""})]
    age = sheets["age"].astype(np.int64)
    region = np.array([known.index(code) for code in regions], np.int64)
    told = coarsening.told(region, age, sheets["sex"], floor=floor_of(items))
    order = _shuffled(np.flatnonzero(told.kept))
    if not len(order):
        raise TooFew("fewer sheets than one group must have")
    columns: dict[str, Any] = {
        "row": pa.array(np.arange(1, len(order) + 1, dtype=np.int32)),
        "region": pa.array(known).take(pa.array(told.region[order])),
        AGE_BAND: pa.array(told.age[order].astype(np.int16)),
        GENDER: pa.array(told.gender[order].astype(np.int16)),
        "weight": pa.array(coarsening.weights(told, sheets["weight"])[order] / UNIT),
    }
    untold = coarsening.untold(told, age, {item.name: sheets[item.name] for item in items})
    for item in items:
        columns[name_of(item)] = _values(item, sheets[item.name][order], untold[item.name][order])
    return pa.table(columns)


def _shuffled(places: np.ndarray) -> np.ndarray:
    """The same in an order drawn at random by the system."""
    drawn = np.frombuffer(secrets.token_bytes(8 * len(places)), np.uint64)
    return places[np.argsort(drawn, kind="stable")]


def _values(item: Item, codes: np.ndarray, untold: np.ndarray) -> pa.Array:
    """Codes of the private file as those of the codebook."""
    said = {SKIPPED: SKIPPED_CODE, KNOWS_NOT: DONT_KNOW_AS, PREFERS_NOT: RATHER_NOT_AS}
    as_codebook = np.arange(256, dtype=np.int16)
    if item.option:
        as_codebook[:3] = (0, 1, 0)  # 1 is a yes, 2 is a no
    elif item.question.kind == "integer":
        as_codebook += (item.question.start or 0) - 1
    for code, value in said.items():
        as_codebook[code] = value
    return pa.array(as_codebook[codes], mask=untold | (codes == NOT_ASKED))


# What it is called ---------------------------------------------------------------------------------------------------
def name_of(item: Item) -> str:
    """A variable as the codebook of the edition calls it: `safe`, `where.2`."""
    name = item.question.name
    if name.lower() in (*HOUSE, *RESERVED):
        name += SUFFIX
    if not item.option:
        return name
    return f"{name}.{DONT_KNOW if item.option == DONT_KNOW else item.question.code_of(item.option)}"


def variables(items: Sequence[Item], regions: Mapping[str, str]) -> list[Variable]:
    """Every column, in order, in words."""
    words = {language: words_of(language) for language in LANGUAGES}
    ages: dict[int | str, Words] = {
        code: {language: words[language][f"band_{band}"] for language in LANGUAGES}
        for code, band in enumerate(BANDS, start=1)
    }
    wide = {coarsening.YOUNGER: (BANDS[0], BANDS[1]), coarsening.OLDER: (BANDS[2], BANDS[3])}
    for code, (first, last) in wide.items():
        years = f"{BAND_YEARS[first][0]}-{BAND_YEARS[last][1]}"
        ages[code] = {"fr": f"{years} ans", "en": f"{years} years"}
    genders: dict[int | str, Words] = {
        code: {language: words[language][f"gender_{gender}"] for language in LANGUAGES}
        for code, gender in enumerate(GENDERS, start=1)
    }
    return [
        Variable("row", {"fr": "Numéro de ligne, sans lien avec l’enfant", "en": "Number of the row, unrelated to the child"}),
        Variable("region", {"fr": "Région", "en": "Région"}, {code: dict.fromkeys(LANGUAGES, name) for code, name in sorted(regions.items())}),
        Variable(AGE_BAND, {"fr": "Âge", "en": "Age"}, ages | {coarsening.NOT_TOLD: NOT_TOLD}),
        Variable(GENDER, {"fr": "Genre", "en": "Gender"}, genders | {coarsening.NOT_TOLD: NOT_TOLD}),
        Variable("weight", {"fr": "Poids, 1 en moyenne avant regroupement", "en": "Weight, mean 1 before groups were made wider"}),
        *(_variable(item) for item in items),
    ]  # fmt: skip


def _variable(item: Item) -> Variable:
    question = item.question
    if item.option:
        said = {language: f"{_said(question, language)} {_option(item, language)}" for language in LANGUAGES}
        yes_no: dict[int | str, Words] = {
            0: {"fr": "Non choisi", "en": "Not chosen"},
            1: {"fr": "Choisi", "en": "Chosen"},
        }
        return Variable(name_of(item), said, yes_no | _missing(question, of_several=True))  # fmt: skip
    options: dict[int | str, Words] = {
        code: {language: _said(option, language) for language in LANGUAGES}
        for code, option in enumerate(question.options, start=1)
    }
    said = {language: _said(question, language) for language in LANGUAGES}
    return Variable(name_of(item), said, options | _missing(question))


def _missing(question: Question, *, of_several: bool = False) -> dict[int | str, Words]:
    """The codes of who gave none of the answers."""
    found: dict[int | str, Words] = {SKIPPED_CODE: MISSING[SKIPPED_CODE]}
    if question.has_dont_know and not of_several:
        found[DONT_KNOW_AS] = MISSING[DONT_KNOW_AS]
    if question.has_rather_not:
        found[RATHER_NOT_AS] = MISSING[RATHER_NOT_AS]
    return found


def _option(item: Item, language: str) -> str:
    if item.option == DONT_KNOW:
        return MISSING[DONT_KNOW_AS][language]
    return _said(item.question.options[item.question.code_of(item.option) - 1], language)


def _said(thing: Question | Option, language: str) -> str:
    """The wording of the oldest, in the language, else in French."""
    return wording(thing, BANDS[-1], language)[0] or thing.name


# Files ---------------------------------------------------------------------------------------------------------------
def write(place: Path, table: pa.Table, described: Sequence[Variable], about: About, recipient: str) -> None:
    """Write the sealed archive, whole or not at all; nothing else is left. `place`: as private/research-….zip.age."""
    making = place.with_name(f".making-{place.name}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    try:
        archive, sealed = making / "archive.zip", making / place.name
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in _files(making, table, described, about):
                packed.write(path, path.name)
        pyrage.encrypt_file(str(archive), str(sealed), [pyrage.x25519.Recipient.from_str(recipient)])
        sealed.chmod(0o600)
        os.replace(sealed, place)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _files(making: Path, table: pa.Table, described: Sequence[Variable], about: About) -> Iterator[Path]:
    name = f"consultation-{about.code}"
    frame = table.to_pandas()
    for language in LANGUAGES:
        _write_sav(making / f"{name}.{language}.sav", frame, described, about, language)
        yield making / f"{name}.{language}.sav"
    pq.write_table(table, making / f"{name}.parquet", compression="zstd", store_schema=False)
    yield making / f"{name}.parquet"
    _write_codebook(making / "codebook.csv", described)
    yield making / "codebook.csv"
    for language, words in READ_ME.items():
        path = making / f"{'LISEZ-MOI' if language == 'fr' else 'README'}.txt"
        path.write_text(words.format(about=about), "utf-8")
        yield path


def _write_sav(path: Path, frame: Any, described: Sequence[Variable], about: About, language: str) -> None:
    answers = [each.name for each in described if SKIPPED_CODE in each.values]
    pyreadstat.write_sav(
        frame.astype(dict.fromkeys(answers, "float64")),
        str(path),
        file_label=_cut(about.title, LONGEST_TITLE),
        column_labels={each.name: _cut(each.words[language], LONGEST_WORDS) for each in described},
        variable_value_labels={
            each.name: {code: _cut(words[language], LONGEST_ANSWER) for code, words in each.values.items()}
            for each in described
            if each.values
        },
        missing_ranges={name: [{"lo": RATHER_NOT_AS, "hi": SKIPPED_CODE}] for name in answers},
        variable_format={name: "F5.0" for name in answers} | {"weight": "F9.3"},
        row_compress=True,
    )


def _cut(words: str, most: int) -> str:
    """As many whole characters as fit."""
    return words.encode()[:most].decode(errors="ignore")


def _write_codebook(path: Path, described: Sequence[Variable]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("variable", "words_fr", "words_en", "code", "answer_fr", "answer_en"))
        for each in described:
            first = (each.name, *(each.words[language] for language in LANGUAGES))
            values = [(code, *(words[language] for language in LANGUAGES)) for code, words in each.values.items()]
            rows.writerows((*first, *value) for value in values or [("", "", "")])


READ_ME = {
    "fr": """\
{about.title} : fichier de recherche sécurisé
{about.publisher}, gel {about.freeze}

Ce que chaque ligne est : la feuille d’un enfant, volontaire. Les lignes sont dans un ordre tiré au sort et numérotées à neuf.
Ce qui n’y est pas : commune, établissement, groupe, semaine, texte libre, clé.
Où moins de {about.floor} feuilles disent les mêmes région, âge et genre, elles en disent moins : deux âges au lieu de quatre, puis
ni genre, ni âge, ni région. Celles qui restent trop peu nombreuses sont laissées de côté. Leur poids est la moyenne de celui
des feuilles qui disent la même chose ; une question qui n’a pas été posée à tous leurs âges y est vide.
Codes : -7 question passée, -8 « Je ne sais pas », -9 « Je ne veux pas répondre », vide : non posée ou retirée.
Les réponses sont volontaires : dites « les enfants qui ont répondu », non « les enfants ». Ne cherchez à retrouver personne,
ne rapprochez ce fichier d’aucun autre, ne publiez aucun effectif de moins de {about.floor} enfants, détruisez-le à la date de
votre engagement. Ses totaux diffèrent un peu des tableaux publiés, qui sont modifiés exprès : ne publiez pas l’écart.
""",
    "en": """\
{about.title}: secure research file
{about.publisher}, freeze {about.freeze}

Each row is the sheet of one child, who answered of their own will. Rows are in an order drawn at random and numbered anew.
What is not here: commune, school, group, week, free text, key.
Where fewer than {about.floor} sheets say the same région, age and gender, they say less: two ages instead of four, then no gender,
no age, no région. Those still too few are left out. Their weight is the mean of those who say the same; a question that
was not put to all of their ages is empty.
Codes: -7 skipped, -8 “I don’t know”, -9 “I’d rather not say”, empty: not put, or left out.
Answers are voluntary: say “the children who answered”, not “children”. Look for nobody, join this file to no other, publish
no count under {about.floor} children, destroy it on the day of your undertaking. Its totals differ a little from the published
tables, which are changed on purpose: do not publish the difference.
""",
}
