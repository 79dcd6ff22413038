"""A device that keeps passkeys, as a browser would speak for it: real keys, real signatures, no browser."""

import json
import os
import re
from html import unescape

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40  # flags: Web Authentication Level 2, section 6.1


class Device:
    """Keeps one passkey. `counter` moves at each use; `flags` say whether its owner was there, and proved who they are."""

    def __init__(self, *, origin="http://localhost:8000", domain="localhost", counter=1):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(16)
        self.origin, self.domain, self.counter = origin, domain, counter
        self.flags = PRESENT | VERIFIED
        self.handle = None

    def create(self, options):
        """What the browser answers to "add a passkey"."""
        asked = options["publicKey"]
        self.handle = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        kept = AttestedCredentialData.create(bytes(16), self.credential_id, public)
        said = AuthenticatorData.create(self._domain_digest(), self.flags | WITH_KEY, self.counter, kept)
        attestation = AttestationObject.create("none", said, {})
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer({"clientDataJSON": client, "attestationObject": attestation})

    def get(self, options, *, handle=None):
        """What the browser answers to "sign in with a passkey"."""
        self.counter += 1 if self.counter else 0
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        said = AuthenticatorData.create(self._domain_digest(), self.flags, self.counter)
        signature = self.key.sign(said + client.hash, ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": said, "signature": signature}
        return self._answer({**parts, "userHandle": websafe_decode(handle or self.handle)})

    def _client(self, kind, challenge):
        return CollectedClientData.create(kind, websafe_decode(challenge), self.origin)

    def _domain_digest(self):
        digest = hashes.Hash(hashes.SHA256())
        digest.update(self.domain.encode())
        return digest.finalize()

    def _answer(self, parts):
        named = {"id": websafe_encode(self.credential_id), "rawId": websafe_encode(self.credential_id)}
        response = {name: websafe_encode(bytes(part)) for name, part in parts.items()}
        return {**named, "type": "public-key", "response": response, "clientExtensionResults": {}}


def options_of(page):
    """What a page asks the browser for."""
    return json.loads(unescape(re.search(r'data-options="([^"]+)"', page.content.decode())[1]))
