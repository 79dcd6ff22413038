"""Weighs a first visit in Chromium: `weight.py ADDRESS`. Prints compressed bytes and requests, in JSON."""

import json
import os
import shutil
import sys

from playwright.sync_api import sync_playwright


def main() -> None:
    program = os.environ.get("MARELLE_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        page = browser.new_page(viewport={"width": 360, "height": 740})
        session, seen = page.context.new_cdp_session(page), []
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: seen.append(event["encodedDataLength"]))
        page.goto(sys.argv[1], wait_until="networkidle")
        browser.close()
    json.dump({"bytes": sum(seen), "requests": len(seen)}, sys.stdout)


if __name__ == "__main__":
    main()
