"""Doors that know roles. Who is outside does not learn that there is a door: 404 (trust O3)."""

from typing import cast

from django.http import Http404, HttpRequest

from marelle.accounts import rules
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM, Role


def member(request: HttpRequest) -> bool:
    """Whoever has a role today in the organisation of the address; it becomes `request.organisation`."""
    match = request.resolver_match
    organisation = own_organisation(request, match.kwargs.get("code", "") if match else "")
    request.organisation = organisation  # type: ignore[attr-defined]
    return _or_nothing(request, organisation is not None)


def committee(request: HttpRequest) -> bool:
    """Whoever works for a committee, in any role. What they see behind this door is their own committees'."""
    return _or_nothing(request, _reader(request).in_committee)


def programme_team(request: HttpRequest) -> bool:
    """Programme officers and administrators; others of the committee are told no."""
    return committee(request) and bool(_reader(request).committees_as(PROGRAMME_TEAM))


def programme_administrator(request: HttpRequest) -> bool:
    """Programme administrators; others of the committee are told no."""
    return committee(request) and bool(_reader(request).committees_as({Role.PROGRAMME_ADMINISTRATOR}))


def analyst(request: HttpRequest) -> bool:
    """Analysts; others of the committee are told no."""
    return committee(request) and bool(_reader(request).committees_as({Role.ANALYST}))


def organisation_of(request: HttpRequest) -> Organisation:
    """The organisation of the address, found by the door `member`."""
    return cast(Organisation, request.organisation)  # type: ignore[attr-defined]


def own_organisation(request: HttpRequest, code: str) -> Organisation | None:
    """The organisation of that code, if the reader may read for it today. Asks the database nothing more."""
    for membership in _reader(request).living_memberships:
        organisation = membership.organisation
        if organisation.code == code and rules.may_read(_reader(request), organisation):
            return organisation
    return None


def _or_nothing(request: HttpRequest, entitled: bool) -> bool:
    if not entitled:
        raise Http404
    return True


def _reader(request: HttpRequest) -> Person:
    """Who knocks: doors ask once somebody has signed in."""
    return cast(Person, request.user)
