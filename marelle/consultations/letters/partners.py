"""Letters to those who relay a consultation: the link that confirms, the answer, the signed link."""

from django.conf import settings

from marelle.base import outbox
from marelle.base.addresses import whole
from marelle.base.text import random_id
from marelle.consultations.models import Consultation, Partner
from marelle.consultations.queries import access

ASKED, CONFIRMED, DECLINED, LINK = "partner_asked", "partner_confirmed", "partner_declined", "partner_link"


def ask_to_confirm(consultation: Consultation, name: str, email: str, language: str, token: str) -> None:
    """The link that says the address is theirs: nothing is kept of it before they press."""
    context = {
        "consultation": consultation,
        "name": name,
        "address": whole("public:partner_confirm", token, language=language),
    }
    outbox.write(
        ASKED,
        to=email,
        language=language,
        key=f"{ASKED}:{random_id()}",
        reference=f"consultations.consultation:{consultation.code}",
        context=context,
    )


def tell_confirmed(partner: Partner) -> None:
    """They relay: where their teachers open a sitting, where they follow it."""
    _write(CONFIRMED, partner)


def tell_declined(partner: Partner, because: str) -> None:
    """They do not relay this edition, and why."""
    _write(DECLINED, partner, because=because)


def tell_link(partner: Partner) -> None:
    """The link was drawn anew: the one before opens nothing."""
    _write(LINK, partner)


def _write(kind: str, partner: Partner, **more: str) -> None:
    context = {
        "partner": partner,
        "consultation": partner.consultation,
        "opening": opening_address(partner),
        "following": following_address(partner),
        **more,
    }
    outbox.write(
        kind,
        to=partner.contact_email,
        language=partner.language,
        key=f"{kind}:{partner.code}:{partner.link}:{partner.version}",
        reference=f"consultations.partner:{partner.code}",
        context=context,
    )


def opening_address(partner: Partner) -> str:
    """Where a teacher opens a sitting."""
    return whole("public:sitting_open", access.link_of(partner), language=partner.language)


def following_address(partner: Partner) -> str:
    """Where the contact follows the sittings: the workspace, or a page without account."""
    if partner.organisation is not None:
        return whole("city:consultation", partner.organisation.code, language=partner.language)
    return whole("public:relay", access.link_of(partner, own=True), language=partner.language)


def child_address(opened: access.Opened) -> str:
    """Where the QR code of a group leads."""
    return f"{settings.SITE_ADDRESS}/e/{opened.code}"
