"""The demo's tour follows what somebody does: a step is done when it has happened, wherever it was done."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Engine

from bot.request import Request
from bot.router import handle
from bot.web.app import Demo, demo_app
from bot.web.tour import STORIES
from storage.engine import writing
from storage.seed_second import plant_second
from templates.phrases import Phrases
from tests.conftest import Played, local
from tests.stories.conftest import Said

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

COORDINATOR, SECRETARY = "klima@koege.example", "sekretariat@frederiksberg.example"
MAYOR, MEETING = "borgmester@koege.example", "styregruppe 1/2027"


class Window:
    """Somebody's browser, in a demo whose clock stands where it was put."""

    def __init__(self, engine: Engine) -> None:
        self.played, self.now = Played(engine), local("2027-02-25T09:00")
        demo = Demo(engine, lambda: self.now, self._move, lambda: None)
        self.client = TestClient(demo_app(demo), base_url="http://127.0.0.1:8000")

    def _move(self, to: datetime) -> None:
        self.now = to

    def follow(self, story: str, who: str) -> None:
        self.client.post("/tour", data={"story": story})
        self.client.post("/persona", data={"address": who})

    def be(self, who: str) -> None:
        self.client.post("/persona", data={"address": who})

    def say(self, words: str, **answers: str) -> None:
        self.client.post("/say", data={"_words": words, **answers})

    def settle(self, words: str, **answers: str) -> None:
        """Let the secretariat say something on whatever channel, fill in its form, and confirm what is previewed."""
        said = self._said(words)
        for _ in range(2):
            if said.is_form:
                fields = {key: answers.get(key, ask.value) for key, ask in said.asks().items()}
                said = self._said(said.form.buttons[0].words, **fields)
            confirms = [words for words in said.offered() if "bekræft" in words]
            if confirms and not said.is_form:
                said = self._said(confirms[0])
        assert said.done and not said.is_form, said.text

    def _said(self, words: str, **answers: str) -> Said:
        return Said(handle(self.played.engine, Request(SECRETARY, words, answers, "cli"), self.now))

    @property
    def step(self) -> str:
        """``2 af 5``; ``end`` after the last, empty without a tour."""
        page = self.client.get("/chat").text
        if 'id="tour"' not in page:
            return ""
        found = re.search(r"Trin (\d af \d)", page)
        return found[1] if found else "end"


@pytest.fixture
def window(demo: Engine) -> Iterator[Window]:
    opened = Window(demo)
    with opened.client:
        yield opened


def test_nobody_is_led_who_did_not_ask_for_it_and_the_tour_can_be_ended(window: Window) -> None:
    window.client.post("/persona", data={"address": COORDINATOR})
    assert window.step == ""
    window.follow("member", COORDINATOR)
    assert window.step == "2 af 5"
    window.client.post("/tour")
    assert window.step == ""


def test_story_1_goes_on_with_each_thing_that_is_done_to_its_end(window: Window) -> None:
    window.follow("member", COORDINATOR)
    window.say("svar topmøde ja")
    assert window.step == "2 af 5"  # whoever is to come is asked for: nothing is answered yet
    window.say("svar topmøde ja borgmester")
    assert window.step == "3 af 5"
    window.say("indberet gem", ghg_total="9.000.000")
    assert window.step == "4 af 5"
    window.say("indberet send", ghg_total="187.813,5")
    assert window.step == "5 af 5"
    window.now = local("2027-02-26T08:00")
    assert window.step == "end"


def test_story_2_goes_on_with_each_thing_that_is_done_to_its_end(window: Window) -> None:
    window.follow("secretariat", SECRETARY)
    assert window.step == "2 af 5"
    window.client.get("/board")
    assert window.step == "3 af 5"
    window.client.post("/tour", data={"looked": "3"})  # a preview leaves no trace
    assert window.step == "4 af 5"
    window.settle("for Køge: besked", text="Husk topmødet.")
    assert window.step == "5 af 5"
    window.say("for Køge: dispensation 4", why="En prøve", decided_by="Styregruppen", until="2027-12-31")
    assert window.step == "end"


def test_story_3_goes_on_with_each_thing_that_is_done_to_its_end(window: Window) -> None:
    window.follow("meeting", SECRETARY)
    assert window.step == "1 af 4"
    window.settle("årshjul 2027")
    assert window.step == "2 af 4"
    window.settle(f"møde indkald {MEETING}")
    assert window.step == "3 af 4"
    window.client.post("/act", data={"_words": f"svar {MEETING} ja", "_as": MAYOR})
    assert window.step == "4 af 4"
    window.be(SECRETARY)
    window.settle(f"møde flyt {MEETING} 14-04-2027 10-14")
    assert window.step == "end"


@pytest.mark.slow
def test_story_4_goes_on_with_each_thing_that_is_done_to_its_end(window: Window) -> None:
    window.be(SECRETARY)
    window.settle("årshjul 2027")
    window.settle(f"møde indkald {MEETING}")
    window.follow("papers", SECRETARY)
    window.say(f"dagsorden {MEETING}")
    assert window.step == "1 af 4"
    item = {"heading": "Opsigelse", "kind": "decision", "closed": "ja", "public_heading": "En kontrakt"}
    window.say(f"punkt {MEETING}", **item, recommendation="At opsige.")
    assert window.step == "2 af 4"
    window.settle(f"dagsorden udsend {MEETING}")
    assert window.step == "3 af 4"
    window.now = local("2027-03-25T15:00")
    held = window.played.say(SECRETARY, f"møde afhold {MEETING}", "2027-03-25T15:00")
    seats = {f"presence_{n}": "present" for n in set(re.findall(r"presence_(\d+)", str(held.message)))}
    window.say(f"møde afhold {MEETING}", **seats)
    assert window.step == "4 af 4"
    for number in (1, 2, 8):
        window.say(f"referat skriv {MEETING} {number}", decision="Godkendt.")
    window.settle(f"referat udsend {MEETING}")
    assert window.step == "4 af 4"  # circulated is not approved
    window.settle(f"referat godkend {MEETING}")
    assert window.step == "end"


def test_what_was_done_before_the_tour_began_does_not_count(window: Window) -> None:
    window.client.post("/persona", data={"address": COORDINATOR})
    window.say("svar topmøde ja borgmester")
    window.follow("member", COORDINATOR)
    assert window.step == "2 af 5"


def test_a_later_step_counts_for_those_before_it_and_a_look_for_none(window: Window) -> None:
    window.follow("meeting", SECRETARY)
    window.say("årshjul 2027")
    assert window.step == "1 af 4"
    window.follow("secretariat", SECRETARY)
    window.say("for Køge: dispensation 4", why="En prøve", decided_by="Styregruppen", until="2027-12-31")
    assert window.step == "end"


def test_a_step_that_is_only_a_look_is_clicked_on(window: Window) -> None:
    window.follow("secretariat", SECRETARY)
    assert window.step == "2 af 5"
    window.client.post("/tour", data={"looked": "2"})
    assert window.step == "3 af 5"
    window.client.post("/tour", data={"looked": "3"})
    window.client.post("/tour", data={"looked": "x" * 9})
    assert window.step == ""  # what is no number ends it, like nothing at all


@pytest.mark.slow
def test_the_next_step_stands_on_other_pages_too_until_its_line_is_closed_there(window: Window) -> None:
    def line(path: str) -> str:
        page = window.client.get(path).text
        return page.partition('class="tour-line"')[2].partition("</aside>")[0]

    window.client.post("/persona", data={"address": COORDINATOR})
    assert line("/mine") == ""
    window.follow("member", COORDINATOR)
    for path in ("/mine", "/meetings", "/year", "/mailbox", "/nowhere"):
        assert "Trin 2 af 5:" in line(path) and 'href="/chat#tour"' in line(path), path
    assert line("/chat") == line("/") == ""  # there it stands already
    window.say("svar topmøde ja borgmester")
    assert "Trin 3 af 5:" in line("/mine")
    answer = window.client.post("/tour", data={"aside": "yes", "to": "/mine"}, follow_redirects=False)
    assert answer.headers["location"] == "/mine" and line("/mine") == line("/year") == ""
    assert window.step == "3 af 5"
    window.follow("member", COORDINATOR)
    assert "Trin 2 af 5:" in line("/mine")


def test_whoever_opens_the_page_that_is_to_be_looked_at_has_looked(window: Window) -> None:
    window.follow("secretariat", SECRETARY)
    assert "Trin 2 af 5:" in window.client.get("/board").text  # what to look for still stands there
    assert "Trin 3 af 5:" in window.client.get("/journal").text
    window.follow("member", COORDINATOR)
    window.client.get("/board")
    assert window.step == "2 af 5"


def test_a_page_that_is_not_shown_has_not_been_looked_at(window: Window) -> None:
    window.follow("secretariat", COORDINATOR)
    assert window.client.get("/board").status_code == 403
    assert window.step == "2 af 5"


def test_a_look_on_a_page_goes_on_there(window: Window) -> None:
    window.follow("secretariat", SECRETARY)
    window.client.post("/tour", data={"aside": "yes"})
    answer = window.client.post("/tour", data={"looked": "2", "to": "/board"}, follow_redirects=False)
    assert answer.headers["location"] == "/board" and window.step == "3 af 5"
    assert 'class="tour-line"' not in window.client.get("/board").text  # what was closed stays closed
    answer = window.client.post("/tour", data={"looked": "3", "to": "//evil.example"}, follow_redirects=False)
    assert answer.headers["location"] == "/chat#latest"


@pytest.mark.slow
def test_nobody_of_another_alliance_is_led_through_this_one(window: Window) -> None:
    with writing(window.played.engine) as connection:
        plant_second(connection)
    window.follow("meeting", SECRETARY)
    assert window.step == "1 af 4"
    window.be("secretariat@kl.example")
    assert window.step == ""
    says = "Turen foregår i DK2020 klimaalliance."
    for path in ("/chat", "/mine", "/board"):
        page = window.client.get(path).text
        assert says in page and "Trin " not in page, path
    window.be(SECRETARY)
    assert window.step == "1 af 4" and says not in window.client.get("/mine").text


@pytest.mark.slow
@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "member",
        "member.x.1.0",
        "dance.1.1.0",
        "member.1.99999999999999999.0",
        "member.-1.1.0",
        "member.1.1",
        "member.1.1.0.x",
    ],
)
def test_a_cookie_that_is_none_of_ours_is_no_tour(window: Window, cookie: str) -> None:
    window.client.post("/persona", data={"address": COORDINATOR})
    window.client.cookies.set("tour", cookie)
    assert window.step == ""


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("story", STORIES)
def test_the_tour_has_as_many_steps_as_its_story_and_each_says_something_the_journal_knows(
    story: str, language: str
) -> None:
    say = Phrases(language)
    told = [n for n in range(1, 12) if say.has(f"page.story.{story}.step.{n}")]
    assert len(told) == len(STORIES[story])
    for step in STORIES[story]:
        for action in step - {"chosen", "later"}:
            assert say.has(f"journal.action.{action}"), action
