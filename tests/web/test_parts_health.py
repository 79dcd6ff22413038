"""`/sante` for those who watch over the house; invariants for those who keep it."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from marelle.base import checks, registers, rounds
from marelle.base.models import Job, JobState, Letter, Origin, Stamp
from tests.append_only import opened

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 5, 4, tzinfo=UTC)


def sign(seconds_ago):
    rounds.give_sign_of_life()
    Stamp.objects.filter(name="worker").update(value=int(timezone.now().timestamp()) - seconds_ago)


def test_health_is_ok_when_all_answer(client):
    sign(3)

    plain, as_json = client.get("/sante"), client.get("/sante", headers={"Accept": "application/json"})

    assert (plain.status_code, plain.content) == (200, b"ok\n")
    assert as_json.json() == {"state": "ok", "database": "ok", "files": "ok", "worker": "ok"}
    assert plain.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("ago", [None, 121])
def test_health_names_a_silent_worker(client, ago):
    if ago:
        sign(ago)

    plain, as_json = client.get("/sante"), client.get("/sante", headers={"Accept": "application/json"})

    assert (plain.status_code, plain.content.decode()) == (503, "L’ouvrier ne donne pas signe de vie.\n")
    assert (as_json.status_code, as_json.json()["state"], as_json.json()["worker"]) == (
        503,
        "degraded",
        "does not answer",
    )


def test_health_names_files_that_cannot_be_written(client, settings, tmp_path):
    sign(3)
    (tmp_path / "in the way").write_text("")
    settings.FILES_ROOT = tmp_path / "in the way"

    pages = [client.get(address).content.decode() for address in ("/sante", "/en/sante")]

    assert pages == [
        "Le dossier des fichiers n’est pas accessible en écriture.\n",
        "The folder of files cannot be written in.\n",
    ]


def test_health_is_never_kept(client, settings):
    settings.PAGE_CACHE_BYTES = 2**20
    sign(3)
    first = client.get("/sante").status_code
    sign(500)

    assert (first, client.get("/sante").status_code) == (200, 503)


def run():
    out = StringIO()
    call_command("invariants", stdout=out)
    return out.getvalue()


def test_invariants_hold_in_a_new_house():
    """trust D7."""
    text = run()

    assert "broken" not in text
    assert "ok      origins keep their words" in text


def test_broken_invariant_is_named_and_fails(monkeypatch, capsys):
    """trust D7."""
    monkeypatch.setattr(registers, "invariants", {"b": lambda: ["row=7"], "a": lambda: []})
    monkeypatch.setattr(registers, "missing", [])
    out = StringIO()

    with pytest.raises(CommandError, match="1 of 2 invariants are broken") as failed:
        call_command("invariants", stdout=out)

    assert out.getvalue() == "ok      a\nbroken  b\n        row=7\n"
    assert failed.value.returncode == 1


def test_base_invariants_find_what_is_wrong():
    """trust D7."""
    Job.objects.create(key="a", task="x", state=JobState.DONE, created_at=DAY, not_before=DAY)
    Job.objects.create(key="b", task="x", created_at=DAY, not_before=DAY, lease_until=DAY)
    Origin.objects.create(parent="a:1", offspring="b:2", label="mot", fingerprint="0" * 64, made_by="p", made_at=DAY)

    first, second = Job.objects.order_by("pk")
    assert list(checks.jobs_and_their_ends()) == [
        f"job={first.pk}: done, without an end",
        f"job={second.pk}: waits, yet someone holds it",
    ]
    assert list(checks.frozen_words()) == [f"origin={Origin.objects.get().pk}: its frozen words were altered"]
    with opened():
        Origin.objects.all().delete()


def test_what_was_given_up_is_listed():
    Job.objects.create(key="a", task="seal", state=JobState.PARKED, last_error="no key", created_at=DAY, not_before=DAY)
    Letter.objects.create(
        key="l", kind="receipt", address="a@x.example", subject="s", text="t", state="parked", last_error="554",
        written_at=DAY, not_before=DAY,
    )  # fmt: skip

    assert checks.parked() == [
        f"letter={Letter.objects.get().pk} receipt: 554",
        f"job={Job.objects.get().pk} seal: no key",
    ]
