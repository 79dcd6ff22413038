"""The library's forms in our words: a title for each field, no placeholder."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django.utils.translation import gettext_lazy as _

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
