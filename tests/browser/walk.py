"""Walks through the demo and takes a picture of every page on the way: ``make walk``. Needs a Chromium.

Danish and English, 320 and 1280 px wide, light and dark; what was changed after looking stands in docs/walk.md.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from conftest import ARGUMENTS, RunningDemo, chromium, start_demo  # noqa: E402
from scenes import COORDINATOR, MAYOR, MEMBER, SECRETARIAT, be, prepare  # noqa: E402

WIDTHS, SCHEMES, LANGUAGES = (320, 1280), ("light", "dark"), ("da", "en")
STOPS = {
    "tour": ("", "/"),
    "tour-on-a-page": (COORDINATOR, "/year"),
    "chat": (COORDINATOR, "/chat"),
    "my-list": (COORDINATOR, "/mine"),
    "my-list-secretariat": (SECRETARIAT, "/mine"),
    "board": (SECRETARIAT, "/board"),
    "year": (SECRETARIAT, "/year"),
    "meetings": (SECRETARIAT, "/meetings"),
    "meeting": (SECRETARIAT, "/meetings/{steering}"),
    "meeting-mayor": (MAYOR, "/meetings/{steering}"),
    "meeting-summit": (COORDINATOR, "/meetings/1"),
    "influence": (SECRETARIAT, "/influence"),
    "influence-member": (MEMBER, "/influence"),
    "experience": (COORDINATOR, "/experience"),
    "paper": (MEMBER, "/papers/1"),
    "overview": (MAYOR, "/overview"),
    "obligation": (COORDINATOR, "/obligations/1"),
    "plan": (COORDINATOR, "/chat?say=plan"),
    "outbox": (SECRETARIAT, "/outbox"),
    "journal": (SECRETARIAT, "/journal"),
    "mailbox": (MAYOR, "/mailbox"),
}
"""Who looks at which page; nobody at the first."""


def walk(browser: Browser, demo: RunningDemo, folder: Path) -> None:
    page = browser.new_context(locale="da-DK", viewport={"width": 1280, "height": 900}).new_page()
    numbers = prepare(page, demo.url)
    page.context.close()
    for language, width, scheme in product(LANGUAGES, WIDTHS, SCHEMES):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        for name, (who, path) in STOPS.items():
            be(page, demo.url, who, language)
            if name.startswith("tour"):
                page.context.request.post(f"{demo.url}/tour", form={"story": "member"})
            page.goto(demo.url + path.format(**numbers))
            page.screenshot(path=folder / f"{name}-{language}-{width}-{scheme}.png", full_page=True)
        context.close()


if __name__ == "__main__":
    path = chromium()
    if path is None:
        sys.exit("there is no Chromium; install one or set TOVHOLDER_TEST_CHROMIUM to it")
    with sync_playwright() as playwright, start_demo(Path(sys.argv[1])) as running:
        walk(playwright.chromium.launch(executable_path=path, args=ARGUMENTS), running, Path(sys.argv[1]))
