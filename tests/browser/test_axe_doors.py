"""axe-core has nothing to say of the pages that only a real installation has, nor of what a form is answered with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.web.limits import TRYING
from storage.changes import register as changes
from storage.engine import connect, writing
from storage.tables import tables
from tests.browser.accessible import WINDOWS, complaints, complaints_here
from tests.browser.served import aside, served
from tests.installation import Installation

pytestmark = pytest.mark.browser

BOTH, MAYOR, SECRETARIAT = "klima@koege.example", "borgmester@koege.example", "sekretariat@frederiksberg.example"
COMES, OTHERWISE, EVIDENCE = "Ja, borgmesteren kommer", "Andet svar", "Dokumentér"
MEETING = "styregruppe 1/2027"
SIGNED_IN = {
    BOTH: ("/chat", "/mine", "/meetings", "/board", "/nowhere", "/about"),
    SECRETARIAT: ("/chat", "/board", "/outbox"),
}


@dataclass(frozen=True)
class Doors:
    """The installation, where the links of its mails lead, and the cookies of who has signed in."""

    house: Installation
    paths: dict[str, str]
    cookies: dict[str, list[tuple[str, str]]]


@pytest.fixture(scope="module")
def doors(browser: Browser, databases: Any) -> Iterator[Doors]:
    """After the first reminders; somebody is in two alliances, and one of the links is used up, one expired."""
    at = databases.copy(databases.demo())
    engine = connect(at)
    with served(engine) as house:
        yield aside(lambda: _opened(house))
    engine.dispose()
    databases.drop(at)


def _opened(house: Installation) -> Doors:
    _second_alliance(house)
    house.plan("2027-02-26T08:00", BOTH)
    house.send()
    links = house.links(house.mails(BOTH)[0])
    house.browser().post(links[OTHERWISE], data={"_words": "svar topmøde", "response": "no"})
    with writing(house.engine) as connection:
        link = tables["acting_link"]
        past = house.now() - timedelta(days=1)
        connection.execute(link.update().where(link.c.label == OTHERWISE).values(used_at=past))
        connection.execute(link.update().where(link.c.label == EVIDENCE).values(expires_at=past))
    steering = {"kind": "steering_group", "day": "24-03-2027", "starts": "10", "ends": "14", "place": "Rådhuset"}
    assert house.say(SECRETARIAT, "møde opret", **steering).done
    cookies = {who: _signed_in(house, who) for who in (BOTH, MAYOR, SECRETARIAT)}
    house.browser().post("/sign-in", data={"address": BOTH})
    house.later += timedelta(seconds=1)
    house.send()
    links["sign in"] = _way_in(house, BOTH)
    return Doors(house, links, cookies)


def _second_alliance(house: Installation) -> None:
    since, now = date(2024, 1, 1), house.now()
    with writing(house.engine) as connection:
        other = changes.add_alliance(connection, "other", "klimaalliancen", since, None)
        town = changes.add_municipality(connection, other, "0259", "Køge", "Køge Kommune", ())
        person = changes.add_person(connection, other, "Henrik Damborg", "da")
        changes.add_address(connection, other, person, "mail", BOTH, now, verified=False)
        changes.add_office_term(connection, other, town, "climate_coordinator", person, since, None, now)


def _way_in(house: Installation, who: str) -> str:
    """The link into the first alliance, in the newest mail to somebody that has one."""
    links = (link for mail in house.mails(who) for link in house.links(mail).items())
    return next(path for label, path in links if label.startswith("Log ind") and "Klimaalliancen" not in label)


def _signed_in(house: Installation, who: str) -> list[tuple[str, str]]:
    browser = house.browser()
    browser.post("/sign-in", data={"address": who})
    house.later += timedelta(seconds=1)
    house.send()
    assert browser.post(_way_in(house, who)).status_code == 303
    return [(cookie.name, cookie.value or "") for cookie in browser.cookies.jar]


@dataclass(frozen=True)
class Visit:
    """A browser of a size, in a language."""

    doors: Doors
    context: BrowserContext
    page: Page
    language: str

    def to(self, path: str) -> str:
        return self.doors.house.url + path

    def be(self, who: str) -> None:
        """Whoever has signed in, reading the language; nobody for an empty address."""
        self.context.clear_cookies()
        here = self.doors.house.url
        cookies = self.doors.cookies[who] if who else []
        self.context.add_cookies([{"name": name, "value": value, "url": here} for name, value in cookies])
        assert self.context.request.post(self.to("/language"), form={"language": self.language}).ok

    def say(self, words: str) -> None:
        self.page.goto(self.to("/chat"))
        self.page.locator("#words").fill(words)
        self.page.locator("form.write button").click()
        expect(self.page.locator("#latest h2.said")).to_be_visible()

    def send(self) -> None:
        """Press the first button of the newest form."""
        self.page.locator("#latest form button.primary").first.click()


@pytest.fixture(params=[(lang, window) for lang in ("da", "en") for window in WINDOWS], ids="-".join)
def visit(request: pytest.FixtureRequest, browser: Browser, doors: Doors) -> Iterator[Visit]:
    language, window = request.param
    width, height, scheme = WINDOWS[window]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=True,
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield Visit(doors, context, page, language)
    context.close()


def test_the_doors_are_accessible(visit: Visit, axe: str) -> None:
    """Signing in, asked, mistyped, the mailed link, and links that are none."""
    found, page = {}, visit.page
    visit.be(BOTH)  # the mailed link's page speaks its reader's language
    visit.be("")
    for path in ("/sign-in", "/sign-in/none", "/act/none", visit.doors.paths["sign in"]):
        found[path] = complaints(page, visit.to(path), axe, visit.language)
    for typed in ("no address", "nobody@else.example"):
        page.goto(visit.to("/sign-in"))
        page.locator("input[name=address]").fill(typed)
        page.locator("main form button").click()
        expect(page.locator("[role=alert], [role=status]")).to_be_visible()
        found[typed] = complaints_here(page, axe, visit.language)
    page.goto(f"data:text/html,<form method=post action='{visit.to('/sign-in')}'><button>x</button></form>")
    page.locator("button").click()
    page.wait_for_url(visit.to("/sign-in"))
    found["foreign"] = complaints_here(page, axe, "da")  # another site's form brings no cookie, so no language
    assert {path: said for path, said in found.items() if said} == {}


def test_what_a_mails_link_shows_is_accessible(visit: Visit, axe: str) -> None:
    """To be pressed, done, a form, one with errors, used up, expired, for signing in, and somebody else's."""
    found, page, paths = {}, visit.page, visit.doors.paths
    visit.be(BOTH)
    visit.be("")
    for label, path in paths.items():
        found[label] = complaints(page, visit.to(path), axe, visit.language)
    page.goto(visit.to(paths["Indberet"]))
    page.locator("[name=ghg_total]").first.fill("mange")
    page.locator("main form button.primary").first.click()
    expect(page.get_by_role("alert").first).to_be_visible()
    found["wrong"] = complaints_here(page, axe, visit.language)
    page.goto(visit.to(paths[COMES]))
    page.locator("main form button.primary").click()
    expect(page.locator("main form")).to_have_count(0)
    found["done"] = complaints_here(page, axe, visit.language)
    _unused(visit.doors.house, COMES)
    visit.be(MAYOR)
    found["somebody else's"] = complaints(page, visit.to(paths[COMES]), axe, visit.language)
    assert {label: said for label, said in found.items() if said} == {}


def _unused(house: Installation, label: str) -> None:
    """Let a link be as it was: the next window presses it, too, and changes what stands by then."""
    assert house.say(MAYOR, "svar topmøde nej").done
    with writing(house.engine) as connection:
        link = tables["acting_link"]
        connection.execute(link.update().where(link.c.label == label).values(used_at=None))


def test_the_pages_of_who_has_signed_in_are_accessible(visit: Visit, axe: str) -> None:
    """With the way out and to the other alliance at the top, and what is not theirs."""
    found = {}
    for who, paths in SIGNED_IN.items():
        visit.be(who)
        for path in paths:
            found[who, path] = complaints(visit.page, visit.to(path), axe, visit.language)
            assert visit.page.locator("form[action='/sign-out']").count() == 2
        assert bool(visit.page.locator("form[action='/alliance']").count()) == (who == BOTH)
    assert {where: said for where, said in found.items() if said} == {}


def _report(visit: Visit) -> None:
    visit.be(BOTH)
    visit.say("indberet")
    visit.page.locator("#latest [name=ghg_total]").fill("mange")
    visit.send()


def _proposal(visit: Visit) -> None:
    visit.be(BOTH)
    visit.say(f"foreslå {MEETING}")
    visit.send()


def _refused(visit: Visit) -> None:
    visit.be(BOTH)
    visit.say("svra topmøde")


def _preview(visit: Visit) -> None:
    visit.be(SECRETARIAT)
    visit.say(f"møde indkald {MEETING}")


@pytest.mark.parametrize("answer", [_report, _proposal, _refused, _preview])
def test_what_is_answered_in_the_conversation_is_accessible(
    visit: Visit, axe: str, answer: Callable[[Visit], None]
) -> None:
    answer(visit)
    if answer in (_report, _proposal):
        expect(visit.page.locator("#latest").get_by_role("alert").first).to_be_visible()
    assert complaints_here(visit.page, axe, visit.language) == []


def test_whoever_tries_too_many_links_is_told_so_accessibly(browser: Browser, doors: Doors, axe: str) -> None:
    with served(doors.house.engine) as house:
        context = browser.new_context(bypass_csp=True)
        for _ in range(TRYING.amount):
            context.request.get(f"{house.url}/act/none")
        page, found = context.new_page(), {}
        for language in ("da", "en"):
            context.request.post(f"{house.url}/language", form={"language": language})
            for width in (320, 1280):
                page.set_viewport_size({"width": width, "height": 640})
                found[language, width] = complaints(page, f"{house.url}/act/none", axe, language)
        answer = page.goto(f"{house.url}/act/none")
        assert answer and answer.status == 429
        context.close()
    assert {where: said for where, said in found.items() if said} == {}
