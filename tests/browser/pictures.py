"""Makes the pictures of the README from the demo: ``make pictures``. Needs a Chromium; see conftest.py."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from conftest import ARGUMENTS, RunningDemo, chromium, start_demo  # noqa: E402

PICTURES = HERE.parent.parent / "docs" / "pictures"


def take(browser: Browser, demo: RunningDemo) -> None:
    page = browser.new_context(locale="da-DK", viewport={"width": 1280, "height": 860}).new_page()
    page.goto(demo.url)
    page.get_by_role("button", name="Prøv som klimakoordinator").click()
    page.screenshot(path=PICTURES / "chat.png")
    page.get_by_role("navigation").get_by_role("link", name="Min liste").click()
    page.screenshot(path=PICTURES / "my-list.png")
    page.get_by_role("button", name="Ja, borgmesteren kommer").first.click()
    page.goto(demo.url)
    page.get_by_role("link", name="Skift person").click()
    page.get_by_role("button", name="Prøv som sekretariatet").click()
    page.get_by_role("navigation").get_by_role("link", name="Status").click()
    page.screenshot(path=PICTURES / "board.png")
    invitation(page, demo.url)


def say(page: Page, words: str) -> None:
    page.get_by_label("Skriv til Tovholder").fill(words)
    page.get_by_role("button", name="Send", exact=True).click()


def invitation(page: Page, url: str) -> None:
    """A steering meeting is called, and lies in a mayor's mailbox as a calendar would draw it."""
    page.goto(f"{url}/chat")
    say(page, "årshjul 2027")
    page.get_by_role("button", name=re.compile("^Skriv de")).click()
    say(page, "møde indkald styregruppe 1/2027")
    page.get_by_role("button", name="Ja, send indkaldelsen").click()
    page.goto(f"{url}/meetings")
    page.get_by_role("main").get_by_role("link", name="Styregruppemøde 1/2027").first.click()
    page.screenshot(path=PICTURES / "meeting.png")
    for _ in range(30):
        page.goto(f"{url}/mailbox?to=borgmester@koege.example")
        found = page.get_by_role("link", name=re.compile("Indkaldelse"))
        if found.count():
            break
        page.wait_for_timeout(500)
    found.first.click()
    page.screenshot(path=PICTURES / "invitation.png")


if __name__ == "__main__":
    path = chromium()
    if path is None:
        sys.exit("there is no Chromium; install one or set TOVHOLDER_TEST_CHROMIUM to it")
    with sync_playwright() as playwright, start_demo(Path(sys.argv[1])) as running:
        take(playwright.chromium.launch(executable_path=path, args=ARGUMENTS), running)
