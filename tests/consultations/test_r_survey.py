"""Weights and estimates, beside R's `survey` on its own data: `make test-r`. Without R the test is skipped, and says so."""

import csv
import json
import shutil
import subprocess
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command

from marelle.consultations.estimates import cluster_design, mean_of, ranks_differ, rao_scott, t_quantile, total_of

SCRIPT = Path(__file__).with_name("survey.R")
AGREED = 1e-9  # relative, specs/disclosure.md, section 15
COPIES = 6  # of the sheets, where an association asks for a thousand


def has_survey():
    found = shutil.which("Rscript")
    asked = [found, "-e", "quit(status = !requireNamespace('survey', quietly = TRUE))"]
    return bool(found) and subprocess.run(asked, capture_output=True).returncode == 0


pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not has_survey(), reason="R with survey is not installed: apt install r-base-core r-cran-survey"
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("survey")
    ran = subprocess.run(["Rscript", "--vanilla", str(SCRIPT), str(place)], capture_output=True, text=True)
    assert ran.returncode == 0 and "Warning" not in ran.stderr, ran.stderr
    print(ran.stdout, end="")
    return place


@pytest.fixture(scope="module")
def said(folder):
    with (folder / "said.csv").open() as lines:
        return {line["name"]: float(line["value"]) for line in csv.DictReader(lines)}


@pytest.fixture(scope="module")
def sheets(folder):
    with (folder / "data.csv").open() as lines:
        return list(csv.DictReader(lines))


def numbers(sheets, name):
    return np.array([float(sheet[name]) for sheet in sheets])


def far(ours, theirs):
    """The largest relative distance, printed: `make test-r` shows it."""
    distance = float(np.max(np.abs(np.divide(ours, theirs) - 1)))
    print(f"furthest from R: {distance:.1e}")
    return distance


def test_means_and_totals_and_their_errors_are_those_of_r(said, sheets):
    weights, site = numbers(sheets, "weight"), numbers(sheets, "dnum")

    mean = mean_of(numbers(sheets, "api00"), weights, site)
    total = total_of(numbers(sheets, "enroll"), weights, site)

    ours = [mean.value, mean.error, total.value, total.error]
    assert far(ours, [said[name] for name in ("mean", "mean_error", "total", "total_error")]) <= AGREED


def test_share_and_its_design_effect_are_those_of_r(said, sheets):
    weights, site = numbers(sheets, "weight"), numbers(sheets, "dnum")
    chosen, n = [sheet["sch.wide"] == "Yes" for sheet in sheets], len(sheets)

    share = mean_of(chosen, weights, site)
    design = cluster_design(chosen, weights, site) * (n - 1) / n  # R divides by n - 1 the variance of a simple sample

    ours = [share.value, share.error, design]
    assert far(ours, [said[name] for name in ("share", "share_error", "share_design")]) <= AGREED


def test_raked_weights_are_those_of_r(said, folder):
    out = StringIO()

    call_command("stats", "rake", str(folder / "data.csv"), str(folder / "margins.csv"), "--json", stdout=out)

    ours = json.loads(out.getvalue())["weights"]
    assert far(ours, [said[f"weight_{row}"] for row in range(1, len(ours) + 1)]) <= AGREED


def test_association_is_that_of_r(said, sheets):
    columns = [[sheet[name] for sheet in sheets] * COPIES for name in ("sch.wide", "stype")]
    weights = np.tile(numbers(sheets, "weight"), COPIES)
    site = np.concatenate([numbers(sheets, "dnum") + 10_000 * copy for copy in range(COPIES)])

    assert far(rao_scott(*columns, weights, site), said["association"]) <= AGREED


def test_ranks_of_a_simple_sample_differ_as_in_r(said, sheets):
    """Shares as exact as they can be, each child worth one: an analysis of variance of ranks."""
    found = np.zeros((3, 10))
    for sheet in sheets:
        found["EHM".index(sheet["stype"]), int(float(sheet["api00"]) // 100)] += 1
    sizes = list(found.sum(axis=1))

    assert far(ranks_differ(found, sizes, sizes), said["ranks"]) <= AGREED


def test_student_quantiles_are_those_of_r(said):
    degrees = range(1, 59)

    assert far([t_quantile(each) for each in degrees], [said[f"t_{each}"] for each in degrees]) <= AGREED
