"""A real Chromium in front of a real server. A missing Chromium fails under CI and as root, where one can be installed."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.town import standing

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the tests
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
WIDTHS = (320, 800, 1280)


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.browser)


def find_chromium() -> str | None:
    """The browser named by MARELLE_CHROMIUM, or Debian's."""
    named = os.environ.get("MARELLE_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run."""
    program = find_chromium()
    if program is None:
        sentence = "Chromium is missing: install the package `chromium`, or name it in MARELLE_CHROMIUM."
        if os.environ.get("CI") == "true" or os.geteuid() == 0:
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def server(live_server, settings):
    """The house, answering at `server.url`; letters and links name that address."""
    settings.SITE_ADDRESS = live_server.url
    return live_server


@pytest.fixture
def open_page(browser, server):
    """Open a new window: `open_page(width=320, language="en-GB", color_scheme="dark")`.

    No other host may be asked, no policy broken, no script may fail, no dialog may open.
    """
    contexts, strangers, faults = [], [], []

    def watch(request):
        if not request.url.startswith((server.url, "data:", "blob:", "about:")):
            strangers.append(request.url)

    def note(message):
        if "Content Security Policy" in message.text or "Permissions-Policy" in message.text:
            faults.append(message.text)

    def ready_for_files(chooser):
        """Asked for from the first page: a chooser opened by the very first key is caught too."""

    def refuse(dialog):
        if dialog.type != "beforeunload":
            faults.append(f"a dialog opened: {dialog.message}")
        dialog.accept()

    def opened(*, width=1280, height=900, language="fr-FR", **options):
        context = browser.new_context(
            base_url=server.url,
            viewport={"width": width, "height": height},
            locale=language,
            timezone_id="Europe/Paris",
            reduced_motion=options.pop("reduced_motion", "reduce"),
            **options,
        )
        context.set_default_timeout(15_000)
        context.on("request", watch)
        context.on("console", note)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("dialog", refuse)
        contexts.append(context)
        page = context.new_page()
        page.on("filechooser", ready_for_files)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert strangers == [], "trust W3: every page talks to one host"
    assert faults == []


@pytest.fixture
def town(transactional_db):
    """The small network of `town.py`, in September 2026."""
    with standing():
        yield


@pytest.fixture
def page_fr(open_page):
    """A window of 1280 px in French."""
    return open_page()
