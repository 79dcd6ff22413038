"""What a process of ours refuses to start with, tried in a process of its own (trust S1)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
GOOD_KEY = "k" * 50
SOUND = {
    "MARELLE_SECRET_KEY": GOOD_KEY,
    "MARELLE_HOSTS": "marelle.example",
    "MARELLE_ADDRESS": "https://marelle.example",
}

OIDC = {"MARELLE_OIDC_ISSUER": "https://id.example", "MARELLE_OIDC_CLIENT": "marelle", "MARELLE_OIDC_SECRET": "s"}


def start(expression: str = "''", **environment: str) -> subprocess.CompletedProcess:
    """Read the settings as a new process does; print an expression of them."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MARELLE_", "DATABASE_URL", "DJANGO_"))}
    line = [sys.executable, "-W", "error", "-c", f"from marelle.config import settings; print({expression})"]
    return subprocess.run(line, cwd=ROOT, env=kept | environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"MARELLE_SECRET_KEY": ""}, "set MARELLE_SECRET_KEY"),
        ({"MARELLE_SECRET_KEY": "sample-key-for-demonstration-only-never-in-production"}, "set MARELLE_SECRET_KEY"),
        ({"MARELLE_SECRET_KEY": "short"}, "set MARELLE_SECRET_KEY"),
        ({"MARELLE_DEBUG": "1"}, "unset MARELLE_DEBUG"),
        ({"MARELLE_HOSTS": "*"}, "instead of *"),
        ({"MARELLE_HOSTS": "marelle.example,*"}, "instead of *"),
        ({"MARELLE_OIDC_ISSUER": "https://id.example"}, "set MARELLE_OIDC_CLIENT and MARELLE_OIDC_SECRET"),
        (OIDC | {"MARELLE_OIDC_ISSUER": "http://id.example"}, "an https:// address"),
        ({"MARELLE_TIME_HEADER": "X-Request-Time"}, "letters and digits alone"),
        ({"MARELLE_TIME_HEADER": "X_Request_Time"}, "letters and digits alone"),
    ],
    ids=[
        "no key",
        "sample key",
        "short key",
        "debug",
        "any host",
        "any host among others",
        "issuer without us",
        "issuer in clear",
        "header with hyphens",
        "header with underscores",
    ],
)
def test_production_refuses(change, sentence):
    """trust S1. One sentence says what to do."""
    done = start(**(SOUND | change))

    assert done.returncode != 0
    assert sentence in done.stderr


def test_production_starts_when_sound():
    """trust S1. Neither demonstration nor debugging, and closed cookies."""
    done = start(
        "[settings.DEMO, settings.DEBUG, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_NAME]", **SOUND
    )

    assert (done.returncode, done.stdout) == (0, "[False, False, True, '__Host-marelle']\n"), done.stderr


@pytest.mark.parametrize(
    ("environment", "domain"),
    [
        ({}, "marelle.example"),
        ({"MARELLE_PASSKEY_DOMAIN": "example"}, "example"),
        ({"MARELLE_ADDRESS": "https://192.0.2.7"}, ""),
        ({"MARELLE_MODE": "demo", "MARELLE_ADDRESS": "http://127.0.0.1:8000"}, "localhost"),
        ({"MARELLE_ADDRESS": "https://[2001:db8::1]:8443"}, ""),
    ],
    ids=["the address", "named", "a number", "demonstration", "a number of IPv6"],
)
def test_passkeys_are_tied_to_a_name(environment, domain):
    """settled 3. Browsers refuse numbers; the Host of a request says nothing."""
    done = start("[settings.PASSKEY_DOMAIN]", **(SOUND | environment))

    assert (done.returncode, done.stdout) == (0, f"['{domain}']\n"), done.stderr


def test_issuer_is_read_from_the_environment():
    """trust A13. Absent, there is none; words are separated by spaces."""
    none, named = (
        start("settings.OIDC", **(SOUND | more)) for more in ({}, OIDC | {"MARELLE_OIDC_ACR": "eidas2 eidas3"})
    )

    assert none.stdout == "{}\n"
    assert "'acr': ['eidas2', 'eidas3'], 'amr': []" in named.stdout


def test_demonstration_starts_without_a_key():
    done = start("[settings.DEMO, settings.SESSION_COOKIE_SECURE]", MARELLE_MODE="demo")

    assert (done.returncode, done.stdout) == (0, "[True, False]\n"), done.stderr


def test_passwords_are_kept_with_argon2id():
    """trust A1. The product's own first hasher, whatever the tests use."""
    done = start("settings.PASSWORD_HASHERS[0]", **SOUND)

    assert done.stdout == "django.contrib.auth.hashers.Argon2PasswordHasher\n"
