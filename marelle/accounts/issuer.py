"""Signing in through the issuer (OpenID Connect): what is asked of it, and what of its answer is believed.

Sources: OpenID Connect Core 1.0, sections 3.1.3.7 (ID token) and 5.3.2 (UserInfo); OpenID Connect RP-Initiated Logout 1.0;
RFC 7636 (PKCE); RFC 9700. The flow and its state are the library's. Added here: a nonce, a signature checked every time, an answer in one signed piece (ProConnect),
an address of ours that comes from settings, and no account that is made or found by e-mail.
"""

import logging
import secrets
import time
from dataclasses import asdict
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core import signing
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from requests import RequestException

from marelle.accounts import identities
from marelle.accounts.identities import LONGEST, Identity
from marelle.accounts.proof import FRESH_FOR
from marelle.base.addresses import whole

log = logging.getLogger(__name__)
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]  # never none, never HS
SAID = frozenset({"email", "name", "given_name", "family_name", "usual_name"})  # all that is read, and no more
FAULTS = (OAuth2Error, RequestException, KeyError, ValueError)  # of an issuer that is down, or says nonsense
LEEWAY = 60  # seconds between the issuer's clock and ours
KEPT_FOR = 300  # seconds: what the issuer publishes about itself, and its keys
WAITING = "identity_waiting"  # in the session: what the issuer said of somebody we do not know yet
WAITS_FOR = 900  # seconds, as a code by e-mail: settled 5
OPENED_BY = "identity_opened_by"  # in the session: the issuer and its ID token, to sign out there too
LEAVING = "marelle signing out at the issuer"  # what the state of a sign-out is signed for


class Issuer(OpenIDConnectProvider):
    """The one issuer of settings. What is kept of its answer: the subject, and the address it says."""

    def get_oauth2_adapter(self, request: HttpRequest) -> "Exchange":
        return Exchange(request, self.app.provider_id)

    def extract_uid(self, data: dict[str, Any]) -> str:
        return data["subject"]

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"email": data["email"], "proved_at": data["proved_at"]}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


class SocialAdapter(DefaultSocialAccountAdapter):
    """One issuer, from settings; none in the database. Nobody is signed up, nobody is found by e-mail."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        told = settings.OIDC
        if not told or provider not in (None, told["issuer"], Issuer.id):
            return []
        own = {"server_url": told["issuer"].rstrip("/"), "oauth_pkce_enabled": True, "scope": told["scope"]}
        app = SocialApp(provider=Issuer.id, provider_id=told["issuer"], name=told["name"], settings=own)
        app.client_id, app.secret = told["client"], told["secret"]
        return [app]

    def get_provider(self, request: HttpRequest, provider: str, client_id: Any = None) -> Issuer:
        return Issuer(request, app=self.get_app(request, provider=provider))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        return False

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """A page that says what to do; the reason goes to the log, without anybody's data."""
        log.warning("issuer=%s refused: %s %s", provider.app.provider_id, error, type(exception).__name__)
        told = {"name": settings.OIDC["name"], "cancelled": error == "cancelled"}
        raise ImmediateHttpResponse(render(request, "account/identity_refused.html", told, status=401))


class Exchange(OpenIDConnectOAuth2Adapter):
    """The code against tokens, the tokens against what is believed of somebody."""

    nonce = ""
    opened_by = ""  # the ID token that opened an account, once one did

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the issuer publishes about itself. Raises OAuth2Error when it calls itself by another name."""
        config = _kept(f"issuer:{self.provider_id}", partial(_read, self.get_provider().server_url))
        if config.get("issuer") != self.provider_id:
            raise OAuth2Error("the issuer is not the one of settings")
        return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """From settings, and never from the request (trust E4)."""
        return whole("account:identity_back", language=settings.LANGUAGE_CODE)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        """Who it is. Raises OAuth2Error for what is not to be believed; leads elsewhere whom we do not know."""
        claims = self._claims(kwargs["response"].get("id_token") or "")
        said = claims | self._said_more(token.token, claims["sub"])
        names = (said.get("given_name"), said.get("usual_name") or said.get("family_name"))
        name = said.get("name") or " ".join(word for word in names if isinstance(word, str))
        identity = Identity(self.provider_id, claims["sub"], _line(said.get("email")), _line(name))
        account = identities.account_of(identity)
        if account is None:
            request.session[WAITING] = {"told": asdict(identity), "at": time.time()}
            raise ImmediateHttpResponse(redirect("account:identity"))
        if identities.address_has_changed(account, identity):
            identities.ask_again(account, identity)
            raise ImmediateHttpResponse(redirect("account:identity_changed"))
        data = {"subject": identity.subject, "email": identity.email, "proved_at": proved_at(claims)}
        self.opened_by = kwargs["response"]["id_token"]
        return self.get_provider().sociallogin_from_response(request, data)

    def _claims(self, token: str) -> dict[str, Any]:
        """The claims of an ID token meant for us, now, for this very request."""
        claims = self._opened(token, ["exp", "iat", "iss", "aud", "sub"])
        client, audience = self.get_provider().app.client_id, claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client:
            raise OAuth2Error("the token was issued to another client")
        if not self.nonce or not constant_time_compare(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("the token answers another request")
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= LONGEST:
            raise OAuth2Error("the subject is empty or too long")
        return claims

    def _said_more(self, access_token: str, subject: str) -> dict[str, Any]:
        """What the issuer says of the person on its own page: JSON, or one signed piece. Of that very subject only."""
        address = self.openid_config.get("userinfo_endpoint")
        if not address:
            return {}
        with get_adapter().get_requests_session() as talk:
            answer = talk.get(address, headers={"Authorization": f"Bearer {access_token}"})
        answer.raise_for_status()
        signed = "jwt" in answer.headers.get("Content-Type", "")
        said = self._opened(answer.text.strip(), ["iss", "aud"]) if signed else answer.json()
        if not isinstance(said, dict) or said.get("sub") != subject:
            raise OAuth2Error("what is said is of somebody else")
        return {name: value for name, value in said.items() if name in SAID}

    def _opened(self, token: str, required: list[str]) -> dict[str, Any]:
        """A signed piece of the issuer's, for us, not ended. Raises OAuth2Error."""
        try:
            header = jwt.get_unverified_header(token)
            return jwt.decode(
                token,
                key=self._key(header),
                algorithms=ALGORITHMS,
                audience=self.get_provider().app.client_id,
                issuer=self.provider_id,
                leeway=LEEWAY,
                options={"require": required},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error(type(error).__name__) from error

    def _key(self, header: dict[str, Any]) -> Any:
        """The issuer's key of that name; read anew when it is not among those kept, for issuers change keys."""
        for is_anew in (False, True):
            found = _kept(f"keys:{self.provider_id}", partial(_read, self.openid_config["jwks_uri"]), anew=is_anew)
            signing = [key for key in jwt.PyJWKSet.from_dict(found).keys if key.public_key_use in (None, "sig")]
            named = [key for key in signing if "kid" not in header or key.key_id == header["kid"]]
            if len(named) == 1:
                return named[0]
        raise OAuth2Error("no key of that name")


class Return(OAuth2CallbackView):
    """Back from the issuer, with a code; the nonce of the request it answers goes with it."""

    adapter: Exchange

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = super().dispatch(request, *args, **kwargs)
        except FAULTS as error:
            return render_authentication_error(request, self.adapter.get_provider(), exception=error)
        if self.adapter.opened_by:  # after signing in, which may empty the session of somebody else
            request.session[OPENED_BY] = {"issuer": self.adapter.provider_id, "token": self.adapter.opened_by}
        return response

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, response


class SecondStage(AuthenticateStage):
    """The passkey or the application, unless settings let the issuer's own second factor count."""

    def _should_handle(self, request: HttpRequest) -> bool:
        sociallogin = (self.login.signal_kwargs or {}).get("sociallogin")
        at = sociallogin.account.extra_data.get("proved_at") if sociallogin else None
        if at is None:
            return super()._should_handle(request)
        record_authentication(request, self.login.user, "mfa", type="issuer", at=at)
        return False


def proved_at(claims: dict[str, Any]) -> float | None:
    """When the issuer saw a second factor that settings let count; None when it did not.

    An issuer that does not say when proves nothing fresh: the act asks again (trust A9).
    """
    factors = claims.get("amr") if isinstance(claims.get("amr"), list) else []
    counts = claims.get("acr") in settings.OIDC["acr"] or not set(map(str, factors)).isdisjoint(settings.OIDC["amr"])
    if not counts:
        return None
    told, now = claims.get("auth_time"), time.time()
    return min(float(told), now) if isinstance(told, int | float) else now - FRESH_FOR


def leave_for(request: HttpRequest, back: str) -> str | HttpResponse:
    """The issuer's address to go to, and where one comes back to after it; or the page that says it does not answer."""
    provider = get_adapter().get_provider(request, provider=settings.OIDC["issuer"])
    nonce = secrets.token_urlsafe(32)
    asked = {"nonce": nonce} | ({"acr_values": " ".join(settings.OIDC["acr"])} if settings.OIDC["acr"] else {})
    try:
        return provider.redirect(request, "login", next_url=back or None, auth_params=asked, nonce=nonce)["Location"]
    except FAULTS as error:
        return render_authentication_error(request, provider, exception=error)


def way_out(request: HttpRequest, opened_by: dict[str, str] | None) -> str:
    """The issuer's address where one also signs out there; "" when it was not the way in, has none, or does not answer.

    RP-Initiated Logout 1.0, section 2. The state is signed, so that nothing has to stay in the browser (trust W10).
    """
    told = settings.OIDC
    if not told or not opened_by or opened_by["issuer"] != told["issuer"]:
        return ""
    try:
        place = Exchange(request, told["issuer"]).openid_config.get("end_session_endpoint")
    except FAULTS as error:
        log.warning("issuer=%s does not sign out: %s", told["issuer"], type(error).__name__)
        return ""
    if not isinstance(place, str) or urlsplit(place).scheme != urlsplit(told["issuer"]).scheme:
        return ""
    asked = {
        "id_token_hint": opened_by["token"],
        "client_id": told["client"],
        "post_logout_redirect_uri": whole("account:identity_left", language=settings.LANGUAGE_CODE),
        "state": signing.dumps(secrets.token_urlsafe(16), salt=LEAVING),
    }
    return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(asked)}"


def answers_way_out(state: str) -> bool:
    """Whether this state is of a sign-out we asked, a quarter of an hour ago at most."""
    try:
        return bool(signing.loads(state, salt=LEAVING, max_age=WAITS_FOR))
    except signing.BadSignature:
        return False


def waiting_for(request: HttpRequest) -> Identity | None:
    """What the issuer said in this browser, a quarter of an hour ago at most, of somebody we did not know."""
    held = request.session.get(WAITING)
    if not held or time.time() - held["at"] > WAITS_FOR:
        return None
    return Identity(**held["told"])


def _kept(name: str, read: Any, *, anew: bool = False) -> dict[str, Any]:
    found = None if anew else caches["local"].get(name)
    if found is None:
        found = read()
        caches["local"].set(name, found, KEPT_FOR)
    return found


def _read(address: str) -> dict[str, Any]:
    """A document the issuer publishes. Raises RequestException, OAuth2Error."""
    with get_adapter().get_requests_session() as talk:
        answer = talk.get(address)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise OAuth2Error("not a document of an issuer")
    return found


def _line(words: Any) -> str:
    """What an issuer wrote, as one short line of text."""
    return " ".join(words.split())[:LONGEST] if isinstance(words, str) else ""
