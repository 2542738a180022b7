"""What axe-core (npm, pinned in ``axe/``) has to say of a page, and what it cannot know: width, language, outline."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WINDOWS = {"small_dark": (320, 640, "dark"), "wide_light": (1280, 900, "light")}
OTHER_COLOURS = {"small_light": (320, 640, "light"), "wide_dark": (1280, 900, "dark")}


def complaints(page: Page, url: str, axe: str, language: str) -> list[str]:
    """What is wrong with a page: axe's violations, what stands beside it, and a title or heading that is missing."""
    page.goto(url)
    return complaints_here(page, axe, language)


def complaints_here(page: Page, axe: str, language: str) -> list[str]:
    """The same of the page that is open."""
    page.evaluate(axe)
    result: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert len(result["passes"]) > 10, "the checker did not look"
    said = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in result["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        said.append("wider than the window")
    if "/papers/" not in page.url and page.locator("html").get_attribute("lang") != language:  # papers are in Danish
        said.append(f"not in {language}")
    if len(page.title()) < len("x – Tovholder") or page.locator("h1").count() != 1:
        said.append(f"title {page.title()!r}, {page.locator('h1').count()} first headings")
    return said
