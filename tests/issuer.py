"""An OpenID Connect issuer of our own, over real HTTP on a port of this machine, with signed tokens; it can lie."""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "marelle", "un-secret-partagé-pour-les-essais"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class FakeIssuer:
    """`lies` changes what the next token says, `said` what is said of whom; `calls` are the paths that were asked."""

    def __init__(self, address):
        self.address = address
        self.lies, self.header, self.key, self.algorithm = {}, {}, KEY, "RS256"
        self.codes, self.tokens, self.calls = {}, {}, []
        self.signs_what_it_says = False
        self.config_lies = {}
        self.way_back, self.signed_out = "http://127.0.0.1:8000/compte/sortir/identite/retour", []

    def let_in(self, place, *, sub, **said):
        """Somebody typed their password there: the code their browser brings back, and the state."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}
        code = secrets.token_urlsafe(8)
        self.codes[code] = (asked, {"sub": sub, **said})
        return {"code": code, "state": asked["state"]}

    def configuration(self):
        named = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint")
        told = {name: f"{self.address}/{name.partition('_')[0]}" for name in named}
        return {"issuer": self.address, "token_endpoint_auth_methods_supported": ["client_secret_post"], **told} | (
            self.config_lies
        )

    def keys(self):
        own = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [own | {"kid": "k1", "use": "sig", "alg": "RS256"}]}

    def exchange(self, form):
        """The code against tokens: once, to who asked for it, with the verifier that goes with what was asked."""
        asked, said = self.codes.pop(form.get("code"), (None, None))
        if asked is None or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (asked.get("code_challenge"), asked["code_challenge_method"]) != (challenge, "S256"):
            return None
        if form.get("redirect_uri") != asked["redirect_uri"]:
            return None
        access = secrets.token_urlsafe(8)
        self.tokens[access] = said
        now = int(time.time())
        own = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            "sub": said["sub"],
        }
        factors = {name: said[name] for name in ("acr", "amr", "auth_time") if name in said}
        claims = {name: value for name, value in {**own, **factors, **self.lies}.items() if value is not None}
        return {"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": self.sign(claims)}

    def sign_out(self, place):
        """Somebody leaves, as RP-Initiated Logout 1.0 says: the address they are sent back to, None when it is not believed.

        The hint must be a token of this issuer (an old one is good), of that client, and the way back one it knows.
        """
        asked = {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}
        claims = jwt.decode(
            asked["id_token_hint"], KEY.public_key(), ["RS256"], audience=CLIENT, options={"verify_exp": False}
        )
        if (claims["iss"], asked["client_id"], asked["post_logout_redirect_uri"]) != (
            self.address,
            CLIENT,
            self.way_back,
        ):
            return None
        self.signed_out.append(claims["sub"])
        return f"{asked['post_logout_redirect_uri']}?state={asked['state']}"

    def sign(self, claims):
        return jwt.encode(claims, self.key, algorithm=self.algorithm, headers={"kid": "k1", **self.header})


class Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        issuer, path = self.server.issuer, urlsplit(self.path).path
        issuer.calls.append(path)
        if path == "/.well-known/openid-configuration":
            return self._say(issuer.configuration())
        if path == "/jwks":
            return self._say(issuer.keys())
        said = issuer.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
        if path == "/userinfo" and said is not None:
            told = {name: value for name, value in said.items() if name not in ("acr", "amr", "auth_time")}
            if issuer.signs_what_it_says:
                return self._say(issuer.sign({**told, "iss": issuer.address, "aud": CLIENT}), kind="application/jwt")
            return self._say(told)
        return self._say({"error": "not_found"}, status=404)

    def do_POST(self):
        issuer, length = self.server.issuer, int(self.headers.get("Content-Length", 0))
        issuer.calls.append(urlsplit(self.path).path)
        form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        tokens = issuer.exchange(form)
        self._say(tokens or {"error": "invalid_grant"}, status=200 if tokens else 400)

    def _say(self, told, *, status=200, kind="application/json"):
        body = (told if isinstance(told, str) else json.dumps(told)).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        """Say nothing."""


@contextmanager
def listening():
    """An issuer that answers at `issuer.address` until the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.issuer = FakeIssuer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
