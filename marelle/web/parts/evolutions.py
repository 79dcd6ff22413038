"""How figures went, as a chart with its table twin: what `parts/line_chart.html` is given, for the network and for a town."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from marelle.framework.models import Domain
from marelle.mandates.queries import figures
from marelle.mandates.queries.figures import Point
from marelle.plans.following import Followed
from marelle.plans.models import Plan
from marelle.plans.states import ProofLevel
from marelle.web.parts import whence
from marelle.web.parts.charts import Chart, over_time
from marelle.web.templatetags.marelle import day, number

NOTHING, ALL = Decimal(0), Decimal(100)


@dataclass(frozen=True)
class Evolution:
    """A chart, what it says in a sentence, and the same figures as a table. `target`: words of its dashed line.

    `lines`: the rows of the table, written here rather than by the template: there may be hundreds of them on a page.
    """

    title: str
    summary: str
    chart: Chart | None
    heads: list[Any]
    lines: SafeString
    target: str = ""


def rows_of(
    heads: list[Any], lines: Iterable[list[Any]], of_town: Collection[int] = (), language: str = ""
) -> SafeString:
    """Lines of words under their titles, the first of each its name. `of_town`: the places of words in the town's language."""
    titles = [f'<td data-title="{escape(head)}">' for head in heads]
    lang = f'<span lang="{escape(language)}">' if language else "<span>"
    written = []
    for name, *words in lines:
        cells = [
            f"{title}{lang}{escape(word)}</span></td>" if n in of_town else f"{title}{escape(word)}</td>"
            for n, (title, word) in enumerate(zip(titles[1:], words, strict=True), start=1)
        ]
        written.append(f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>')
    return mark_safe("".join(written))  # every word is escaped above


def of_points(points: Sequence[Point], until: date, name: str) -> Evolution:
    """How far things are, in per cent of the way, the three levels of proof apart."""
    series = [
        (title, [(p.on, None if p.degrees[proof].share is None else p.degrees[proof].share * 100) for p in points])
        for proof, title in ProofLevel.choices
    ]
    chart = over_time(series, ends=(NOTHING, ALL), holds=True, until=until, words=_percent)
    heads = [_("From"), *(title for _proof, title in ProofLevel.choices), _("unknown")]
    lines = rows_of(heads, ([day(p.on), *map(_known, _degrees(p)), f"{p.unknown} / {p.asked}"] for p in points))
    last = points[-1] if points else None
    told = [f"{title} {_known(last.degrees[proof])}" for proof, title in ProofLevel.choices] if last else []
    summary = _("%(name)s, the way to the targets over time. Now: %(figures)s.") % {
        "name": name,
        "figures": ", ".join(map(str, told)),
    }
    return Evolution(_("Over the months"), summary, chart, heads, lines)


def of_plan(plan: Plan, domains: Sequence[Domain]) -> list[dict[str, Any]]:
    """How a plan went, domain by domain, those with something known. One question."""
    story = figures.story_of_plan(plan)
    return [
        {
            "domain": domain,
            "told": of_points(story.points[domain.pk], story.until, str(domain)),
            "whence": whence.of_plan(story.now[domain.pk], story.until),
        }
        for domain in domains
        if story.until
        and domain.pk in story.now
        and any(one.known for one in story.points[domain.pk][-1].degrees.values())
    ]


def of_readings(followed: Followed, language: str = "") -> Evolution:
    """What was read of an indicator, period by period, with its target. `language`: of the words of the town."""
    indicator = followed.indicator
    name = indicator.name or str(indicator.definition or "")
    read = sorted(followed.readings, key=lambda reading: (reading.until, reading.period))
    points: list[tuple[date, Decimal | None]] = [(reading.until, reading.value) for reading in read]
    if indicator.baseline is not None and indicator.baseline_year:
        points.insert(0, (date(indicator.baseline_year, 12, 31), indicator.baseline))
    chart = over_time([(name, points)], target=indicator.target, words=_short)
    heads = [_("Period"), _("Value"), _("Proof"), _("Source")]
    words = ([r.period_words, _value(r), "" if r.value is None else r.proof_level_word, r.source] for r in read)
    lines = rows_of(heads, words, of_town=(1, 3), language=language)
    latest = followed.known
    summary = name if latest is None else f"{name}: {_value(latest)} ({latest.period_words})"
    aim = "" if indicator.target is None else _("aimed at: %(value)s") % {"value": _short(indicator.target)}
    return Evolution(name, summary, chart, heads, lines, aim)


def _degrees(point: Point) -> list[Any]:
    return [point.degrees[proof] for proof in ProofLevel.values]


def _known(degree: Any) -> str:
    return _("unknown") if degree.percent is None else _percent(Decimal(degree.percent))


def _percent(value: Decimal) -> str:
    return f"{number(int(value))}\u00a0%"


def _value(reading: Any) -> str:
    return reading.missing_because if reading.value is None else _short(reading.value)


def _short(value: Decimal) -> str:
    whole = value == value.to_integral_value()
    return number(value, 0 if whole else 1)
