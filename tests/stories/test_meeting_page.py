"""A meeting's page along its life: each reader sees what they may, and the secretariat what comes next."""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from icalendar import Calendar

from bot.web.app import Demo, demo_app
from storage.engine import writing
from storage.queries.meetings import meetings
from storage.seed_second import plant_second
from tests.conftest import local

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

SECRETARY, MAYOR = "sekretariat@frederiksberg.example", "borgmester@koege.example"
MEMBER, COORDINATOR = "klima@solroed.example", "klima@koege.example"
MEETING, SECRET = "styregruppe 1/2027", "Hemmelig kontrakt"


@dataclass
class Pages:
    """The pages as somebody sees them, at the time the conversation has come to."""

    talk: Any
    client: TestClient

    def see(self, who: str, path: str) -> str:
        """The readable text of a page's main part, in one line."""
        answer = self.get(who, path)
        assert answer.status_code == 200, (path, answer.status_code)
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())

    def get(self, who: str, path: str) -> Any:
        self.client.post("/persona", data={"address": who})
        return self.client.get(path)

    def press(self, who: str, path: str, label: str) -> None:
        """Press a button of a page as a browser does: its words are said."""
        page = self.get(who, path).text
        words = re.findall(r'<button name="_words" value="([^"]+)"[^>]*>' + re.escape(label), page)
        assert words, f"no button {label!r}"
        self.client.post("/say", data={"_words": html.unescape(words[0])})

    @property
    def page(self) -> str:
        with self.talk.engine.connect() as connection:
            found = meetings(connection, self.talk.played.alliance)
        return next(f"/meetings/{m.id}" for m in found if m.of_body)


@pytest.fixture
def pages(talk: Any) -> Iterator[Pages]:
    talk.at = "2027-02-25T09:00"
    demo = Demo(talk.engine, lambda: local(talk.at), lambda _: None, lambda: None)
    with TestClient(demo_app(demo), base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield Pages(talk, client)


def confirm(talk: Any, words: str, part: str = "bekræft", **filled: str) -> None:
    preview = talk.say(SECRETARY, words)
    done = talk.send(SECRETARY, preview, part, **filled) if preview.is_form else talk.press(SECRETARY, preview, part)
    assert done.done, done.text


def called(talk: Any) -> None:
    confirm(talk, "årshjul 2027")
    confirm(talk, f"møde indkald {MEETING}")


def test_the_list_has_what_is_ahead_and_the_secretariats_next_steps(pages: Pages) -> None:
    assert "Møder i 2027 2026 2027 2028 Kommende" in pages.see(MEMBER, "/meetings")
    assert "Næste skridt" not in pages.see(MEMBER, "/meetings")
    confirm(pages.talk, "årshjul 2027")
    seen = pages.see(SECRETARY, "/meetings")
    assert seen.count("Styregruppemøde") == 4 and "Indkald senest 4. mar. 2027" in seen
    assert "Afholdt eller aflyst" not in seen
    form = pages.talk.say(SECRETARY, f"møde aflys {MEETING}")
    preview = pages.talk.send(SECRETARY, form, "Se", reason="Sygdom")
    assert pages.talk.send(SECRETARY, preview, "Ja").done
    seen = pages.see(SECRETARY, "/meetings")
    assert "aflyst" in seen.partition("Afholdt eller aflyst")[2]


@pytest.mark.parametrize(("year", "status"), [("2032", 200), ("2033", 404), ("2022", 200), ("x", 404), ("²027", 404)])
def test_years_far_away_are_not_there_and_an_empty_one_says_what_comes(pages: Pages, year: str, status: int) -> None:
    answer = pages.get(MEMBER, f"/meetings?year={year}")
    assert answer.status_code == status
    assert status == 404 or "når sekretariatet lægger årshjulet" in answer.text


def test_a_planned_meeting_is_called_by_its_button_and_is_in_no_calendar_before(pages: Pages) -> None:
    confirm(pages.talk, "årshjul 2027")
    assert "planlagt, ikke indkaldt" in pages.see(MEMBER, pages.page)
    assert "kalender" not in pages.see(MEMBER, pages.page)
    assert pages.get(MEMBER, f"{pages.page}.ics").status_code == 404
    assert 'name="_words"' not in pages.get(MEMBER, pages.page).text.partition("<main")[2]
    pages.press(SECRETARY, pages.page, "Indkald")
    assert "Sådan bliver indkaldelsen til Styregruppemøde 1/2027" in pages.see(SECRETARY, "/chat")


def test_a_mayor_answers_on_the_page_and_other_members_see_no_answers(pages: Pages) -> None:
    called(pages.talk)
    assert "Køge Kommune: mangler svar." in pages.see(MAYOR, pages.page)
    pages.press(MAYOR, pages.page, "Ja, jeg kommer")
    assert "Køge Kommune: kommer." in pages.see(MAYOR, pages.page)
    assert "kommer" in pages.see(SECRETARY, pages.page).partition("Hvem kommer?")[2]
    for who in (MEMBER, COORDINATOR):
        seen = pages.see(who, pages.page)
        assert "Kommer I?" not in seen and "mangler svar" not in seen and "Næste skridt" not in seen


def test_the_calendar_file_is_the_meeting_as_it_was_called(pages: Pages) -> None:
    called(pages.talk)
    answer = pages.get(MEMBER, f"{pages.page}.ics")
    (event,) = Calendar.from_ical(answer.content).events
    assert answer.headers["content-type"].startswith("text/calendar")
    assert (str(event["SUMMARY"]), event["DTSTART"].dt) == ("Styregruppemøde 1/2027", local("2027-03-18T10:00"))
    assert event.get("ATTENDEE") is None and event["STATUS"] == "CONFIRMED"


def test_the_summit_shows_ones_own_answer_and_the_secretariat_everybodys(pages: Pages) -> None:
    summit = next(path for path in re.findall(r'/meetings/\d+"', pages.get(MEMBER, "/meetings").text)).rstrip('"')
    assert "planlagt, endnu ikke sendt til kalendere" in pages.see(COORDINATOR, summit)
    assert "Køge Kommune: mangler svar." in pages.see(COORDINATOR, summit)
    pages.press(COORDINATOR, summit, "Ja, borgmesteren kommer")
    assert "Jeres svar Køge Kommune: kommer (Rikke Toft)." in pages.see(COORDINATOR, summit)
    seen = pages.see(SECRETARY, summit)
    assert "Medlemmer, der kommer: 1." in seen and "Køge Kommune" in seen.partition("Hvem kommer?")[2]
    assert "Køge Kommune" not in pages.see(MEMBER, summit)


@pytest.mark.slow
def test_papers_actions_and_closed_items_stand_there_for_who_may_read_them(pages: Pages) -> None:
    talk = pages.talk
    called(talk)
    assert "Udsend dagsordenen senest" in pages.see(SECRETARY, pages.page)
    assert "er ikke udsendt endnu" in pages.see(MEMBER, pages.page)
    closed = {"heading": SECRET, "kind": "information", "closed": "ja", "public_heading": "Kontraktsag"}
    assert talk.hand_in(SECRETARY, f"punkt {MEETING}", closed).done
    confirm(talk, f"dagsorden udsend {MEETING}")
    for who, there, copy in ((MAYOR, True, "alle punkter"), (MEMBER, False, "åbne punkter")):
        seen = pages.see(who, pages.page)
        assert (SECRET in seen, "Kontraktsag" in seen) == (there, not there) and copy in seen
        assert "Dagsorden udsendt 25. feb. 2027" in seen and "lukket punkt" in seen
    talk.at = "2027-03-18T10:00"
    assert "Notér, hvem der kom. Mødet var" in pages.see(SECRETARY, pages.page)
    form = talk.say(SECRETARY, f"møde afhold {MEETING}")
    present = {key: "present" for key in form.asks() if key.startswith("presence")}
    assert talk.send(SECRETARY, form, **present).done
    seen = pages.see(SECRETARY, pages.page)
    assert "Skriv referatet, og send udkastet i høring senest" in seen and "Hvem kom?" in seen
    write_minutes(talk)
    confirm(talk, f"referat udsend {MEETING}")
    assert "Udkastet er i høring" in pages.see(SECRETARY, pages.page)
    assert "Sender notat" in pages.see(MAYOR, pages.page) and "Sender notat" not in pages.see(MEMBER, pages.page)
    confirm(talk, f"referat godkend {MEETING}")
    seen = pages.see(MEMBER, pages.page)
    assert seen.endswith("A1 Sender notat Køge Kommune, klimakoordinator 12. apr. 2027")
    assert "12. apr. 2027 åben" in pages.see(COORDINATOR, pages.page)  # whoever owes it sees how it stands
    assert "Der er ikke mere at gøre ved mødet." in pages.see(SECRETARY, pages.page)


def write_minutes(talk: Any) -> None:
    """Whatever has to be decided is, and one thing is agreed."""
    task = {"what_1": "Sender notat", "owner_1": "0259:climate_coordinator", "due_1": "2027-04-12"}
    for number in range(1, 20):
        form = talk.say(SECRETARY, f"forfra referat skriv {MEETING} {number}")
        if not form.done or not form.is_form:
            return
        asked = {"decision": "Vedtaget."} if "decision" in form.asks() else {}
        assert talk.send(SECRETARY, form, **asked, **(task if number == 1 else {})).done


@pytest.mark.slow
def test_an_english_reader_is_told_in_english_all_but_what_was_written(pages: Pages) -> None:
    called(pages.talk)
    own = {"heading": "Fælles indkøb", "kind": "discussion"}
    assert pages.talk.hand_in(SECRETARY, f"punkt {MEETING}", own).done
    confirm(pages.talk, f"dagsorden udsend {MEETING}")
    assert "Godkendelse af dagsorden" in pages.see(SECRETARY, pages.page)
    assert "– Styregruppemøde 1/2027 (papir 1)" in pages.see(SECRETARY, "/journal")
    pages.client.post("/language", data={"language": "en"})
    seen, page = pages.see(SECRETARY, pages.page), pages.get(SECRETARY, pages.page).text
    assert "Approval of the agenda For decision" in seen and "Any other business" in seen
    assert "Godkendelse" not in seen and "Meddelelser" not in seen
    assert '<span lang="da">Fælles indkøb</span>' in page and "<span>Approval of the agenda</span>" in page
    log = pages.see(SECRETARY, "/journal")
    assert "Styregruppemøde" not in log and "Steering group meeting 1/2027" in log and "(paper 1)" in log
    paper = pages.get(SECRETARY, "/papers/1").text
    assert '<p class="back" lang="en"><a href="' in paper and "To the meeting" in paper
    assert '<a class="skip" href="#main" lang="en">Skip to the content</a>' in paper and '<html lang="da">' in paper


@pytest.mark.slow
def test_a_meeting_of_another_alliance_is_not_there(pages: Pages) -> None:
    with writing(pages.talk.engine) as connection:
        plant_second(connection)
    for path in ("/meetings/1", "/meetings/1.ics"):
        assert pages.get("secretariat@kl.example", path).status_code == 404


def test_what_is_nowhere_is_not_found_and_nobody_sees_nothing(pages: Pages) -> None:
    for path in ("/meetings/999", "/meetings/99999999999", "/meetings/999.ics", "/meetings/0"):
        assert pages.get(SECRETARY, path).status_code == 404
    pages.client.cookies.clear()
    assert pages.client.get("/meetings/1").status_code == pages.client.get("/meetings").status_code == 403
