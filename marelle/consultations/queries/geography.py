"""The geography as the opening of answers needs it: commune, intercommunality, département, région, France."""

from functools import cached_property

from marelle.territories.models import Territory
from marelle.territories.states import TerritoryKind

COUNTRY = "FR"
ORDER = (TerritoryKind.COMMUNE, TerritoryKind.INTERCOMMUNALITY, TerritoryKind.DEPARTEMENT, TerritoryKind.REGION)
WORDS = {
    TerritoryKind.COMMUNE: "commune",
    TerritoryKind.INTERCOMMUNALITY: "epci",
    TerritoryKind.DEPARTEMENT: "departement",
    TerritoryKind.REGION: "region",
}
PARENTS = ("intercommunality__code", "departement__code", "region__code")


class Geography:
    """Answers `opening.Areas` from the territories, each asked once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}

    def zones(self, territory: str, department: str) -> tuple[str, ...]:
        """The zones a place lies in, the smallest first, the whole country last."""
        if (territory, department) not in self._found:
            self._found[territory, department] = (*self._ways(territory, department), COUNTRY)
        return self._found[territory, department]

    def chain(self, zone: str) -> tuple[str, ...]:
        """The zones a zone lies in, itself first, the whole country last."""
        kind, _mark, code = zone.partition(":")
        if kind in ("commune", "epci", "departement"):
            inside = self.zones(code, "")
            return inside if zone in inside else (zone, COUNTRY)
        return (zone, COUNTRY) if code else (zone,)

    def department(self, zone: str) -> str:
        """The département a zone lies in, mostly; the zone itself when it is larger."""
        kind, _mark, code = zone.partition(":")
        if kind == "commune":
            return next((each for each in self.zones(code, "") if each.startswith("departement:")), zone)
        if kind == "epci":
            return self._departments_of_epci.get(code, zone)
        return zone

    def _ways(self, territory: str, department: str) -> list[str]:
        """The territory and those it lies in; of one nobody knows, its département and région."""
        rows = Territory.objects.filter(code=territory).exclude(kind=TerritoryKind.REGION)
        known = sorted(rows.values_list("kind", *PARENTS), key=lambda row: ORDER.index(row[0]))
        if not known:
            return self._ways(department, "") if department else []
        kind, *parents = known[0]
        codes = dict(zip(ORDER[1:], parents, strict=True)) | {kind: territory}
        return [f"{WORDS[each]}:{codes[each]}" for each in ORDER[ORDER.index(kind) :] if codes.get(each)]

    @cached_property
    def _departments_of_epci(self) -> dict[str, str]:
        rows = Territory.objects.filter(kind=TerritoryKind.INTERCOMMUNALITY, departement__isnull=False)
        return {code: f"departement:{inside}" for code, inside in rows.values_list("code", "departement__code")}
