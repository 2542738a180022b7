"""Each story by keyboard alone: everything is reached with Tab, seen when it is, and pressed with Enter or Space."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import RunningDemo

pytestmark = pytest.mark.browser

MEETING = "Styregruppemøde 1/2027"
MOST_TABS = 400
ON_IT = "element => element === document.activeElement"
SEEN = """element => {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    && box.bottom > 0 && box.top < innerHeight && box.width > 0;
}"""


@dataclass(frozen=True)
class Keys:
    """Somebody who has no mouse."""

    page: Page

    @property
    def latest(self) -> Locator:
        return self.page.locator("#latest")

    def reach(self, wanted: Locator) -> Locator:
        """Press Tab until the element has the focus, which must then be visible."""
        expect(wanted.first).to_be_visible()
        for _ in range(MOST_TABS):
            if wanted.first.evaluate(ON_IT):
                assert wanted.first.evaluate(SEEN), "the focus cannot be seen"
                return wanted.first
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} is not reached by {MOST_TABS} tabs")

    def press(self, name: str | re.Pattern[str], within: Locator | None = None, role: str = "button") -> None:
        place = within or self.latest
        self.reach(place.get_by_role(role, name=name, exact=isinstance(name, str)))  # type: ignore[arg-type]
        self.page.keyboard.press("Enter")

    def fill(self, label: str, text: str) -> None:
        self.reach(self.latest.get_by_label(re.compile(f"^{re.escape(label)}")))
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def type(self, name: str, text: str) -> None:
        """Into the field of the newest form that has this name."""
        self.reach(self.latest.locator(f"[name={name}]"))
        self.page.keyboard.type(text)

    def send(self) -> None:
        """Press the first button of the newest form: what confirms, where something is previewed."""
        confirms = self.latest.locator("button[value*='bekræft']")
        self.reach(confirms if confirms.count() else self.latest.locator("form button.primary"))
        self.page.keyboard.press("Enter")

    def go(self, page: str) -> None:
        """By the menu at the top, which is opened first where it is folded."""
        menu = self.page.locator("header details.menu")
        expect(menu).to_have_count(1)
        if menu.locator("summary").is_visible():
            self.reach(menu.locator("summary"))
            self.page.keyboard.press("Enter")
            self.press(page, menu.get_by_role("navigation"), "link")
        else:
            self.press(page, self.page.get_by_role("navigation").first, "link")

    def choose(self, label: str) -> None:
        """Of a group of choices Tab reaches one, and the arrows the others."""
        wanted = self.latest.get_by_label(label, exact=True)
        chosen = self.latest.get_by_role("radio", checked=True)
        self.reach(chosen if chosen.count() else self.latest.get_by_role("radio"))
        self.page.keyboard.press("Space")
        for _ in range(20):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{label} is not reached by the arrows")

    def be(self, name: str) -> None:
        """From anywhere to another role, by the link at the top."""
        self.press("Skift person", self.page.get_by_role("banner"), "link")
        self.press(name, self.page.get_by_role("main"))

    def say(self, words: str) -> None:
        self.reach(self.page.get_by_label("Skriv til Tovholder"))
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#latest-title")).to_contain_text(words)


@pytest.fixture
def keys(page: Page, running_demo: RunningDemo) -> Keys:
    page.goto(running_demo.url)
    return Keys(page)


def test_the_first_stop_leads_past_the_head_of_the_page(keys: Keys) -> None:
    keys.page.keyboard.press("Tab")
    skip = keys.page.get_by_role("link", name=re.compile("indhold"))
    assert skip.evaluate(ON_IT) and skip.evaluate(SEEN)
    keys.page.keyboard.press("Enter")
    assert keys.page.locator("#main").evaluate(ON_IT)


def test_story_1_a_municipality_answers(keys: Keys) -> None:
    card = keys.page.get_by_role("form", name="Klimakoordinator")
    chosen = keys.reach(card.get_by_label("Kommune"))
    keys.page.keyboard.press("ArrowDown")
    keys.page.keyboard.press("ArrowUp")
    expect(chosen).to_have_value("0259")
    keys.press("Prøv som klimakoordinator", card)
    keys.press("Ja, borgmesteren kommer")
    expect(keys.latest).to_contain_text("Noteret for Klimatopmøde 2027")
    keys.press("Indberet", keys.page.get_by_role("main"))
    keys.fill("Samlet drivhusgasudledning", "9.000.000")
    keys.press("Indsend")
    expect(keys.latest.get_by_role("alert")).to_contain_text("uventet højt")
    keys.fill("Forklaring til ”Samlet", "En prøve: tallet er opdigtet.")
    keys.press("Indsend")
    expect(keys.latest).to_contain_text("2027-0259-v1")


def test_story_2_the_secretariat_sees_who_is_missing_and_writes_to_them(keys: Keys) -> None:
    keys.press("Prøv som sekretariatet", keys.page.get_by_role("main"))
    keys.press("Status", keys.page.get_by_role("navigation").first, "link")
    keys.press(re.compile("Årlig indberetning, Aabenraa"), keys.page.get_by_role("main"), "link")
    expect(keys.page.get_by_role("main")).to_contain_text("Aabenraa Kommune")
    keys.press("Samtale", keys.page.get_by_role("navigation").first, "link")
    keys.say("besked")
    keys.reach(keys.latest.get_by_role("radio").first)
    keys.page.keyboard.press("Space")
    keys.fill("Besked", "Husk topmødet.")
    keys.press(re.compile("^(Vis|Se)"))
    expect(keys.latest).to_contain_text("Husk topmødet.")
    keys.send()
    expect(keys.latest.locator("button[value*='bekræft']")).to_have_count(0)
    keys.say("for Køge: dispensation 4")
    keys.type("why", "En prøve")
    keys.type("decided_by", "Styregruppen")
    keys.type("until", "12122027")  # the same day however a browser orders day and month
    keys.send()
    expect(keys.latest).to_contain_text("12. december 2027")
    keys.go("Journal")
    expect(keys.page.get_by_role("main").get_by_role("row").nth(1)).to_contain_text("Køge")
    keys.go("Postkasse")
    keys.press(re.compile("."), keys.page.get_by_role("main").get_by_role("table"), "link")
    expect(keys.page.locator("iframe")).to_be_visible()


def test_story_3_a_meeting_is_planned_called_and_moved(keys: Keys) -> None:
    keys.press("Prøv som sekretariatet", keys.page.get_by_role("main"))
    keys.press("Møder", keys.page.get_by_role("main"))
    keys.press("Læg årshjulet")
    keys.press("Skriv de 4 møder i årshjulet")
    keys.press(MEETING)
    keys.press("Indkald")
    keys.press("Ja, send indkaldelsen")
    expect(keys.latest).to_contain_text("5 personer får besked på mail nu")
    keys.press("Se mødet")
    keys.press("Flyt tid eller sted")
    keys.fill("Sted", "Køge Rådhus")
    keys.press("Se, hvem der får besked")
    keys.press(re.compile("^Ja, "))
    expect(keys.latest).to_contain_text("Køge Rådhus")


def test_story_4_an_agenda_is_written_and_sent(keys: Keys) -> None:
    keys.press("Prøv som sekretariatet", keys.page.get_by_role("main"))
    for words in ("Læg årshjulet", "Skriv de 4 møder i årshjulet", MEETING, "Indkald", "Ja, send indkaldelsen"):
        if words == "Læg årshjulet":
            keys.press("Møder", keys.page.get_by_role("main"))
        keys.press(words)
    keys.press("Se mødet")
    keys.press("Dagsorden")
    keys.press("Tilføj et punkt")
    keys.fill("Overskrift", "Et åbent punkt")
    keys.choose("Til drøftelse")
    keys.press("Gem")
    expect(keys.latest.get_by_role("row", name="Et åbent punkt")).to_be_visible()
    keys.press("Udsend dagsordenen")
    keys.press("Udsend nu")
    expect(keys.latest).to_contain_text("er på vej")


def test_story_1_on_a_small_telephone_whose_menu_is_opened_by_keys(keys: Keys) -> None:
    keys.page.set_viewport_size({"width": 320, "height": 640})
    keys.press("Prøv som klimakoordinator", keys.page.get_by_role("form", name="Klimakoordinator"))
    keys.go("Min liste")
    keys.press(re.compile("^Ja, borgmesteren kommer"), keys.page.get_by_role("main"))
    expect(keys.latest).to_contain_text("Noteret for Klimatopmøde 2027")
    keys.go("Årshjul")
    expect(keys.page.get_by_role("main")).to_contain_text("2027")
    keys.go("Samtale")
    keys.say("indberet")
    keys.type("ghg_total", "410250,5")
    keys.send()
    expect(keys.latest).to_contain_text("2027-0259-v1")


def test_what_waits_is_settled_from_ones_own_list(keys: Keys) -> None:
    keys.press("Prøv som klimakoordinator", keys.page.get_by_role("form", name="Klimakoordinator"))
    keys.press("Min liste", keys.page.get_by_role("navigation").first, "link")
    main = keys.page.get_by_role("main")
    expect(main.get_by_role("heading", level=2).first).to_contain_text("Med frist")
    keys.press(re.compile("^Ja, borgmesteren kommer"), main)
    expect(keys.latest).to_contain_text("Noteret for Klimatopmøde 2027")
    keys.press("Min liste", keys.page.get_by_role("navigation").first, "link")
    expect(main.get_by_role("row", name="Klimatopmødet")).to_contain_text("kommer")
    keys.press(re.compile("^Se det hele ?: Årlig indberetning"), main, "link")
    expect(main).to_contain_text("Forpligtelse nr.")
    keys.press("Til min liste", main, "link")
    keys.press("Klimatopmøde 2027", main, "link")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Klimatopmøde 2027")
    expect(main).to_contain_text("Jeres svar")
