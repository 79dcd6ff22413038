"""Languages of a consultation: their own names, their side, and the words of the house, the same on screen, on paper and in exports.

Words are data, one file a language; easy French falls back to French, what nobody wrote is French.
"""

import json
from functools import cache
from pathlib import Path

from marelle.consultations.questionnaires import REFERENCE

SCREEN = Path(__file__).parent / "words" / "screen"
PAPER = Path(__file__).parent / "words" / "paper"
HELP = Path(__file__).parent / "words" / "help"
COUNTRY = "FR"  # whose numbers a committee begins with
FALLS_BACK = {"fr-x-simple": "fr"}
NATIVE = {
    "fr": "Français",
    "fr-x-simple": "Français facile",
    "en": "English",
    "ar": "العربية",
    "es": "Español",
    "pt": "Português",
    "uk": "Українська",
    "tr": "Türkçe",
}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur", "ckb", "dv", "yi"})


def is_right_to_left(language: str) -> bool:
    """From the code of the language alone, never guessed from a text."""
    return language.partition("-")[0] in RIGHT_TO_LEFT


def direction(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if is_right_to_left(language) else "ltr"


def own_name(language: str) -> str:
    """A language as those who speak it write it; its code when nobody told us."""
    return NATIVE.get(language, language)


def column(name: str, language: str) -> str:
    """A column of XLSForm in a language: `label::Français (fr)`."""
    return f"{name}::{own_name(language)} ({language})"


def spoken(language: str, folder: Path = SCREEN) -> str:
    """The language the words are really in."""
    return language if (folder / f"{language}.json").exists() else REFERENCE


@cache
def words_of(language: str, folder: Path = SCREEN) -> dict[str, str]:
    """The words of one language, those it lacks in the one it falls back to."""
    known = spoken(language, folder)
    chain = [FALLS_BACK[known], known] if known in FALLS_BACK else [known]
    found: dict[str, str] = {}
    for code in chain:
        found |= json.loads((folder / f"{code}.json").read_text())
    return found


def help_numbers(country: str = COUNTRY) -> list[dict[str, str]]:
    """Whom a child may call in a country, free of charge: {"number", language: who answers}; where it was read is beside them."""
    numbers: list[dict[str, str]] = json.loads((HELP / f"{country}.json").read_text())["numbers"]
    return numbers
