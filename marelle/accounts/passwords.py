"""What a password must be: long, and hard to guess for who knows the person, the city and the programme (trust A2)."""

import math
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from zxcvbn import zxcvbn

from marelle.accounts.models import Person
from marelle.base.text import fold

SHORTEST, LONGEST = 12, 128  # characters, trust A2
LEAST_GUESSES = 10  # powers of ten: what zxcvbn calls very hard, with attempts limited to five a quarter of an hour
READ = 72  # characters zxcvbn reads; more only makes a password stronger
PROGRAMME_WORDS = (
    "marelle",
    "ville",
    "villes",
    "amie",
    "amies",
    "enfant",
    "enfants",
    "comite",
    "mairie",
    "commune",
    "convention",
    "droits",
)


class Length:
    """Between 12 and 128 characters, any of them."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(
                ngettext(
                    "Use at least %(count)d character: three or four words do it.",
                    "Use at least %(count)d characters: three or four words do it.",
                    SHORTEST,
                )
                % {"count": SHORTEST},
                code="password_too_short",
            )
        if len(password) > LONGEST:
            raise ValidationError(_("Use at most %(count)d characters.") % {"count": LONGEST}, code="password_too_long")

    def get_help_text(self) -> str:
        return _("At least 12 characters: three or four words that have nothing to do with one another.")


class HardToGuess:
    """Not among known passwords, nor made of the person's, the city's or the programme's words."""

    def validate(self, password: str, user: Any = None) -> None:
        words = context_words(user)
        remaining = without_words(password, words)
        guesses = zxcvbn(password[:READ], user_inputs=words)["guesses"]
        if math.log10(max(guesses, 1)) < LEAST_GUESSES or len(remaining) < SHORTEST // 2:
            raise ValidationError(
                _("This password is too easy to guess. Avoid names of people and places, and known passwords."),
                code="password_too_easy",
            )

    def get_help_text(self) -> str:
        return ""


def context_words(person: Any) -> list[str]:
    """Words somebody who knows the person would try first."""
    texts = [*PROGRAMME_WORDS]
    if isinstance(person, Person):
        texts += [person.name, person.email]
        texts += [m.organisation.name for m in person.living_memberships]
    words = {word for text in texts for word in fold(text).split() if len(word) > 2}
    return sorted(words | {fold(text).replace(" ", "") for text in texts if text})


def without_words(password: str, words: list[str]) -> str:
    """What is left of a password once the known words are out, digits of a year too."""
    left = fold(password).replace(" ", "")
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return re.sub(r"(19|20)\d\d", "", left)
