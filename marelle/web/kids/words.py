"""What the child's pages say, in the language they are read in. Interface alone: questions are the questionnaire's."""

from collections.abc import Mapping
from functools import cache

from marelle.consultations.languages import SCREEN, direction, spoken, words_of
from marelle.consultations.questionnaires import REFERENCE


class Words:
    """The words of one language; those it lacks are French, and say so."""

    def __init__(self, language: str, said: Mapping[str, str], spoken: str):
        self.language, self.said, self.spoken = language, said, spoken

    def __call__(self, name: str, **facts: object) -> str:
        """One sentence, with its facts."""
        return self.said[name].format(**facts) if facts else self.said[name]

    @property
    def direction(self) -> str:
        """Of the language the words are really in."""
        return direction(self.spoken)


@cache
def words(language: str) -> Words:
    """The interface in a language; in French when nobody wrote it."""
    return Words(language, words_of(language), spoken(language))


def preferred(accepted: str) -> str:
    """The first language of Accept-Language we have words for, else French."""
    for asked in accepted.split(","):
        code = asked.partition(";")[0].strip().lower().partition("-")[0]
        if code and code.isalpha() and (SCREEN / f"{code}.json").exists():
            return code
    return REFERENCE
