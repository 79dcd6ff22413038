"""Text as people write it, brought to a form that can be compared."""

import re
import secrets
import unicodedata
from datetime import datetime

from django.db.models import CharField, F, Value
from django.db.models.functions import Lower, Replace
from django.utils.translation import get_language

SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
PLAIN_LETTERS = {"'": " ", "’": " ", "-": " ", "œ": "oe", "Œ": "oe"} | dict(
    zip("àâçéèêëîïôóûüÿÉÈÎÔ", "aaceeeeiioouuyeeio", strict=True)
)  # those of French place names: SQLite before 3.46 reads no more than 28 calls one inside another
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0 o 1 i l: read aloud and copied by hand
LETTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))  # of each random byte
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # trust E1, and their full-width twins
TOO_HIGH = bytes(range(256 - 256 % len(ALPHABET), 256))  # left aside: each letter is as likely as another


def fold(text: str) -> str:
    """Lower case, no accent, words apart by one space, "St" written "saint": `fold("St-Étienne") == "saint etienne"`."""
    plain = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    words = re.findall(r"[^\W_]+", plain)
    return " ".join(SAINTS.get(word, word) for word in words)


def folded_in_sql(path: str) -> Lower:
    """A name in SQL as `fold` writes it, near enough to sort and to find: accents, dashes and capitals aside."""
    words: F | Replace = F(path)
    for letter, plain_letter in PLAIN_LETTERS.items():
        words = Replace(words, Value(letter), Value(plain_letter))
    return Lower(words, output_field=CharField())


def neutral(text: str) -> str:
    """Text a spreadsheet will not take for a formula (trust E1)."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) or text.startswith(FORMULA) else text


def random_id(bits: int = 128) -> str:
    """A public id nobody can guess or count: 26 characters for 128 bits."""
    length = -(-bits * 1000 // 4954)  # log2(31) = 4.954 bits a character
    found = b""
    while len(found) < length:
        found += secrets.token_bytes(2 * length).translate(LETTERS, TOO_HIGH)
    return found[:length].decode()


def hour_in_words(local: datetime) -> str:
    """14 h 32, 18 h, with no-break spaces; 14:32 in another language than French. `local`: as clocks show it there."""
    if not (get_language() or "fr").startswith("fr"):
        return f"{local:%H:%M}"
    return f"{local.hour}\u00a0h" + (f"\u00a0{local:%M}" if local.minute else "")
