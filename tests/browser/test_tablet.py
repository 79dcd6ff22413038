"""A class without a network: a tablet enrolled for one sitting seals what is finished, keeps what it cannot read, sends it later."""

import base64
import json

import pytest
from playwright.sync_api import expect

from marelle.consultations import boxes, handing, passes, sealing
from tests.browser.kids import STATIC
from tests.browser.test_kids import Child, kids  # noqa: F401  the same class
from tests.consultations.intake import PAIR, REFERENCE
from tests.scale import scaled

READ_ALL = """async () => {
  const opened = await new Promise(done => { const asks = indexedDB.open("marelle-tablet"); asks.onsuccess = () => done(asks.result); });
  const asked = opened.transaction("boxes").objectStore("boxes").getAll();
  return new Promise(done => { asked.onsuccess = () => done(asked.result); });
}"""


@pytest.fixture
def tablet(kids):  # noqa: F811
    """One that was enrolled, then taken where there is no network."""
    child = kids.child(service_workers="allow")
    child.page.goto(kids.url + "/e/ABCDEFGH?tablet=1")
    child.page.locator("[data-enrol]").click()
    expect(child.page.locator("[data-enrolled]")).to_contain_text("prêt")
    return child


def inside(box):
    """A part, as the opening reads it."""
    return json.loads(sealing.open_box(passes.bytes_of(box), PAIR.private))


def test_finished_part_waits_sealed_and_leaves_once_the_network_is_back(kids, tablet):  # noqa: F811
    page = tablet.page
    page.context.set_offline(True)
    for gender in ("girl", "boy", "no"):
        tablet.come_in(band="9_11", gender=gender)
        tablet.begin("droits")
        tablet.tick("q001", "1")
        tablet.to_the_end()
        tablet.go("send")
        expect(page.locator("[data-screen=kept]")).to_be_visible(timeout=15_000)
        expect(page.locator("[data-screen=sent]")).to_be_hidden()
        tablet.press("step", "received-last")
    expect(page.locator(".waiting")).to_have_text("3 feuilles attendent")
    held, received = page.evaluate(READ_ALL), kids.sheets()
    page.context.set_offline(False)
    page.reload()
    page.evaluate("fetch('/e/waiting')")
    for _look in range(40):
        if page.evaluate("fetch('/e/waiting').then(answer => answer.json())") == {"waiting": 0}:
            break
        page.wait_for_timeout(100)

    assert received == []
    assert [each.keys() for each in held] == [{"id", "sealed"}] * 3
    assert sorted(inside(each["sealed"])["gender"] for each in held) == ["boy", "girl", "no"]
    assert {json.dumps(inside(each["sealed"])["a"]) for each in held} == {'{"q001": 1}'}
    kept = [sheet for sheet in kids.sheets() if isinstance(sheet, boxes.Carried)]
    assert {sheet.box for sheet in kept} == {passes.bytes_of(each["sealed"]) for each in held}
    assert page.evaluate(READ_ALL) == []


def test_boxes_are_handed_over_in_a_file(kids, tablet):  # noqa: F811
    page = tablet.page
    page.context.set_offline(True)
    tablet.come_in(band="12_14").begin("ecole")
    tablet.to_the_end()
    tablet.go("send")
    expect(page.locator("[data-screen=kept]")).to_be_visible(timeout=15_000)

    written = page.evaluate("fetch('/e/file').then(answer => answer.text())")
    handed = handing.hand_over(kids.intake, handing.read(written.encode()), REFERENCE)

    file = json.loads(written)
    (held,) = file["boxes"]
    assert (handed, [sheet.box for sheet in kids.sheets()]) == (handing.Handed(1), [passes.bytes_of(held["sealed"])])
    assert inside(held["sealed"])["p"] == "ecole"
    assert passes.read(file["pass"], kids.intake.keys.passes, kids.intake.clock()).kind == "late"


def test_module_is_small_and_is_fetched_by_enrolled_tablets_alone(kids):  # noqa: F811
    child, asked = kids.child(), []
    child.page.on("request", lambda request: asked.append(request.url))

    child.come_in().begin("ecole")

    assert [url for url in asked if "tablet" in url] == []
    assert (STATIC / "kids" / "tablet.js").stat().st_size <= 10_000


def test_box_sealed_in_the_page_opens_in_python_and_one_changed_bit_opens_nothing(browser):
    script = (STATIC / "kids" / "tablet.js").read_text()
    seal = script[script.index("const SIZES") : script.index("// Boxes that wait")]
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(body="<p>", content_type="text/html"))
    page.goto("http://127.0.0.1:9/")
    count = scaled(10_000, least=40)
    sealed = page.evaluate(
        f"""async ([count, key]) => {{ {seal}
        const Q = bytes(key), all = []
        for (let n = 0; n < count; n += 1) all.push(words(await seal(JSON.stringify({{ n, "é": "ن".repeat(n % 900) }}), Q)))
        return all }}""",
        [count, base64.urlsafe_b64encode(PAIR.public).decode()],
    )
    page.close()

    opened = [inside(each)["n"] for each in sealed]
    changed = 0
    for place, each in enumerate(sealed):
        box = bytearray(passes.bytes_of(each))
        box[place * 37 % len(box)] ^= 1 << place % 8
        try:
            sealing.open_box(bytes(box), PAIR.private)
            changed += 1
        except sealing.NotOpened:
            continue

    assert opened == list(range(count))
    assert {len(passes.bytes_of(each)) - sealing.OVERHEAD for each in sealed} <= set(sealing.SIZES)
    assert changed == 0
