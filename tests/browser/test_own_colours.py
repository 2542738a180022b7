"""Whoever has colours of their own, or wants nothing to move, is told the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import RunningDemo
from tests.browser.scenes import SECRETARIAT, be

pytestmark = pytest.mark.browser
LINES = "links => links.map(link => [link.hasAttribute('aria-current'), getComputedStyle(link).borderBottomColor])"
FILLED = "keys => keys.map(key => getComputedStyle(key).backgroundColor)"
RING = (
    """(({ outlineStyle, outlineColor }) => [outlineStyle, outlineColor])(getComputedStyle(document.activeElement))"""
)
MOVES = """elements => elements.map(element => getComputedStyle(element))
  .filter(style => parseFloat(style.transitionDuration) > 0 || style.animationName !== "none"
    || style.scrollBehavior === "smooth").length"""


@pytest.fixture
def own(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, forced_colors="active", reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def test_own_colours_leave_the_focus_the_page_and_the_wheels_key_to_be_seen(
    own: Page, running_demo: RunningDemo
) -> None:
    be(own, running_demo.url, SECRETARIAT)
    own.goto(f"{running_demo.url}/year")
    background = own.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    lines = own.locator("header .at-large nav a").evaluate_all(LINES)
    assert [here for here, colour in lines if colour != background] == [True], "only the page one is on is underlined"
    keys = own.locator(".key:not(.opens)").evaluate_all(FILLED)  # what opens has a border instead
    assert keys and background not in keys, "a key of the wheel cannot be seen"
    for _ in range(14):  # the head and the menu
        own.keyboard.press("Tab")
        style, colour = own.evaluate(RING)
        assert style == "solid" and colour != background
    for path in ("/chat", "/board", "/mine", "/year"):
        own.goto(running_demo.url + path)
        assert own.locator("*").evaluate_all(MOVES) == 0, f"something moves on {path}"
