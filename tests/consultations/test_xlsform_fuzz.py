"""Whatever stands in a workbook, reading it ends in a questionnaire or in sentences, never in a trace."""

import random

from marelle.consultations import questionnaires
from marelle.consultations.xlsform import read_workbook
from tests.consultations.workbooks import workbook
from tests.scale import scaled

COLUMNS = (
    "type", "name", "label", "label::Français (fr)", "label::", "label::English", "hint::العربية (ar)", "relevant", "required", "parameters", "part",
    "age_min", "age_max", "wording_6_8::Français (fr)", "audio_9_11::ar", "media::image", "media::audio::Français (fr)", "pictogram", "sensitive",
    "free_text", "key_in", "fallback_for", "list_name", "list name", "order", "title::fr", "minutes", "bind::relevant", "body::x", "choice_filter", "::", ":",
)  # fmt: skip
TEXTS = (
    None, None, None, "", "select_one l", "select_multiple l", "select_one l or_other", "select_one", "integer", "note", "text", "begin_group", "end_group",
    "begin repeat", "end repeat", "range", "q1", "q2", "l", "yes", "no", "Oui", "${q1} = 'yes'", "${q1", "selected(${q2}, 'yes')", "start=0 end=5",
    "randomize=true", "=1+1", "#REF!", 3, 6.5, 12, True, "é" * 400, "\ud7ff\u202e", "<b>", "${q2}", "a.opus", "b.png", "rights", "meta", "age_band", "{", "%s", "%(x)s",
)  # fmt: skip


def lines(chance: random.Random, columns: int, rows: int) -> list[list[object]]:
    """A sheet of anything under columns of some sense."""
    return [chance.sample(COLUMNS, columns), *([chance.choice(TEXTS) for _ in range(columns)] for _ in range(rows))]


def test_reading_anything_ends_in_a_questionnaire_or_in_sentences():
    chance = random.Random(2026)
    for _number in range(scaled(800)):
        sheets = {
            name: lines(chance, chance.randint(1, 9), chance.randint(0, 8))
            for name in ("choices", "parts", "settings")
            if chance.random() < 0.7
        }
        survey = lines(chance, chance.randint(2, 12), chance.randint(0, 12))
        if chance.random() < 0.8:
            survey[0] = list(dict.fromkeys(["type", "name", "label::Français (fr)", *survey[0]]))[: len(survey[0])]

        read = read_workbook(workbook(survey, sheets.pop("choices", ()), **sheets))

        assert (read.questionnaire is None) == bool(read.faults)
        assert all(str(fault) for fault in (*read.faults, *read.todos))
        if read.questionnaire:
            assert questionnaires.read(read.questionnaire.canonical).content_hash == read.questionnaire.content_hash
