"""The outbox as the secretariat reads it: what left, how it went, and what did not."""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from alliance.notifications import told_as
from bot.web import outbox_page
from bot.web.app import Demo, demo_app
from storage.engine import reading, writing
from storage.outbox import claim, given_up
from storage.queries import outbox_counts
from storage.queries.outbox_looking import HOW
from tests.conftest import local

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

SECRETARY, MAYOR, COORDINATOR = "sekretariat@frederiksberg.example", "borgmester@koege.example", "klima@koege.example"
MEETING = "styregruppe 1/2027"


@dataclass
class Outbox:
    """The page as the secretariat sees it, at the time the conversation has come to."""

    talk: Any
    client: TestClient

    def page(self, query: str = "", who: str = SECRETARY) -> str:
        self.client.post("/persona", data={"address": who})
        answer = self.client.get(f"/outbox{query}")
        assert answer.status_code == 200
        return answer.text

    def read(self, query: str = "") -> str:
        """The readable text of the page's main part, in one line."""
        main = self.page(query).partition("<main")[2].partition("</main>")[0]
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())

    def rows(self, query: str = "") -> list[str]:
        body = self.page(query).partition("<tbody>")[2].partition("</tbody>")[0]
        return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in body.split("</tr>")[:-1]]


@pytest.fixture
def office(talk: Any) -> Iterator[Outbox]:
    """A steering meeting that is called."""
    talk.at = "2027-02-25T09:30"
    typed = {"kind": "steering_group", "day": "24-03-2027", "starts": "10", "ends": "14", "place": "Rådhuset"}
    assert talk.hand_in(SECRETARY, "møde opret", typed).done
    confirm(talk, f"møde indkald {MEETING}")
    app = demo_app(Demo(talk.engine, lambda: local(talk.at), lambda to: None, lambda: None))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield Outbox(talk, client)


def confirm(talk: Any, words: str, part: str = "bekræft", **typed: str) -> None:
    """Fill in the first form, if anything is typed, and confirm what is then shown."""
    shown = talk.say(SECRETARY, words)
    if typed:
        shown = talk.send(SECRETARY, shown, "Se", **typed)
        assert not (shown.is_form and shown.errors()), shown.errors()
    done = talk.send(SECRETARY, shown, part) if shown.is_form else talk.press(SECRETARY, shown, part)
    assert done.done, done.text


@pytest.mark.parametrize(
    ("kind", "facts", "paper", "said"),
    [
        ("reminder", {}, None, "reminder"),
        ("invitation", {}, None, "invitation"),
        ("invitation", {"method": "REQUEST", "first": True, "moved": True}, None, "invitation_first"),
        ("invitation", {"method": "REQUEST", "moved": True}, None, "invitation_moved"),
        ("invitation", {"method": "REQUEST"}, None, "invitation_changed"),
        ("invitation", {"method": "CANCEL", "moved": True}, None, "invitation_cancelled"),
        ("invitation_in_chat", {"method": "CANCEL", "uninvites": True}, None, "invitation_in_chat_uninvited"),
        ("paper", {}, None, "paper"),
        ("paper", {}, ("agenda", "published"), "paper_agenda"),
        ("paper", {}, ("supplement", "published"), "paper_supplement"),
        ("paper", {}, ("minutes", "circulated"), "paper_minutes_circulated"),
    ],
)
def test_what_left_is_called_by_what_it_told(kind: str, facts: Any, paper: Any, said: str) -> None:
    assert told_as(kind, facts, paper) == said


@pytest.mark.slow
def test_a_cancellation_is_called_one_on_the_page_and_in_the_story(office: Outbox) -> None:
    talk = office.talk
    assert all(" indkaldelse Styregruppemøde" in row for row in office.rows())
    talk.played.tick(talk.at)
    confirm(talk, f"dagsorden udsend {MEETING}")
    confirm(talk, f"møde flyt {MEETING}", "Ja", day="23-03-2027")
    assert " flytning Styregruppemøde" in office.rows()[0]
    talk.played.tick(talk.at)
    confirm(talk, f"møde aflys {MEETING}", "Ja", reason="Sygdom")
    first = office.rows()[0]
    assert " aflysning Styregruppemøde" in first and "kalenderindkaldelse" not in office.read()
    assert any(" dagsorden Styregruppemøde" in row for row in office.rows())
    told = talk.say(SECRETARY, f"hvorfor {MAYOR}").text
    assert all(word in told for word in ("indkaldelse,", "flytning,", "aflysning,", "dagsorden,"))
    office.client.post("/language", data={"language": "en"})
    assert " cancellation " in office.read() and " new time " in office.read()


def lose(talk: Any, reason: str = "recipient: 550 no such user") -> Any:
    """Give up the first delivery that is due; returns its claim."""
    with writing(talk.engine) as connection:
        (lost,) = claim(connection, local(talk.at), ["mail"], at_most=1)
        given_up(connection, lost, reason, local(talk.at))
    return lost


@pytest.mark.slow
def test_the_outbox_is_searched_by_how_it_went_and_by_whom_it_is_for(office: Outbox) -> None:
    before = office.rows()
    assert len(before) == 5 and "kunne ikke leveres. Se" not in office.read()
    assert "Der er ingen forsendelser af den slags. Se alt i udbakken" in office.read("?how=lost")
    lose(office.talk)
    assert '<a href="/outbox?how=lost">1 forsendelse kunne ikke leveres. Se den.</a>' in office.page()
    (row,) = office.rows("?how=lost")
    assert "opgivet modtagerens server kender ikke adressen" in row
    assert len(office.rows("?how=waiting")) == 4 and office.rows("?how=nonsense") == office.rows()
    for who in ("Køge", "koege", "KØGE rikke", "borgmester@koege", "Rikke Toft"):
        (mine,) = office.rows(f"?who={who}")
        assert "borgmester@koege.example" in mine, who
    assert "ingen forsendelser, der passer på ”Skagen”" in office.read("?who=Skagen")
    page = office.page("?how=waiting&who=K%C3%B8ge")
    assert '<option value="waiting" selected>' in page and 'value="Køge"' in page


def test_paging_keeps_what_was_searched_for(office: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_page, "PAGE_SIZE", 2)
    first, last = office.page("?how=waiting&who=borgmester"), office.page("?how=waiting&who=borgmester&page=3")
    assert 'href="/outbox?page=2&amp;how=waiting&amp;who=borgmester"' in first
    assert 'href="/outbox?page=2&amp;how=waiting&amp;who=borgmester"' in last and 'rel="next"' not in last
    assert len(office.rows("?who=borgmester&page=3")) == 1 and "Se alt" in office.read("?page=9")


def test_the_secretariat_asks_for_the_outbox_and_nobody_else(office: Outbox) -> None:
    talk = office.talk
    assert "intet afvist eller opgivet" in talk.say(SECRETARY, "udbakke").summary
    lose(talk)
    told = talk.say(SECRETARY, "outbox")
    assert "er der 1 forsendelse, der ikke kunne leveres" in told.summary and "@" in told.text
    assert "indkaldelse" in told.text and "Ret adressen" in told.text and "Venter på at blive sendt: 4" in told.text
    for who in (MAYOR, COORDINATOR):
        assert not talk.say(who, "udbakke").done
    talk.at = "2027-03-28T09:30"
    assert "intet afvist eller opgivet" in talk.say(SECRETARY, "udbakke").summary
    with reading(talk.engine) as connection:
        assert outbox_counts.counts(connection, talk.played.alliance.id + 1) == dict.fromkeys(HOW, 0)
        assert outbox_counts.people_called(connection, talk.played.alliance.id + 1, "Køge") == ()
