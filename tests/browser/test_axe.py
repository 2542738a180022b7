"""axe-core (npm, pinned in ``axe/``) has nothing to say of any page: both languages, small and wide, dark and light."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import RunningDemo, start_demo
from tests.npm import installed, tools

pytestmark = pytest.mark.browser

PINNED = Path(__file__).with_name("axe")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COORDINATOR, SECRETARIAT, KL = "klima@koege.example", "sekretariat@frederiksberg.example", "secretariat@kl.example"
WINDOWS = {"small_dark": (320, 640, "dark"), "wide_light": (1280, 900, "light")}


def act(words: str) -> str:
    """The page that asks whether these words are meant, as a mail's button opens it."""
    return f"/act?say={quote(words)}"


PAGES = {
    "": ["/", "/?q=holm", "/?q=ingen", "/mailbox", "/nowhere"],
    COORDINATOR: [
        *("/chat", "/year", "/obligations/98", "/mailbox", "/mailbox/1", "/mailbox?to=klima@koege.example", "/board"),
        *map(act, ("indberet", "svar topmøde ja", "hjælp", "møde", "vedtægt", "kontakter", "liste 1. maj 2022")),
        *map(act, ("plan", "plan ret", "plan evaluer", "planer", "planer Sjælland")),
    ],
    SECRETARIAT: [
        *("/chat", "/board", "/board?group=kkr", "/board?state=owing", "/journal", "/outbox"),
        *map(act, ("årshjul 2028", "møde opret", "dagsorden 1/2027", "besked", "vedtægt skift", "hvorfor")),
    ],
    KL: ["/chat", "/year", "/year/2029", "/board", *map(act, ("møde", "vedtægt", "for Albertslund: plan vurder"))],
}


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script that is run in a page."""
    found = tools()
    if found is None:
        if os.environ.get("TOVHOLDER_TEST_SYSTEM_REQUIRED") == "1":
            pytest.fail("Node 20 and npm are not here, and they are required")
        pytest.skip("Node 20 and npm are not here")
    return (installed(PINNED, tmp_path_factory.mktemp("axe"), found[1]) / "axe-core" / "axe.min.js").read_text()


@pytest.fixture(scope="module")
def reminded(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """The demo after its first reminders: there are mails, deliveries and something in the journal."""
    with start_demo(tmp_path_factory.mktemp("axe-demo")) as running:
        context = browser.new_context()
        context.add_cookies([{"name": "persona", "value": COORDINATOR, "url": running.url}])
        page = context.new_page()
        page.goto(f"{running.url}/chat")
        page.get_by_role("button", name="Næste påmindelse").click()
        page.locator("#clock").get_by_text("98 mails blev sendt").wait_for(timeout=90_000)
        context.close()
        yield running


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("who", PAGES, ids=lambda who: who.partition("@")[2] or "nobody")
def test_every_page_is_accessible(
    browser: Browser, reminded: RunningDemo, axe: str, who: str, language: str, window: str
) -> None:
    width, height, scheme = WINDOWS[window]
    # Our policy lets no foreign script in, and the checker is one.
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        bypass_csp=True,  # type: ignore[arg-type]
    )
    cookies = {"language": language, "persona": who} if who else {"language": language}
    context.add_cookies([{"name": name, "value": value, "url": reminded.url} for name, value in cookies.items()])
    page = context.new_page()
    found = {path: said for path in PAGES[who] if (said := complaints(page, reminded.url + path, axe))}
    context.close()
    assert found == {}


def complaints(page: Page, url: str, axe: str) -> list[str]:
    """What is wrong with a page: axe's violations, what stands beside it, and a title or heading that is missing."""
    page.goto(url)
    page.evaluate(axe)
    result: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert len(result["passes"]) > 10, "the checker did not look"
    said = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in result["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        said.append("wider than the window")
    if len(page.title()) < len("x – Tovholder") or page.locator("h1").count() != 1:
        said.append(f"title {page.title()!r}, {page.locator('h1').count()} first headings")
    return said
