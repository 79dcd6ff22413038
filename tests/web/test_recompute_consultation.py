"""Anyone can recompute: the script of the documentation, run by itself against the open data and the pages of a live server."""

import subprocess
import sys

import pytest
from django.conf import settings

from marelle.consultations import catalogue, cubes, freezing
from marelle.consultations.items import items_of
from marelle.consultations.models import Freeze, ZoneTables
from marelle.consultations.opening import Frozen
from marelle.consultations.operations import open_data as writing
from marelle.consultations.queries import open_data
from tests.consultations.frozen import ASKED, said
from tests.consultations.published import edition_of, publish
from tests.factories.consultations import ZoneTablesFactory

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = settings.BASE / "docs" / "evaluation" / "recompute_consultation.py"
ITEMS, RULES = items_of(ASKED), freezing.manifest(ASKED)
CHILDREN = 1400


def children():
    """Of Rezé 240 and of Nantes the others, two ages and genders, not all alike."""
    for n in range(CHILDREN):
        zone = "commune:44143" if n < 240 else "commune:44109"
        age, gender = ("9_11", "12_14")[n % 2], ("girl", "boy")[n // 2 % 2]
        answers = said(n) | {"safe": 3 if n % 29 == 0 else n % 5 % 2 + 1}
        yield Frozen(n.to_bytes(16, "big"), answers, zone, "school", age, gender, "fr", "screen", "")


def chain(zone):
    return (zone, "departement:44", "region:52", "FR")


@pytest.fixture
def edition(settings, tmp_path):
    """A published edition, whose tables were drawn by the house from sheets."""
    settings.DATA = tmp_path
    edition = publish()
    ZoneTables.objects.all().delete()
    columns = freezing.responses(children(), ITEMS, secret=bytes(range(32)), freeze="2027-01")
    cubes.write_responses(tmp_path / "responses.parquet", columns)
    engine = cubes.connect()
    cube = cubes.build(engine, tmp_path / "responses.parquet", tmp_path, [item.name for item in ITEMS])
    zones = catalogue.plan(freezing.counts_of(columns), chain)
    for told in freezing.tell(cube, zones, ITEMS, RULES):
        known = {"status": told.zone.status, "ages": told.zone.ages, "genders": list(told.zone.genders)}
        ZoneTablesFactory(freeze=Freeze.rows.get(), zone=told.zone.name, columns=list(told.columns), **known)
    writing.write(edition_of(edition))
    return edition


def run(live_server, *asked):
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), live_server.url, "2026", *asked],
        capture_output=True,
        text=True,
        check=False,
    )


def test_script_finds_every_displayed_share_and_interval(live_server, edition):
    done = run(live_server)

    counts = {}
    for line in done.stdout.splitlines():
        what, equal, _of, whole, _equal = line.replace(":", "").split()
        counts[what] = (int(equal), int(whole))
    assert (done.returncode, done.stderr) == (0, "")
    assert {what: equal == whole for what, (equal, whole) in counts.items()} == dict.fromkeys(
        ("files", "columns", "intervals", "pages"), True
    )
    assert counts["intervals"][1] > 300
    assert counts["pages"][1] > 300


def test_script_finds_a_file_that_was_changed(live_server, edition):
    file = open_data.folder(Freeze.rows.get()) / "commune.csv"
    file.write_text(file.read_text("utf-8").replace(",no,", ",yes,", 1), "utf-8", newline="")

    done = run(live_server, "--without-pages")

    assert done.returncode == 1
    assert "files: commune.csv is not the one that was described" in done.stderr


def test_script_finds_a_share_and_an_interval_that_do_not_follow(live_server, edition):
    freeze = Freeze.rows.get()
    zone = freeze.zones.get(zone="region:52")
    safe, *others = zone.columns
    first, *rest = safe.shares
    moved = type(first)(**{**vars(first), "share": first.share + 1, "high": first.high + 1})
    changed = type(safe)(**{**vars(safe), "shares": (moved, *rest)})
    zone.delete()
    ZoneTablesFactory(freeze=freeze, zone="region:52", columns=[changed, *others])
    for file in open_data.folder(freeze).iterdir():
        file.unlink()
    open_data.folder(freeze).rmdir()
    writing.write(edition_of(edition))

    done = run(live_server, "--without-pages")

    assert done.returncode == 1
    assert "region 52 safe all all is not coded, rounded or added up" in done.stderr
    assert "intervals: region 52 safe all all oui" in done.stderr


def test_script_finds_a_page_that_says_otherwise(live_server, edition):
    zone = Freeze.rows.get().zones.get(zone="commune:44143")
    safe, *others = zone.columns
    first, *rest = safe.shares
    moved = type(first)(**{**vars(first), "share": first.share + 1})
    zone.delete()
    changed = type(safe)(**{**vars(safe), "shares": (moved, *rest)})
    ZoneTablesFactory(freeze=Freeze.rows.get(), zone=zone.zone, ages=zone.ages, columns=[changed, *others])

    done = run(live_server)

    assert done.returncode == 1
    assert "pages: " in done.stderr
    assert "/consultation/2026/safe?lieu=commune-44143  oui: " in done.stderr
