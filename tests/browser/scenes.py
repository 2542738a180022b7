"""A demo in which something has happened, as the pages are best looked at: for the walk, and for what is printed."""

from __future__ import annotations

from playwright.sync_api import Page

COORDINATOR, MAYOR = "klima@koege.example", "borgmester@koege.example"
SECRETARIAT, MEMBER = "sekretariat@frederiksberg.example", "klima@solroed.example"
MEETING = "styregruppe 1/2027"


def be(page: Page, url: str, who: str, language: str = "da") -> None:
    """Become somebody (or nobody) who reads this language."""
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "persona", "value": who, "url": url}] if who else [])
    page.context.request.post(
        f"{url}/language", form={"language": language}, max_retries=3
    )  # a kept connection may end


def say(page: Page, words: str) -> None:
    page.locator("#words").fill(words)
    page.get_by_role("button", name="Send", exact=True).click()
    page.locator("#latest-title", has_text=words).wait_for()


def press(page: Page, name: str) -> None:
    page.locator("#latest").get_by_role("button", name=name).first.click()


def prepare(page: Page, url: str) -> dict[str, str]:
    """A year that is planned, a meeting that is called, answered and has an agenda; returns the numbers of pages."""
    be(page, url, SECRETARIAT)
    page.goto(f"{url}/chat")
    say(page, "årshjul 2027")
    press(page, "Skriv de")
    say(page, f"møde indkald {MEETING}")
    press(page, "Ja, send")
    be(page, url, COORDINATOR)
    page.goto(f"{url}/chat")
    say(page, "del Fælles indkøb af varmepumper https://koege.example/varmepumper")
    press(page, "Energi og varme")
    be(page, url, MAYOR)
    page.goto(f"{url}/mine")
    page.get_by_role("main").get_by_role("button", name="Ja, jeg kommer").first.click()
    be(page, url, SECRETARIAT)
    page.goto(f"{url}/chat")
    say(page, f"punkt {MEETING}")
    page.get_by_label("Overskrift").first.fill("Aftale om fælles indkøb")
    page.get_by_label("Til drøftelse", exact=True).check()
    press(page, "Gem")
    say(page, f"dagsorden udsend {MEETING}")
    press(page, "Udsend nu")
    raise_and_ask(page, url)
    page.goto(f"{url}/meetings")
    found = page.get_by_role("link", name="Styregruppemøde 1/2027", exact=True).first.get_attribute("href") or ""
    return {"steering": found.rpartition("/")[2]}


def raise_and_ask(page: Page, url: str) -> None:
    """A framework condition that a member raised, and an appeal that was answered about it."""
    be(page, url, COORDINATOR)
    page.goto(f"{url}/chat")
    say(page, "rammevilkår nyt: Afstandskrav til vindmøller")
    page.get_by_label("Hvad spænder det ben for").fill("Kravet spænder ben for at udskifte gamle møller.")
    press(page, "Rejs det")
    be(page, url, MEMBER)
    page.goto(f"{url}/influence")
    page.get_by_role("main").get_by_role("button", name="Støt det").click()
    be(page, url, SECRETARIAT)
    page.goto(f"{url}/chat")
    say(page, "henvendelse ny 1")
    page.get_by_label("Til hvem?").fill("Klima-, energi- og forsyningsministeren")
    page.get_by_label("Sendt den").fill("2027-01-12")
    page.get_by_label("Svar ønskes senest").fill("2027-02-15")
    page.get_by_label("Link til brevet").fill("https://alliancen.example/brev")
    press(page, "Gem henvendelsen")
