"""Remarks of coherence as they are read: what, where, why, what to do, and what the city answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from marelle.framework.models import Domain, text
from marelle.plans.coherence import Remark, Spot
from marelle.web.parts.amendments import FIELDS, KINDS
from marelle.web.templatetags.marelle import day


@dataclass(frozen=True)
class Shown:
    """One remark. `where`: the part and the field; `address`: that very field; `recommendation`: the one the rule serves."""

    rule: str
    place: str
    title: str
    where: str
    values: str
    why: str
    to_do: str
    recommendation: str
    is_important: bool
    address: str
    owner: str
    said: str


@dataclass(frozen=True)
class Group:
    """The remarks of one domain."""

    domain: Domain
    remarks: list[Shown]


@dataclass(frozen=True)
class Told:
    """All of them."""

    groups: list[Group]

    @property
    def count(self) -> int:
        """How many remarks."""
        return sum(len(group.remarks) for group in self.groups)


def shown(remarks: Sequence[Remark], domains: Sequence[Domain], address: Callable[[Spot, Domain], str]) -> Told:
    """Remarks in words, by domain. `address`: where a field stands. Asks the database nothing."""
    named = {r.code: str(r) for domain in domains for r in domain.recommendations.all()}
    groups = [
        Group(d, [_shown(r, d, named, address(r.spot, d)) for r in remarks if r.spot.domain == d.code]) for d in domains
    ]
    return Told([group for group in groups if group.remarks])


def beside_dossier(spot: Spot, domain: Domain) -> str:
    """Where a field stands in a dossier that is read."""
    if spot.kind in ("domain", "recommendation"):
        return f"#d-{domain.slug}"
    return f"#c-{spot.kind}.{spot.code}.{spot.field or 'name'}"


def in_editor(page: str) -> Callable[[Spot, Domain], str]:
    """Where a field stands in the editor of a plan, at the address `page`."""

    def address(spot: Spot, domain: Domain) -> str:
        if spot.kind in ("domain", "recommendation"):
            return f"{page}#{domain.slug}"
        return f"{page}#{spot.kind}.{spot.code}.{spot.field}" if spot.field else f"{page}#{spot.code}"

    return address


def _shown(remark: Remark, domain: Domain, named: dict[str, str], address: str) -> Shown:
    rule, spot = remark.rule, remark.spot
    return Shown(
        rule=rule["rule"],
        place=remark.place,
        title=text(rule["name"]),
        where=_where(spot, domain, named),
        values=" → ".join(_value(value) for value in spot.values),
        why=text(rule["why"]),
        to_do=text(rule["to_do"]),
        recommendation=named.get(rule.get("recommendation", ""), ""),
        is_important=remark.is_important,
        address=address,
        owner=spot.code,
        said=remark.said,
    )


def _where(spot: Spot, domain: Domain, named: dict[str, str]) -> str:
    if spot.kind == "domain":
        return str(domain)
    if spot.kind == "recommendation":
        return named.get(spot.code, spot.code)
    name = spot.name or _("without a name")
    return f"{KINDS[spot.kind]} – {name} – {FIELDS[spot.field]}" if spot.field else f"{KINDS[spot.kind]} – {name}"


def _value(value: Any) -> str:
    if isinstance(value, date):
        return day(value)
    return number_format(Decimal(value).normalize() + 0, use_l10n=True, force_grouping=True)
