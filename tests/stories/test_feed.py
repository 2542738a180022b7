"""A calendar feed: a secret link of one's own, read again and again, and revoked."""

from __future__ import annotations

import re
import warnings
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from bot.asgi import app
from bot.request import Request
from bot.router import handle
from bot.web.feeds import feed_route
from storage.seed import SECRETARY
from storage.tables import tables

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

KOEGE, MEETING = "borgmester@koege.example", "styregruppe 1/2027"
ZONE = ZoneInfo("Europe/Copenhagen")
URL = "https://alliance.example"


def moment(typed: str) -> datetime:
    return datetime.fromisoformat(typed).replace(tzinfo=ZONE)


def say(talk: Any, who: str, words: str, url: str = URL) -> str:
    reply = handle(talk.engine, Request(who, words, {}, "web"), moment(talk.at), url)
    return str(reply.message)


@pytest.fixture
def called(talk: Any) -> Any:
    talk.at = "2027-02-25T09:30"
    typed = {"kind": "steering_group", "day": "24-03-2027", "starts": "10", "ends": "14", "place": "Rådhuset"}
    talk.hand_in(SECRETARY, "møde opret", typed)
    talk.press(SECRETARY, talk.say(SECRETARY, f"møde indkald {MEETING}"), "Ja,")
    return talk


def link(talk: Any, who: str = KOEGE) -> str:
    found = re.search(rf"{URL}(/feeds/[\w-]+\.ics)", say(talk, who, "kalender ny"))
    assert found
    return found[1]


@pytest.fixture
def client(called: Any) -> TestClient:
    return TestClient(app(lambda: {"ok": True}, feed_route(called.engine, lambda: moment(called.at))))


def test_the_feed_shows_the_readers_own_meetings_and_nobodys_address(called: Any, client: TestClient) -> None:
    answer = client.get(link(called))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert [str(event["SUMMARY"]) for event in calendar.events] == ["Styregruppemøde 1/2027"]
    assert "METHOD" not in calendar and b"ATTENDEE" not in answer.content and b"@" not in answer.content
    outsider = Calendar.from_ical(client.get(link(called, "klima@ishoej.example")).content)
    assert outsider.events == []


def test_a_reader_who_has_it_gets_304_until_something_changes(called: Any, client: TestClient) -> None:
    path = link(called)
    first = client.get(path)
    tag = first.headers["etag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(path, headers={"If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    preview = called.say(SECRETARY, f"møde flyt {MEETING} 14-04-2027 10-14")
    called.send(SECRETARY, preview)
    moved = client.get(path, headers={"If-None-Match": tag})
    event = Calendar.from_ical(moved.content).events[0]
    assert moved.status_code == 200 and event.start.isoformat() == "2027-04-14T10:00:00+02:00"


def test_a_cancelled_meeting_stays_in_the_feed_and_says_so(called: Any, client: TestClient) -> None:
    path = link(called)
    called.send(SECRETARY, called.say(SECRETARY, f"møde aflys {MEETING} Sygdom"))
    assert str(Calendar.from_ical(client.get(path).content).events[0]["STATUS"]) == "CANCELLED"


def test_the_secretariat_sees_every_meeting_that_was_called(called: Any, client: TestClient) -> None:
    calendar = Calendar.from_ical(client.get(link(called, SECRETARY)).content)
    assert [str(event["SUMMARY"]) for event in calendar.events] == ["Styregruppemøde 1/2027"]


def test_a_new_link_ends_the_old_one_and_a_stopped_one_opens_nothing(called: Any, client: TestClient) -> None:
    first = link(called)
    second = link(called)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    say(called, KOEGE, "kalender luk")
    assert client.get(second).status_code == 404
    assert client.get("/feeds/guess.ics").content == client.get(second).content


def test_only_the_hash_of_the_secret_is_kept_and_a_look_shows_it_never_again(called: Any) -> None:
    secret = link(called).removeprefix("/feeds/").removesuffix(".ics")
    assert secret not in str(called.dump())
    assert len(called.dump()[tables["feed_token"].name]) == 1
    assert secret not in say(called, KOEGE, "kalender")


def test_without_a_web_address_it_says_what_is_missing(called: Any) -> None:
    assert "TOVHOLDER_BASE_URL" in say(called, KOEGE, "kalender ny", url="")


# --------------------------------------------------------------------------------- who has left reads no more of it


def successor(talk: Any, since: str) -> None:
    form = talk.say(SECRETARY, "for Køge: embede")
    talk.enter(SECRETARY, form, office="mayor", name="Ny Borgmester", mail="ny@koege.example", since=since)


def shown(client: TestClient, path: str) -> list[tuple[str, str, str]]:
    events = Calendar.from_ical(client.get(path).content).events
    return [(e.start.isoformat(), str(e.get("LOCATION")), str(e.get("STATUS"))) for e in events]


@pytest.mark.parametrize(
    ("at", "status"),
    [("2027-04-01T23:59", 200), ("2027-04-02T00:01", 404), ("2027-05-01T09:00", 404)],
)
def test_a_feed_is_closed_on_the_day_its_reader_leaves_the_alliance(
    called: Any, client: TestClient, at: str, status: int
) -> None:
    path = link(called)
    successor(called, "2027-04-02")
    called.at = at
    called.played.plan(at)
    assert client.get(path).status_code == status
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == (304 if status == 200 else 404)


def test_whoever_stops_has_no_feed_any_more_and_needs_a_new_one_if_they_come_back(
    called: Any, client: TestClient
) -> None:
    path, mine = link(called), link(called, SECRETARY)
    called.surely(SECRETARY, f"for Køge: fratræd {KOEGE}")
    assert called.played.rows("feed_token")[0]["revoked_at"] is not None
    assert (client.get(path).status_code, client.get(mine).status_code) == (404, 200)
    form = called.say(SECRETARY, "for Køge: embede")
    called.enter(SECRETARY, form, office="councillor", name="Rikke Toft", mail=KOEGE, since="2027-02-25")
    assert (client.get(path).status_code, client.get(link(called)).status_code) == (404, 200)


def test_who_is_not_invited_any_more_reads_nothing_that_was_decided_since(called: Any, client: TestClient) -> None:
    form = called.say(SECRETARY, "for Køge: embede")  # still somebody in the alliance, and not in the body
    called.enter(SECRETARY, form, office="councillor", name="Rikke Toft", mail=KOEGE, since="2027-02-25")
    called.played.tick("2027-02-25T09:31")
    path = link(called)
    successor(called, "2027-03-01")
    called.at = "2027-02-25T09:35"
    called.played.tick(called.at)
    left = [("2027-03-24T10:00:00+01:00", "Rådhuset", "CANCELLED")]
    assert shown(client, path) == left
    tag = client.get(path).headers["etag"]
    called.send(SECRETARY, called.say(SECRETARY, f"møde flyt {MEETING} 14-04-2027 10-14"))
    assert shown(client, path) == left and client.get(path).headers["etag"] == tag
    called.send(SECRETARY, called.say(SECRETARY, f"møde aflys {MEETING} Sygdom"))
    assert shown(client, path) == left


def test_who_is_uninvited_by_the_very_move_reads_the_old_day(called: Any, client: TestClient) -> None:
    form = called.say(SECRETARY, "for Køge: embede")
    called.enter(SECRETARY, form, office="councillor", name="Rikke Toft", mail=KOEGE, since="2027-02-25")
    path = link(called)
    successor(called, "2027-04-01")
    called.send(SECRETARY, called.say(SECRETARY, f"møde flyt {MEETING} 14-04-2027 10-14"))
    assert shown(client, path) == [("2027-03-24T10:00:00+01:00", "Rådhuset", "CANCELLED")]
