"""Letters of accounts: each a function of things already saved."""

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from marelle.accounts.models import Invitation, JoinRequest, Person
from marelle.accounts.states import Role
from marelle.base import outbox
from marelle.base.addresses import whole


def queue_invitation(invitation: Invitation, token: str, *, language: str = "fr") -> None:
    """The one-use link, to the invited address. The token is nowhere else: only its digest is kept."""
    outbox.write(
        "invitation",
        to=invitation.email,
        language=language,
        reference=f"accounts.invitation:{invitation.code}",
        key=f"invitation:{invitation.code}",
        context={
            "organisation": invitation.organisation.name,
            "role": Role(invitation.role).label,
            "host": invitation.invited_by.name,
            "until": invitation.expires_at,
            "link": invitation_link(token, language),
        },
    )


def queue_join_asked(request: JoinRequest, to: Person, address: str) -> None:
    """Someone asks to join: to each person who may answer."""
    outbox.write(
        "join_asked",
        to=to.email,
        language=to.language,
        reference=f"accounts.joinrequest:{request.code}",
        key=f"join_asked:{request.code}:{to.code}",
        context={"organisation": request.organisation.name, "link": settings.SITE_ADDRESS + address},
    )


def queue_join_answered(request: JoinRequest) -> None:
    """Yes or no, to the person who asked."""
    person = request.person
    outbox.write(
        "join_answered",
        to=person.email,
        language=person.language,
        reference=f"accounts.joinrequest:{request.code}",
        key=f"join_answered:{request.code}",
        context={
            "organisation": request.organisation.name,
            "accepted": request.state == "accepted",
            "link": f"{settings.SITE_ADDRESS}/espace/{request.organisation.code}",
        },
    )


def queue_identity_tied(person: Person, key: str) -> None:
    """Another way in opens one's account from now on: to its person, who may not be the one who asked."""
    outbox.write(
        "account_changed",
        to=person.email,
        language=person.language,
        reference=f"accounts.person:{person.code}",
        key=f"identity:{key}",
        context={"change": format_lazy(_("{issuer} was added as a way to come in"), issuer=settings.OIDC["name"])},
    )


def queue_merged(person: Person, *, closing: Person, staying: Person, key: str) -> None:
    """Two accounts have become one: to the address of each."""
    outbox.write(
        "accounts_merged",
        to=person.email,
        language=person.language,
        reference=f"accounts.person:{(closing if person == staying else staying).code}",  # whose address it tells
        key=f"merged:{key}:{person.code}",
        context={"closing": closing, "staying": staying},
    )


def queue_code(email: str, code: str, *, language: str, key: str) -> None:
    """The code that proves an address, to somebody who comes in through their commune's page."""
    outbox.write("login_code", to=email, language=language, key=key, context={"code": code})


def invitation_link(token: str, language: str = "fr") -> str:
    """The address of an invitation, from settings."""
    return whole("account:invitation", token, language=language)
