"""Thirteen workbooks whose reading is kept beside them, in `golden/`: what is read must not move when the library does.

`python -m tests.consultations.golden_books` writes them again: read what changed before committing it.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.consultations.workbooks import COLUMNS, YES_NO, survey, workbook

FOLDER = Path(__file__).parent / "golden"
FR, SIMPLE, AR = "Français (fr)", "Français facile (fr-x-simple)", "العربية (ar)"
PARTS = [
    ("name", "order", f"title::{FR}", "minutes", "icon"),
    ("rights", 1, "Mes droits", 8, "star"),
    ("home", 3, "À la maison", 6, ""),
    ("school", 2, "À l’école", 7, "book"),
    ("others", 4, "Les autres", None, None),
]


def large() -> bytes:
    """150 questions in three languages, four parts, four age groups."""
    head = (
        "type",
        "name",
        "part",
        "age_min",
        *(f"label::{language}" for language in (FR, SIMPLE, AR)),
        f"wording_6_8::{FR}",
        f"audio_6_8::{FR}",
        "relevant",
        "key_in",
    )
    lines: list[tuple[Any, ...]] = [head]
    for n in range(150):
        part = ("rights", "school", "home", "others")[n * 4 // 150]
        kind = ("select_one how_often", "select_multiple places", "select_one yes_no")[n % 3]
        relevant = f"${{q{n - 1:03}}} = 'often'" if n % 3 == 1 and n % 38 > 2 else None
        age = 12 if n % 10 == 9 else None
        words = (
            f"Question {n} : te sens-tu bien ici ?",
            f"Question {n} : ça va ici ?",
            f"السؤال {n}: هل أنت بخير هنا؟",
        )
        lines.append((kind, f"q{n:03}", part, age, *words, f"{n} : ça va ?", f"q{n:03}.opus", relevant, n + 1))
    lists = {
        "how_often": ("often", "rarely", "never"),
        "places": ("school", "home", "street", "club"),
        "yes_no": ("yes", "no"),
    }
    choices = [("list_name", "name", *(f"label::{language}" for language in (FR, SIMPLE, AR)), "pictogram", "key_in")]
    for name, options in lists.items():
        choices += [(name, o, f"{o} (fr)", f"{o} (facile)", f"{o} (ar)", o, k) for k, o in enumerate(options)]
    return workbook(
        lines, choices, parts=PARTS, settings=[("form_title", "default_language"), ("Grande consultation", FR)]
    )


def bands() -> bytes:
    """A wording and a voice of its own for each age group, in two languages."""
    own = [
        f"{said}_{band}::{language}"
        for band in ("6_8", "9_11", "12_14", "15_18")
        for said in ("wording", "audio")
        for language in (FR, AR)
    ]
    line = [
        text
        for band in ("6_8", "9_11", "12_14", "15_18")
        for text in (f"Dit à {band}", f"قيل {band}", f"fr_{band}.opus", f"ar_{band}.mp3")
    ]
    return workbook(
        [
            (*COLUMNS, "age_min", "age_max", f"media::audio::{FR}", *own),
            ("select_one yes_no", "q1", "Dit à tous", 6, 14, "tous.ogg", *line),
        ],
        [
            (*YES_NO[0], f"wording_6_8::{FR}", f"audio_6_8::{FR}"),
            ("yes_no", "yes", "Oui", "Oui !", "oui.opus"),
            ("yes_no", "no", "Non", None, None),
        ],
    )


def arabic() -> bytes:
    """Arabic beside French, accents written in two signs, texts of several lines."""
    return workbook(
        [
            ("type", "name", f"label::{FR}", f"label::{AR}", f"hint::{AR}"),
            (
                "select_one yes_no",
                "q1",
                "Te sens-tu prote\u0301ge\u0301 ?\nDis-le.",
                "هل تشعر بالأمان؟",
                "اختر إجابة واحدة",
            ),
        ],
        [
            ("list_name", "name", f"label::{FR}", f"label::{AR}"),
            ("yes_no", "yes", "Oui", "نعم"),
            ("yes_no", "no", "Non", "لا"),
        ],
    )


def groups() -> bytes:
    """Groups within groups, that give their part, their ages and their condition."""
    more = ("part", "age_min", "relevant", "sensitive")
    return workbook(
        survey(
            ("begin_group", "one", "Un", "rights", 12, "${age_band} != '15_18'"),
            ("select_one yes_no", "q1", "A"),
            ("begin group", "two", "Deux", None, None, "${q1} = 'yes'", "yes"),
            ("note", None, "On continue."),
            ("select_one yes_no", "q2", "B", None, None, "${gender} = 'girl' or ${gender} = 'boy'"),
            ("end group",),
            ("end_group",),
            ("select_one yes_no", "q3", "C", "school"),
            more=more,
        ),
        parts=PARTS[:4],
    )


def conditions() -> bytes:
    """Each way of saying when a question is put."""
    texts = [
        "${one} = 'yes'", "${one} != “no”", "selected(${many}, 'school')", "not(selected(${many}, 'home'))", "${number} >= 3", "3 > ${number}",
        "${one} = ''", "${many} != ''", "(${one} = 'yes' or ${number} < 2) and ${age_band} = '9_11'", "${number} = 4.5", "${gender} = 'other'",
    ]  # fmt: skip
    return workbook(
        survey(
            ("select_one yes_no", "one", "Un"),
            ("select_multiple places", "many", "Plusieurs"),
            ("integer", "number", "Combien ?", None, "start=0 end=10"),
            *(("select_one yes_no", f"c{n}", f"Condition {n}", text) for n, text in enumerate(texts)),
            more=("relevant", "parameters"),
        ),
        [*YES_NO, ("places", "school", "École"), ("places", "home", "Maison")],
    )


def kinds() -> bytes:
    """Each type and each of the house's own columns, used as they should be."""
    more = (
        "parameters",
        "age_min",
        "free_text",
        "sensitive",
        "fallback_for",
        "age_max",
        "dont_know",
        "rather_not",
        "media::image",
        "pictogram",
        f"pictogram_alt::{FR}",
    )
    return workbook(
        survey(
            ("note", "hello", "Bonjour !"),
            ("integer", "age_phone", "À quel âge ?", "start=6 end=18"),
            ("select_one yes_no", "shuffled", "Au hasard", "randomize=true"),
            (
                "select_multiple yes_no",
                "sure",
                "Sûr ?",
                None,
                12,
                None,
                None,
                None,
                None,
                "no",
                "no",
                "photo.png",
                "ball",
                "Un ballon",
            ),
            ("select_one yes_no", "sure_young", "Sûr ?", None, None, None, None, "sure", 11),
            ("text", "words", "Un mot ?", None, 12, "yes", "yes"),
            more=more,
        )
    )


def refused_types() -> bytes:
    """Each type nobody may ask a child with."""
    plain = (
        "begin_repeat geopoint geotrace geoshape date time dateTime image audio video file barcode username deviceid start end today phonenumber "
        "email simserial subscriberid rank range decimal acknowledge calculate hidden audit select_one_from_file select_one_external gadget"
    )
    types = plain.split()
    lines = [
        (kind if not kind.startswith("select") else f"{kind} x.csv", f"q{n}", "Non") for n, kind in enumerate(types)
    ]
    return workbook(
        survey(
            *lines,
            ("end_repeat",),
            ("select_one yes_no or_other", "other", "Autre"),
            ("select_one ${q1}", "earlier", "D’avant"),
            ("select_one", "unsaid", "?"),
        )
    )


def refused_columns() -> bytes:
    """Each column that forces, computes or fills in."""
    more = (
        "required",
        "constraint",
        "calculation",
        "repeat_count",
        "default",
        "choice_filter",
        "trigger",
        "read_only",
        "save_to",
        "media::video",
        "bind::type",
        "body::accuracy",
    )
    lines = [("select_one yes_no", f"q{n}", "Oui ?", *(None,) * n, "yes") for n in range(len(more))]
    return workbook(
        survey(
            *lines,
            ("select_one yes_no", "fine", "Oui ?", "no"),
            ("select_one yes_no", "piped", "Tu as dit ${fine} ?"),
            more=more,
        )
    )


def refused_ours() -> bytes:
    """What is no fault of XLSForm, and one of ours."""
    more = (
        "part",
        "key_in",
        "relevant",
        "sensitive",
        "age_min",
        "age_max",
        "fallback_for",
        "parameters",
        "media::audio",
        "pictogram",
        "free_text",
    )
    return workbook(
        survey(
            ("select_one yes_no", "q1", "A", "rights", 7, "${q2} = 'yes'"),
            ("select_one yes_no", "q2", "B", "rights", 7, "${q2} = 'yes'"),
            ("select_one yes_no", "q3", "C", "school", 1000, "${q1} = 'yes'"),
            ("select_one yes_no", "q4", "D", "nowhere", None, "${nobody} = 'yes'", "yes"),
            ("select_one yes_no", "q5", "E", None, None, "concat(${q1}, 'x')", "perhaps", 7, 99, "q99"),
            ("integer", "q6", "F", "rights", None, "${q1} = 'maybe'", None, 15, 8, None, "start=0 end=40"),
            ("text", "q7", "G", "rights", None, "${q1} > 2", None, None, None, "q1", None, "voix.wav", "croix.svg"),
            ("select_one alone", "Q8", "H", "rights", None, "${q6} = 'two'"),
            ("select_one many", "gender", "I", "rights", None, "selected(${q1}, 'yes')", None, None, None, "q2", None, None, None, "yes"),
            ("select_one yes_no", "q10", None, "rights", None, "${q1} = ${q2}"),
            more=more,
        ),
        [(*YES_NO[0], "key_in"), ("yes_no", "yes", "Oui", 1), ("yes_no", "no", "Non", 1), ("alone", "a b", "Un", 12), ("alone", "one", "Un"), (None, "x", "X"),
         *(("many", f"o{n}", f"Option {n}") for n in range(13)), ("many", "o0", "Encore"), ("many", "empty", None)],
        parts=[*PARTS[:4], ("rights", 5, "Encore"), ("Bad name", 6, "Mal nommée"), ("late", "last", "Fin", 90)],
    )  # fmt: skip


def refused_forms() -> bytes:
    """What XLSForm itself refuses: lists that are not there, names twice, groups that do not end, references to nothing."""
    return workbook(
        survey(
            ("select_one nowhere", "q1", "A"),
            ("select_one yes_no", "q2", "B"),
            ("select_one yes_no", "q2", "B encore"),
            ("select_one yes_no", None, "Sans nom"),
            (None, "q5", "Sans type"),
            ("end_group",),
            ("begin_group", "g", "G"),
            ("select_one yes_no", "q6", "C", "${nobody} = 'yes'"),
            more=("relevant",),
        )
    )


def old_style() -> bytes:
    """As forms were written before: labels without a language, one colon, other names of columns and types."""
    return workbook(
        [("type", "name", "caption", "label:en", "relevance", "media:image", "appearance", "Notes"),
         ("select one from yes_no", "q1", "Aimes-tu lire ?", "Do you like reading?", None, None, "minimal", "demander à Léa"),
         ("add select multiple prompt using yes_no", "q2", "Et chanter ?", "And singing?", "${q1}='yes'", "chant.png"),
         (None, None, None), ("int", "q3", "Combien ?", "How many?", None, None, None, None)][:3],
        [("list name", "value", "caption", "label:en"), ("yes_no", "yes", "Oui", "Yes"), ("yes_no", "no", "Non", "No")],
        settings=[("form title", "default_language"), ("À l’ancienne", "French (fr)")],
    )  # fmt: skip


def unfinished() -> bytes:
    """Everything that is left to do, and no fault."""
    long = "Dirais-tu que les institutions municipales considèrent suffisamment les préoccupations quotidiennes des générations contemporaines ?"
    return workbook(
        [(*COLUMNS, "label::English (en)", "part", "sensitive", "age_min", f"media::audio::{FR}", "colour"),
         ("select_one yes_no", "q1", long, "Long?", "rights", None, None, "q1.opus"),
         ("select_one yes_no", "q2", "Fait-on du mal ?", None, "rights", "yes", 12),
         *(("select_one yes_no", f"y{n}", f"Question {n} ?", None, "rights") for n in range(26))],
        [(*YES_NO[0], "pictogram"), ("yes_no", "yes", "Oui", "thumb"), ("yes_no", "no", "Non")],
        parts=[PARTS[0], ("rights", 1, "Mes droits", 15), ("school", 2, None, 5)],
    )  # fmt: skip


def scores() -> bytes:
    """Two scores and in how many a child is, one of them sensitive, a question of several answers among their items."""
    lines = [
        ("type", "name", "label::Français (fr)", "part", "age_min", "sensitive"),
        ("select_one yes_no", "coat", "As-tu un manteau chaud ?", "home", "", ""),
        ("select_multiple rooms", "quiet", "Où es-tu au calme ?", "home", "", ""),
        ("select_one yes_no", "mocked", "S’est-on moqué de toi ?", "school", "12", "yes"),
    ]
    choices = [*YES_NO, ("rooms", "bedroom", "Dans ma chambre"), ("rooms", "nowhere", "Nulle part")]
    parts = [("name", "order", "title::Français (fr)"), ("home", 1, "Chez moi"), ("school", 2, "À l’école")]
    columns = ("points", "from", "to", "min_answered", "prorate", "cutoff", "sensitive")
    declared = [
        ("type", "name", "label::Français (fr)", *columns),
        ("score", "lack", "Manques du quotidien", "yes=0 no=1", None, None, 0.5, "yes", 2),
        ("item", "coat"),
        ("item", "quiet.nowhere", None, "yes=1 no=0"),
        ("band", "none", "Aucun", None, 0, 0),
        ("band", "one", "Un", None, 1, 1),
        ("band", "both", "Les deux", None, 2, 2),
        ("score", "hurt", "Moqueries", None, None, None, 1, None, 1, "yes"),
        ("item", "mocked", None, "yes=1 no=0"),
        ("band", "no", "Non", None, 0, 0),
        ("band", "yes", "Oui", None, 1, 1),
        ("cumulation", "several", "Difficultés ensemble"),
        ("item", "lack"),
        ("item", "hurt"),
    ]
    return workbook(lines, choices, parts=parts, scores=declared)


BOOKS: dict[str, Callable[[], bytes]] = {
    build.__name__: build
    for build in (
        large,
        bands,
        arabic,
        groups,
        conditions,
        kinds,
        refused_types,
        refused_columns,
        refused_ours,
        refused_forms,
        old_style,
        unfinished,
        scores,
    )
}


def told(content: bytes) -> str:
    """What was read of a workbook, as it is kept."""
    from marelle.consultations.xlsform import read_workbook  # slow import: settings must stand

    read = read_workbook(content)
    said = {
        "questionnaire": json.loads(read.questionnaire.canonical) if read.questionnaire else None,
        "hash": read.questionnaire.content_hash if read.questionnaire else None,
        "faults": [str(fault) for fault in read.faults],
        "todos": [f"{todo.sheet}!{todo.cell}: {todo.sentence}" for todo in read.todos],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate("en")
    for name, build in BOOKS.items():
        (FOLDER / f"{name}.json").write_text(told(build()), encoding="utf-8")
