"""What a reader has to read: filtered, kept under names, and the time it took who asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from marelle.accounts.models import Person
from marelle.mandates.models import Application, ReadingTime, Review, SavedView, Timing
from marelle.mandates.states import ReviewState, ViewPage

LONGEST = 60  # characters of a filter
DEPARTEMENT = "application__organisation__territory__departement"


@dataclass(frozen=True)
class Wanted:
    """What a reader asks of the list; the names are those of the address."""

    q: str = ""
    etat: str = ""
    appel: str = ""
    departement: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Wanted":
        """What an address asks; anything else in it is left out."""
        return cls(**{name: str(given.get(name, ""))[:LONGEST].strip() for name in cls.__dataclass_fields__})

    @property
    def parameters(self) -> dict[str, str]:
        """Those in use, as the address carries them."""
        return {name: value for name in self.__dataclass_fields__ if (value := getattr(self, name))}


def mine(person: Person) -> QuerySet[Review]:
    """What is mine to read, the oldest first, finished ones last. Those put aside are not."""
    rows = Review.objects.visible_to(person).filter(reviewer=person).exclude(state=ReviewState.STEPPED_ASIDE)
    return rows.order_by(F("finished_at").asc(nulls_first=True), "assigned_at", "pk")


def own_reading(application: Application, person: Person) -> Review | None:
    """This person's own reading of an application, if it was given to them."""
    return application.reviews.filter(reviewer=person).first()


def asked_for(person: Person, wanted: Wanted) -> QuerySet[Review]:
    """Of those, what was asked for, each with its city, its call, and the whole minutes spent on it if they were measured."""
    rows = mine(person).select_related(f"{DEPARTEMENT}", "application__call__committee")
    if wanted.q:
        rows = rows.filter(application__organisation__name__icontains=wanted.q)
    if wanted.etat:
        rows = rows.filter(state=wanted.etat)
    if wanted.appel:
        rows = rows.filter(application__call__code=wanted.appel)
    if wanted.departement:
        rows = rows.filter(**{f"{DEPARTEMENT}__code": wanted.departement})
    return rows.annotate(minutes=Sum("times__seconds") / 60)


def offered(person: Person) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers of one's own list: (value, words). One question."""
    rows = mine(person).select_related("application__call", DEPARTEMENT)
    calls, places = {}, {}
    for review in rows:
        calls[review.application.call.code] = str(review.application.call)
        place = review.application.organisation.territory
        if place and place.departement:
            places[place.departement.code] = f"{place.departement.code} {place.departement.name}"
    states = [(s.value, str(s.label)) for s in ReviewState if s != ReviewState.STEPPED_ASIDE]
    return {"etat": states, "appel": list(calls.items()), "departement": sorted(places.items())}


def views_of(person: Person) -> list[SavedView]:
    """One's own lists, by name."""
    return list(
        SavedView.objects.visible_to(person).filter(page=ViewPage.READINGS, owner=person).order_by("name", "pk")
    )


def is_timed(person: Person) -> bool:
    """Whether this reader asked that their time be measured."""
    return Timing.objects.filter(person=person).exists()


def with_timing(rows: QuerySet[Review]) -> QuerySet[Review]:
    """Readings, each with `is_timed`: whether its reader asked that their time be measured."""
    return rows.annotate(is_timed=Exists(Timing.objects.filter(person=OuterRef("reviewer"))))


def times_of(person: Person) -> QuerySet[ReadingTime]:
    """The time measured of oneself, a dossier and a day a line, the latest day first."""
    rows = ReadingTime.objects.visible_to(person).select_related(
        "review__application__organisation", "review__application__call"
    )
    return rows.order_by("-on", "pk")
