"""Story 4 as a newcomer clicks it: an agenda with a closed item and a file reaches each in their copy; then minutes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RunningDemo

pytestmark = pytest.mark.browser

MAYOR, MEMBER, MEETING = "borgmester@koege.example", "klima@solroed.example", "Styregruppemøde 1/2027"
SECRET, PUBLIC = "Opsigelse af kontrakten med Nordlys", "En kontrakt"
ITEMS = 10


def press(page: Page, name: str) -> None:
    page.locator("#latest").get_by_role("button", name=name, exact=True).click()


def be_the_secretariat(page: Page) -> None:
    page.get_by_role("link", name="Skift person").click()
    page.get_by_role("button", name="Prøv som sekretariatet").click()


def open_mail(page: Page, url: str, to: str, subject: str) -> None:
    """The newest mail of that subject; two hundred leave in some seconds."""
    link = page.get_by_role("main").get_by_role("link", name=subject)
    for _ in range(120):
        page.goto(f"{url}/mailbox?to={to}")
        if link.count():
            break
        page.wait_for_timeout(250)
    link.first.click()


def test_story_4(page: Page, running_demo: RunningDemo, tmp_path: Path) -> None:
    url = running_demo.url
    file = tmp_path / "Nordlys.txt"
    file.write_text("Leverancen udebliver.")
    page.goto(url)
    page.get_by_role("button", name="Prøv som sekretariatet").click()
    call_a_meeting(page)
    write_the_agenda(page, file)
    send_it_out(page)
    read_what_came(page, url)
    hold_the_meeting(page)
    write_the_minutes(page)
    approve_them(page, url)


def call_a_meeting(page: Page) -> None:
    page.get_by_role("button", name="Møder").click()
    press(page, "Læg årshjulet")
    press(page, "Skriv de 4 møder i årshjulet")
    press(page, MEETING)
    press(page, "Indkald")
    press(page, "Ja, send indkaldelsen")
    press(page, "Se mødet")


def write_the_agenda(page: Page, file: Path) -> None:
    """The standing items are there; a closed item needs a heading for all, and a file is asked for again till then."""
    latest = page.locator("#latest")
    press(page, "Dagsorden")
    expect(latest).to_contain_text("Udkast til dagsorden for Styregruppemøde 1/2027: 9 punkter")
    press(page, "Tilføj et punkt")
    page.get_by_label(re.compile("^Overskrift")).fill(SECRET)
    page.get_by_label("Til beslutning").check()
    page.get_by_label("Lukket punkt").check()
    page.get_by_label("Indstilling").fill("At kontrakten opsiges.")
    page.get_by_label("Fil", exact=True).set_input_files(file)
    press(page, "Gem")
    expect(latest.get_by_role("alert")).to_contain_text("Et lukket punkt skal have en overskrift, alle må se")
    expect(latest.get_by_role("alert")).to_contain_text("”Nordlys.txt” er ikke gemt endnu")
    page.get_by_label(re.compile("^Offentlig overskrift")).fill(PUBLIC)
    page.get_by_label(re.compile("^Fil")).set_input_files(file)
    press(page, "Gem")
    expect(latest.get_by_role("row", name=SECRET)).to_contain_text("(lukket; offentligt: En kontrakt)")


def send_it_out(page: Page) -> None:
    press(page, "Udsend dagsordenen")
    expect(page.locator("#latest")).to_contain_text("197 modtagere: 6 får alle punkter, 191 får de åbne")
    press(page, "Udsend nu")
    expect(page.locator("#latest")).to_contain_text("er på vej: 6 får alle punkter, og 191 får de åbne")


def read_what_came(page: Page, url: str) -> None:
    """The steering group's mayor reads it all and opens the file; a member reads the public heading."""
    open_mail(page, url, MAYOR, "Dagsorden: Styregruppemøde 1/2027")
    expect(page.frame_locator("iframe").get_by_text(SECRET)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Bilag 8.1 Nordlys.txt"))).to_be_visible()
    address = page.get_by_role("link", name=re.compile("^Vis dagsorden")).get_attribute("href")
    opened = page.request.get(f"{url}{address}")
    assert opened.headers["content-type"] == "application/pdf" and opened.body().startswith(b"%PDF")
    assert opened.headers["content-disposition"].startswith("inline")
    open_mail(page, url, MEMBER, "Dagsorden: Styregruppemøde 1/2027")
    mail = page.frame_locator("iframe")
    expect(mail.get_by_text(PUBLIC)).to_be_visible()
    expect(mail.get_by_text(SECRET)).to_have_count(0)
    expect(page.get_by_role("link", name=re.compile("Nordlys"))).to_have_count(0)


def hold_the_meeting(page: Page) -> None:
    be_the_secretariat(page)
    page.get_by_label("Eller vælg en dag").fill("2027-03-19")
    page.get_by_role("button", name="Gå til").click()
    expect(page.locator("#clock")).to_contain_text(
        "Fredag den 19. marts 2027 kl. 08.00", ignore_case=True, timeout=120_000
    )
    page.get_by_role("button", name="Møder").click()
    expect(page.get_by_role("table", name="Møder, der har været")).to_contain_text(MEETING)
    press(page, MEETING)
    press(page, "Notér, hvem der kom")
    for seat in page.get_by_label("deltog").all():
        seat.check()
    press(page, "Gem fremmødet")
    expect(page.locator("#latest")).to_contain_text("5 af 5 pladser var repræsenteret")


def write_the_minutes(page: Page) -> None:
    """Item by item, without leaving the form; then the draft goes round."""
    latest = page.locator("#latest")
    press(page, "Referat")
    expect(latest).to_contain_text("0 af 10 punkter er skrevet")
    press(page, "Skriv punkt 1")
    for number in range(1, ITEMS):
        expect(latest).to_contain_text(f"punkt {number}:")
        page.get_by_label("Beslutning").fill("Kontrakten opsiges." if number == 8 else "Godkendt.")
        press(page, "Gem, og gå til næste")
    page.get_by_label("Drøftelse", exact=True).fill("Formanden takkede for i dag.")
    press(page, "Gem")
    press(page, "Se hele referatet")
    expect(latest).to_contain_text("10 af 10 punkter er skrevet")
    press(page, "Send udkastet i høring")
    press(page, "Send udkastet ud")
    expect(latest).to_contain_text("Udkastet til referat af Styregruppemøde 1/2027 er på vej til 6 modtagere")


def approve_them(page: Page, url: str) -> None:
    latest = page.locator("#latest")
    page.get_by_role("button", name="Møder").click()
    press(page, MEETING)
    press(page, "Referat")
    press(page, "Notér godkendelse")
    expect(latest).to_contain_text("6 får alle punkter, 191 får de åbne. Intet er sendt endnu.")
    press(page, "Notér godkendelsen, og udsend")
    expect(latest).to_contain_text("godkendt og på vej")
    for who, decisions, heading in ((MAYOR, 1, SECRET), (MEMBER, 0, PUBLIC)):
        open_mail(page, url, who, "Godkendt referat: Styregruppemøde 1/2027")
        expect(page.frame_locator("iframe").get_by_text(heading)).to_be_visible()
        page.frame_locator("iframe").get_by_role("link", name="Læs referatet").click()
        page.get_by_role("button", name="Ja, send det").click()
        latest.get_by_role("link", name="Læs på skærmen").click()
        expect(page.get_by_role("heading", name=f"8. {heading}")).to_be_visible()
        expect(page.get_by_text("Kontrakten opsiges.", exact=True)).to_have_count(decisions)
    see_who_got_what(page, url)


def see_who_got_what(page: Page, url: str) -> None:
    page.goto(url)
    be_the_secretariat(page)
    page.get_by_label("Skriv til Tovholder").fill("omdeling 1/2027")
    page.get_by_role("button", name="Send", exact=True).click()
    latest = page.locator("#latest")
    expect(latest).to_contain_text("400 forsendelser", timeout=60_000)
    expect(latest.get_by_role("row", name="Rikke Toft")).to_have_count(3)  # agenda, draft, minutes
    expect(latest.get_by_role("row", name="Åse Damborg").first).to_contain_text("åbne punkter")
