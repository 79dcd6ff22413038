"""Words brought to their stem, so that « écoles » finds « l'école », and "children's" finds "child". No dictionary beyond a line.

A light stemmer of our own: plural, gender, a few endings of verbs and nouns. It joins more than it should rather than less: what is
found is a page to read, not a proof. Words longer than `LONGEST` are cut.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from marelle.base.text import fold

LONGEST = 40  # characters: the column's
SHORTEST = 2  # letters of a word worth keeping
LANGUAGES = ("fr", "en")
FRENCH_EMPTY = """a ai ait au aux avec c ce ces cet cette comme d dans de des du elle elles en est et eu il ils j je l la le les
leur leurs lui m ma mais me meme mes moi mon n ne nos notre nous on ont ou par pas pour plus qu que qui s sa se ses si son sont sur
t ta te tes toi ton tu un une vos votre vous y"""
ENGLISH_EMPTY = """a an and are as at be been but by for from had has have he her his i in is it its me my no not of on or our s
she so that the their them they this to us was we were which who will with you your"""
EMPTY = {"fr": frozenset(FRENCH_EMPTY.split()), "en": frozenset(ENGLISH_EMPTY.split())}
IRREGULAR = {
    "fr": {
        "yeux": "oeil",
        "cieux": "ciel",
        "travaux": "travail",
        "jeux": "jeu",
        "lieux": "lieu",
        "milieux": "milieu",
        "tuyaux": "tuyau",
        "noyaux": "noyau",
        "boyaux": "boyau",
        "joyaux": "joyau",
        "vitraux": "vitrail",
        "baux": "bail",
        "emails": "email",
        "messieurs": "monsieur",
        "mesdames": "madame",
    },
    "en": {
        "children": "child",
        "people": "person",
        "persons": "person",
        "men": "man",
        "women": "woman",
        "feet": "foot",
        "teeth": "tooth",
        "lives": "life",
        "wives": "wife",
        "leaves": "leaf",
        "halves": "half",
        "shelves": "shelf",
        "mice": "mouse",
    },
}
# endings, longest first, what takes their place, and how many letters must stand before
ENDINGS = {
    "fr": (
        ("issements", "i", 3), ("issement", "i", 3), ("atrices", "at", 3), ("atrice", "at", 3), ("ateurs", "at", 3),
        ("ateur", "at", 3), ("ations", "at", 3), ("ation", "at", 3), ("itions", "it", 3), ("ition", "it", 3),
        ("ements", "", 4), ("ement", "", 4), ("euses", "eu", 3), ("euse", "eu", 3), ("eurs", "eu", 3), ("eur", "eu", 3),
        ("ives", "", 3), ("ive", "", 3), ("ifs", "", 3), ("if", "", 3), ("eaux", "eau", 2), ("elles", "el", 3),
        ("elle", "el", 3), ("ennes", "en", 3), ("enne", "en", 3), ("ites", "it", 4), ("aux", "al", 3), ("ales", "al", 3),
        ("ale", "al", 3), ("ieres", "i", 3), ("iere", "i", 3), ("iers", "i", 3), ("ier", "i", 3), ("antes", "", 4),
        ("ante", "", 4), ("ants", "", 4), ("ant", "", 4), ("aient", "", 3), ("erent", "", 3), ("ees", "", 3), ("ee", "", 3),
        ("ez", "", 3), ("er", "", 3), ("es", "", 3), ("s", "", 3), ("x", "", 3), ("e", "", 3),
    ),
    "en": (
        ("ations", "at", 3), ("ation", "at", 3), ("ating", "at", 3), ("ated", "at", 3), ("ators", "at", 3), ("ator", "at", 3),
        ("ates", "at", 3), ("ate", "at", 3), ("nesses", "", 3), ("ness", "", 4), ("ments", "", 4), ("ment", "", 4),
        ("ings", "", 3), ("ing", "", 3), ("lies", "", 4), ("lied", "", 4), ("ies", "y", 2), ("ied", "y", 2), ("ers", "", 4), ("er", "", 4), ("ed", "", 3), ("ly", "", 4),
        ("sses", "ss", 2), ("shes", "sh", 2), ("ches", "ch", 2), ("xes", "x", 2), ("es", "", 3), ("s", "", 3), ("e", "", 3),
    ),
}  # fmt: skip


def stem(word: str, language: str) -> str:
    """A folded word without its ending; as it is in a language that has no table here."""
    word = IRREGULAR.get(language, {}).get(word, word)
    for ending, instead, before in ENDINGS.get(language, ()):
        if word.endswith(ending) and len(word) - len(ending) >= before and not (ending == "s" and word.endswith("ss")):
            word = word[: -len(ending)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]  # running, runn, run; bonne, bonn, bon
    return word[:LONGEST]


def stems(text: str, language: str) -> Iterator[str]:
    """The stems of a text in order, empty words left out."""
    empty = EMPTY.get(language, frozenset())
    for word in fold(text).split():
        if len(word) >= SHORTEST and word not in empty:
            yield stem(word, language)


def asked(text: str) -> list[list[str]]:
    """What somebody typed: for each word that says something, its stems in every language known here."""
    found = []
    for word in fold(text).split():
        languages = [language for language in LANGUAGES if word not in EMPTY[language]]
        if len(word) >= SHORTEST and len(languages) == len(LANGUAGES):
            found.append(sorted({stem(word, language) for language in languages} | {word[:LONGEST]}))
    return found


def weights(texts: Iterable[tuple[str, int]], language: str, *, most: int) -> dict[str, int]:
    """The weight of each stem of some texts, each with that of its words; `most` for one stem."""
    found: Counter[str] = Counter()
    for text, weight in texts:
        for word in stems(text, language):
            found[word] += weight
    return {word: min(weight, most) for word, weight in found.items()}
