"""Doors that know roles. Who is outside does not learn that there is a door: 404 (trust O3)."""

from django.http import Http404, HttpRequest

from marelle.accounts import rules


def committee(request: HttpRequest) -> bool:
    """Whoever works for the committee, in any role."""
    return _or_nothing(request, request.user.in_committee)


def programme_team(request: HttpRequest) -> bool:
    """Programme officers and administrators; others of the committee are told no."""
    return committee(request) and rules.in_programme_team(request.user)


def programme_administrator(request: HttpRequest) -> bool:
    """Programme administrators; others of the committee are told no."""
    return committee(request) and rules.is_programme_administrator(request.user)


def _or_nothing(request: HttpRequest, entitled: bool) -> bool:
    if not entitled:
        raise Http404
    return True
