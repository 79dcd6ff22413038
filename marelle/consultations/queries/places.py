"""The places results are told of, in words: their name, their address, the larger ones they lie in."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils.translation import gettext as _

from marelle.consultations.catalogue import COUNTRY, FRANCE, LEVELS, level_of
from marelle.consultations.queries.geography import WORDS
from marelle.territories.models import Territory
from marelle.territories.states import TerritoryKind

KINDS = {word: kind for kind, word in WORDS.items()}


@dataclass(frozen=True)
class Place:
    """A zone as one says it. `slug`: of its address, "" for the whole country. `around`: larger zones, the nearest first."""

    zone: str
    name: str
    around: tuple["Place", ...] = ()
    department: str = ""

    @property
    def level(self) -> str:
        """Of `catalogue.LEVELS`."""
        return level_of(self.zone)

    @property
    def slug(self) -> str:
        """commune-44143."""
        return "" if self.is_country else self.zone.replace(":", "-", 1)

    @property
    def is_country(self) -> bool:
        """Whether it is the whole country."""
        return self.zone == FRANCE


def country() -> Place:
    """The whole country."""
    return Place(FRANCE, _("France"))


def zone_of(slug: str) -> str:
    """The zone an address names; "" for what cannot be one."""
    level, _mark, code = slug.partition("-")
    return f"{level}:{code}" if level in KINDS and code else ""


def find(zone: str) -> Place | None:
    """A place of the geography by its zone, with the larger ones it lies in; None for what is no place. One question."""
    if zone == FRANCE:
        return country()
    level, _mark, code = zone.partition(":")
    rows = Territory.objects.filter(code=code, kind=KINDS.get(level, ""))
    return placed(rows.select_related("intercommunality", "departement", "region").first())


def placed(territory: Territory | None) -> Place | None:
    """A territory as a place; its parents must have been read with it."""
    found = in_short(territory)
    if territory is None or found is None:
        return None
    above = (in_short(one) for one in (territory.intercommunality, territory.departement, territory.region))
    around = [one for one in above if one is not None]
    department = territory.departement.code if territory.departement else ""
    return replace(found, around=(*around, country()), department=department)


def in_short(territory: Territory | None) -> Place | None:
    """A territory as a place, without the larger ones; None for what tells no results."""
    if territory is None or territory.kind not in WORDS:
        return None
    return Place(f"{WORDS[TerritoryKind(territory.kind)]}:{territory.code}", territory.name)


def named(zones: Iterable[str]) -> list[Place]:
    """Zones with their names, the largest level first, then by name; by its code for one nobody knows. One question."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for zone in zones:
        level, _mark, code = zone.partition(":")
        wanted[level].add(code)
    asked = Q(pk__in=[])
    for level, codes in wanted.items():
        asked |= Q(kind=KINDS.get(level, ""), code__in=codes)
    rows = Territory.objects.filter(asked).values_list("kind", "code", "name", "departement__code")
    known = {f"{WORDS[TerritoryKind(kind)]}:{code}": (name, department or "") for kind, code, name, department in rows}
    found = [_named(f"{level}:{code}", known) for level, codes in wanted.items() if level in KINDS for code in codes]
    whole = [country()] if COUNTRY in {level_of(zone) for zone in wanted} else []
    return whole + sorted(found, key=lambda one: (-LEVELS.index(one.level), one.name, one.zone))


def _named(zone: str, known: dict[str, tuple[str, str]]) -> Place:
    name, department = known.get(zone, (zone.partition(":")[2], ""))
    return Place(zone, name, (), department)
