"""axe-core has nothing to say of any page of the demo: both languages, small and wide, dark and light."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from tests.browser.accessible import OTHER_COLOURS, WINDOWS, complaints
from tests.browser.conftest import start_demo
from tests.browser.scenes import be, prepare

pytestmark = pytest.mark.browser

COORDINATOR, SECRETARIAT, KL = "klima@koege.example", "sekretariat@frederiksberg.example", "secretariat@kl.example"
MAYOR = "borgmester@koege.example"
TOUR = "member.0.1803800000.0"  # the mayor follows a story, whose next step stands on every page


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

LOOKED_AT = [*product(("da", "en"), WINDOWS), *product(("da",), OTHER_COLOURS)]
"""Colours are the same in either language."""


@dataclass(frozen=True)
class Reminded:
    """Where the demo is, and the numbers of its pages."""

    url: str
    numbers: dict[str, str]


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


@pytest.mark.parametrize(("language", "window"), LOOKED_AT)
@pytest.mark.parametrize("who", PAGES, ids=lambda who: who.partition("@")[2] or "nobody")
def test_every_page_is_accessible(
    browser: Browser, reminded: Reminded, axe: str, who: str, language: str, window: str
) -> None:
    width, height, scheme = {**WINDOWS, **OTHER_COLOURS}[window]
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
