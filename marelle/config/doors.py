"""Who may knock at the views of others: the name of each address → the name of its door in `base.doors`.

`anyone` here means whoever has not signed in yet; these pages belong to the account's face and may set its cookie.
"""

THIRD_PARTY_DOORS: dict[str, str] = {
    "account_login": "anyone",
    "account_logout": "anyone",
    "account_inactive": "anyone",
    "account_signup": "anyone",
    "account_request_login_code": "anyone",
    "account_confirm_login_code": "anyone",
    "account_reset_password": "anyone",
    "account_reset_password_done": "anyone",
    "account_reset_password_from_key": "anyone",
    "account_reset_password_from_key_done": "anyone",
    "account_email_verification_sent": "anyone",
    "mfa_authenticate": "anyone",
    "account_reauthenticate": "signed_in",
    "account_email": "signed_in",
    "account_change_password": "signed_in",
    "account_set_password": "signed_in",
    "mfa_index": "signed_in",
    "mfa_reauthenticate": "signed_in",
    "mfa_activate_totp": "signed_in",
    "mfa_deactivate_totp": "signed_in",
    "mfa_view_recovery_codes": "signed_in",
    "mfa_generate_recovery_codes": "signed_in",
    "mfa_download_recovery_codes": "signed_in",
    "api:openapi-json": "anyone",
    "api:api-root": "anyone",
    "api:territories": "anyone",
    "api:members": "anyone",
}
