"""Published results of a consultation, for everyone: by theme, question by question, place by place, for children."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marelle.base import origins
from marelle.base.addresses import whole
from marelle.base.origins import Strip
from marelle.consultations import catalogue, method, telling
from marelle.consultations.catalogue import EVERYONE, FRANCE
from marelle.consultations.drawing import Column
from marelle.consultations.exports.lines import Line, lines_of
from marelle.consultations.models import NationalTable
from marelle.consultations.queries import contrasts, national, places, published
from marelle.consultations.queries.places import Place
from marelle.consultations.queries.published import Edition, Told
from marelle.consultations.questionnaires import Question
from marelle.consultations.registered.results import reference
from marelle.consultations.telling import Result, result_of
from marelle.web.parts import result_readings, result_tables
from marelle.web.parts.result_places import larger, place_or_404
from marelle.web.parts.results import file_table, lines, told
from marelle.web.public.follow import framed
from marelle.web.public.relays import numbers_of
from marelle.web.public.result_places import about, edition_or_404
from marelle.web.public.show import public, show

MOST_PLACES = 200  # in the list of the builder; beyond, those that are large, and the one shown
MOST_TAKEN_UP = 12  # of what towns made of a question, told on its page
MOST_BARS = 14  # groups of a chart; beyond, the table alone: bars of every group would hide the answers
WAYS = ("", "age", "genre", "age_genre")


# The whole country ---------------------------------------------------------------------------------------------------
@public
def results(request: HttpRequest, code: str) -> HttpResponse:
    """By theme: the sentence a person would say first, bars, their table; who answered, what protects the children."""
    read = edition_or_404(code)
    country = published.told(read, published.by_one, [places.country()])[FRANCE]
    context = about(read) | {
        "country": country,
        "parts": by_part(country),
        "who": contrasts.who(country.results),
        "protection": method.protection(read.consultation),
    }
    return show(request, "public/results.html", context)


def by_part(found: Told) -> list[dict[str, Any]]:
    """Questions gathered by theme, in the order children were asked."""
    parts = enumerate(found.parts.items(), start=1)
    return [{"title": title, "number": n, "results": [told(one) for one in rows]} for n, (title, rows) in parts]


@public
def how(request: HttpRequest, code: str) -> HttpResponse:
    """How the numbers are made, what they are worth, how to cite them."""
    read = edition_or_404(code)
    context = {
        "sections": method.sections(read.consultation),
        "protection": method.protection(read.consultation),
        "recipe": method.recipe(read, FRANCE),
        "citation": cited(read),
    }
    return show(request, "public/results_method.html", about(read) | context)


@public
def children(request: HttpRequest, code: str) -> HttpResponse:
    """A few results for children, in their words, and whom they may call."""
    read = edition_or_404(code)
    country = published.told(read, published.everyone, [places.country()])[FRANCE]
    context = {
        "country": country,
        "questions": result_tables.for_children(country.results, (get_language() or "fr")[:2]),
        "numbers": numbers_of(read.consultation),
    }
    return show(request, "public/results_children.html", about(read) | context)


# One question --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Asked:
    """A table somebody asks for. `by`: "", "age", "genre" or "age_genre". `zones`: what the place and larger ones tell.

    `profile`: the question it is crossed with, or None; `national`: the table over two or three axes it stands in, or None.
    """

    read: Edition
    question: Question
    place: Place
    by: str
    zones: Mapping[str, Told]
    profile: Question | None = None
    national: NationalTable | None = None

    @property
    def here(self) -> Told:
        """What the place tells."""
        return self.zones[self.place.zone]

    @property
    def is_offered(self) -> bool:
        """Whether the catalogue holds it."""
        if self.national is not None:
            return self.place.is_country and not self.by
        return self.by in published.offered(self.place.level, is_crossed=self.profile is not None)

    @property
    def result(self) -> Result | None:
        """The question there, if it is told of."""
        return self.here.result(self.question.name)

    @property
    def nearest(self) -> Told | None:
        """The smallest larger place that tells something."""
        return next((told for told in larger(self.zones, self.place) if not told.status), None)

    @property
    def crossed_with(self) -> str:
        """What its address says it is crossed with, or ""."""
        if self.national is not None:
            return str(self.national.axes)
        return self.profile.name if self.profile else ""

    @property
    def address(self) -> str:
        """Where this table stands, for good."""
        url = reverse("public:results_question", args=[self.read.consultation.code, self.question.name])
        chosen = [f"lieu={self.place.slug}"] if self.place.slug else []
        chosen += [f"par={self.by}"] if self.by else []
        chosen += [f"croise={self.crossed_with}"] if self.crossed_with else []
        return f"{settings.SITE_ADDRESS}{url}{'?' if chosen else ''}{'&'.join(chosen)}"


def asked_or_404(request: HttpRequest, code: str, name: str) -> Asked:
    """The table an address names. Raises Http404 for no edition, no question that has tables, no place, no way of telling."""
    read, by = edition_or_404(code), request.GET.get("par", "")
    found = read.questions.get(name)
    if found is None or by not in WAYS:
        raise Http404
    place = place_or_404(read, request.GET.get("lieu", ""))
    zones = published.told(read, published.of(name), [place, *place.around])
    return Asked(read, found[1], place, by, zones, *crossed_or_404(read, name, request.GET.get("croise", "")))


def crossed_or_404(read: Edition, name: str, wanted: str) -> tuple[Question | None, NationalTable | None]:
    """The question the table is crossed with, or the table of several axes it stands in; neither when nothing is asked for.

    Raises Http404 for a question that was not declared, a table that was not drawn.
    """
    profile = next((each for each in read.profiles if each.name == wanted and each.name != name), None)
    table = national.find(read, name, wanted) if wanted and profile is None else None
    if wanted and profile is None and table is None:
        raise Http404
    return profile, table


@public
def question(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """One question: its table by place and group, beside the larger places, with the recipe of its numbers."""
    asked = asked_or_404(request, code, question)
    context = shown(asked) | {"builder": builder(asked), "noindex": bool(request.GET)}
    if not asked.is_offered:
        return show(request, "public/results_outside.html", context, status=404)
    groups = grouped(asked)
    context |= readings(asked, groups) | {
        "groups": groups,
        "beside": result_tables.beside(asked.here, compared(asked), question),
        "recipe": method.recipe(asked.read, asked.place.zone, asked.national),
        "base": asked.result.everyone.base if asked.result else None,
        "citation": cited(asked.read, asked),
        "strip": thread(asked),
    }
    return show(request, "public/results_question.html", context)


def thread(asked: Asked) -> Strip:
    """What towns made of it, as far as anyone may read it: of the place; of the whole country, all of them, the latest first."""
    freeze, name = asked.read.freeze.code, asked.question.name
    known = [reference(freeze, name, asked.place.zone)]
    if asked.place.is_country:
        known = origins.taken_from(reference(freeze, ""), f".{name}")
    became = [link for links in origins.offspring_of(known, None).values() for link in links]
    return Strip([], sorted(became, key=lambda link: link.at, reverse=True)[:MOST_TAKEN_UP], [])


def readings(asked: Asked, groups: dict[str, Any] | None) -> dict[str, Any]:
    """How a score is worked out, what the answers change most with, editions before; of a crossed table, how many times as often."""
    name, is_plain = asked.question.name, not asked.by and not asked.crossed_with
    return {
        "score": result_readings.recipe_of(asked.read, asked.question) if is_plain else None,
        "ratios": (groups or {}).get("ratios"),
        "changes": result_readings.changes_of(asked.read, asked.here, name) if is_plain else None,
        "editions": result_readings.over_editions(asked.read, asked.here, name) if is_plain else None,
        "place": f"lieu={asked.place.slug}&" if asked.place.slug else "",
    }


def shown(asked: Asked) -> dict[str, Any]:
    """The question and what all children of the place said of it; `why` there is nothing to say of the place, or ""."""
    return about(asked.read) | {
        "asked": asked,
        "title": result_of(asked.question, "", []).title,
        "one": told(asked.result) if asked.result else None,
        "why": telling.why_not(asked.here.status) if asked.here.status else "",
    }


def compared(asked: Asked) -> list[Told]:
    """The région and the whole country, as far as they are larger and tell something."""
    found = larger(asked.zones, asked.place)
    return [told for told in found if not told.status and told.place.level in catalogue.COUNTED]


def grouped(asked: Asked) -> dict[str, Any] | None:
    """The question by groups; None when nobody asked, or when nothing is told of everyone."""
    if not (asked.by or asked.crossed_with) or asked.result is None or not asked.result.is_told:
        return None
    if asked.national is not None:
        return by_axes(asked, asked.result, asked.national)
    if asked.profile is not None:
        return crossed(asked, asked.result, asked.profile)
    groups = published.groups_of(asked.here, asked.by)
    return result_tables.by_groups(asked.result, groups) | {"are_withheld": len(groups) == 1, "profile": ""}


def crossed(asked: Asked, result: Result, profile: Question) -> dict[str, Any]:
    """The question by what children answered to another one, and by group when asked."""
    found = published.crossed(asked.read, asked.place.zone, asked.question.name, profile.name)
    groups, words = published.groups_of(asked.here, asked.by), result_of(profile, "", [])
    columns: list[tuple[str, Column | None]] = [(telling.group(EVERYONE), result.everyone)]
    for option in profile.options:
        answer = words.name(option.name)
        columns += [
            (answer if group == EVERYONE else f"{answer}, {telling.group(group)}", found.get((option.name, group)))
            for group in groups
        ]
    told = {"are_withheld": False, "profile": _quoted(words.title)}
    told["ratios"] = result_readings.ratios(result, profile, found, asked.place.level)
    return result_tables.side_by_side(result, columns) | told


def _quoted(title: str) -> str:
    return _("“%(question)s”") % {"question": title}


def by_axes(asked: Asked, result: Result, table: NationalTable) -> dict[str, Any]:
    """The question of the whole country by two or three axes."""
    found: list[tuple[str, Column | None]] = [(telling.group(EVERYONE), result.everyone)]
    found += [(national.who(asked.read, table, column), column) for column in table.columns]
    told_by = national.title(asked.read, table.names)
    drawn = result_tables.side_by_side(result, found)
    charts = drawn["charts"] if len(found) <= MOST_BARS else []
    return drawn | {"charts": charts, "are_withheld": False, "profile": told_by}


def builder(asked: Asked) -> dict[str, Any]:
    """What the form offers: places that have a page, by level, and ways of telling."""
    known = published.pages(asked.read)
    shown = known if len(known) <= MOST_PLACES else [p for p in known if p.level in catalogue.WIDE]
    chosen = [] if asked.place.zone in {place.zone for place in shown} else [asked.place]
    levels: dict[str, list[Place]] = {}
    for place in [*shown, *chosen]:
        levels.setdefault(place.level, []).append(place)
    profiles = [(each.name, result_of(each, "", []).title) for each in asked.read.profiles if each != asked.question]
    found = national.drawn(asked.read, asked.question.name)
    tables = [(table.axes, national.title(asked.read, table.names)) for table in found]
    named = [(telling.level(level), found) for level, found in levels.items()]
    return {"levels": named, "profiles": profiles, "tables": tables}


@public
def question_csv(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """Every published number of a question in a place, or why there is none."""
    asked = asked_or_404(request, code, question)
    found = asked.result or result_of(asked.question, "", [Column(question, status=asked.here.status)])
    weighted = asked.read.is_weighted(asked.place.zone)
    rows = lines(asked.place.zone, [found], asked.read.freeze.code, weighted=weighted)
    rows += crossed_lines(asked, weighted=weighted)
    name = "-".join(filter(None, ["consultation", code, question, asked.place.slug]))
    response = file_table(request, name, rows).download()
    response["Access-Control-Allow-Origin"] = "*"  # open data: pages of other sites may read it
    return response


def crossed_lines(asked: Asked, *, weighted: bool) -> list[Line]:
    """What the place tells of the question by the answers to others, then by several axes."""
    read, name, zone = asked.read, asked.question.name, asked.place.zone
    found = [(each.name, published.crossed(read, zone, name, each.name).values()) for each in read.profiles]
    tables = national.drawn(read, name) if asked.place.is_country else []
    known = [*found, *((table.axes, table.columns) for table in tables)]
    return [
        line
        for crossed_with, columns in known
        for line in lines_of(zone, columns, read.freeze.code, weighted=weighted, crossed=crossed_with)
    ]


@public
def vignette(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """One result on another site, in a frame: no cookie, no script."""
    asked = asked_or_404(request, code, question)
    return framed(show(request, "public/results_vignette.html", shown(asked)))


# What is behind a number ---------------------------------------------------------------------------------------------
def cited(read: Edition, asked: Asked | None = None) -> dict[str, str]:
    """What a citation says, and the address it leads to."""
    if asked is None:
        return {"words": method.citation(read), "address": whole("public:results", read.consultation.code)}
    title = result_of(asked.question, "", []).title
    return {"words": method.citation(read, asked.place.name, title), "address": asked.address}
