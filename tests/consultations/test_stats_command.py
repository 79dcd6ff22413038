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


# Raked weights -------------------------------------------------------------------------------------------------------
DATA = "age,sex\nyoung,girl\nyoung,boy\nold,boy\n"
MARGINS = "variable,category,total\nage,young,60\nage,old,40\nsex,girl,50\nsex,boy,50\n"


def rake(folder, data, margins, *words):
    for name, written in (("data.csv", data), ("margins.csv", margins)):
        if written is not None:
            (folder / name).write_bytes(written if isinstance(written, bytes) else written.encode())
    out = StringIO()
    call_command("stats", "rake", str(folder / "data.csv"), str(folder / "margins.csv"), *words, stdout=out)
    return out.getvalue()


def test_weights_are_printed_in_the_order_of_rows(tmp_path):
    weights = json.loads(rake(tmp_path, DATA, MARGINS, "--json"))

    assert weights == {"weights": pytest.approx([50, 10, 40], abs=1e-9)}


def test_weights_are_those_before_trimming(tmp_path):
    margins = "variable,category,total\nage,young,99\nage,old,1\n"

    assert json.loads(rake(tmp_path, "age\nyoung\nold\n", margins, "--json")) == {"weights": [99, 1]}


def test_file_of_a_spreadsheet_is_read_with_its_mark_its_ends_of_line_and_other_columns(tmp_path):
    data = '\ufeffname,weight,age\r\n"a, b",1,young\r\nc,3,young\r\nd,2,old\r\n\r\n'
    margins = "total,variable,category\n60,age,young\n40,age,old\n"

    assert json.loads(rake(tmp_path, data, margins, "--json")) == {"weights": [15, 45, 40]}


def test_weights_are_printed_for_people(tmp_path):
    assert rake(tmp_path, DATA, MARGINS) == "50.000000\n10.000000\n40.000000\n"


@pytest.mark.parametrize(
    ("data", "margins", "sentence"),
    [
        (None, MARGINS, "data.csv cannot be read: is it there?"),
        (DATA, None, "margins.csv cannot be read: is it there?"),
        ("", MARGINS, "data.csv is empty."),
        ("âge\n".encode("latin-1"), MARGINS, "data.csv is no CSV in UTF-8."),
        ('age,sex\n"young"x,girl\n', MARGINS, "data.csv is no CSV in UTF-8."),
        ("age,sex\n", MARGINS, "data.csv has a header and no line."),
        ("age\nyoung\n", MARGINS, "data.csv has no column “sex”; columns are separated by commas."),
        (DATA.replace(",", ";"), MARGINS, "data.csv has no column “age”; columns are separated by commas."),
        ("age,sex,sex\nyoung,girl,boy\n", MARGINS, "data.csv has two columns of one name."),
        ("age,sex\nyoung,girl\n\nold,boy\n", MARGINS, "data.csv, line 3: values for 0 of 2 columns."),
        ("age,sex,weight\nyoung,girl,1\nold,boy,much\n", MARGINS, "data.csv, line 3: “much” is no number."),
        ("age,sex,weight\nyoung,girl,1\nold,boy,-1\n", MARGINS, "A weight to begin with is a number above 0."),
        (DATA, "variable,category\nage,young\n", "margins.csv has no column “total”; columns are separated by commas."),
        (DATA, "variable,category,total\nage,young,60\nage,young,40\n", "margins.csv, line 3: age has “young” twice."),
        (DATA, "variable,category,total\nage,young,1 000\n", "margins.csv, line 2: “1 000” is no number."),
        (DATA, "variable,category,total\nage,young,60\n", "age: the category “old” has no total."),
        (DATA + "old,girl\n", MARGINS + "sex,other,0.5\n", "The totals of age add to 100, those of sex to 100.5."),
        ("age,sex\nyoung,girl\nyoung,boy\n", MARGINS, "age: “old” should add to 40 and has no sheet."),
    ],
)
def test_files_that_cannot_be_raked_are_said(tmp_path, data, margins, sentence):
    with pytest.raises(CommandError) as refused:
        rake(tmp_path, data, margins, "--json")

    assert str(refused.value) == sentence
