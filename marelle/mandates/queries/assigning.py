"""Who could read what: the dossiers of a call that lack readers, how much each reader has, a sharing out to look over."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from marelle.accounts.models import Person
from marelle.mandates import rules
from marelle.mandates.balancing import balanced
from marelle.mandates.models import Application, Call, Review
from marelle.mandates.queries import people
from marelle.mandates.states import STILL_READING, ApplicationState, ReviewState

MOST = 100  # dossiers looked over at once, for a page one can read; ours
DEPARTEMENT = "organisation__territory__departement"


@dataclass(frozen=True)
class Load:
    """A reader's readings in a call: all but those put aside, of which `left` are not finished."""

    reader: Person
    readings: int
    left: int


@dataclass(frozen=True)
class Wanted:
    """A dossier that lacks `missing` readers: who may be given it, who is proposed."""

    application: Application
    missing: int
    allowed: list[Person]
    proposed: list[Person]


def lacking_readers(call: Call, person: Person, departement: str = "") -> QuerySet[Application]:
    """The dossiers of a call `person` may give readers to, that have fewer than the call asks, the first handed in first."""
    states = (ApplicationState.ADMISSIBLE, ApplicationState.UNDER_REVIEW)
    rows = Application.objects.visible_to(person).filter(call=call, state__in=states)
    rows = rows.exclude(organisation__in=person.organisation_ids)
    if departement:
        rows = rows.filter(**{f"{DEPARTEMENT}__code": departement})
    rows = rows.annotate(readers=Count("reviews", filter=~Q(reviews__state=ReviewState.STEPPED_ASIDE)))
    rows = rows.filter(readers__lt=call.readers_required)
    return rows.select_related("organisation", "call__committee", DEPARTEMENT).order_by("submitted_at", "pk")


def loads_of(call: Call) -> list[Load]:
    """What each reader of the committee has in this call, by name."""
    rows = Review.objects.everyone(reason="how many readings each reader of a call has").filter(application__call=call)
    each = rows.exclude(state=ReviewState.STEPPED_ASIDE).values_list("reviewer")
    told = each.annotate(readings=Count("pk"), left=Count("pk", filter=Q(state__in=STILL_READING)))
    counted = {reader: (readings, left) for reader, readings, left in told}
    return [Load(reader, *counted.get(reader.pk, (0, 0))) for reader in people.readers(call.committee)]


def shared_out(
    call: Call, person: Person, *, departement: str = "", only: Collection[str] = ()
) -> tuple[list[Wanted], list[Load]]:
    """A balanced sharing out of the first `MOST` dossiers that lack readers, among those of code `only`, or all; and the loads before it.

    A question a reader, whatever the number of dossiers.
    """
    loads = [load for load in loads_of(call) if not only or load.reader.code in only]
    dossiers = list(lacking_readers(call, person, departement)[:MOST])
    allowed = _allowed(dossiers, [load.reader for load in loads])
    missing = {d.pk: call.readers_required - d.readers for d in dossiers}  # type: ignore[attr-defined]
    keys = {key: [reader.pk for reader in readers] for key, readers in allowed.items()}
    shared = balanced(missing, keys, {load.reader.pk: load.readings for load in loads})
    named = {load.reader.pk: load.reader for load in loads}
    wanted = [Wanted(d, missing[d.pk], allowed[d.pk], [named[key] for key in shared[d.pk]]) for d in dossiers]
    return wanted, loads


def departements_of(call: Call, person: Person) -> list[tuple[str, str]]:
    """Those of the dossiers that lack readers: (code, words)."""
    found = {}
    for application in lacking_readers(call, person):
        place = application.organisation.territory
        if place and place.departement:
            found[place.departement.code] = f"{place.departement.code} {place.departement.name}"
    return sorted(found.items())


def _allowed(dossiers: list[Application], readers: list[Person]) -> dict[int, list[Person]]:
    """Of each dossier, the readers who have no conflict with it and do not have it yet."""
    found: dict[int, list[Person]] = {dossier.pk: [] for dossier in dossiers}
    for reader in readers:
        rows = Application.objects.everyone(reason="whom a dossier may be given to").filter(pk__in=found)
        free = rows.filter(rules.may_be_read_by(reader)).exclude(reviews__reviewer=reader)
        for key in free.values_list("pk", flat=True):
            found[key].append(reader)
    return found
