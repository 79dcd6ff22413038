"""The library's forms in our words: a title for each field, no placeholder."""

import struct
from collections.abc import Callable
from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse

from marelle.accounts import passkeys

LONGEST_NAME = 60  # characters of what a passkey is called

TITLES = {
    "login": _("Your e-mail"),
    "email": _("Your e-mail"),
    "password": _("Password"),
    "oldpassword": _("The password you use today"),
    "password1": _("New password"),
    "password2": _("The same, once more"),
    "code": _("Code"),
}
HINTS = {"password1": _("At least 12 characters: three or four words that have nothing to do with one another.")}


class OurWords:
    """Titles and hints of ours; nothing written inside the boxes."""

    fields: dict[str, Any]
    code_title: Any = _("Code")
    code_hint: Any = ""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.code_title if name == "code" else TITLES.get(name, field.label)
            field.help_text = self.code_hint if name == "code" else HINTS.get(name, "")
            field.widget.attrs.pop("placeholder", None)
            if name == "code":
                field.widget.attrs["autocapitalize"] = "characters"


class LoginForm(OurWords, account.LoginForm):
    pass


class RequestLoginCodeForm(OurWords, account.RequestLoginCodeForm):
    pass


class ConfirmLoginCodeForm(OurWords, account.ConfirmLoginCodeForm):
    code_title = _("Code received by e-mail")
    code_hint = _("Eight letters, good for 15 minutes.")


class ConfirmAddressForm(OurWords, account.ConfirmEmailVerificationCodeForm):
    code_title = _("Code received by e-mail")
    code_hint = _("Eight letters, good for 15 minutes.")


class ReauthenticateForm(OurWords, account.ReauthenticateForm):
    pass


class ChangePasswordForm(OurWords, account.ChangePasswordForm):
    pass


class SetPasswordForm(OurWords, account.SetPasswordForm):
    pass


class ResetPasswordForm(OurWords, account.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(OurWords, account.ResetPasswordKeyForm):
    pass


class ChangeAddressForm(OurWords, account.AddEmailForm):
    """The address one changes to."""


class AuthenticateForm(OurWords, mfa.AuthenticateForm):
    code_title = _("Code of your application")
    code_hint = _("Six digits, or one of your recovery codes.")


class ProveForm(OurWords, mfa.ReauthenticateForm):
    code_title = _("Code of your application")
    code_hint = _("Six digits, or one of your recovery codes.")


class ActivateForm(OurWords, totp.ActivateTOTPForm):
    code_title = _("Code shown by the application")
    code_hint = _("Six digits that change every 30 seconds.")


class ReadsWhatBrowserSaid:
    """What a browser says of a passkey comes from outside: whatever is not what was asked is refused, and nothing breaks."""

    def clean_credential(self) -> Any:
        """The passkey that answered, its counter kept. Raises ValidationError."""
        said = self.cleaned_data["credential"]  # type: ignore[attr-defined]
        authenticator = understood(super().clean_credential)  # type: ignore[misc]
        counter = AuthenticationResponse.from_dict(said).response.authenticator_data.counter
        if not passkeys.count_use(authenticator.pk, counter):
            raise ValidationError(_("This passkey may have been copied: come in otherwise, then remove it."))
        return authenticator


class EnterWithPasskeyForm(ReadsWhatBrowserSaid, webauthn.LoginWebAuthnForm):
    pass


class SecondStepPasskeyForm(ReadsWhatBrowserSaid, webauthn.AuthenticateWebAuthnForm):
    pass


class ProveWithPasskeyForm(ReadsWhatBrowserSaid, webauthn.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(webauthn._BaseAddWebAuthnForm):
    """A passkey and what one calls it. Its answer is checked against what was asked, user verification included."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label, name.max_length = _("What you call it"), LONGEST_NAME
        name.validators.append(MaxLengthValidator(LONGEST_NAME))
        name.help_text = _("For instance: the office computer, my telephone.")
        self.initial["name"] = ""

    def clean(self) -> Any:
        return understood(super().clean)


class RenamePasskeyForm(webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=_("What you call it"), max_length=LONGEST_NAME)


def understood(ask: Callable[[], Any]) -> Any:
    """What the library makes of an answer. Raises ValidationError where it would break on one it cannot read."""
    try:
        return ask()
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, struct.error) as error:
        raise ValidationError(_("The passkey was not recognised. Try again.")) from error
