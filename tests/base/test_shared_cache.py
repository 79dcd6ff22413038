"""What processes count together, shown with a process of its own beside the test's."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marelle.base.errors import TooMany
from marelle.web.parts import limits
from tests.base.threads import at_once
from tests.faults.living_server import ROOT, address_of_database

ASK = """
import django; django.setup()
from marelle.base.errors import TooMany
from marelle.web.parts import limits
from allauth.mfa.totp.internal.auth import cache as of_totp
for _ in range(3):
    try:
        limits.count("trial", "someone", most=5, seconds=60)
        print("counted")
    except TooMany:
        print("delayed")
print("code taken" if of_totp.add("a-code", "y", timeout=30) else "code refused")
"""


def in_another_process() -> list[str]:
    """What the script answers from a process of its own, over this test's database."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "marelle.config.settings",
        "MARELLE_MODE": "test",
        "MARELLE_DATA": str(settings.DATA),
        "DATABASE_URL": address_of_database(),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.stdout.splitlines() or done.stderr.splitlines()[-3:]


@pytest.mark.django_db(transaction=True)
def test_two_processes_count_together():
    """trust L1, L2, A3: a limit and a used code hold whichever process answers."""
    for _number in range(3):
        limits.count("trial", "someone", most=5, seconds=60)
    cache.add("a-code", "y", timeout=30)

    answers = in_another_process()

    assert answers == ["counted", "counted", "delayed", "code refused"]
    with pytest.raises(TooMany):
        limits.count("trial", "someone", most=5, seconds=60)


@pytest.mark.django_db(transaction=True)
def test_no_count_is_lost_between_eight_at_once():
    cache.add("asks", 0, 60)

    answers = at_once(lambda _number: cache.incr("asks"), 8)

    assert (sorted(answers), cache.get("asks")) == ([1, 2, 3, 4, 5, 6, 7, 8], 8)


@pytest.mark.django_db
def test_incr_leaves_the_end_of_the_window():
    cache.add("asks", 0, 60)
    with connection.cursor() as cursor:
        before = cursor.execute("SELECT expires FROM base_shared_cache") and cursor.fetchone()

    cache.incr("asks")

    with connection.cursor() as cursor:
        cursor.execute("SELECT expires FROM base_shared_cache")
        assert (cursor.fetchone(), cache.get("asks")) == (before, 1)


@pytest.mark.django_db
def test_incr_refuses_what_has_ended():
    cache.set("over", 3, -1)

    with pytest.raises(ValueError):
        cache.incr("over")


@pytest.mark.django_db
def test_table_may_be_made_twice():
    call_command("createcachetable", verbosity=0)
    call_command("migrate", verbosity=0)

    cache.set("still", "there", 60)

    assert (cache.get("still"), caches["local"].get("still")) == ("there", None)


@pytest.mark.django_db(transaction=True)
def test_an_ask_is_one_writing_to_the_disk():
    with CaptureQueriesContext(connection) as asked:
        limits.count("trial", "newcomer", most=5, seconds=60)

    assert [query["sql"] for query in asked].count("COMMIT") == 1
