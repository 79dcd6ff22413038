"""Addresses of signing in and of second proofs. Their names are the library's own; their doors: `config.doors`."""

from allauth.account import views as account
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path

from marelle.web.account import home, passkeys, sign_in

urlpatterns = [
    path("entrer", sign_in.SignIn.as_view(), name="account_login"),
    path("entrer/code", account.request_login_code, name="account_request_login_code"),
    path("entrer/code/recu", account.confirm_login_code, name="account_confirm_login_code"),
    path("entrer/application", passkeys.SecondStep.as_view(), name="mfa_authenticate"),
    path("entrer/cle", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("entrer/inactif", account.account_inactive, name="account_inactive"),
    path("entrer/rejoindre", sign_in.how_to_join, name="account_signup"),
    path("sortir", sign_in.SignOut.as_view(), name="account_logout"),
    path("preuve/mot-de-passe", sign_in.ProveWithPassword.as_view(), name="account_reauthenticate"),
    path("preuve/application", sign_in.ProveWithApplication.as_view(), name="mfa_reauthenticate"),
    path("preuve/cle", passkeys.ProveWithPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("adresse", account.email, name="account_email"),
    path("adresse/code", account.email_verification_sent, name="account_email_verification_sent"),
    path("mot-de-passe", account.password_change, name="account_change_password"),
    path("mot-de-passe/choisir", account.password_set, name="account_set_password"),
    path("mot-de-passe/oublie", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye", account.password_reset_done, name="account_reset_password_done"),
    path(
        "mot-de-passe/nouveau/fait", account.password_reset_from_key_done, name="account_reset_password_from_key_done"
    ),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[\w-]+)$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("securite", home.Security.as_view(), name="mfa_index"),
    path("securite/application", sign_in.SetUpApplication.as_view(), name="mfa_activate_totp"),
    path("securite/application/retirer", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("securite/cles", passkeys.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("securite/cles/<int:pk>", passkeys.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("securite/cles/<int:pk>/retirer", passkeys.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("securite/codes", sign_in.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("securite/codes/nouveaux", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("securite/codes/fichier", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
