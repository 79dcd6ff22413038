"""The workbook one begins from: our columns, a short part as an example, and a sheet that explains each column."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from marelle.consultations.languages import column, own_name
from marelle.consultations.questionnaires import BAND_YEARS, BANDS, REFERENCE
from marelle.consultations.xlsform.faults import CHOICES, PARTS, SCORES, SETTINGS, SURVEY

LINES = 300  # lines in which a cell offers what may be chosen
SHADE = PatternFill("solid", fgColor="E8EDF4")
WIDE = 46
_wording, _audio = (f"{said}_{BANDS[0]}" for said in ("wording", "audio"))


def said(name: str) -> str:
    """A column in the language that is never missing."""
    return column(name, REFERENCE)


COLUMNS: Mapping[str, Sequence[str]] = {
    SURVEY: (
        "type", "name", "part", said("label"), said(_wording), said("hint"), "relevant", "age_min", "age_max", "parameters", "appearance", "sensitive",
        "free_text", "dont_know", "rather_not", "fallback_for", "pictogram", said("pictogram_alt"), said("media::audio"), said(_audio), "key_in",
    ),
    CHOICES: (
        "list_name", "name", said("label"), said(_wording), "pictogram", said("pictogram_alt"), said("media::audio"), said(_audio), "key_in",
    ),
    PARTS: ("name", "order", said("title"), "minutes", "icon"),
    SCORES: ("type", "name", said("label"), "points", "from", "to", "min_answered", "prorate", "cutoff", "sensitive"),
    SETTINGS: (said("form_title"), "form_id", "default_language"),
}  # fmt: skip
EXAMPLE: Mapping[str, Sequence[Mapping[str, Any]]] = {
    SURVEY: (
        {
            "type": "select_one frequence", "name": "lire", said("label"): "Lis-tu pour ton plaisir ?",
            said(_wording): "Est-ce que tu aimes lire ?", "appearance": "likert", "pictogram": "livre", said("pictogram_alt"): "un livre", "key_in": 1,
        },
        {
            "type": "select_one oui_non", "name": "seul", said("label"): "As-tu un endroit calme pour lire ?",
            said(_wording): "As-tu un coin tranquille pour lire ?", "relevant": "${lire} = 'souvent'", "key_in": 2,
        },
        {
            "type": "select_multiple lieux", "name": "ou_lire", said("label"): "Où trouves-tu des livres, en général ?",
            said(_wording): "Où trouves-tu des livres ?", said("hint"): "Plusieurs réponses possibles.", "parameters": "randomize=true", "key_in": 3,
        },
        {
            "type": "integer", "name": "note", said("label"): "De 0 à 10, combien aimes-tu lire ?", "parameters": "start=0 end=10",
            "age_min": 9, "key_in": 4,
        },
        {
            "type": "select_one oui_non", "name": "moquerie", said("label"): "S’est-on déjà moqué de toi pendant que tu lisais ?",
            "age_min": 12, "sensitive": "yes", "key_in": 5,
        },
    ),
    CHOICES: (
        {"list_name": "oui_non", "name": "oui", said("label"): "Oui", "pictogram": "oui", "key_in": 1},
        {"list_name": "oui_non", "name": "non", said("label"): "Non", "pictogram": "non", "key_in": 2},
        {"list_name": "frequence", "name": "souvent", said("label"): "Souvent", "pictogram": "souvent", "key_in": 1},
        {"list_name": "frequence", "name": "parfois", said("label"): "Parfois", "pictogram": "parfois", "key_in": 2},
        {"list_name": "frequence", "name": "jamais", said("label"): "Jamais", "pictogram": "jamais", "key_in": 3},
        {"list_name": "lieux", "name": "maison", said("label"): "À la maison", "pictogram": "maison", "key_in": 1},
        {"list_name": "lieux", "name": "ecole", said("label"): "À l’école", "pictogram": "ecole", "key_in": 2},
        {"list_name": "lieux", "name": "ville", said("label"): "À la bibliothèque", "pictogram": "livre", "key_in": 3},
    ),
    PARTS: ({"name": "lecture", "order": 1, said("title"): "La lecture (exemple à remplacer)", "minutes": 3, "icon": "livre"},),
    SCORES: (
        {"type": "score", "name": "loin_des_livres", said("label"): "Loin des livres", "min_answered": 0.5, "prorate": "yes", "cutoff": 2},
        {"type": "item", "name": "lire", "points": "souvent=0 parfois=1 jamais=2"},
        {"type": "item", "name": "ou_lire.maison", "points": "yes=0 no=1"},
        {"type": "band", "name": "pres", said("label"): "Près des livres", "from": 0, "to": 1},
        {"type": "band", "name": "loin", said("label"): "Loin des livres", "from": 2, "to": 3},
    ),
    SETTINGS: ({said("form_title"): "Consultation", "form_id": "consultation", "default_language": own_name(REFERENCE) + f" ({REFERENCE})"},),
}  # fmt: skip
OFFERED: Mapping[str, Sequence[str]] = {
    "age_min": [str(BAND_YEARS[band][0]) for band in BANDS],
    "age_max": [str(BAND_YEARS[band][1]) for band in BANDS],
    **dict.fromkeys(("sensitive", "free_text", "dont_know", "rather_not", "prorate"), ("yes", "no")),
}
TOLD: Mapping[str, Mapping[str, Any]] = {
    SURVEY: {
        "type": gettext_lazy("select_one LIST (one answer), select_multiple LIST (several, 12 options at most), integer (a whole number), note (read, not answered), text (12 years and older), begin_group and end_group"),
        "name": gettext_lazy("A short name, in small letters without accents, digits or _: it never changes once children answer"),
        "part": gettext_lazy("The name of one part of the sheet “parts”"),
        "label": gettext_lazy("The wording of the oldest. One column a language: copy it and change the language and its code"),
        _wording: gettext_lazy("The wording of one age, where it needs its own; empty, the next older one’s is read, then the label. The same exists for 9_11, 12_14 and 15_18"),
        "hint": gettext_lazy("A line under the question"),
        "relevant": gettext_lazy("When the question is put: ${name} = 'option', selected(${name}, 'option'), with and, or, not(…). Of a question asked before, in the same part, or of age_band and gender"),
        "age_min": gettext_lazy("From what age it is put; empty, from the youngest"),
        "age_max": gettext_lazy("Up to what age; empty, to the oldest"),
        "parameters": gettext_lazy("For an integer: start=0 end=10, 20 numbers at most. For options in an order drawn anew: randomize=true"),
        "appearance": gettext_lazy("likert: the answers stand in an order (never, sometimes, always), and are also compared by ranks"),
        "sensitive": gettext_lazy("yes: numbers to call beside the question, stricter publication. From 12 years, without a written waiver"),
        "free_text": gettext_lazy("yes, with the type text, from 12 years: 280 characters, never published as they are"),
        "dont_know": gettext_lazy("no takes away “I don’t know”"),
        "rather_not": gettext_lazy("no takes away “I’d rather not say”"),
        "fallback_for": gettext_lazy("The name of the question this one says more simply; never both at the same age"),
        "pictogram": gettext_lazy("A pictogram of the house, or a PNG or WebP file sent beside"),
        "pictogram_alt": gettext_lazy("What the picture shows, in words"),
        "media::audio": gettext_lazy("The recording of the wording: an OPUS, OGG or MP3 file sent beside"),
        _audio: gettext_lazy("The recording of one age’s wording"),
        "key_in": gettext_lazy("The number printed on paper and typed: 1 to 999 for a question, 0 to 9 for an option"),
    },
    CHOICES: {"list_name": gettext_lazy("The list, as the column “type” of “survey” names it: 12 options at most")},
    PARTS: {
        "name": gettext_lazy("What the column “part” of “survey” says"),
        "order": gettext_lazy("Its place"),
        "title": gettext_lazy("What children read on its square; one column a language"),
        "minutes": gettext_lazy("About how long it takes: 10 at most"),
        "icon": gettext_lazy("A pictogram of the house"),
    },
    SCORES: {
        "type": gettext_lazy("score, then a line item a question and a line band a band; cumulation, then a line item a score it counts"),
        "name": gettext_lazy("Of a score: a name of its own. Of an item: a question, or question.option where several answers are possible"),
        "label": gettext_lazy("What readers of results see: the score, each band. Children never see it. One column a language"),
        "points": gettext_lazy("Points of each answer: yes=1 no=0. On the line of the score: of every item that says nothing else"),
        "from": gettext_lazy("Lowest score of a band; the first begins at 0"),
        "to": gettext_lazy("Highest score of a band, included; the last ends at the highest score there is"),
        "min_answered": gettext_lazy("Share of the questions put to a child that must be answered, such as 0.75: below, no score"),
        "prorate": gettext_lazy("yes: points are carried over to what was not answered"),
        "cutoff": gettext_lazy("Who has this score or more is in situation; a band begins there"),
        "sensitive": gettext_lazy("yes: stricter publication; needed as soon as one question is sensitive"),
    },
    SETTINGS: {
        "form_title": gettext_lazy("The title of the questionnaire"),
        "form_id": gettext_lazy("Its name for other software"),
        "default_language": gettext_lazy("The language of columns that name none"),
    },
}  # fmt: skip


def workbook() -> bytes:
    """The XLSX: a sheet of explanations in the reader's language, then those a questionnaire is written in."""
    book = Workbook()
    _explain(book.active)
    for sheet, columns in COLUMNS.items():
        _write(book.create_sheet(sheet), columns, EXAMPLE[sheet])
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def _write(page: Worksheet, columns: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> None:
    page.append(list(columns))
    for line in lines:
        shown = {**line, **({"part": EXAMPLE[PARTS][0]["name"]} if "part" in columns else {})}
        page.append([shown.get(name) for name in columns])
    for at, name in enumerate(columns, start=1):
        letter = get_column_letter(at)
        page.column_dimensions[letter].width = WIDE if "::" in name and "media" not in name else 16
        if name in OFFERED:
            chosen = DataValidation("list", formula1=f'"{",".join(OFFERED[name])}"', allow_blank=True)
            chosen.add(f"{letter}2:{letter}{LINES}")
            page.add_data_validation(chosen)
    _head(page, 1)
    page.freeze_panes = "C2" if page.title == SURVEY else "A2"


def _explain(page: Worksheet) -> None:
    """One line a column, in the words of the reader."""
    page.title = _("explanations")
    page.append([_("The workbook of a questionnaire")])
    page["A1"].font = Font(bold=True, size=14)
    page.append(
        [_("Replace the example by your own questions, then send this workbook: what is wrong is told cell by cell.")]
    )
    page.append([_("Names of columns stay as they are; this sheet is not read.")])
    page.append([])
    page.append([_("Sheet"), _("Column"), _("What is written there")])
    _head(page, page.max_row)
    for sheet, columns in COLUMNS.items():
        for name in columns:
            plain = name.removesuffix(said("")) if "::" in name else name
            page.append([sheet, name, str(TOLD[sheet].get(plain) or TOLD[SURVEY][plain])])
    for letter, width in (("A", 12), ("B", 34), ("C", 100)):
        page.column_dimensions[letter].width = width
    for cell in page["C"][4:]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _head(page: Worksheet, row: int) -> None:
    for cell in page[row]:
        cell.font, cell.fill = Font(bold=True), SHADE
