"""Testimonies: those anyone reads, a city's own, those the committee reads over."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import get_language

from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.mandates.models import Testimony
from marelle.mandates.models.contacts import COMMITTEE
from marelle.mandates.states import ChildRole, Speaker

ON_HOME, ON_CITY, ON_NETWORK = 3, 6, 6  # how many a page shows


@dataclass(frozen=True)
class Said:
    """A testimony as anyone reads it. `language`: of the quote. `picture`: whether there is one; then `alt` and `rights`."""

    code: str
    quote: str
    language: str
    who: str
    organisation: str
    organisation_code: str
    picture: bool
    alt: str
    rights: str


def shown(organisation: Organisation | None = None, *, limit: int) -> list[Said]:
    """Those anyone may read now, the newest first, in the reader's language when there is one. One question."""
    rows = Testimony.objects.filter(**({} if organisation is None else {"mandate__organisation": organisation}))
    rows = rows.public().select_related("mandate__organisation")
    return [said(row) for row in rows[:limit]]


def said(row: Testimony) -> Said:
    """As anyone reads it."""
    language = language_of(row.quotes)
    return Said(
        code=row.code,
        quote=row.quotes.get(language, ""),
        language=language,
        who=who(row),
        organisation=row.mandate.organisation.name,
        organisation_code=row.mandate.organisation.code,
        picture=row.picture_id is not None,
        alt=row.picture_alt,
        rights=row.picture_rights,
    )


def who(row: Testimony) -> str:
    """A first name and a role; of a child, one of the agreed roles and nothing else."""
    if row.speaker == Speaker.CHILD:
        return str(ChildRole(row.role).label) if row.role in ChildRole.values else str(Speaker.CHILD.label)
    return f"{row.first_name}, {row.role}" if row.first_name else row.role


def language_of(quotes: Mapping[str, str]) -> str:
    """The reader's language if it is there, else the first."""
    language = (get_language() or "fr")[:2]
    return language if language in quotes else next(iter(quotes), "")


def public_one(code: str, testimony: str) -> Testimony | None:
    """One that anyone may read, of that city."""
    rows = Testimony.objects.filter(mandate__organisation__code=code, code=testimony)
    return rows.public().select_related("picture").first()


def of_city(organisation: Organisation, person: Person) -> QuerySet[Testimony]:
    """A city's own, the latest first."""
    rows = Testimony.objects.visible_to(person).filter(mandate__organisation=organisation)
    return rows.select_related("mandate__organisation", "picture").order_by("-proposed_at", "-pk")


def tray(person: Person) -> QuerySet[Testimony]:
    """What was proposed to one's committees, to read first, then the latest."""
    rows = Testimony.objects.visible_to(person)
    rows = rows.filter(**{f"mandate__{COMMITTEE}": person.committees_as(PROGRAMME_TEAM)})
    rows = rows.exclude(mandate__organisation__in=person.organisation_ids)
    return rows.select_related("mandate__organisation", "picture").order_by("state", "-proposed_at", "-pk")
