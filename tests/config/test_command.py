"""The command line `marelle`."""

import re

import pytest

from marelle.config import command
from tools.consistency.tree import ROOT

pytestmark = pytest.mark.once


def test_command_lists_its_words(capsys):
    assert command.main([]) == 0

    lines = capsys.readouterr().out.splitlines()[2:]
    assert [line.split()[0] for line in lines] == [
        "demo",
        "serve",
        "worker",
        "migrate",
        "territories",
        "framework",
        "library",
        "network",
        "consultation",
        "backup",
        "restore",
        "snapshots",
        "stats",
        "erasures",
        "check",
        "first-administrator",
    ]


def test_command_says_when_a_word_does_not_exist(capsys):
    assert command.main(["fly"]) == 2

    assert "there is no “fly”" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("says", "demonstration"),
    [
        ({}, True),
        ({"MARELLE_MODE": "production"}, False),
        ({"MARELLE_SECRET_KEY": "k" * 50}, False),
        ({"DATABASE_URL": "postgresql://u@/n"}, False),
    ],
    ids=["nothing said", "mode", "key", "database"],
)
def test_demonstration_is_recognised_only_when_nothing_says_otherwise(tmp_path, monkeypatch, says, demonstration):
    for name in ("MARELLE_MODE", "MARELLE_SECRET_KEY", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in says.items():
        monkeypatch.setenv(name, value)
    (tmp_path / command.DEMO_MARK).touch()

    assert command.is_demonstration(tmp_path) is demonstration
    assert command.is_demonstration(tmp_path / "elsewhere") is False


@pytest.mark.parametrize(
    ("words", "value"),
    [(["--port", "8123"], "8123"), (["--port=8124"], "8124"), ([], ""), (["--port"], "")],
)
def test_command_reads_the_port_before_the_settings(words, value):
    assert command.option(words, "--port") == value


def test_service_files_bind_to_this_machine_alone():
    """trust S5. No sample listens to the world, save the proxy's own two doors."""
    samples = [p for p in (ROOT / "docs" / "running").rglob("*") if p.is_file()]
    text = "\n".join(p.read_text() for p in samples)

    assert re.findall(r"0\.0\.0\.0|listen \[::\]|--host (?!127\.0\.0\.1)", text) == []
    assert re.findall(r"proxy_pass http://([\d.]+):", text) == ["127.0.0.1"] * 2  # children's answers, and the rest
