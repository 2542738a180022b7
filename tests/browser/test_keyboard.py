"""Each story by keyboard alone, to its very end.

Everything is reached with Tab, and pressed with Enter, Space or the arrows. Every stop on the way can be seen; every
page that comes says in its title where one is, and has the focus where it was asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.conftest import RunningDemo

pytestmark = pytest.mark.browser

MEETING = "Styregruppemøde 1/2027"
MAYOR, MEMBER, COORDINATOR = "borgmester@koege.example", "klima@solroed.example", "klima@koege.example"
SECRET, PUBLIC = "Opsigelse af kontrakten med Nordlys", "En kontrakt"
ITEMS = 10
MOST_TABS = 400
CLOCK_MS = 120_000
ON_IT = "element => element === document.activeElement"
STOP = """wanted => {
  const at = document.activeElement;
  const there = at === wanted;
  if (at === document.body) return { there, seen: true, at: "body" };
  const told = at.outerHTML.slice(0, 120);
  const box = [...at.getClientRects()].find((box) => box.width > 0 && box.height > 0);
  const outside = !box || box.bottom <= 0 || box.top >= innerHeight;
  if (outside) return { there, seen: false, at: "outside the window: " + told };
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
  const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  if (!above || !(at.contains(above) || above.contains(at))) return { there, seen: false, at: "covered: " + told };
  if (at.tagName === "IFRAME") return { there, seen: true, at: told };  // what has the focus is inside it
  const style = getComputedStyle(at);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return { there, seen: ring, at: "without a ring: " + told };
}"""
"""Whether the focus is on what is wanted, and whether one can see where it is: in the window, under nothing, ringed."""
IN_A_MAIL = """element => element === document.activeElement
  && (getComputedStyle(element).outlineStyle === "auto" || parseFloat(getComputedStyle(element).outlineWidth) >= 2)"""
"""A mail has no style for it: the browser's own ring, which it calls "auto", is what every reader of mails has."""
PLACE = """() => {
  const at = document.activeElement;
  const target = location.hash && document.getElementById(location.hash.slice(1));
  const box = at.getBoundingClientRect();
  return {
    lost: at === document.body,
    meant: !target || at === target || target.contains(at),
    seen: box.bottom > 0 && box.top < innerHeight && box.height > 0,
    moving: document.getElementById("moving") !== null,
  };
}"""


@dataclass(frozen=True)
class Keys:
    """Somebody who has no mouse."""

    page: Page

    @property
    def latest(self) -> Locator:
        return self.page.locator("#latest")

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def menu(self) -> Locator:
        return self.page.get_by_role("navigation").first

    @property
    def mail(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    def reach(self, wanted: Locator) -> Locator:
        """Press Tab until the element has the focus; where it is must be seen all the way."""
        expect(wanted.first).to_be_visible()
        element = wanted.first.element_handle()
        for _ in range(MOST_TABS):
            stop = self.page.evaluate(STOP, element)
            assert stop["there"] or stop["seen"] or self._is_taken_to(), stop["at"]
            if stop["there"]:
                assert stop["seen"], stop["at"]
                return wanted.first
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} is not reached by {MOST_TABS} tabs")

    def _is_taken_to(self) -> bool:
        """Whether the focus is where the page has put it, not Tab: a part of it that is read from its top."""
        return bool(self.page.evaluate("document.activeElement.tabIndex === -1"))

    def enter(self) -> None:
        """Press Enter on what leads on: a page comes."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.arrive()

    def arrive(self) -> None:
        """A page has come: it says which, and it goes on where it was asked for, not from nowhere."""
        self.page.wait_for_load_state("load")
        title, _, whose = self.page.title().partition(" – ")
        assert whose and title in self.main.inner_text(), f"the page does not say what its title says: {title}"
        for _ in range(40):  # a page takes the focus where it belongs right after it is there
            place = self.page.evaluate(PLACE)
            if place["meant"] and (place["seen"] or place["lost"]):
                break
            self.page.wait_for_timeout(50)
        assert place["meant"] and place["seen"], place
        assert not place["lost"] or "#" not in self.page.url, "the focus is lost"

    def press(self, name: str | re.Pattern[str], within: Locator | None = None, role: str = "button") -> None:
        place = within or self.latest
        self.reach(place.get_by_role(role, name=name, exact=isinstance(name, str)))  # type: ignore[arg-type]
        self.enter()

    def follow(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        """A link, in the text of the page unless it says where."""
        self.press(name, within or self.main, "link")

    def fill(self, label: str, text: str) -> None:
        self.reach(self.latest.get_by_label(re.compile(f"^{re.escape(label)}")))
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def type(self, name: str, text: str) -> None:
        """Into the field of the newest form that has this name."""
        self.reach(self.latest.locator(f"[name={name}]"))
        self.page.keyboard.type(text)

    def pick(self, field: Locator, day: str) -> None:
        """A day, its parts in the order that this browser has them."""
        self.reach(field)
        year, month, date = day.split("-")
        for parts in (date + month + year, month + date + year, year + month + date):
            for _ in range(3):
                self.page.keyboard.press("ArrowLeft")
            self.page.keyboard.type(parts)
            if field.input_value() == day:
                return
        raise AssertionError(f"{day} cannot be typed")

    def tick(self, box: Locator) -> None:
        self.reach(box)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def attach(self, file: Path) -> None:
        """The dialog that Enter opens is the system's own, with keys of its own."""
        with self.page.expect_file_chooser() as opened:
            self.reach(self.latest.get_by_label(re.compile("^Fil")))
            self.page.keyboard.press("Enter")
        opened.value.set_files(file)

    def send(self) -> None:
        """Press the first button of the newest form: what confirms, where something is previewed."""
        confirms = self.latest.locator("button[value*='bekræft']")
        self.reach(confirms if confirms.count() else self.latest.locator("form button.primary"))
        self.enter()

    def go(self, page: str) -> None:
        """By the menu at the top, which is opened first where it is folded."""
        menu = self.page.locator("header details.menu")
        expect(menu).to_have_count(1)
        if menu.locator("summary").is_visible():
            folded = self.reach(menu.locator("summary"))
            self.page.keyboard.press("Enter")
            assert folded.evaluate(ON_IT), "opening the menu loses the focus"
            self.follow(page, menu.get_by_role("navigation"))
        else:
            self.follow(page, self.menu)

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
        self.follow("Skift person", self.page.get_by_role("banner"))
        self.press(name, self.main)

    def take(self, story: str) -> None:
        """Be led through one of the stories on the first page."""
        self.press(re.compile(f"^Følg historien ?: {re.escape(story)}"), self.main)
        expect(self.main).to_contain_text(f"Du følger historien ”{story}")

    def say(self, words: str) -> None:
        self.reach(self.page.get_by_label("Skriv til Tovholder"))
        self.page.keyboard.type(words)
        self.enter()
        expect(self.page.locator("#latest-title")).to_contain_text(words)

    def move(self, to: str) -> None:
        """The clock; while it moves the page comes again by itself, and keeps the focus at the clock."""
        clock = self.page.locator("#clock")
        self.press(re.compile(f"^{to}"), clock)
        expect(clock.locator(".moved")).to_be_visible(timeout=CLOCK_MS)
        self.arrive()
        assert clock.evaluate(ON_IT)

    def open_mail(self, to: str, subject: str) -> None:
        """The newest mail of that subject; it leaves some seconds after what it tells."""
        self.go("Postkasse")
        found = self.main.get_by_role("link", name=subject)
        for _ in range(60):
            self.reach(self.page.get_by_label("Modtagerens mailadresse"))
            self.page.keyboard.press("ControlOrMeta+A")
            self.page.keyboard.type(to)
            self.enter()
            if found.count():
                break
            self.page.wait_for_timeout(500)
        self.reach(found)
        self.enter()

    def press_in_mail(self, name: str) -> None:
        """Tab goes on from the page into the mail, whose links lead out of it."""
        link = self.mail.get_by_role("link", name=name, exact=True)
        frame = self.page.locator("iframe")
        expect(link).to_be_visible()
        for _ in range(MOST_TABS):
            if frame.evaluate(ON_IT) and link.evaluate(ON_IT):
                break
            self.page.keyboard.press("Tab")
        assert link.evaluate(IN_A_MAIL), "the focus in the mail cannot be seen"
        self._is_in_the_window(link)
        self.enter()

    def _is_in_the_window(self, element: Locator) -> None:
        box, window = element.bounding_box(), self.page.viewport_size
        assert box and window and 0 <= box["y"] < window["height"], "the focus in the mail is outside the window"


@pytest.fixture
def keys(page: Page, running_demo: RunningDemo) -> Keys:
    page.goto(running_demo.url)
    return Keys(page)


def test_the_first_stop_leads_past_the_head_of_the_page(keys: Keys) -> None:
    keys.page.keyboard.press("Tab")
    skip = keys.page.get_by_role("link", name=re.compile("indhold"))
    assert skip.evaluate(ON_IT)
    keys.reach(skip)
    keys.page.keyboard.press("Enter")
    assert keys.page.locator("#main").evaluate(ON_IT)


def test_story_1_a_municipality_answers(keys: Keys) -> None:
    keys.take("1. Fra opgave til kvittering")
    card = keys.page.get_by_role("form", name="Klimakoordinator")
    chosen = keys.reach(card.get_by_label("Kommune"))
    keys.page.keyboard.press("ArrowDown")
    keys.page.keyboard.press("ArrowUp")
    expect(chosen).to_have_value("0259")
    keys.press("Prøv som klimakoordinator", card)
    keys.press("Ja, borgmesteren kommer")
    expect(keys.latest).to_contain_text("Noteret for Klimatopmøde 2027")
    keys.press("Min liste", keys.main)
    expect(keys.latest).to_contain_text("kommer (Rikke Toft)")
    keys.press("Indberet", keys.page.get_by_role("form", name="Det mest brugte"))
    keys.fill("Samlet drivhusgasudledning", "9.000.000")
    keys.press("Indsend")
    expect(keys.latest.get_by_role("alert")).to_contain_text("uventet højt")
    keys.fill("Forklaring til ”Samlet", "En prøve: tallet er opdigtet.")
    keys.press("Indsend")
    expect(keys.latest).to_contain_text("2027-0259-v1")
    the_others_are_reminded(keys)


def the_others_are_reminded(keys: Keys) -> None:
    """At the next reminder, which everybody gets but Køge; and so the story is over."""
    keys.move("Næste påmindelse")
    expect(keys.page.locator("#clock")).to_contain_text("97 mails blev sendt")
    expect(keys.page.locator("#tour")).to_contain_text("Det var hele historien")
    keys.open_mail("klima@aarhus.example", "Venlig påmindelse")
    expect(keys.mail.get_by_text("Årlig indberetning 2027").first).to_be_visible()
    keys.follow("Tilbage til postkassen")
    keys.reach(keys.page.get_by_label("Modtagerens mailadresse"))
    keys.page.keyboard.type(COORDINATOR)
    keys.enter()
    expect(keys.main).to_contain_text(f"Der er ingen post til ”{COORDINATOR}”")


def test_story_2_the_secretariat_sees_who_is_missing_and_writes_to_them(keys: Keys) -> None:
    keys.take("2. Hvem mangler, og hvad så?")
    keys.press("Prøv som sekretariatet", keys.main)
    keys.move("Næste påmindelse")
    expect(keys.page.locator("#clock")).to_contain_text("98 mails blev sendt")
    keys.go("Status")
    see_who_is_missing(keys)
    keys.go("Samtale")
    keys.say("for Køge: svar topmøde ja borgmester")
    expect(keys.latest).to_contain_text("Noteret for Klimatopmøde 2027")
    write_to_many(keys)
    keys.say("for Køge: dispensation 4")
    keys.type("why", "En prøve")
    keys.type("decided_by", "Styregruppen")
    keys.pick(keys.latest.locator("[name=until]"), "2027-12-31")
    keys.send()
    expect(keys.latest).to_contain_text("31. december 2027")
    expect(keys.page.locator("#tour")).to_contain_text("Det var hele historien")
    keys.go("Journal")
    expect(keys.main.get_by_role("row").nth(1)).to_contain_text("Køge")


def see_who_is_missing(keys: Keys) -> None:
    """The board's own form narrows it to them; a cell leads to the whole story of it."""
    chosen = keys.reach(keys.page.locator("#state"))
    keys.page.keyboard.press("ArrowDown")
    expect(chosen.locator("option:checked")).to_have_text("Dem, der mangler noget")
    keys.press("Vis", keys.main)
    keys.follow(re.compile("Årlig indberetning, Aabenraa"))
    expect(keys.main).to_contain_text("Aabenraa Kommune")


def write_to_many(keys: Keys) -> None:
    """Who gets what is shown first; then it lies in the mailbox, as they see it."""
    keys.press("Skriv til mange", keys.page.get_by_role("form", name="Det mest brugte"))
    keys.reach(keys.latest.get_by_role("radio").first)
    keys.page.keyboard.press("Space")
    keys.fill("Besked", "Husk topmødet.")
    keys.press(re.compile("^(Vis|Se)"))
    expect(keys.latest).to_contain_text("Husk topmødet.")
    keys.send()
    expect(keys.latest.locator("button[value*='bekræft']")).to_have_count(0)
    keys.open_mail("klima@aarhus.example", "DK2020")
    expect(keys.mail.get_by_text("Husk topmødet.")).to_be_visible()
    keys.go("Samtale")


def test_story_3_a_meeting_is_planned_called_answered_and_moved(keys: Keys) -> None:
    keys.take("3. Et møde indkaldes og flyttes")
    call_the_first_meeting(keys)
    keys.open_mail(MAYOR, f"Indkaldelse: {MEETING}")
    keys.press_in_mail("Ja, jeg kommer")
    expect(keys.main).to_contain_text("Rikke Toft (borgmester, Køge)")
    keys.press("Ja, send det", keys.main)
    expect(keys.latest).to_contain_text(f"Køge Kommune kommer til {MEETING}")
    keys.be("Prøv som sekretariatet")
    keys.say("møde flyt styregruppe 1/2027")
    keys.pick(keys.latest.get_by_label(re.compile("^Dato")), "2027-03-24")
    keys.fill("Sted", "Køge Rådhus")
    keys.press("Se, hvem der får besked")
    expect(keys.latest).to_contain_text("(før: torsdag den 18. marts 2027 kl. 10.00-14.00)")
    keys.press("Ja, flyt mødet")
    expect(keys.page.locator("#tour")).to_contain_text("Det var hele historien")
    keys.press("Se mødet")
    seat = keys.latest.get_by_role("row", name="KKR Sjælland")
    expect(seat).to_contain_text("mangler svar")
    expect(seat.locator("s")).to_have_text("kommer")
    keys.open_mail(MAYOR, f"Flyttet: {MEETING}")
    expect(keys.page.get_by_role("region", name="Sådan ser kalenderen det")).to_contain_text("den 24. marts 2027")


def call_the_first_meeting(keys: Keys) -> None:
    keys.press("Prøv som sekretariatet", keys.main)
    keys.press("Møder", keys.page.get_by_role("form", name="Det mest brugte"))
    keys.press("Læg årshjulet")
    keys.press("Skriv de 4 møder i årshjulet")
    keys.press(MEETING)
    keys.press("Indkald")
    keys.press("Ja, send indkaldelsen")
    expect(keys.latest).to_contain_text("5 personer får besked på mail nu")


def test_story_4_papers_reach_everyone_and_the_minutes_are_approved(keys: Keys, tmp_path: Path) -> None:
    keys.take("4. Papirerne når frem til alle")
    call_the_first_meeting(keys)
    write_the_agenda(keys, tmp_path / "Nordlys.txt")
    keys.press("Udsend dagsordenen")
    keys.press("Udsend nu")
    expect(keys.latest).to_contain_text("er på vej: 6 får alle punkter, og 191 får de åbne")
    for who, heading in ((MAYOR, SECRET), (MEMBER, PUBLIC)):
        keys.open_mail(who, f"Dagsorden: {MEETING}")
        expect(keys.mail.get_by_text(heading)).to_be_visible()
    keys.go("Samtale")
    hold_the_meeting(keys)
    write_the_minutes(keys)
    approve_them(keys)
    keys.say("omdeling 1/2027")
    expect(keys.latest.get_by_role("row", name="Rikke Toft")).to_have_count(3)  # agenda, draft, minutes
    expect(keys.page.locator("#tour")).to_contain_text("Det var hele historien")


def write_the_agenda(keys: Keys, file: Path) -> None:
    """With an item that is closed, which is refused without a heading for all: what was chosen is kept."""
    file.write_text("Leverancen udebliver.")
    keys.say("dagsorden 1/2027")
    keys.press("Tilføj et punkt")
    keys.fill("Overskrift", SECRET)
    keys.choose("Til beslutning")
    keys.tick(keys.latest.get_by_label("Lukket punkt"))
    keys.fill("Indstilling", "At kontrakten opsiges.")
    keys.press("Gem")
    expect(keys.latest.get_by_role("alert")).to_be_focused()
    keys.reach(keys.latest.get_by_role("alert").get_by_role("link", name="Offentlig overskrift"))
    with keys.page.expect_navigation():  # within the page: each line leads to its field
        keys.page.keyboard.press("Enter")
    assert keys.latest.get_by_label(re.compile("^Offentlig overskrift")).evaluate(ON_IT)
    keys.page.keyboard.type(PUBLIC)
    keys.attach(file)
    keys.press("Gem")
    expect(keys.latest.get_by_role("row", name=SECRET)).to_contain_text("(lukket; offentligt: En kontrakt)")


def hold_the_meeting(keys: Keys) -> None:
    keys.move("Til næste møde")
    keys.say("møde afhold styregruppe 1/2027")
    for seat in keys.latest.get_by_role("radio", name="deltog", exact=True).all():
        keys.tick(seat)
    keys.press("Gem fremmødet")
    expect(keys.latest).to_contain_text("5 af 5 pladser var repræsenteret")


def write_the_minutes(keys: Keys) -> None:
    """Item by item, without leaving the form; then the draft goes round."""
    keys.press("Referat")
    keys.press("Skriv punkt 1")
    for number in range(1, ITEMS):
        expect(keys.latest).to_contain_text(f"punkt {number}:")
        keys.fill("Beslutning", "Godkendt.")
        keys.press("Gem, og gå til næste")
    keys.fill("Drøftelse", "Formanden takkede for i dag.")
    keys.press("Gem")
    keys.press("Se hele referatet")
    expect(keys.latest).to_contain_text("10 af 10 punkter er skrevet")
    keys.press("Send udkastet i høring")
    keys.press("Send udkastet ud")
    expect(keys.latest).to_contain_text(f"Udkastet til referat af {MEETING} er på vej til 6 modtagere")


def approve_them(keys: Keys) -> None:
    """What was approved is read from the mail, by who may read all of it."""
    keys.say("referat 1/2027")
    keys.press("Notér godkendelse")
    keys.press("Notér godkendelsen, og udsend")
    expect(keys.latest).to_contain_text("godkendt og på vej")
    keys.open_mail(MAYOR, f"Godkendt referat: {MEETING}")
    keys.press_in_mail("Læs referatet")
    keys.press("Ja, send det", keys.main)
    keys.follow("Læs på skærmen", keys.latest)
    expect(keys.page.get_by_role("heading", name=f"8. {SECRET}")).to_be_visible()
    keys.follow(re.compile("."), keys.page.get_by_role("banner"))  # a paper has one way on: to its meeting
    keys.be("Prøv som sekretariatet")


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
    main = keys.main
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
