"""A network's workbook already filled in, so that a visitor sees what becomes of each line: invented, but for the codes.

Three towns that nobody brought in yet, one that is a member, the code of a municipality merged since, and three faults.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from marelle.accounts.models import Organisation
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.workbooks.columns import Line
from marelle.framework.models import Domain, Framework, Track
from marelle.framework.queries import domains_of
from marelle.territories.models import Territory
from marelle.territories.queries import find
from marelle.territories.states import TerritoryKind

NEW, LOOKED_AT = 3, 40  # towns told; codes of before a merger looked at
NOWHERE = "99999"  # the code of no municipality
SIZES = (5_000, 60_000)  # inhabitants
PEOPLE = (("Camille Exemple", "elue", Role.ELECTED_LEAD), ("Dominique Modèle", "agent", Role.CITY_ADMINISTRATOR))
DONE = {  # objective: what is done for it, where each stands and why
    "Aller à l’école sans danger": (("Fermer la rue de l’école aux heures d’entrée", "in_progress", ""),),
    "Être entendus": (("Élire un conseil des enfants", "done", ""), ("Ouvrir une permanence", "blocked", "Local à trouver.")),
}  # fmt: skip
MEASURED = ("Écoles dont la rue est apaisée", "Enfants réunis chaque année")
READ = ((2, Decimal(25), Decimal(120)), (1, Decimal(40), Decimal(150)))  # years ago, and what was read of each

Lines = dict[str, list[Line]]


def lines_of(framework: Framework, track: Track) -> Lines:
    """The lines of each sheet."""
    found: dict[str, list[dict[str, Any]]] = {}
    begun = date(clock.today().year - 3, 11, 20)
    domains = list(domains_of(framework))
    for place in _new_towns():
        _tell(found, place.code, begun, track, domains)
    merged = _merged()
    known = Organisation.objects.filter(territory__kind=TerritoryKind.COMMUNE).order_by("code").first()
    for code in filter(None, (merged, known.code if known else None, NOWHERE)):
        _add(found, "organisations", code)
    _add(found, "mandates", NOWHERE, track=track.code, starts_on=begun, signed_on=begun)
    return {sheet: [Line("", values) for values in rows] for sheet, rows in found.items()}


def _tell(found: dict[str, list[dict[str, Any]]], code: str, begun: date, track: Track, domains: list[Domain]) -> None:
    _add(found, "organisations", code)
    _add(found, "mandates", code, track=track.code, starts_on=begun, signed_on=begun, vision="Grandir ici, ensemble.")
    for name, box, role in PEOPLE:
        _add(found, "people", code, name=name, email=f"{box}@ville-{code.lower()}.example", role=role.value)
    for number, (objective, done) in enumerate(DONE.items()):
        mark, measured = f"O{number + 1}", f"I{number + 1}"
        _add(found, "objectives", code, mark=mark, domain=domains[number % len(domains)].code, name=objective)
        for name, state, why in done:
            _add(found, "actions", code, objective=mark, name=name, state=state, reason=why or None)
        _add(found, "indicators", code, mark=measured, objective=mark, name=MEASURED[number], target=Decimal(200))
        for ago, *values in READ:
            period = str(clock.today().year - ago)
            _add(found, "readings", code, indicator=measured, period=period, value=values[number])
    _add(found, "readings", code, indicator="I9", period=str(clock.today().year - 1), value=Decimal(3))  # at fault
    told = {"kind": "yearly", "year": Decimal(begun.year + 1), "handed_in_on": date(begun.year + 2, 1, 20)}
    _add(found, "reports", code, **told, highlights="Deux rues fermées aux heures d’école.")


def _add(found: dict[str, list[dict[str, Any]]], sheet: str, code: str, **values: Any) -> None:
    found.setdefault(sheet, []).append({"organisation": code, **values})


def _new_towns() -> list[Territory]:
    rows = Territory.objects.current().filter(kind=TerritoryKind.COMMUNE, organisation=None, population__range=SIZES)
    return list(rows.order_by("code")[:NEW])


def _merged() -> str | None:
    """The code of a municipality that is one no more, and whose successor is no member."""
    gone = Territory.objects.filter(kind=TerritoryKind.COMMUNE, is_current=False).order_by("code")
    for code in gone.values_list("code", flat=True)[:LOOKED_AT]:
        place = find(code)
        if place and place.is_current and not Organisation.objects.filter(territory=place).exists():
            return code
    return None
