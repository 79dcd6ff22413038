"""What must hold of the geography. Each check is a sentence, and returns the faults it finds; nothing is changed."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, Sum

from marelle.territories.files import ESTABLISHMENT
from marelle.territories.models import FormerCode, Loading, Territory
from marelle.territories.sources import read_page
from marelle.territories.states import TerritoryKind

K = TerritoryKind
MOST = 5  # faults named for one check

Check = Callable[[], list[str]]


@dataclass(frozen=True)
class Checked:
    """An invariant and its faults; it holds when there are none."""

    sentence: str
    faults: list[str]

    @property
    def holds(self) -> bool:
        return not self.faults


def check_territories() -> list[Checked]:
    """Every invariant of the geography, with what breaks it."""
    return [Checked((check.__doc__ or "").strip(), check()) for check in CHECKS]


def broken() -> list[str]:
    """One line for each broken invariant, for `marelle check`; empty when all hold."""
    return [f"{row.sentence} {'; '.join(row.faults)}" for row in check_territories() if not row.holds]


def some_geography_is_loaded() -> list[str]:
    """Some geography is loaded."""
    return [] if Territory.objects.exists() else ["no territory: run `marelle territories load`"]


def counts_are_the_published_ones() -> list[str]:
    """A loaded official code has as many territories of each kind, and as many inhabitants, as its publisher says."""
    page = read_page()
    if not Loading.objects.filter(country=page["country"]).exists():
        return []
    expected, rows = page["expected"], _of_country(page["country"])
    counted: dict[str, Any] = {
        K.COMMUNE: rows.filter(kind=K.COMMUNE).count(),
        K.INTERCOMMUNALITY: rows.filter(kind=K.INTERCOMMUNALITY, adds_up=True).count(),
        "establishment": rows.filter(kind=K.INTERCOMMUNALITY, adds_up=False).count(),
        K.DEPARTEMENT: rows.filter(kind=K.DEPARTEMENT).count(),
        K.REGION: rows.filter(kind=K.REGION).count(),
        "former_codes": FormerCode.objects.filter(territory__country=page["country"]).count(),
        "population": rows.filter(kind=K.COMMUNE).aggregate(sum=Sum("population"))["sum"],
        "without_point": rows.filter(kind=K.COMMUNE, lon=None).count(),
        "legal_forms": dict(Counter(rows.filter(kind=K.INTERCOMMUNALITY).values_list("legal_form", flat=True))),
        "without_intercommunality": sorted(
            rows.filter(kind=K.COMMUNE, intercommunality=None)
            .exclude(departement__zone="com")
            .values_list("code", flat=True)
        ),
    }
    return [f"{name}: {counted[name]}, expected {value}" for name, value in expected.items() if counted[name] != value]


def populations_of_bodies_are_the_sums_of_their_communes() -> list[str]:
    """The population of each intercommunality, département and région of an official code is the sum of its communes'."""
    countries = list(Loading.objects.values_list("country", flat=True))
    communes = _of_country(*countries).filter(kind=K.COMMUNE)
    faults: list[str] = []
    for kind, parent in (
        (K.REGION, "region"),
        (K.DEPARTEMENT, "departement"),
        (K.INTERCOMMUNALITY, "intercommunality"),
        (K.INTERCOMMUNALITY, "establishment"),
    ):
        sums = dict(communes.exclude(**{parent: None}).values_list(parent).annotate(sum=Sum("population")))
        bodies = _of_country(*countries).filter(kind=kind, adds_up=parent != "establishment")
        faults += [
            f"{kind} {code}: {population}, its communes {sums.get(pk)}"
            for pk, code, population in bodies.values_list("pk", "code", "population")
            if population != sums.get(pk)
        ]
    return faults[:MOST]


def parents_are_of_the_right_kind() -> list[str]:
    """A parent is current, of the right kind and of the same country; a département of a commune lies in its région."""
    wrong = Q()
    for parent, kind in (
        ("departement", K.DEPARTEMENT),
        ("region", K.REGION),
        ("intercommunality", K.INTERCOMMUNALITY),
        ("establishment", K.INTERCOMMUNALITY),
    ):
        given = Q(**{f"{parent}__isnull": False})
        right = Q(**{f"{parent}__kind": kind, f"{parent}__is_current": True, f"{parent}__country": F("country")})
        wrong |= given & ~right
    apart = Q(kind=K.COMMUNE, departement__isnull=False, region__isnull=False)
    wrong |= apart & Q(departement__region__isnull=False) & ~Q(departement__region=F("region"))
    return _named(Territory.objects.current().filter(wrong))


def communes_of_an_official_code_have_a_departement_and_a_region() -> list[str]:
    """Each commune of an official code has a département and a région."""
    countries = list(Loading.objects.values_list("country", flat=True))
    missing = Q(departement=None) | Q(region=None)
    return _named(_of_country(*countries).filter(missing, kind=K.COMMUNE))


def nothing_is_counted_twice() -> list[str]:
    """What must not be added up is no commune's intercommunality: its members are counted in the body around it."""
    twice = Q(intercommunality__adds_up=False) | Q(kind=K.INTERCOMMUNALITY, legal_form=ESTABLISHMENT, adds_up=True)
    return _named(Territory.objects.current().filter(twice))


def siren_numbers_are_unique() -> list[str]:
    """No SIREN number names two territories."""
    rows = Territory.objects.current().exclude(siren="").values("siren").annotate(n=Count("pk")).filter(n__gt=1)
    return list(rows.order_by("siren").values_list("siren", flat=True)[:MOST])


def former_codes_lead_to_current_communes() -> list[str]:
    """Each former code leads to a commune of today."""
    lost = ~Q(territory__kind=K.COMMUNE) | Q(territory__is_current=False)
    return list(FormerCode.objects.filter(lost).order_by("code").values_list("code", flat=True)[:MOST])


CHECKS: tuple[Check, ...] = (
    some_geography_is_loaded,
    counts_are_the_published_ones,
    populations_of_bodies_are_the_sums_of_their_communes,
    parents_are_of_the_right_kind,
    communes_of_an_official_code_have_a_departement_and_a_region,
    nothing_is_counted_twice,
    siren_numbers_are_unique,
    former_codes_lead_to_current_communes,
)


def _of_country(*countries: str) -> Any:
    return Territory.objects.current().filter(country__in=countries)


def _named(rows: Iterable[Any]) -> list[str]:
    return [f"{kind} {code}" for kind, code in rows.order_by("kind", "code").values_list("kind", "code")[:MOST]]  # type: ignore[attr-defined]
