"""Which rights and which recommendations somebody works on: towns counted, one objective being enough.

What is sure: an objective of the library names its articles; a recommendation is answered, or not. An objective in the
town's own words is counted through the recommendations it answers; without any, it is only known to be in a domain.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from marelle.framework.models import Domain, Framework, LibraryObjective, Recommendation, Right
from marelle.mandates.queries.members import Filters, members
from marelle.plans.models import Objective

STEPS = 5  # shades of the drawing


@dataclass(frozen=True)
class Covered:
    """An article or a recommendation. Counts are of towns; a town counts in the surest column it may be in.

    `direct`: by an objective of the library, or that says so; `through`: by an own objective's recommendation alone;
    `perhaps`: by an objective of a domain that names it, alone. `is_named`: whether the framework leads anyone to it.
    """

    kind: str
    code: str
    name: str
    direct: int
    through: int
    perhaps: int
    is_named: bool

    @property
    def towns(self) -> int:
        """Towns of which it is known that they work on it."""
        return self.direct + self.through

    @property
    def state(self) -> str:
        """somebody, perhaps, nobody; unnamed when the framework leads nobody to it."""
        if self.towns:
            return "somebody"
        if self.perhaps:
            return "perhaps"
        return "nobody" if self.is_named else "unnamed"


@dataclass(frozen=True)
class Coverage:
    """`towns`: members counted; `empty`: those without any objective; `elsewhere`: members under another framework.

    `loose`: objectives in a town's own words that answer no recommendation: what they work on cannot be known.
    """

    framework: Framework
    towns: int
    empty: int
    elsewhere: int
    loose: int
    rights: list[Covered]
    recommendations: list[Covered]

    @property
    def lines(self) -> list[Covered]:
        """All of them, those nobody works on first, then the fewest towns."""
        order = {"nobody": 0, "unnamed": 1, "perhaps": 2, "somebody": 3}
        return sorted([*self.rights, *self.recommendations], key=lambda c: (order[c.state], c.towns, c.perhaps))

    def step(self, covered: Covered) -> int:
        """Its shade, 1 to 5 by fifths of the towns; 0 when nobody is known to work on it."""
        return min(1 + (covered.towns * STEPS - 1) // self.towns, STEPS) if covered.towns and self.towns else 0


def coverage(framework: Framework, region: str = "") -> Coverage:
    """What the members of today under any version of a framework work on. Eight questions, whatever the network."""
    rows = members(Filters(region=region)).order_by()
    frameworks = dict(rows.values_list("organisation", "plan__framework__code"))
    here = {town for town, code in frameworks.items() if code == framework.code}
    plans = rows.filter(plan__framework__code=framework.code).values("plan")
    objectives = Objective.objects.filter(plan__in=plans).exclude(promise="", name="").order_by()
    told = list(objectives.values_list("pk", "plan__organisation", "library", "domain"))
    answers: dict[int, list[int]] = defaultdict(list)
    for objective, recommendation in objectives.exclude(recommendations=None).values_list("pk", "recommendations"):
        answers[objective].append(recommendation)
    library = Library.of(framework)
    found = Found()
    for pk, town, in_library, domain in told:
        found.add(town, library, in_library, answers[pk], domain)
    return Coverage(
        framework=framework,
        towns=len(here),
        empty=len(here - {town for _pk, town, _library, _domain in told}),
        elsewhere=len(frameworks) - len(here),
        loose=found.loose,
        rights=[found.right(right, library) for right in _rights(framework)],
        recommendations=[found.recommendation(row) for row in _recommendations(framework)],
    )


@dataclass(frozen=True)
class Library:
    """What each part of every version of a framework names: articles and codes of recommendations, by key."""

    rights_of: dict[int, frozenset[int]]
    rights_answered: dict[int, frozenset[int]]
    code_of: dict[int, str]
    codes_for: dict[int, frozenset[str]]
    rights_of_domain: dict[int, frozenset[int]]

    @classmethod
    def of(cls, framework: Framework) -> "Library":
        """Three questions."""
        same = {"domain__framework__code": framework.code}
        objectives = list(LibraryObjective.objects.filter(**same).select_related("domain"))
        recommendations = list(Recommendation.objects.filter(**same).select_related("domain"))
        named = {(o.domain.framework_id, o.code): o for o in objectives}
        answered, codes_for = {}, defaultdict(set)
        for r in recommendations:
            led = [named[r.domain.framework_id, c] for c in r.objectives if (r.domain.framework_id, c) in named]
            answered[r.pk] = frozenset(article for o in led for article in o.rights)
            for o in led:
                codes_for[o.pk].add(r.code)
        return cls(
            {o.pk: frozenset(o.rights) for o in objectives},
            answered,
            {r.pk: r.code for r in recommendations},
            {pk: frozenset(codes) for pk, codes in codes_for.items()},
            {d.pk: frozenset(d.rights) for d in Domain.objects.filter(framework__code=framework.code)},
        )

    @property
    def named(self) -> frozenset[int]:
        """Articles some objective or some domain names."""
        return frozenset().union(*self.rights_of.values(), *self.rights_of_domain.values())


class Found:
    """Towns gathered by what they work on."""

    def __init__(self) -> None:
        self.direct: dict[Any, set[int]] = defaultdict(set)
        self.through: dict[Any, set[int]] = defaultdict(set)
        self.perhaps: dict[Any, set[int]] = defaultdict(set)
        self.loose = 0

    def add(self, town: int, library: Library, in_library: int | None, answers: Iterable[int], domain: int) -> None:
        """One objective."""
        answered = {library.code_of[pk] for pk in answers if pk in library.code_of}
        _put(self.direct, answered, town)
        _put(self.perhaps, library.rights_of_domain.get(domain, ()), town)
        if in_library is not None:
            _put(self.direct, library.rights_of.get(in_library, ()), town)
            _put(self.direct, library.codes_for.get(in_library, ()), town)
        elif answered:
            for pk in answers:
                _put(self.through, library.rights_answered.get(pk, ()), town)
        else:
            self.loose += 1

    def right(self, right: Right, library: Library) -> Covered:
        """An article of the Convention."""
        named = right.article in library.named
        return self._covered("article", right.article, str(right.article), str(right), named)

    def recommendation(self, row: Recommendation) -> Covered:
        """A recommendation of the framework."""
        return self._covered("recommendation", row.code, row.code, str(row), True)

    def _covered(self, kind: str, key: Any, code: str, name: str, is_named: bool) -> Covered:
        direct = self.direct[key]
        through = self.through[key] - direct
        perhaps = self.perhaps[key] - direct - through
        return Covered(kind, code, name, len(direct), len(through), len(perhaps), is_named)


def _put(where: dict[Any, set[int]], keys: Iterable[Any], town: int) -> None:
    for key in keys:
        where[key].add(town)


def _rights(framework: Framework) -> list[Right]:
    return list(Right.objects.filter(framework=framework).order_by("article"))


def _recommendations(framework: Framework) -> list[Recommendation]:
    return list(Recommendation.objects.filter(domain__framework=framework).order_by("position", "pk"))
