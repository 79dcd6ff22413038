"""`marelle stats ptable`, as other programs call it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.once


def ptable(*words):
    out = StringIO()
    call_command("stats", "ptable", *words, stdout=out)
    return out.getvalue()


def test_table_is_printed_as_json():
    rows = json.loads(ptable("--D", "8", "--V", "3", "--js", "2", "--json"))["rows"]

    assert list(rows) == [str(n) for n in range(1, 12)]
    assert {target: round(share, 7) for target, share in rows["1"].items()} == {
        "0": 0.7314841, "3": 0.1486798, "4": 0.0711747, "5": 0.030744, "6": 0.0119828, "7": 0.0042142, "8": 0.0013373, "9": 0.0003829,
    }  # fmt: skip


def test_table_is_printed_for_people():
    assert ptable("--D", "2", "--V", "1").splitlines()[0] == "1: 0 0.375000, 1 0.375000, 2 0.125000, 3 0.125000"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--D", "11", "--V", "6", "--js", "4"], "Row 2: a variance of 6 is not between 6 and 22, both excluded."),
        (["--D", "0", "--V", "1"], "D is from 1 to 60, js from 0 to 60, V above 0."),
        (["--D", "8", "--V", "3", "--pstay", "1"], "pstay is a share: 0 or more, below 1."),
    ],
)
def test_what_cannot_be_is_said(words, sentence):
    with pytest.raises(CommandError) as refused:
        ptable(*words)

    assert str(refused.value) == sentence
