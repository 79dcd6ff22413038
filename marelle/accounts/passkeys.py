"""Passkeys: which a person has, where they work, and the counter that tells a copied one."""

from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from marelle.accounts.models import Person


def of(person: Person) -> list[Authenticator]:
    """The passkeys of a person, the first added first."""
    return list(
        Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).order_by("created_at", "pk")
    )


def work_at(request: HttpRequest) -> bool:
    """Whether a browser would take a passkey at the address this page was asked by."""
    host, domain = (urlsplit(f"//{request.get_host()}").hostname or ""), settings.PASSKEY_DOMAIN
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def place(request: HttpRequest) -> dict[str, str | bool]:
    """`works`: passkeys may be used on this page; `address`: where they may instead, empty when nowhere."""
    site = urlsplit(settings.SITE_ADDRESS)
    port = f":{site.port}" if site.port else ""
    address = f"{site.scheme}://{settings.PASSKEY_DOMAIN}{port}" if settings.PASSKEY_DOMAIN else ""
    return {"works": work_at(request), "address": address}


@transaction.atomic
def count_use(authenticator_id: int, counter: int) -> bool:
    """Keep the counter a passkey has just told; False, and nothing is kept, when it did not move forward: a copy exists.

    A passkey that does not count tells 0 for ever. Source: Web Authentication Level 2, section 7.2, step 21.
    """
    held = Authenticator.objects.select_for_update().get(pk=authenticator_id)
    last = held.data.get("counter", held.wrap().authenticator_data.counter)
    if (counter or last) and counter <= last:
        return False
    held.data["counter"] = counter
    held.save(update_fields=["data"])
    return True
