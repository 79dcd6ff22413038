"""How many children gave an answer, exactly, is nowhere but in the private files: not on a page, in a file, a log, a cache, a backup."""

import io
import json
import logging
import re
import zipfile
from datetime import timedelta

import pytest
from django.conf import settings

from marelle.base import clock
from marelle.consultations.models import Freeze
from marelle.consultations.operations import freezing, open_data, publishing, tabulation
from marelle.consultations.queries import published
from marelle.consultations.queries.results import zone_tables
from tests.anonymity.test_canaries import everywhere, kept_logs, log  # noqa: F401  two fixtures
from tests.consultations.frozen import AT, Edition

# Rows are numbered from one again: the number of a row, after many other tests, could be a planted one.
pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)
ON = AT + timedelta(days=1)
CHILDREN, YES, SAD = 2333, 1319, 1287
# No multiple of five, as counts are told to; no group is about as large, nor is an interval worth as many.
PLANTED = (YES, CHILDREN - YES, SAD, CHILDREN - SAD)
RENUMBERED = {"auth_permission", "django_content_type"}  # rows Django writes anew, further on, after each of such tests
PRIVATE = re.compile(r"\.parquet$|\.secret$")  # files of a freeze, in no backup, destroyed with its secret
SPACE = b"(?:[ ,.]|\xc2\xa0|\xe2\x80\xaf|&nbsp;|&#8239;)?"  # between thousands


def trace(number):
    """A number as it could be written, its thousands apart or not."""
    thousands, rest = divmod(number, 1000)
    return re.compile(rb"(?<![\w.,%%-])%d%b%03d(?![\w%%-]|[.,]\d)" % (thousands, SPACE, rest))


TRACES = [trace(number) for number in PLANTED]


def found_in(contents):
    """Where a true count stands."""
    return {
        place
        for place, content in contents.items()
        if place not in RENUMBERED and any(each.search(content) for each in TRACES)
    }


@pytest.fixture
def stood():
    """Files that other tests left: a length written in a drawing could be a planted number."""
    return {path.read_bytes() for path in settings.DATA.rglob("*") if path.is_file()}


@pytest.fixture
def edition(stood, answers):
    """Children who answered; their tables, frozen by two persons."""
    with clock.at(AT):
        found = Edition(answers)
        found.keep([
            found.sealed(
                {"safe": 1 if n < YES else 2, "sport": 1 if n % 5 < 3 else 3, "sad": 2 if n < SAD else 1},
                age_band=("9_11", "12_14")[n % 2],
                gender=("girl", "boy")[n // 2 % 2],
            )
            for n in range(CHILDREN)
        ])  # fmt: skip
        tabulation.choose_profiles(found.consultation.pk, ["sport"], by=found.one)
        freezing.propose(found.consultation.pk, by=found.one)
        freezing.confirm(found.consultation.pk, found.shares, by=found.other, at=AT)
        publishing.propose(found.consultation.pk, ON, by=found.one)
        publishing.confirm(found.consultation.pk, by=found.other)
        yield found


def pages(client, code):
    """Every public page and file of an edition that its pages lead to, as they are sent."""
    seen, wanted = {}, [f"/consultation/{code}", f"/consultation/{code}/donnees", f"/consultation/{code}/safe.csv"]
    wanted += [f"/consultation/{code}/{name}/vignette" for name in ("safe", "sport")]
    wanted += ["/donnees/catalogue", "/donnees/catalogue.jsonld", "/sitemap.xml"]
    while wanted:
        address = wanted.pop()
        answer = client.get(address)
        if address in seen or answer.status_code != 200:
            continue
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seen[address] = unpacked(content) + b"\n".join(f"{name}: {value}".encode() for name, value in answer.items())
        if answer["Content-Type"].startswith("text/html"):
            leads = re.findall(rf'href="(/consultation/{code}[^"#]*)"', content.decode())
            wanted += [lead.replace("&amp;", "&") for lead in leads if lead.replace("&amp;", "&") not in seen]
    return seen


def unpacked(content):
    """What a reader of a file sees: workbooks and kits are archives."""
    if content[:2] != b"PK":
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def test_no_true_count_is_anywhere_once_results_are_public(
    answers,  # noqa: F811
    stood,
    edition,
    log,  # noqa: F811
    kept_logs,  # noqa: F811
    client,
    tmp_path,
):
    with clock.at(ON + timedelta(minutes=1)):
        publishing.publish_what_is_due(ON + timedelta(seconds=30))
        code = edition.consultation.code
        open_data.write(published.edition(code))

        sent = pages(client, code)
        kept = everywhere(answers, kept_logs, tmp_path, log)

    freeze = Freeze.rows.get()
    kept["manifest"] = json.dumps(freeze.manifest).encode()
    kept["tables"] = b"".join(
        repr(zone_tables(freeze, zone.zone, zone.profile).columns).encode() for zone in freeze.zones.all()
    )
    assert {f"/consultation/{code}/safe", f"/consultation/{code}/methode"} <= sent.keys()
    assert len([address for address in sent if "/donnees/" in address]) >= 5
    public = {place: content for place, content in kept.items() if not PRIVATE.search(place) and content not in stood}
    assert (found_in(sent), found_in(public)) == (set(), set())
    assert b"base=23" in kept["tables"]  # what is told in its place


def test_true_count_that_could_be_found_is_found(answers, log, kept_logs, tmp_path):  # noqa: F811
    """Planted: in a log, in a file, its thousands apart."""
    logging.getLogger("anything").debug("freeze=2027-01 counted: %s children", YES)
    settings.DATA.mkdir(parents=True, exist_ok=True)
    left = settings.DATA / "left.tmp"
    left.write_text("oui\t1\u202f014\n", "utf-8")

    found = everywhere(answers, kept_logs, tmp_path, log)
    left.unlink()

    assert {"logs", "file left.tmp"} <= found_in(found)
    assert found_in({"page": b"<td>1&nbsp;287</td>"}) == {"page"}
