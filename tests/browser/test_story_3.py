"""Story 3 as a newcomer clicks it: the year is planned, a steering meeting is called, answered, moved and cancelled."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import RunningDemo

pytestmark = pytest.mark.browser

MAYOR, MEETING = "borgmester@koege.example", "Styregruppemøde 1/2027"


def press(page: Page, name: str) -> None:
    page.locator("#latest").get_by_role("button", name=name).click()


def open_mail(page: Page, url: str, to: str, subject: str) -> Locator:
    """The newest mail of that subject, which leaves a few seconds after it was confirmed; returns its calendar card."""
    link = page.get_by_role("main").get_by_role("link", name=subject)
    for _ in range(60):
        page.goto(f"{url}/mailbox?to={to}")
        if link.count():
            break
        page.wait_for_timeout(250)
    link.first.click()
    return page.get_by_role("region", name="Sådan ser kalenderen det")


def test_story_3(page: Page, running_demo: RunningDemo) -> None:
    url = running_demo.url
    page.goto(url)
    page.get_by_role("button", name="Prøv som sekretariatet").click()
    plan_the_year(page)
    call_the_first_meeting(page)
    answer_by_mail(page, url)
    move_it(page, url)
    cancel_it(page, url)


def plan_the_year(page: Page) -> None:
    """Each day is proposed with its reasons; nothing is written before it is confirmed."""
    latest = page.locator("#latest")
    page.get_by_role("button", name="Møder").click()
    expect(latest).to_contain_text("Alliancen har 2 kommende møder")
    press(page, "Læg årshjulet")
    expect(latest.get_by_role("row", name="Styregruppemøde 2/2027")).to_contain_text("Anden pinsedag")
    expect(latest).to_contain_text("Intet er skrevet endnu")
    press(page, "Skriv de 4 møder i årshjulet")
    expect(latest).to_contain_text("4 møder er skrevet i årshjulet for 2027. Ingen er indkaldt endnu.")


def call_the_first_meeting(page: Page) -> None:
    press(page, MEETING)
    press(page, "Indkald")
    expect(page.locator("#latest")).to_contain_text("Intet er sendt endnu")
    expect(page.locator("#latest")).to_contain_text("Dan Elkjær, Dan Iversen, Kaj Gram, Rikke Toft og Olga Skov")
    press(page, "Ja, send indkaldelsen")
    expect(page.locator("#latest")).to_contain_text("5 personer får besked på mail nu")


def answer_by_mail(page: Page, url: str) -> None:
    """The calendar part is drawn as a card; the mail's button leads to a question, and then to a receipt."""
    card = open_mail(page, url, MAYOR, "Indkaldelse: Styregruppemøde 1/2027")
    expect(card).to_contain_text("torsdag den 18. marts 2027 kl. 10.00-14.00 (uge 11)")
    expect(card).to_contain_text("Rikke Toft – Køge Kommune (har ikke svaret)")
    page.frame_locator("iframe").get_by_role("link", name="Ja, jeg kommer", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Rikke Toft (borgmester, Køge)")
    page.get_by_role("button", name="Ja, send det").click()
    expect(page.locator("#latest")).to_contain_text("Køge Kommune kommer til Styregruppemøde 1/2027")


def move_it(page: Page, url: str) -> None:
    """What was answered is struck through, and everybody is asked again."""
    look(page)
    expect(page.locator("#latest")).to_contain_text("Fra 1 af 5 pladser er der sagt ja")
    press(page, "Flyt tid eller sted")
    page.get_by_label(re.compile("^Dato")).fill("2027-03-24")
    page.get_by_label("Sted").fill("Køge Rådhus")
    press(page, "Se, hvem der får besked")
    expect(page.locator("#latest")).to_contain_text("(før: torsdag den 18. marts 2027 kl. 10.00-14.00)")
    press(page, "Ja, flyt mødet")
    press(page, "Se mødet")
    seat = page.get_by_role("row", name="KKR Sjælland")
    expect(seat).to_contain_text("mangler svar")
    expect(seat.locator("s")).to_have_text("kommer")
    card = open_mail(page, url, MAYOR, "Flyttet: Styregruppemøde 1/2027")
    expect(card).to_contain_text("onsdag den 24. marts 2027 kl. 10.00-14.00 (uge 12)")
    expect(card).to_contain_text("Rikke Toft – Køge Kommune (har ikke svaret)")


def look(page: Page) -> None:
    """As the secretariat, at the meeting."""
    page.get_by_role("link", name="Skift person").click()
    page.get_by_role("button", name="Prøv som sekretariatet").click()
    page.get_by_role("button", name="Møder").click()
    press(page, MEETING)


def cancel_it(page: Page, url: str) -> None:
    look(page)
    press(page, "Aflys")
    page.get_by_label(re.compile("^Begrundelse")).fill("Formanden er syg")
    press(page, "Se, hvem der får besked")
    press(page, "Ja, aflys mødet")
    expect(page.locator("#latest")).to_contain_text("Styregruppemøde 1/2027 er aflyst")
    card = open_mail(page, url, MAYOR, "Aflyst: Styregruppemøde 1/2027")
    expect(card).to_contain_text("Aflysning")
    expect(page.frame_locator("iframe").get_by_text("Formanden er syg")).to_be_visible()
