"""Every page from 320 to 1920 px: only a table in its own region is wider; the menu folds, and writing is near."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import start_demo
from tests.browser.scenes import COORDINATOR, MAYOR, MEMBER, SECRETARIAT, be, prepare

pytestmark = pytest.mark.browser
KL = "secretariat@kl.example"
PAGES = {
    "": ["/", "/?q=holm"],
    COORDINATOR: ["/chat", "/mine", "/year", "/meetings", "/meetings/1", "/obligations/98", "/mailbox", "/mailbox/1"],
    SECRETARIAT: [
        *("/chat", "/mine", "/board", "/board?group=kkr", "/journal", "/outbox", "/outbox?how=lost&who=Skagen"),
        *("/meetings", "/meetings/1", "/meetings/{steering}", "/year/2028", "/papers/1"),
    ],
    MAYOR: ["/mine", "/meetings/{steering}", "/papers/1"],
    MEMBER: ["/mine", "/meetings/{steering}", "/papers/1"],
    KL: ["/chat", "/mine", "/board", "/meetings", "/year", "/outbox"],
}


@dataclass(frozen=True)
class Prepared:
    url: str
    numbers: dict[str, str]


@pytest.fixture(scope="module")
def prepared(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    with start_demo(tmp_path_factory.mktemp("narrow")) as running:
        context = browser.new_context()
        numbers = prepare(context.new_page(), running.url)
        context.close()
        yield Prepared(running.url, numbers)


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("window", [320, 768, 1920])
@pytest.mark.parametrize("language", ["da", "en"])
def test_no_page_is_wider_than_its_window(prepared: Prepared, narrow: Page, language: str, window: int) -> None:
    wide = {}
    narrow.set_viewport_size({"width": window, "height": 640})
    for who, paths in PAGES.items():
        be(narrow, prepared.url, who, language)
        for path in paths:
            narrow.goto(prepared.url + path.format(**prepared.numbers))
            width = narrow.evaluate("document.documentElement.scrollWidth")
            if width > window:
                wide[who, path] = width
    assert wide == {}


DOUBLED: dict[str, Callable[[Page], object]] = {
    "browser": lambda page: page.context.new_cdp_session(page).send(
        "Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}}
    ),
    "letters": lambda page: page.evaluate("document.documentElement.style.fontSize = '200%'"),
}
"""As somebody sets it in the browser, which folds the menu sooner; and where only the letters grow."""


@pytest.mark.parametrize("way", DOUBLED)
def test_no_page_is_wider_than_its_window_when_its_letters_are_twice_as_large(
    prepared: Prepared, narrow: Page, way: str
) -> None:
    wide = {}
    narrow.set_viewport_size({"width": 1280, "height": 900})
    for who, paths in PAGES.items():
        be(narrow, prepared.url, who)
        for path in paths:
            narrow.goto(prepared.url + path.format(**prepared.numbers))
            DOUBLED[way](narrow)
            size = narrow.evaluate("getComputedStyle(document.documentElement).fontSize")
            width = narrow.evaluate("document.documentElement.scrollWidth")
            if width > 1280 or size != "32px":
                wide[who, path] = width, size
    assert wide == {}


def test_the_menu_is_folded_and_opens_without_a_script(prepared: Prepared, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    be(page, prepared.url, SECRETARIAT)
    page.goto(f"{prepared.url}/mine")
    heading = page.get_by_role("heading", level=1).bounding_box()
    assert heading and heading["y"] < 240, "what the page is about stands in the first half of the screen"
    assert page.get_by_role("navigation").count() == 0
    page.locator("summary", has_text="Menu").click()
    page.get_by_role("link", name="Udbakke").click()
    assert page.url.endswith("/outbox") and page.title() == "Udbakke – DK2020 klimaalliance – Tovholder"
    context.close()


def test_a_wide_window_has_the_menu_open_and_says_whose_pages_they_are(prepared: Prepared, page: Page) -> None:
    be(page, prepared.url, KL)
    page.goto(f"{prepared.url}/mine")
    assert page.get_by_role("navigation", name="Sider").count() == 1 and page.locator("summary").count() == 1
    assert not page.locator("summary").is_visible()
    assert page.locator("header .alliance").inner_text() == "Klimaalliancen"


def test_the_writing_field_is_one_press_from_an_answer(prepared: Prepared, narrow: Page) -> None:
    be(narrow, prepared.url, SECRETARIAT)
    narrow.goto(f"{prepared.url}/chat#latest")
    narrow.get_by_role("link", name="Gå til skrivefeltet").click()
    box = narrow.locator("#words").bounding_box()
    assert box and 0 <= box["y"] < 640


def test_the_longest_state_wraps_on_my_list(prepared: Prepared, narrow: Page) -> None:
    be(narrow, prepared.url, KL)
    narrow.goto(f"{prepared.url}/mine")
    state = narrow.locator(".standing .state").first
    state.evaluate("it => { it.textContent = 'planlagt, endnu ikke sendt til kalendere' }")  # as it says in April
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 320
