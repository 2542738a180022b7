"""Story 1 as a newcomer clicks it: from the task to the receipt, and no reminder for those who have answered."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import RunningDemo

pytestmark = pytest.mark.browser

REFERENCE = "2027-0259-v1"


def be_coordinator_of_koege(page: Page, url: str) -> None:
    page.goto(url)
    card = page.get_by_role("form", name="Klimakoordinator")
    card.get_by_label("Kommune").select_option(label="Køge")
    card.get_by_role("button", name="Prøv som klimakoordinator").click()


def be_the_secretariat(page: Page) -> None:
    page.get_by_role("link", name="Skift person").click()
    page.get_by_role("button", name="Prøv som sekretariatet").click()


def come_back_to(page: Page, url: str, field: Locator, value: str) -> None:
    """Look until what was saved as the page was left is there: nobody waits for its answer."""
    for _ in range(20):
        page.goto(f"{url}/chat")
        if field.input_value() == value:
            return
        page.wait_for_timeout(500)
    expect(field).to_have_value(value)


def say(page: Page, words: str) -> None:
    page.get_by_label("Skriv til Tovholder").fill(words)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#latest-title")).to_contain_text(words)


def test_story_1(page: Page, running_demo: RunningDemo) -> None:
    be_coordinator_of_koege(page, running_demo.url)
    latest = page.locator("#latest")
    expect(latest).to_contain_text("3 opgaver venter på dig")
    answer_the_summit(page)
    report(page)
    see_it_on_the_board(page)
    move_to_the_next_reminder(page)
    see_who_is_reminded(page)


def answer_the_summit(page: Page) -> None:
    page.locator("#latest").get_by_role("button", name="Ja, borgmesteren kommer").click()
    expect(page.locator("#latest")).to_contain_text("Noteret for Klimatopmøde 2027")
    expect(page.locator("#latest")).to_be_focused()
    page.get_by_role("button", name="Min liste").click()
    expect(page.locator("#latest")).to_contain_text("kommer (Rikke Toft)")


def report(page: Page) -> None:
    """An implausible figure is asked about; what was typed is kept meanwhile; the answer is a reference."""
    page.get_by_role("button", name="Indberet", exact=True).first.click()
    total = page.get_by_label(re.compile("^Samlet drivhusgasudledning"))
    total.first.fill("9.000.000")
    expect(page.locator(".kept")).to_contain_text("Gemt: 1 af")
    page.get_by_role("button", name="Indsend").click()
    alert = page.locator("#latest").get_by_role("alert")
    expect(alert).to_contain_text("9.000.000 t CO2e/år er uventet højt")
    expect(alert).to_be_focused()
    expect(total.first).to_have_value("9.000.000")
    page.get_by_label(re.compile("^Forklaring til ”Samlet")).fill("En prøve: tallet er opdigtet.")
    page.get_by_role("button", name="Indsend").click()
    expect(page.locator("#latest")).to_contain_text(REFERENCE)


def see_it_on_the_board(page: Page) -> None:
    be_the_secretariat(page)
    page.get_by_role("navigation").get_by_role("link", name="Status").click()
    line = page.get_by_role("row", name=re.compile("^Køge "))
    expect(line.get_by_role("link", name="opfyldt Årlig indberetning, Køge")).to_be_visible()
    expect(line.get_by_role("link", name="afventer Klimatopmødet, Køge")).to_be_visible()
    line.get_by_role("link", name=re.compile("Årlig indberetning")).click()
    expect(page.get_by_role("main")).to_contain_text(REFERENCE)


def move_to_the_next_reminder(page: Page) -> None:
    page.get_by_role("link", name="Til samtalen").click()
    page.get_by_role("button", name="Næste påmindelse").click()
    expect(page.locator("#clock")).to_contain_text("97 mails blev sendt", timeout=90_000)  # everybody's but Køge's
    expect(page.locator("#clock")).to_contain_text("Fredag den 26. februar 2027 kl. 08.00", ignore_case=True)


def see_who_is_reminded(page: Page) -> None:
    """Somebody else's mail lists the report; Køge is not written to now, and never about the report."""
    page.get_by_role("navigation").get_by_role("link", name="Postkasse").click()
    page.get_by_label("Modtagerens mailadresse").fill("klima@aarhus.example")
    page.get_by_role("button", name="Vis").click()
    page.get_by_role("link", name=re.compile("^Venlig påmindelse: Aarhus Kommune")).click()
    mail = page.frame_locator("iframe")
    expect(mail.get_by_text("Årlig indberetning 2027").first).to_be_visible()
    page.goto(page.url.split("/mailbox")[0] + "/mailbox?to=klima@koege.example")
    expect(page.get_by_role("main")).to_contain_text("Der er ingen post til ”klima@koege.example”")


def test_a_mails_button_leads_to_a_question_and_then_to_a_receipt(page: Page, running_demo: RunningDemo) -> None:
    """The link carries no identity; opened from the mailbox it is the mail's reader who is asked."""
    be_coordinator_of_koege(page, running_demo.url)
    page.get_by_role("button", name="Næste påmindelse").click()
    expect(page.locator("#clock")).to_contain_text("98 mails blev sendt", timeout=90_000)
    page.goto(f"{running_demo.url}/mailbox?to=klima@aarhus.example")
    page.get_by_role("link", name=re.compile("^Venlig påmindelse")).click()
    page.frame_locator("iframe").get_by_role("link", name="Ja, borgmesteren kommer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Er det det, du vil?")
    expect(page.get_by_role("main")).to_contain_text("klimakoordinator, Aarhus")
    page.get_by_role("button", name="Ja, send det").click()
    expect(page.locator("#latest")).to_contain_text("Noteret for Klimatopmøde 2027: Aarhus Kommune")
    expect(page.get_by_role("banner")).to_contain_text("klimakoordinator, Aarhus")


def test_what_was_typed_is_there_again_without_pressing_anything(page: Page, running_demo: RunningDemo) -> None:
    be_coordinator_of_koege(page, running_demo.url)
    page.get_by_role("button", name="Indberet", exact=True).first.click()
    energy = page.locator("#latest").get_by_label(re.compile("^Udledning: energi"))
    energy.last.select_option(label="Ved ikke")
    expect(page.locator(".kept")).to_contain_text("Gemt: 1 af")
    page.locator("#latest").get_by_label(re.compile("^Udledning: transport")).first.fill("45,5")
    expect(page.locator(".kept")).to_contain_text("Gemt: 2 af")
    energy.first.fill("123")  # a typed number wins over "not known"
    page.goto(f"{running_demo.url}/mailbox")  # at once: the page saves as it is left
    expect(page.get_by_role("heading", level=1)).to_have_text("Postkasse")
    come_back_to(page, running_demo.url, energy.first, "123")
    for words in ("", "indberet"):  # the form they left, and a new one
        if words:
            say(page, words)
        expect(energy.first).to_have_value("123")
        expect(energy.last).to_have_value("")
        expect(page.get_by_label(re.compile("^Udledning: transport")).first).to_have_value("45,5")
    expect(page.locator("form[data-keep]")).to_have_count(1)  # what is past cannot be sent in again


def test_what_is_typed_while_a_save_is_on_its_way_is_kept_as_the_page_is_left(
    page: Page, running_demo: RunningDemo
) -> None:
    be_coordinator_of_koege(page, running_demo.url)
    page.get_by_role("button", name="Indberet", exact=True).first.click()
    fields = page.locator("#latest")
    first = fields.get_by_label(re.compile("^Udledning: transport")).first
    second = fields.get_by_label(re.compile("^Udledning: energi")).first
    page.evaluate("""() => {
        const sent = window.fetch;
        let held = false;
        window.fetch = (...of) => held ? sent(...of) : (held = true, new Promise(() => {}));  // the first never arrives
    }""")
    first.fill("45,5")
    expect(page.locator(".kept")).to_contain_text("Gemmer")
    second.fill("123")
    page.goto(f"{running_demo.url}/mailbox")
    come_back_to(page, running_demo.url, second, "123")


def test_it_works_without_javascript(page: Page, running_demo: RunningDemo) -> None:
    browser = page.context.browser
    assert browser
    context = browser.new_context(java_script_enabled=False)
    bare = context.new_page()
    bare.set_default_timeout(20_000)
    be_coordinator_of_koege(bare, running_demo.url)
    bare.get_by_role("button", name="Indberet", exact=True).first.click()
    bare.get_by_label(re.compile("^Samlet drivhusgasudledning")).first.fill("400.000,5")
    bare.get_by_role("button", name="Indsend").click()
    expect(bare.locator("#latest")).to_contain_text(REFERENCE)
    context.close()


def test_nothing_stands_beside_the_page_on_a_small_telephone(page: Page, running_demo: RunningDemo) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    be_coordinator_of_koege(page, running_demo.url)
    for words in ("liste", "indberet", "svar topmøde", "tal", "hjælp"):
        say(page, words)
        assert _wider(page) == 0, words
    page.locator("details.menu summary").click()  # what stands in the header elsewhere is folded here
    be_the_secretariat(page)
    for path in ("/", "/chat", "/board", "/journal", "/outbox", "/mailbox", "/obligations/1", "/nowhere"):
        page.goto(running_demo.url + path)
        assert _wider(page) == 0, path


def _wider(page: Page) -> int:
    page.wait_for_load_state("load")  # before it the style sheet may not be there yet
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider
