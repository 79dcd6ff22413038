"""Doors that know roles. Who is outside does not learn that there is a door: 404 (trust O3)."""

from typing import cast

from django.http import Http404, HttpRequest

from marelle.accounts import rules
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import Role


def member(request: HttpRequest) -> bool:
    """Whoever has a role today in the organisation of the address; it becomes `request.organisation`."""
    match = request.resolver_match
    organisation = own_organisation(request, match.kwargs.get("code", "") if match else "")
    request.organisation = organisation  # type: ignore[attr-defined]
    return _or_nothing(request, organisation is not None)


def committee(request: HttpRequest) -> bool:
    """Whoever works for the committee, in any role."""
    return _or_nothing(request, _reader(request).in_committee)


def programme_team(request: HttpRequest) -> bool:
    """Programme officers and administrators; others of the committee are told no."""
    return committee(request) and rules.in_programme_team(_reader(request))


def programme_administrator(request: HttpRequest) -> bool:
    """Programme administrators; others of the committee are told no."""
    return committee(request) and rules.is_programme_administrator(_reader(request))


def reviewer(request: HttpRequest) -> bool:
    """Reviewers, and the programme team; others of the committee are told no."""
    return committee(request) and (
        Role.REVIEWER in _reader(request).committee_roles or rules.in_programme_team(_reader(request))
    )


def board(request: HttpRequest) -> bool:
    """Board members, and the programme team, which prepares their sittings; others of the committee are told no."""
    return committee(request) and (rules.is_board_member(_reader(request)) or rules.in_programme_team(_reader(request)))


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
