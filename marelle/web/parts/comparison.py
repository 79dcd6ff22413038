"""A town beside those like it, for the three faces that show it: the sentence that says who they are, strips, one table."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from marelle.accounts.states import OrganisationKind
from marelle.mandates.models import Mandate
from marelle.mandates.queries.comparison import Compared, Comparison, compare
from marelle.mandates.queries.peers import Alike, Traits
from marelle.mandates.tables import LEAST_TOWNS
from marelle.plans.periods import in_words
from marelle.web.parts.charts import Strip, strip
from marelle.web.parts.tables import Column, Table
from marelle.web.templatetags.marelle import number


def beside(request: HttpRequest, mandate: Mandate) -> dict[str, Any]:
    """What `parts/comparison.html` shows: the group the address asks for, each shared figure, the table of them all."""
    comparison = compare(mandate, Alike.read(request.GET))
    lines = [Line(compared) for compared in comparison.lines]
    return {
        "comparison": comparison,
        "sentence": who_they_are(comparison),
        "boxes": boxes(comparison),
        "lines": lines,
        "table": table_of(request, comparison, lines),
        "least": LEAST_TOWNS,
    }


def who_they_are(comparison: Comparison) -> str:
    """The group in one sentence."""
    asked = {box["name"]: box["words"] for box in boxes(comparison) if box["is_on"] and box["words"]}
    count = comparison.towns
    told = ngettext("%(count)s other member of the network", "%(count)s other members of the network", count)
    traits = ", ".join(asked.values()) or _("whatever their kind and their size")
    return _("%(members)s: %(traits)s.") % {"members": told % {"count": number(count)}, "traits": traits}


def boxes(comparison: Comparison) -> list[dict[str, Any]]:
    """What may be asked of the group, each with its words; blank where the data do not say it of this town."""
    words = words_of(comparison.traits)
    titles = {
        "nature": _("Of the same kind"),
        "taille": _("Of about the same size"),
        "milieu": _("In the same kind of intercommunality"),
        "outremer": _("Overseas or not, like it"),
        "region": _("In the same region"),
    }
    chosen = {field.name: getattr(comparison.alike, field.name) for field in fields(Alike)}
    return [{"name": n, "title": titles[n], "words": words[n], "is_on": chosen[n]} for n in titles]


def words_of(traits: Traits) -> dict[str, str]:
    """Each trait of a town as one says it of several; blank when it is not known."""
    is_body = traits.kind == OrganisationKind.INTERCOMMUNALITY
    size = ""
    if traits.band:
        least, most = (number(end) for end in traits.band)
        size = _("with %(least)s to %(most)s inhabitants") % {"least": least, "most": most}
    around = {
        True: _("in a body founded around a town (agglomération, communauté urbaine, métropole)"),
        False: _("in a communauté de communes, for which the law asks no town"),
        None: "",
    }
    sea = {True: _("overseas"), False: _("outside overseas"), None: ""}
    return {
        "nature": pgettext("several", "intercommunalities") if is_body else pgettext("several", "municipalities"),
        "taille": size,
        "milieu": around[traits.in_town_body],
        "outremer": sea[traits.is_overseas],
        "region": _("in the region %(name)s") % {"name": traits.region_name} if traits.region else "",
    }


class Line:
    """One shared figure, ready for a page."""

    def __init__(self, compared: Compared) -> None:
        self.compared = compared

    @property
    def name(self) -> str:
        """The indicator, as the library names it."""
        return str(self.compared.definition)

    @property
    def is_answer(self) -> bool:
        """Whether it is a yes or a no."""
        return self.compared.definition.kind == "yes_no"

    @property
    def own(self) -> str:
        """The town's own value and its period."""
        value = self.compared.own
        if value is None:
            return _("Here: not known.")
        said = (_("yes") if value else _("no")) if self.is_answer else self.in_unit(value)
        return _("Here: %(value)s (%(period)s).") % {"value": said, "period": in_words(self.compared.period)}

    @property
    def group(self) -> str:
        """The group in words; why nothing is shown under five."""
        found, spread = self.compared, self.compared.spread
        if spread is not None:
            low, median, high = (self.in_unit(v) for v in (spread.low, spread.median, spread.high))
            sentence = _("Half of the %(known)s similar towns stand between %(low)s and %(high)s; median: %(median)s.")
            return sentence % {"known": found.known, "low": low, "high": high, "median": median}
        if found.yes is not None:
            share = _("%(percent)s %% of the %(known)s similar towns say yes.")
            return share % {"percent": number(plain(found.yes)), "known": found.known}
        return _("Fewer than five similar towns know it: nothing is shown of them.")

    @property
    def whole(self) -> str:
        """The whole network in words, and how its value was made."""
        found = self.compared.whole
        known = {"known": found.known, "asked": found.asked}
        if found.value is None:
            return (
                _("Whole network: fewer than five towns know it (%(known)s of the %(asked)s that follow it).") % known
            )
        value = _("%(percent)s %% say yes") % {"percent": number(plain(found.value))}
        said = value if self.is_answer else self.in_unit(found.value)
        words = _("Whole network: %(value)s (%(how)s; known to %(known)s of the %(asked)s towns that follow it).")
        return words % {"value": said, "how": how(found.how), **known}

    @cached_property
    def strip(self) -> Strip | None:
        """The drawing; None when nothing of the group is shown. A sum of the whole is on another scale: left out."""
        spread, whole = self.compared.spread, self.compared.whole
        if spread is None:
            return None
        shown = None if whole.how == "sum" else whole.value
        return strip((spread.least, spread.most), (spread.low, spread.median, spread.high), self.compared.own, shown)

    def in_unit(self, value: Decimal) -> str:
        """A value as one reads it."""
        return f"{number(plain(value))}\u202f{self.compared.definition.unit_name}".strip()


def how(rule: str) -> str:
    """How the value of the network was put together."""
    return {
        "sum": _("the towns added up"),
        "mean": _("each town counts once"),
        "max": _("the highest"),
        "ratio": _("all numerators over all denominators"),
        "median": _("median of the towns"),
        "share": _("share of yes"),
    }[rule]


def plain(value: Decimal) -> int | float:
    """At most one decimal, as pages show it; files keep all of them."""
    shown = value.quantize(Decimal("0.1"))
    return int(shown) if shown == shown.to_integral_value() else float(shown)


def table_of(request: HttpRequest, comparison: Comparison, lines: list[Line]) -> Table:
    """The same figures as a table, to take away too."""

    def value(name: str) -> Any:
        return lambda line: getattr(line.compared.spread, name) if line.compared.spread else None

    def shown(name: str) -> Any:
        return lambda line: line.in_unit(found) if (found := value(name)(line)) is not None else "–"

    towns = comparison.towns
    columns = [
        Column("indicator", _("Indicator"), lambda line: line.name),
        Column("code", _("Code"), lambda line: line.compared.definition.code, only="files"),
        Column("domain", _("Domain"), lambda line: line.compared.definition.domain.short_name, only="files"),
        Column("unit", _("Unit"), lambda line: line.compared.definition.unit_name, only="files"),
        Column("here", _("Here"), lambda line: line.compared.own, "number", shown=_own),
        Column("period", _("Period"), lambda line: line.compared.period, only="files"),
        Column("low", _("First quartile"), value("low"), "number", shown=shown("low")),
        Column("median", _("Median"), value("median"), "number", shown=_middle),
        Column("high", _("Third quartile"), value("high"), "number", shown=shown("high")),
        Column("percent_yes", _("Yes, %"), lambda line: line.compared.yes, "number", only="files"),
        Column("known", _("Known by"), lambda line: line.compared.known, "number", shown=_known(towns)),
        Column("towns", _("Similar towns"), lambda line: towns, "number", only="files"),
        Column("followed", _("Followed by"), lambda line: line.compared.followed, "number", only="files"),
        Column("network", _("Network"), lambda line: line.compared.whole.value, "number", shown=_whole),
        Column("network_how", _("How"), lambda line: line.compared.whole.how, only="files"),
        Column("network_known", _("Known in the network"), lambda line: line.compared.whole.known, only="files"),
        Column("network_followed", _("Followed in the network"), lambda line: line.compared.whole.asked, only="files"),
    ]
    return Table(
        request,
        name=_("comparison"),
        caption=_("The same figures in a table"),
        columns=columns,
        rows=lines,
        empty=_("This plan follows no indicator of the library: nothing is shared with other towns."),
    )


def _own(line: Line) -> str:
    value = line.compared.own
    if value is None:
        return _("not known")
    return (_("yes") if value else _("no")) if line.is_answer else line.in_unit(value)


def _middle(line: Line) -> str:
    found = line.compared
    if found.yes is not None:
        return _("%(percent)s %% yes") % {"percent": number(plain(found.yes))}
    return line.in_unit(found.spread.median) if found.spread else "–"


def _known(towns: int) -> Any:
    return lambda line: _("%(known)s of %(towns)s") % {"known": line.compared.known, "towns": towns}


def _whole(line: Line) -> str:
    found = line.compared.whole
    if found.value is None:
        return _("not known")
    if line.is_answer:
        return _("%(percent)s %% yes") % {"percent": number(plain(found.value))}
    return line.in_unit(found.value)
