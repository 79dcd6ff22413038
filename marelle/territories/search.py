"""The type-ahead: which territories fit what somebody is typing, best first. Sorted words in memory, no database.

Every way of finding a territory is a word or a row of words in a sorted array; what begins with the text typed is one
slice of it. Territories are numbered by size, so that the best of a slice are its smallest numbers.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from heapq import nsmallest

from marelle.base.text import fold

LAST = "\U0010ffff"
LONGEST = 120  # characters read of what was typed
MOST_WORDS = 8
ARTICLES = {"le", "la", "les", "l", "el", "los", "las", "the"}
ELIDED = {"l", "d"}  # "L'Haÿ" is also typed "lhay"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a territory is found by. `codes`: its own, its SIREN, its postal codes, those it had before."""

    pk: int
    kind: str
    names: tuple[str, ...]
    codes: tuple[str, ...]
    former_names: tuple[str, ...] = ()
    around: tuple[int, ...] = ()  # keys of the département and région it lies in


@dataclass
class Terms:
    """Words sorted by code point, each with the number of its territory."""

    pairs: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pairs.sort()
        self.keys = [key for key, _ in self.pairs]
        self.numbers = array("l", (number for _, number in self.pairs))
        del self.pairs

    def exactly(self, text: str) -> array:
        return self.numbers[bisect_left(self.keys, text) : bisect_right(self.keys, text)]

    def beginning(self, text: str) -> array:
        return self.numbers[bisect_left(self.keys, text) : bisect_right(self.keys, text + LAST)]


class Index:
    """Territories by every way of finding them. `entries` come largest first; `around` names départements, régions."""

    def __init__(self, entries: Iterable[Entry], around: dict[int, tuple[str, ...]]):
        self.pks: list[int] = []
        self.kinds: list[str] = []
        self.inside: dict[int, list[int]] = {}
        names: list[tuple[str, int]] = []
        starts: list[tuple[str, int]] = []
        words: list[tuple[str, int]] = []
        codes: list[tuple[str, int]] = []
        for number, entry in enumerate(entries):
            self.pks.append(entry.pk)
            self.kinds.append(entry.kind)
            for name in all_spellings(entry.names):
                names.append((name, number))
                starts += [(start, number) for start in beginnings(name)]
                words += [(tail, number) for tail in tails(name)]
            for name in all_spellings(entry.former_names):
                words += [(name, number), *((tail, number) for tail in tails(name))]
            codes += [(plain_code(code), number) for code in entry.codes]
            for place in entry.around:
                self.inside.setdefault(place, []).append(number)
        self.names, self.starts, self.words = Terms(names), Terms(starts), Terms(words)
        self.codes = Terms(codes)
        self.around = Terms(
            [(word, key) for key, texts in around.items() for text in texts for word in fold(text).split()]
        )

    def find(self, text: str, kinds: Collection[str] | None = None, limit: int = 10) -> list[int]:
        """Keys of the territories that fit `text`: exact, then beginning so, then by an inner word; largest first."""
        found: dict[int, None] = {}
        for numbers in self._by_closeness(text[:LONGEST]):
            fitting = {n for n in set(numbers) if n not in found and (kinds is None or self.kinds[n] in kinds)}
            found.update(dict.fromkeys(nsmallest(limit - len(found), fitting)))
            if len(found) >= limit:
                break
        return [self.pks[number] for number in found]

    def _by_closeness(self, text: str) -> Iterator[Iterable[int]]:
        """Numbers of fitting territories, closest first."""
        fits = cache(self._with_word)  # a word is looked up once for each text
        for way in readings(text):
            yield [n for terms in (self.names, self.codes) for n in terms.exactly(way)]
            yield [n for terms in (self.starts, self.codes) for n in terms.beginning(way)]
            yield self.words.beginning(way)
            words = way.split()[:MOST_WORDS]
            if len(words) < 2:
                continue
            for count in range(len(words) - 1, 0, -1):
                yield from self._with_phrase(words, count, fits)
            yield set.intersection(*map(fits, words))

    def _with_phrase(self, words: list[str], count: int, fits: Callable[[str], set[int]]) -> Iterator[set[int]]:
        """Territories that fit every word and whose name is, begins with, or holds the first `count`: "lyon 69"."""
        phrase, others = " ".join(words[:count]), set.intersection(*map(fits, words[count:]))
        for slice_ in (self.names.exactly(phrase), self.starts.beginning(phrase), self.words.beginning(phrase)):
            yield others.intersection(slice_)

    def _with_word(self, word: str) -> set[int]:
        """Territories in which the word begins a word of the name, a code, or a word of where they lie."""
        found: set[int] = set()
        for terms in (self.starts, self.words, self.codes):
            found.update(terms.beginning(word))
        for place in set(self.around.beginning(word)):
            found.update(self.inside.get(place, ()))
        return found


def readings(text: str) -> list[str]:
    """What may have been meant, likeliest first: "200 054" is one number; "st" is Saint, else Strasbourg unfinished."""
    plain = fold(text)
    if not plain:
        return []
    *before, last = plain.split()
    ways = [plain]
    if before and plain.replace(" ", "").isdigit():
        ways.insert(0, plain.replace(" ", ""))
    unfinished = fold(text + "0").split()[-1][:-1]  # with one character more, the last word is no "St" any longer
    if unfinished not in ("", last):
        ways.append(" ".join([*before, unfinished]))
    return ways


def plain_code(code: str) -> str:
    """A code as `fold` would write it, without its cost: there are a hundred thousand."""
    return code.lower() if code.isalnum() and code.isascii() else fold(code)


def spellings(name: str) -> set[str]:
    """A name as it is written, and with its elisions closed up: "l hay les roses", "lhay les roses"."""
    words = fold(name).split()
    closed: list[str] = []
    for word in words:
        if closed and closed[-1] in ELIDED:
            closed[-1] += word
        else:
            closed.append(word)
    return {" ".join(words), " ".join(closed)} - {""}


def all_spellings(names: Iterable[str]) -> set[str]:
    """Every spelling of every name."""
    return {spelling for name in names for spelling in spellings(name)}


def beginnings(name: str) -> list[str]:
    """The name, and the name without its article: "le havre", "havre"."""
    article, _, rest = name.partition(" ")
    return [name, rest] if article in ARTICLES and rest else [name]


def tails(name: str) -> list[str]:
    """The name from its second word on, from its third…: "saint etienne" gives "etienne"."""
    return [name[at + 1 :] for at, character in enumerate(name) if character == " "]
