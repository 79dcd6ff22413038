"""Someone in front of a browser: `sign_in(client, person)`; `proof="code"` for a light session."""

import time

from django.contrib.sessions.backends.db import SessionStore

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(client, person, *, proof="mfa", minutes_ago=0):
    """Sign `person` in; their last proof is a `code` by e-mail (light), a `password`, or `mfa` (the application)."""
    client.force_login(person, backend=BACKEND)
    session = SessionStore(session_key=client.session.session_key)
    session["account_authentication_methods"] = [{"method": proof, "at": time.time() - 60 * minutes_ago}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client
