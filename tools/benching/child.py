"""What a child waits for on a slow tablet: 400 kbit/s, 400 ms away, a processor six times slower. Prints, in JSON, seconds.

`child.py RUNS`. A class of its own before the real intake and the files of the house (`tests/browser/kids.py`).
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benching.rows import Row, timed

FIRST_PAINT, LOADED, WEIGHT = 1500.0, 3500.0, 60.0  # ms, ms, KB: specs/consultation.md, section 9
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # bytes a second
CPU = 6
ROOT = Path(__file__).resolve().parents[2]
PAINTS = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
WEIGHS = "performance.getEntriesByType('navigation')[0].transferSize"  # the page, its sheet in it: nothing else is waited for


def measure(*, quick: bool) -> list[Row]:
    """First paint and load of the first screen, and the bytes up to the first question."""
    here, runs = Path(__file__), 5 if quick else 20
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tools'}",
    }
    done = subprocess.run(
        [sys.executable, str(here), str(runs)], capture_output=True, text=True, check=True, env=environment
    )
    seen = json.loads(done.stdout)
    conditions = {"generator": "Chromium, 400 kbit/s, 400 ms, processor ÷ 6", "cache": "empty"}
    return [
        timed(
            "a child's first screen, painted", seen["painted"], bar=("<=", FIRST_PAINT, "p95"), conditions=conditions
        ),
        timed("a child's first screen, loaded", seen["loaded"], bar=("<=", LOADED, "p95"), conditions=conditions),
        Row(
            f"a child's first screen, what the network alone takes: one round trip, {seen['page'] / 1000:.1f} KB",
            SLOW["latency"] + seen["page"] / SLOW["downloadThroughput"] * 1000,
            "ms",
            bar=("<=", FIRST_PAINT, "value"),
            conditions=conditions,
        ),
        Row(
            f"a child's first question, {seen['requests']} requests",
            seen["bytes"] / 1000,
            "KB",
            bar=("<=", WEIGHT, "value"),
            conditions=conditions,
        ),
    ]


def main(runs: int) -> None:
    import django  # slow import

    django.setup()
    from playwright.sync_api import sync_playwright  # slow import

    from marelle.consultations import spool  # slow import
    from tests.browser.conftest import ARGUMENTS, find_chromium  # slow import
    from tests.browser.kids import school  # slow import
    from tests.browser.test_kids import Child  # slow import

    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        store = spool.store(f"sqlite:///{place}/answers.sqlite3")
        store.create()
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        with school(store) as server:
            seen = {"painted": [], "loaded": []}
            for _run in range(runs):
                page = browser.new_page()
                watch = page.context.new_cdp_session(page)
                watch.send("Network.enable")
                watch.send("Network.emulateNetworkConditions", SLOW)
                watch.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
                page.goto(server.url + "/e/ABCDEFGH", wait_until="load")
                page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
                seen["painted"].append(page.evaluate(PAINTS) / 1000)
                whole = page.evaluate(WEIGHS)
                seen["loaded"].append(
                    page.evaluate("performance.timing.loadEventEnd - performance.timing.navigationStart") / 1000
                )
                page.context.close()
            page, sizes = browser.new_page(), []
            watch = page.context.new_cdp_session(page)
            watch.send("Network.enable")
            watch.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
            Child(page, server.url).come_in(band="6_8").begin("ville")
            page.wait_for_load_state("networkidle")
            json.dump(seen | {"page": whole, "bytes": sum(sizes), "requests": len(sizes)}, sys.stdout)
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
