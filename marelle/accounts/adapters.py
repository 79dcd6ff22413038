"""How the library that signs people in speaks, writes and keeps secrets, in this house."""

from io import BytesIO
from ipaddress import ip_network
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marelle.accounts import proof
from marelle.accounts.models import Person
from marelle.base import outbox
from marelle.base.ciphers import cipher
from marelle.base.errors import NotAllowed
from marelle.base.text import random_id

LETTERS = {
    "account/email/login_code": "login_code",
    "account/email/unknown_account": "unknown_address",
    "account/email/account_already_exists": "unknown_address",
    "account/email/email_confirmation": "address_code",
    "account/email/email_confirmation_signup": "address_code",
    "account/email/password_reset_key": "password_reset",
}
CHANGES = {
    "account/email/password_changed": _("your password was changed"),
    "account/email/password_set": _("a password was set"),
    "account/email/password_reset": _("your password was replaced after a request to reset it"),
    "account/email/email_changed": _("your e-mail address was changed"),
    "account/email/email_confirm": _("your new e-mail address was confirmed"),
    "account/email/email_deleted": _("an e-mail address was removed"),
    "mfa/email/totp_activated": _("an authenticator application was set up"),
    "mfa/email/totp_deactivated": _("the authenticator application was removed"),
    "mfa/email/recovery_codes_generated": _("new recovery codes were made"),
    "mfa/email/webauthn_added": _("a passkey was added"),
    "mfa/email/webauthn_removed": _("a passkey was removed"),
}


MESSAGES = {
    "account/messages/password_changed.txt": _("Your password has been changed."),
    "account/messages/password_set.txt": _("Your password has been set."),
    "account/messages/email_confirmed.txt": _("Your new address is confirmed."),
    "mfa/messages/totp_activated.txt": _("Your application is set up."),
    "mfa/messages/totp_deactivated.txt": _("Your application has been removed."),
    "mfa/messages/recovery_codes_generated.txt": _("Here are your new codes. The old ones no longer work."),
    "mfa/messages/webauthn_added.txt": _("Your passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("This passkey no longer opens anything."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Signing in: letters go through the outbox, links come from settings, limits count neighbourhoods."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _("Too many attempts. Wait a quarter of an hour: nothing is blocked."),
        "incorrect_code": _("This code is not the right one. Look at the latest letter, or ask for a new code."),
        "incorrect_password": _("This is not the password of this account."),
        "email_password_mismatch": _("This address and this password do not go together."),
        "enter_current_password": _("Type the password you use today."),
        "invalid_password_reset": _("This link has been used or has ended. Ask for a new one."),
        "same_as_current": _("This is the address you have today."),
        "rate_limited": _("Too many attempts. Wait a little: nothing is blocked."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a letter in the outbox: the same time is spent for known and unknown addresses (trust A5)."""
        person = context.get("user")
        words: dict[str, Any] = {name: context[name] for name in ("code", "password_reset_url") if name in context}
        outbox.write(
            LETTERS[template_prefix],
            to=email,
            language=person.language if isinstance(person, Person) else get_language() or settings.LANGUAGE_CODE,
            key=f"account:{random_id()}",
            context={"join": settings.SITE_ADDRESS + "/rejoindre", **words},
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person that something of their account changed."""
        outbox.write(
            "account_changed",
            to=email or user.email,
            language=user.language,
            key=f"account:{random_id()}",
            context={"person": user, "change": CHANGES[template_prefix]},
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a reset, from settings and never from the request (trust E4)."""
        number, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": number, "key": token})
        return settings.SITE_ADDRESS + path

    def get_client_ip(self, request: HttpRequest) -> str:
        """The neighbourhood an attempt comes from: limits count it, nothing keeps it (trust L1, W7)."""
        address = super().get_client_ip(request)
        width = 48 if ":" in address else 24  # one subscriber holds 2**80 addresses of IPv6
        try:
            return str(ip_network(f"{address}/{width}", strict=False).network_address)
        except ValueError:  # what a proxy wrote is no address: it is counted as it stands
            return address

    def get_login_stages(self) -> list[str]:
        """A code by e-mail, then the second factor; an address is proved before its person exists."""
        return ["allauth.account.stages.LoginByCodeStage", "marelle.accounts.issuer.SecondStage"]

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """The robot never signs in."""
        if user.is_robot:
            raise NotAllowed(str(_("This account belongs to the house: nobody signs in with it.")), rule="robot")
        return super().pre_login(request, user, **kwargs)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """One comes in through a commune's page or an invitation."""
        return False

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has a passkey or an application proves with it, not with less; the passkey first."""
        methods = super().get_reauthentication_methods(user)
        if user.is_authenticated and proof.has_second_factor(user):
            return [m for m in reversed(methods) if m["id"].startswith("mfa_reauthenticate")]
        return methods

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Whether this is the person's password; counted like a sign-in."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, context: Any = None, **told: Any
    ) -> None:
        """What the library says, in our words; what we have no words for is said by the page that follows."""
        words = told.get("message") or MESSAGES.get(message_template or "")
        if words:
            super().add_message(request, level, message=str(words), extra_tags=told.get("extra_tags", ""))


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of applications and recovery codes are kept encrypted; old keys still open them (settled 5, trust S2)."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not the right one, or has been used. Wait for the next one."),
    }

    def encrypt(self, text: str) -> str:
        return cipher("marelle second proof").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher("marelle second proof").decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return "Marelle"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What passkeys are tied to: a name of settings, never the Host of a request (settled 3)."""
        return {"id": settings.PASSKEY_DOMAIN, "name": "Marelle"}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A name for who gives none, with the day: two of them are told apart."""
        return str(_("Passkey of {day}")).format(day=date_format(timezone.localdate(), "j F Y"))

    def build_totp_svg(self, url: str) -> str:
        """Black on white whatever the colours of the page: a dark one could not be scanned."""
        drawing = BytesIO()
        segno.make(url, micro=False).save(drawing, kind="svg", light="white", border=4, scale=4)
        return drawing.getvalue().decode()
