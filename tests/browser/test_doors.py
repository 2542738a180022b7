"""Somebody without a chat, in a real browser: answers by a mail's button, signs in by a link, and signs out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.browser.served import aside, served
from tests.installation import Installation

pytestmark = pytest.mark.browser

COORDINATOR = "klima@koege.example"


@pytest.fixture
def house(demo: Engine) -> Iterator[Installation]:
    """A real installation, served on this machine; the first reminders have gone out by mail."""
    with served(demo) as found:
        found.plan("2027-02-26T08:00", COORDINATOR)
        send(found)
        yield found


def send(house: Installation) -> None:
    aside(house.send)


@pytest.fixture
def open_link(house: Installation, page: Page) -> Callable[[str], None]:
    return lambda label: page.goto(house.url + house.link(COORDINATOR, label)) and None


def test_a_mails_button_is_answered_without_signing_in(
    house: Installation, page: Page, open_link: Callable[[str], None]
) -> None:
    open_link("Ja, borgmesteren kommer")
    expect(page.get_by_role("main")).to_contain_text("klimakoordinator, Køge")
    assert house.answers() == []
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Ja, gør det").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tak, det er noteret")
    assert len(house.answers()) == 1
    open_link("Ja, borgmesteren kommer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Det er allerede modtaget")


def test_a_report_is_typed_kept_and_sent_in_by_a_mails_button(
    house: Installation, page: Page, open_link: Callable[[str], None]
) -> None:
    open_link("Indberet")
    total = page.get_by_label(re.compile("^Samlet drivhusgasudledning")).first
    total.fill("9.000.000")
    expect(page.locator(".kept")).to_contain_text("Gemt: 1 af")
    open_link("Indberet")
    expect(total).to_have_value("9.000.000")
    page.get_by_role("button", name="Indsend").click()
    expect(page.get_by_role("alert")).to_contain_text("uventet højt")
    page.get_by_label(re.compile("^Forklaring til ”Samlet")).fill("En prøve: tallet er opdigtet.")
    page.get_by_role("button", name="Indsend").click()
    expect(page.get_by_role("main")).to_contain_text("2027-0259-v1")


def test_one_signs_in_by_the_mailed_link_and_out_again(house: Installation, page: Page) -> None:
    page.goto(f"{house.url}/obligations/1")
    page.get_by_label("Din mailadresse").fill(COORDINATOR)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Se i din indbakke")
    send(house)
    page.goto(house.url + house.link(COORDINATOR, "Log ind"))
    page.get_by_role("button", name="Log ind som Søren Uldum").click()
    expect(page).to_have_url(f"{house.url}/obligations/1")
    page.get_by_role("link", name="Til samtalen").click()
    page.get_by_label("Skriv til Tovholder").fill("svar topmøde nej")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#latest")).to_contain_text("Noteret")
    page.get_by_role("button", name="Log ud").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind i Tovholder")
    page.goto(f"{house.url}/chat")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind i Tovholder")
