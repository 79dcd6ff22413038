"""Names of languages, as adults write them inside a sentence."""

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language, get_language_info, gettext

EASY_FRENCH = "fr-x-simple"  # a French of its own, which Django does not know


def language_name(code: str) -> str:
    """In the language of the page: français, anglais; French, English; the code of one nobody named."""
    if code == EASY_FRENCH:
        return gettext("easy French")
    name: str = get_language_info(code)["name_translated"] if code in LANG_INFO else code
    return name if (get_language() or "fr").startswith("en") else name.lower()


def native_name(code: str) -> str:
    """In itself: français, English; the code of one nobody named."""
    name: str = LANG_INFO.get(code, {}).get("name_local", code)
    return name
