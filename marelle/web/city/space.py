"""The workspace of one organisation: whose it is, who is looking, and what they may do there."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from marelle.accounts import rules
from marelle.accounts.doors import organisation_of
from marelle.accounts.models import Organisation, Person
from marelle.mandates.models import Application
from marelle.mandates.queries import applications


@dataclass(frozen=True)
class Space:
    """What a page of a workspace knows. Templates receive it as `space`, beside `organisation`."""

    organisation: Organisation
    person: Person
    may_write: bool

    @property
    def code(self) -> str:
        """The organisation's public code, as in the address."""
        return self.organisation.code

    @property
    def may_hand_in(self) -> bool:
        """Whether this person may hand in, sign for, withdraw."""
        return rules.may_hand_in(self.person, self.organisation)


def enter(request: HttpRequest) -> Space:
    """The workspace whose door `member` has let this person in."""
    organisation = organisation_of(request)
    person: Person = request.user  # type: ignore[assignment]
    return Space(organisation, person, may_write=rules.may_write(person, organisation))


def application_or_404(space: Space) -> Application:
    """The organisation's application of the day. Raises Http404 when there is none."""
    application = applications.current(space.organisation, space.person)
    if application is None:
        raise Http404
    return application


def page(request: HttpRequest, template: str, space: Space, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the workspace."""
    return render(request, template, {"space": space, "organisation": space.organisation, **context}, status=status)
