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
    ],
    ids=["no key", "sample key", "short key", "debug", "any host", "any host among others"],
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


def test_demonstration_starts_without_a_key():
    done = start("[settings.DEMO, settings.SESSION_COOKIE_SECURE]", MARELLE_MODE="demo")

    assert (done.returncode, done.stdout) == (0, "[True, False]\n"), done.stderr


def test_passwords_are_kept_with_argon2id():
    """trust A1. The product's own first hasher, whatever the tests use."""
    done = start("settings.PASSWORD_HASHERS[0]", **SOUND)

    assert done.stdout == "django.contrib.auth.hashers.Argon2PasswordHasher\n"
