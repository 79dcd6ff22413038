"""Passkeys: coming in with one, proving again, adding, renaming, removing. The browser's part is `passkey.js`."""

import json
from typing import Any

from allauth.account.views import BaseReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import views
from allauth.mfa.webauthn.internal import auth
from django.http import HttpResponse
from django.urls import reverse_lazy

from marelle.accounts import passkeys
from marelle.web.account.sign_in import GoesOn, OpensPasskeys, SendsAgain

BY_HAND = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]  # what a code is typed for


class SecondStep(OpensPasskeys, AuthenticateView):
    """After a code by e-mail or a password: the passkey, or the code of the application."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.stage.login.user
        told = super().get_context_data(**kwargs)
        return {
            **told,
            "options": json.dumps(told["js_data"]["request_options"]),
            "has_passkey": is_mfa_enabled(person, types=[Authenticator.Type.WEBAUTHN]),
            "has_codes": is_mfa_enabled(person, types=BY_HAND),
            "passkey_place": passkeys.place(self.request),
        }


class ProveWithPasskey(OpensPasskeys, SendsAgain, views.ReauthenticateWebAuthnView):
    """The passkey, once more."""

    template_name = "mfa/webauthn/reauthenticate.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: Any = self.request.user
        return {
            **BaseReauthenticateView.get_context_data(self, **kwargs),
            "options": json.dumps(auth.begin_authentication(person)),
            "has_codes": is_mfa_enabled(person, types=BY_HAND),
            "passkey_place": passkeys.place(self.request),
        }


class AddPasskey(OpensPasskeys, GoesOn, views.AddWebAuthnView):
    """One more passkey: kept by the device, unlocked by a finger, a face or a PIN."""

    feature = "publickey-credentials-create"
    template_name = "mfa/webauthn/add_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = super().get_context_data(**kwargs)
        asked = auth.begin_registration(self.request.user, passwordless=True)
        return {**told, "options": json.dumps(asked), "passkey_place": passkeys.place(self.request)}

    def form_invalid(self, form: Any) -> HttpResponse:
        told = {**self.get_context_data(), "form": form}
        return self.render_to_response(told)


class RenamePasskey(views.EditWebAuthnView):
    """Another name for a passkey of one's own."""

    template_name = "mfa/webauthn/edit_form.html"
    success_url = reverse_lazy("mfa_index")


class RemovePasskey(views.RemoveWebAuthnView):
    """A passkey of one's own opens nothing any more."""

    template_name = "mfa/webauthn/authenticator_confirm_delete.html"
    success_url = reverse_lazy("mfa_index")
