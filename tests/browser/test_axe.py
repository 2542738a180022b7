"""axe-core (npm, pinned in ``axe/``) has nothing to say of any page: both languages, small and wide, dark and light."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import start_demo
from tests.browser.scenes import be, prepare
from tests.npm import installed, tools

pytestmark = pytest.mark.browser

PINNED = Path(__file__).with_name("axe")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COORDINATOR, SECRETARIAT, KL = "klima@koege.example", "sekretariat@frederiksberg.example", "secretariat@kl.example"
MAYOR = "borgmester@koege.example"
TOUR = "member.0.1803800000.0"  # the mayor follows a story, whose next step stands on every page
WINDOWS = {"small_dark": (320, 640, "dark"), "wide_light": (1280, 900, "light")}


def act(words: str) -> str:
    """The page that asks whether these words are meant, as a mail's button opens it."""
    return f"/act?say={quote(words)}"


PAGES = {
    "": ["/", "/?q=holm", "/?q=ingen", "/mailbox", "/nowhere"],
    COORDINATOR: [
        *("/chat", "/year", "/obligations/98", "/mailbox", "/mailbox/1", "/mailbox?to=klima@koege.example", "/board"),
        *("/mine", "/meetings", "/meetings?year=2030", "/meetings?q=ingen", "/meetings/1", "/influence", "/about"),
        *("/experience", "/experience?q=varmpumper"),
        *map(act, ("indberet", "svar topmøde ja", "hjælp", "møde", "vedtægt", "kontakter", "liste 1. maj 2022")),
        *map(act, ("rammevilkår", "rammevilkår 1", "rammevilkår nyt", "henvendelse 1")),
        *map(act, ("erfaringer", "erfaring 1 tema", "del")),
        *map(act, ("plan", "plan ret", "plan evaluer", "planer", "planer Sjælland")),
    ],
    SECRETARIAT: [
        *("/chat", "/board", "/board?group=kkr", "/board?state=owing", "/journal", "/outbox"),
        *("/mine", "/meetings", "/meetings/1", "/meetings/{steering}", "/influence"),
        *("/experience?q=ingenting", "/experience?q=varme"),
        *map(act, ("rammevilkår 1 afgør", "henvendelse ny", "henvendelse 1 svar")),
        *map(act, ("årshjul 2028", "møde opret", "dagsorden 1/2027", "besked", "vedtægt skift", "hvorfor")),
    ],
    MAYOR: ["/mine", "/overview", "/meetings/{steering}", "/papers/1", "/year"],
    KL: [
        "/chat",
        "/overview",
        "/influence",
        "/year",
        "/year/2029",
        "/board",
        *map(act, ("møde", "vedtægt", "for Albertslund: plan vurder")),
    ],
}


@dataclass(frozen=True)
class Reminded:
    """Where the demo is, and the numbers of its pages."""

    url: str
    numbers: dict[str, str]


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
def reminded(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reminded]:
    """The demo after its first reminders, with a meeting that has an agenda: nothing is empty that need not be."""
    with start_demo(tmp_path_factory.mktemp("axe-demo")) as running:
        context = browser.new_context()
        page = context.new_page()
        numbers = prepare(page, running.url)
        be(page, running.url, COORDINATOR)
        page.goto(f"{running.url}/chat")
        page.get_by_role("button", name="Næste påmindelse").click()
        page.locator("#clock").get_by_text("mails blev sendt").wait_for(timeout=90_000)
        context.close()
        yield Reminded(running.url, numbers)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("who", PAGES, ids=lambda who: who.partition("@")[2] or "nobody")
def test_every_page_is_accessible(
    browser: Browser, reminded: Reminded, axe: str, who: str, language: str, window: str
) -> None:
    width, height, scheme = WINDOWS[window]
    # Our policy lets no foreign script in, and the checker is one.
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        bypass_csp=True,  # type: ignore[arg-type]
    )
    page = context.new_page()
    be(page, reminded.url, who, language)
    if who == MAYOR:
        context.add_cookies([{"name": "tour", "value": TOUR, "url": reminded.url}])
    paths = [path.format(**reminded.numbers) for path in PAGES[who]]
    found = {path: said for path in paths if (said := complaints(page, reminded.url + path, axe, language))}
    context.close()
    assert found == {}


def complaints(page: Page, url: str, axe: str, language: str) -> list[str]:
    """What is wrong with a page: axe's violations, what stands beside it, and a title or heading that is missing."""
    page.goto(url)
    page.evaluate(axe)
    result: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert len(result["passes"]) > 10, "the checker did not look"
    said = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in result["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        said.append("wider than the window")
    if "/papers/" not in url and page.locator("html").get_attribute("lang") != language:  # papers are in Danish
        said.append(f"not in {language}")
    if len(page.title()) < len("x – Tovholder") or page.locator("h1").count() != 1:
        said.append(f"title {page.title()!r}, {page.locator('h1').count()} first headings")
    return said
