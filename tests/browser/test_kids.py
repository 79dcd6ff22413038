"""A child answers in a real browser: each screen pleasant to all, nothing left behind, nothing said sent before it is."""

import itertools

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from hypothesis import given as drawn
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some
from playwright.sync_api import expect

from marelle.consultations import conditions, relevance
from marelle.consultations.languages import NATIVE
from marelle.consultations.questionnaires import BANDS, Option, Question
from tests.browser.conftest import WIDTHS
from tests.browser.keyboard import tab_to
from tests.browser.kids import DIGESTS, STATIC, school
from tests.browser.looks import AXE, SIDEWAYS, TAGS
from tests.consultations.intake import opened
from tests.scale import scaled

LANGUAGES = tuple(NATIVE)
FIRST = [("6_8", "fr", True), ("12_14", "ar", True), ("9_11", "ar", False), ("15_18", "fr", False)]  # the most telling
WALKS = [*FIRST, *(each for each in itertools.product(BANDS, LANGUAGES, (True, False)) if each not in FIRST)]
WALKS = WALKS[: scaled(len(WALKS), least=3)]
# A choice is as large as its label; a link inside a sentence as high as its line.
TARGETS = """() => {
  const seen = "a[href], button, summary, textarea, input:not([type=hidden])", faults = [];
  for (const found of document.querySelectorAll(seen)) {
    const label = found.closest(".answer label");
    const box = (label ?? found).getBoundingClientRect(), least = label || found.matches(".main, .choice, .square") ? 72 : 48;
    if (!found.checkVisibility({ visibilityProperty: true }) || !box.width) continue;
    if (box.height < least - 0.5 || box.width < 47.5) faults.push(`${box.width}×${box.height} ${found.outerHTML.slice(0, 90)}`);
  }
  const boxes = [...document.querySelectorAll(".answer label, .ways > *, .two > *, .square")].filter((one) => one.checkVisibility())
    .map((one) => [one, one.getBoundingClientRect()]);
  for (const [one, a] of boxes) for (const [other, b] of boxes) {
    const near = a.left < b.right + 5.5 && b.left < a.right + 5.5 && a.top < b.bottom + 5.5 && b.top < a.bottom + 5.5;
    if (one !== other && !one.contains(other) && !other.contains(one) && near) faults.push(`close: ${one.outerHTML.slice(0, 60)}`);
  }
  return faults;
}"""
KEPT = """async () => [document.cookie, localStorage.length, sessionStorage.length,
  (await indexedDB.databases()).length, (await caches.keys()).length, history.state]"""
NOTHING = ["", 0, 0, 0, 0, None]
VOICES = """(isLocal) => {
  window.heard = [];
  const voices = [{ lang: "fr-FR", localService: isLocal, name: "a" }, { lang: "en-GB", localService: true, name: "b" }];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "speechSynthesis", { value: { getVoices: () => voices, cancel() {}, speak(said) { window.heard.push(said.text); said.onstart(); } } });
}"""


class Child:
    """One child before one window. Walks by what is read on the buttons' values: the same in every language."""

    def __init__(self, page, url):
        self.page, self.url, self.has_script = page, url, True

    def come_in(self, language="fr", band="9_11", gender="girl"):
        self.page.goto(self.url + "/e/ABCDEFGH")
        self.press("lang", language)
        self.press("step", "about")
        self.tick("band", band)
        self.tick("gender", gender)
        self.press("step", "parts")
        return self

    def press(self, name, value):
        """The button, then the screen it leads to."""
        before = self.page.locator("main").element_handle()
        button = self.page.locator(f"button[name={name}][value='{value}']").locator("visible=true").first
        if not self.has_script:
            with self.page.expect_navigation():
                return button.click()
        button.click()
        before.wait_for_element_state("hidden")

    def begin(self, part):
        self.press("part", part)
        return self

    def tick(self, question, value):
        self.page.locator(f"label:has(input[name='{question}'][value='{value}'])").click()

    def go(self, where):
        self.page.locator(f"[data-go={where}]").locator("visible=true").first.click()

    def to_the_end(self):
        while self.page.locator("[data-screen=end]").is_hidden():
            self.go("next")
        return self

    def send(self):
        self.go("send")
        expect(self.page.locator("[data-screen=sent]")).to_be_visible()

    @property
    def asked(self):
        return self.page.locator(".question:visible legend").inner_text()


@pytest.fixture
def kids(browser, answers):
    """A class: `kids.child(width=…, language=…)` opens a window of one child. One host, no fault, no policy broken."""
    contexts, strangers, faults = [], set(), []
    with school(answers) as server:

        def child(*, width=800, script=True, **options):
            context = browser.new_context(
                viewport={"width": width, "height": 900}, java_script_enabled=script, reduced_motion="reduce", locale="fr-FR", **options
            )  # fmt: skip
            context.set_default_timeout(8_000)
            contexts.append(context)
            page = context.new_page()
            page.on("request", lambda r: strangers.add(r.url) if not r.url.startswith(server.url) else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda m: faults.append(m.text) if "Content Security" in m.text else None)
            made = Child(page, server.url)
            made.has_script = script
            return made

        server.child = child
        server.sheets = lambda: opened(answers)
        yield server
        for context in contexts:
            context.close()
    assert strangers == set()
    assert faults == []


# Every screen --------------------------------------------------------------------------------------------------------
def faults_at(page, widths=WIDTHS):
    found = []
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        told = page.evaluate(AXE, TAGS) + page.evaluate(SIDEWAYS) + page.evaluate(TARGETS)
        found += [f"{page.locator('h1').inner_text()} at {width}: {fault}" for fault in told]
    return found


def screens_of(child, band, language):
    """Walk through everything, stopping at each screen."""
    page = child.page
    page.goto(child.url + "/e/HHHHHHHH")
    yield
    page.goto(child.url + "/e/ABCDEFGH")
    yield
    child.press("lang", language)
    yield
    child.press("step", "about")
    yield
    child.tick("band", band)
    child.tick("gender", "no")
    child.press("step", "parts")
    yield
    child.begin("droits")
    yield
    child.tick("q001", "1")
    page.locator(".help summary").click()
    yield
    if child.has_script:
        child.go("next")
        yield
        child.to_the_end()
        yield
        page.locator(".stop").click()
        yield
        child.go("stay")
        child.send()
        yield
        child.press("step", "received-last")
    else:
        for step in ("next", "next", "stop", "resume"):
            child.press("step", step)
            yield
        child.press("step", "send")
        yield
        child.press("step", "finish")
    yield


@pytest.mark.parametrize(("band", "language", "script"), WALKS, ids=str)
def test_every_screen_is_fine(kids, band, language, script):
    kids.rooms.change(languages=LANGUAGES)
    child, faults = kids.child(script=script, color_scheme="dark" if band in ("9_11", "15_18") else "light"), []

    looks = child if script else kids.child()
    for _screen in screens_of(child, band, language):
        if not script:  # the page as it stands, in a window where axe can run
            looks.page.goto(kids.url + "/e")
            looks.page.set_content(child.page.content().replace('type="module"', 'type="text/plain"'))
        faults += faults_at(looks.page)

    assert faults == [], "\n".join(faults)


def test_text_twice_as_large_cuts_nothing_and_forced_colours_keep_each_state(kids):
    child = kids.child(width=320, forced_colors="active")
    child.come_in(band="6_8").begin("droits")
    child.tick("q001", "1")

    child.page.evaluate("document.documentElement.style.fontSize = '225%'")

    assert child.page.evaluate(SIDEWAYS) == []
    widths = child.page.evaluate(
        "[...document.querySelectorAll('.answers:not(.others) label')].filter(l => l.checkVisibility()).map(l => getComputedStyle(l).borderTopWidth)"
    )
    assert len(set(widths)) == 2 and widths[0] > widths[1]


# What becomes of answers -----------------------------------------------------------------------------------------------
def test_child_answers_by_keyboard_and_leaves_no_trace(kids):
    child = kids.child()
    page = child.page

    def push(target):
        tab_to(page, target)
        page.keyboard.press("Enter")

    page.goto(kids.url + "/e")
    tab_to(page, page.locator("#code"))
    page.keyboard.type("abcd-efgh")
    page.keyboard.press("Enter")
    push(page.locator("button[value='fr-x-simple']"))
    push(page.locator("button[value=about]"))
    for name in ("band", "gender"):
        tab_to(page, page.locator(f"input[name={name}]").first)
        page.keyboard.press("Space")
    push(page.locator("button[value=parts]"))
    push(page.locator("button[value=ecole]"))
    expect(page.locator("legend:visible")).to_be_focused()
    tab_to(page, page.locator("input[name=q020]").first)
    page.keyboard.press("ArrowDown")
    push(page.locator("[data-go=next]"))
    expect(page.locator("[data-screen=end] h2")).to_be_focused()
    push(page.locator("[data-go=send]"))
    push(page.locator("button[value=received-last]"))
    expect(page.locator(".card")).to_be_visible()
    kept = page.evaluate(KEPT)
    push(page.locator("[data-go=next-child]"))
    expect(page.locator("button[name=lang]").first).to_be_visible()
    page.go_back()

    assert page.evaluate(KEPT) == kept == NOTHING
    assert page.context.cookies() == []
    assert (page.url, page.locator("#code").input_value()) == (kids.url + "/e", "")
    (sheet,) = kids.sheets()
    assert (sheet.answers, sheet.age_band, sheet.gender, sheet.language) == ({"q020": 2}, "6_8", "girl", "fr-x-simple")


def test_back_after_the_end_shows_nothing_without_a_script(kids):
    child = kids.child(script=False)
    child.come_in(band="12_14").begin("ecole")
    child.tick("q020", "1")
    for step in ("next", "send", "finish"):
        child.press("step", step)

    seen = []
    for _back in range(5):
        try:
            child.page.go_back(wait_until="commit")
        except Exception as error:  # what Chromium shows then is its own page: the form is not sent again
            seen.append(type(error).__name__)
        seen.append(child.page.locator("input:checked").count())

    assert {each for each in seen if isinstance(each, int)} == {0}


def test_part_is_said_sent_once_received_and_never_before(kids):
    child = kids.child()
    child.come_in().begin("ecole")
    page, tries = child.page, []
    child.tick("q020", "3")
    child.to_the_end()

    def cut(route):
        tries.append(route.request.post_data_json["id"])
        if len(tries) == 6:
            route.fetch()  # received, but the answer is lost on its way
        route.abort()

    page.clock.install()
    page.route("**/e/collect", cut)
    for _time in range(2):
        child.go("send")
        for _wait in range(60):
            page.clock.run_for(500)
            if page.locator("[data-not-sent]").is_visible():
                break
        expect(page.locator("[data-not-sent]")).to_contain_text("Tes réponses sont toujours là")
        expect(page.locator("[data-screen=sent]")).to_be_hidden()
    page.unroute("**/e/collect")
    child.send()

    (sheet,) = kids.sheets()
    assert sheet.answers == {"q020": 3}
    assert len(set(tries)) == 1 and len(tries) == 8


def test_full_group_is_told_and_the_answers_stay(kids):
    child = kids.child()
    child.come_in().begin("ecole")
    child.tick("q020", "1")
    child.to_the_end()
    kids.rooms.counts["sitting1", "ecole"] = 75
    kids.intake.counters.flush()

    child.go("send")

    expect(child.page.locator("[data-not-sent]")).to_contain_text("L’adulte peut augmenter le nombre")
    child.go("review")
    assert child.page.locator("input:checked").get_attribute("value") == "1"


def test_answer_not_known_not_said_skipped_and_not_asked_arrive_distinct(kids):
    child = kids.child()
    child.come_in(band="15_18").begin("droits")
    child.tick("q001", "dk")
    child.go("next")  # q002 depends on an answer: it is not put
    first = child.asked
    child.tick("q003", "no")
    child.go("next")
    child.go("next")  # q004 is skipped
    child.to_the_end().send()

    assert first.startswith("De 0 à 10")
    assert [sheet.answers for sheet in kids.sheets()] == [{"q001": "dk", "q003": "no"}]


def test_question_comes_and_goes_with_the_answer_it_depends_on_and_nothing_is_asked_of_the_server(kids):
    child = kids.child()
    child.come_in().begin("droits")
    asked = []
    child.page.on("request", lambda request: asked.append(request.url))

    child.tick("q001", "1")
    child.go("next")
    yes = child.asked
    child.tick("q002", "2")
    child.go("back")
    child.tick("q001", "3")
    child.go("next")
    no = child.asked
    server_asked = list(asked)
    child.to_the_end().send()

    assert (yes, no[:9], server_asked) == ("Où t’en a-t-on parlé ?", "De 0 à 10", [])
    assert [sheet.answers for sheet in kids.sheets()] == [{"q001": 3}]


def test_not_known_stands_alone_among_boxes(kids):
    child = kids.child()
    child.come_in().begin("droits")
    child.tick("q001", "1")
    child.go("next")
    for value in ("1", "3", "dk"):
        child.tick("q002", value)
    alone = child.page.locator("input[name=q002]:checked").count()

    child.tick("q002", "3")
    child.to_the_end().send()

    assert alone == 1
    assert [sheet.answers for sheet in kids.sheets()] == [{"q001": 1, "q002": [3]}]


@pytest.mark.parametrize("script", [True, False])
def test_free_text_warns_before_the_field_and_takes_no_number(kids, script):
    child = kids.child(script=script)
    child.come_in(band="12_14").begin("droits")
    page = child.page

    def further():
        child.go("next") if script else child.press("step", "next")

    for _question in range(3 if script else 1):
        further()
    warning = page.locator("aside:has(#q005-warning)")
    above = warning.bounding_box()["y"] < page.locator("textarea").bounding_box()["y"]
    page.locator("textarea").fill("Appelle-moi au\n06 12 34 56 78")
    further()
    expect(page.locator(".wrong:visible")).to_contain_text("Enlève")
    page.locator("textarea").fill("Plus d’arbres\ndans la cour 🌳👨‍👩‍👧")
    further()
    child.send() if script else child.press("step", "send")

    assert above
    assert "119" in warning.inner_text() if warning.count() else True
    texts = [sheet.text for sheet in kids.sheets() if hasattr(sheet, "text")]
    assert [text[:27] for text in texts] == ["Plus d’arbres dans la cour "]


def test_parts_come_in_any_order_and_one_sent_is_closed(kids):
    child = kids.child()
    child.come_in().begin("sante").to_the_end().send()
    child.press("step", "received")
    expect(child.page.locator("button[value=sante]")).to_be_disabled()
    child.begin("ecole").to_the_end().send()
    child.press("step", "received")

    assert [part.get_attribute("value") for part in child.page.locator(".square:disabled").all()] == ["ecole", "sante"]
    sheets = kids.sheets()
    assert ({sheet.part for sheet in sheets}, len({sheet.thread for sheet in sheets})) == ({"ecole", "sante"}, 1)


def test_who_stops_is_asked_once_and_nothing_leaves(kids):
    child = kids.child()
    child.come_in().begin("droits")
    child.tick("q001", "1")
    child.page.locator(".stop").click()
    expect(child.page.locator(".stop")).to_be_hidden()  # it is being answered
    child.go("stay")
    kept = child.page.locator("input:checked").get_attribute("value")
    child.page.locator(".stop").click()
    child.press("step", "stopped")

    assert (kept, kids.sheets()) == ("1", [])
    expect(child.page.locator("main")).to_contain_text("Rien n’a été gardé")
    assert child.page.evaluate(KEPT) == NOTHING


def hurried(child):
    """Its script, with two seconds for a minute."""
    script = (STATIC / "kids" / "kids.js").read_text()
    said = "IDLE = 300, LAST = 60, RESET = 20"
    assert said in script
    body = script.replace(said, "IDLE = 2, LAST = 2, RESET = 1")
    child.page.route("**/kids.js", lambda route: route.fulfill(body=body, content_type="text/javascript"))
    return child


def test_who_left_is_asked_for_then_erased(kids):
    child = hurried(kids.child())
    child.come_in().begin("droits")
    child.tick("q001", "1")

    expect(child.page.get_by_role("alertdialog")).to_contain_text("Toujours là")
    child.go("stay")
    kept = child.page.locator("input:checked").count()
    expect(child.page.get_by_role("alertdialog")).to_contain_text("s’efface dans 2 secondes")
    expect(child.page.locator("button[name=lang]").first).to_be_visible()

    assert (kept, child.page.locator("input:checked").count(), kids.sheets()) == (1, 0, [])


def test_last_screen_gives_its_place_up(kids):
    child = hurried(kids.child())
    child.come_in()
    child.press("step", "finish")

    expect(child.page.locator("button[name=lang]").first).to_be_visible()


def test_card_alone_is_printed(kids):
    child = kids.child()
    child.come_in().begin("ecole").to_the_end().send()
    child.press("step", "received-last")

    child.page.emulate_media(media="print")

    shown = child.page.locator("main > *").evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => one.className)"
    )
    assert shown == ["card"]
    expect(child.page.locator(".card")).to_contain_text("Réponse aux enfants")
    assert child.page.locator("footer").is_hidden()


# Voices ----------------------------------------------------------------------------------------------------------------
def test_recording_is_fetched_when_asked_played_paused_and_played_again(kids):
    child = kids.child()
    child.come_in().begin("droits")
    fetched = []
    child.page.on("request", lambda request: fetched.append(request.url) if "/e/media/" in request.url else None)
    question, option = child.page.locator(".question:visible .listen").all()
    before = list(fetched)

    option.click()
    expect(option).to_have_attribute("aria-pressed", "true")
    option.click()
    expect(option).to_have_attribute("aria-pressed", "false")
    option.click()
    expect(option).to_have_attribute("aria-pressed", "true")
    question.click()
    expect(option).to_have_attribute("aria-pressed", "false")
    expect(question).to_have_attribute("aria-pressed", "false", timeout=20_000)  # it has ended: four tenths of a second

    assert (before, {url.removeprefix(kids.url + "/e/media/") for url in fetched}) == ([], set(DIGESTS.values()))
    assert option.get_attribute("aria-label") == "Écouter : Oui, souvent".replace(" :", "\u202f:")


@pytest.mark.parametrize(("is_local", "buttons"), [(False, 0), (True, 5)])
def test_device_speaks_only_with_a_voice_of_its_own(kids, is_local, buttons):
    child = kids.child()
    child.page.add_init_script(f"({VOICES})({str(is_local).lower()})")
    child.come_in().begin("ville")
    found = child.page.locator(".question:visible .listen").locator("visible=true")
    if is_local:
        found.nth(0).click()
        found.nth(2).click()

    assert found.count() == 1 + buttons  # one is recorded
    assert child.page.evaluate("heard") == (["Question 0 sur la ville ?", "2. Parfois"] if is_local else [])


# Weights -----------------------------------------------------------------------------------------------------------------
def test_first_question_weighs_little(kids):
    child = kids.child()
    seen, kinds = [], {}
    watch = child.page.context.new_cdp_session(child.page)
    watch.send("Network.enable")
    watch.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
    watch.on("Network.loadingFinished", lambda told: seen.append((kinds[told["requestId"]], told["encodedDataLength"])))

    child.come_in(band="6_8").begin("ville")
    child.page.wait_for_load_state("networkidle")

    by_kind = {kind: sum(size for each, size in seen if each == kind) for kind in {each for each, _size in seen}}
    assert sum(by_kind.values()) <= 60_000, by_kind
    assert by_kind["Script"] <= 10_000, by_kind
    assert sum(kind != "Fetch" for kind, _size in seen) <= 10, seen  # beside the screens the child asked for
    before = [size for kind, size in seen if kind != "Font"]
    assert (sum(before) <= 27_000, [kind for kind, _size in seen[len(before) :]]) == (True, ["Font", "Font"]), seen


def test_letters_come_behind_the_first_question_and_are_worn_from_the_next(kids):
    child = kids.child()
    worn = "[...document.fonts].filter(face => face.family.includes('Atkinson') && face.status === 'loaded').length"

    child.come_in(band="9_11").begin("ville")
    child.page.wait_for_load_state("networkidle")
    first = child.page.evaluate(worn)
    child.go("next")
    second = child.page.evaluate(worn)

    assert (first, second) == (0, 2)


# Relevance ---------------------------------------------------------------------------------------------------------------
SCOPE = relevance.Scope(
    before={
        "uno": Question("uno", "one", {}, options=(Option("a", {}), Option("b", {}), Option("c", {}))),
        "dos": Question("dos", "many", {}, options=(Option("x", {}), Option("y", {}))),
        "num": Question("num", "integer", {}, start=-2, end=8),
    }
)
SIGNS = some.sampled_from(["=", "!=", "<", "<=", ">", ">="])
EQUALS = some.sampled_from(["=", "!="])
TESTS = some.one_of(
    some.builds("${{num}} {} {}".format, SIGNS, some.sampled_from(["-2", "0", "3", "3.0", "2.5", "8"])),
    some.builds("{} {} ${{num}}".format, some.integers(-3, 9), SIGNS),
    some.builds("${{uno}} {} '{}'".format, EQUALS, some.sampled_from("abc")),
    some.builds("selected(${{dos}}, '{}')".format, some.sampled_from("xy")),
    some.builds("${{{}}} {} ''".format, some.sampled_from(["uno", "dos", "num", "gender"]), EQUALS),
    some.builds("${{age_band}} {} '{}'".format, EQUALS, some.sampled_from(BANDS)),
    some.builds("${{gender}} {} '{}'".format, EQUALS, some.sampled_from(["girl", "boy", "other"])),
)
EXPRESSIONS = some.recursive(
    TESTS,
    lambda inner: some.one_of(
        some.builds("not({})".format, inner),
        some.builds("({})".format, inner),
        some.builds("({}) and ({})".format, inner, inner),
        some.builds("({}) or {}".format, inner, TESTS),
    ),
    max_leaves=6,
).filter(lambda text: len(text) <= relevance.MOST_CHARACTERS)
ANSWERS = some.fixed_dictionaries(
    {"age_band": some.sampled_from(BANDS)},
    optional={
        "gender": some.sampled_from(["girl", "boy", "other"]),
        "uno": some.sampled_from("abc"),
        "dos": some.frozensets(some.sampled_from("xy"), min_size=1),
        "num": some.integers(-2, 8),
    },
)


@pytest.fixture(scope="module")
def put(browser):
    """The page's own reading of conditions, for many at once."""
    page = browser.new_page()
    script = (relevant_script()).replace("export function", "window.relevant = function")
    page.add_script_tag(content=script)
    yield lambda cases: page.evaluate("(cases) => cases.map(([tree, answers]) => relevant(tree, answers))", cases)
    page.close()


def relevant_script():
    """The one function of the script that decides, as it stands."""
    script = (STATIC / "kids" / "kids.js").read_text()
    return script[
        script.index("export function relevant") : script.index("\n}\n", script.index("export function relevant")) + 3
    ]


@hypothesis_settings(max_examples=scaled(400, least=10))  # of 25 expressions at least: 10,000 at scale 1
@drawn(cases=some.lists(some.tuples(EXPRESSIONS, ANSWERS), min_size=25, max_size=40))
def test_page_and_server_put_the_same_questions(put, cases):
    readable = []
    for text, answers in cases:
        try:
            readable.append((relevance.parse(text, SCOPE), answers))
        except relevance.Unreadable as error:
            assert error.why in ("too_deep", "too_many_tests")

    said = put(
        [[tree, {n: sorted(v) if isinstance(v, frozenset) else v for n, v in a.items()}] for tree, a in readable]
    )

    assert said == [conditions.predicate(tree)(answers) for tree, answers in readable]
