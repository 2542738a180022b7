"""The self-audit sees calendars and papers: what a planner with a bug, or none, would leave behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from alliance.findings import CALENDARS
from bot.plain import plain
from scheduling.audit import check
from storage.changes.meetings import change_meeting
from storage.engine import connect, reading, writing
from storage.queries import auditing
from storage.tables import tables
from templates import write
from tests.databases import Databases
from tests.scheduling.test_calendars import Play, Post, template

__all__ = ["template"]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class Watched(Play):
    """The small alliance, five of whose mayors were invited two hours ago; what is changed by hand nobody tells."""

    def start(self) -> None:
        self.change(lambda m: m.called(self.now))
        self.deliver()
        self.now += 2 * HOUR

    def silently(self, verb: Any) -> None:
        """Change the meeting as a command with a bug would: no calendar is told."""
        with writing(self.engine) as connection:
            before = self.meeting(connection)
            assert change_meeting(connection, 1, before, verb(before))

    def found(self) -> Counter[str]:
        with reading(self.engine) as connection:
            found = check(connection, self.alliance, self.now, ("mail",))
        return Counter(finding.kind for finding in found if finding.kind in CALENDARS)

    def paper(self, kind: str = "agenda", status: str = "published") -> int:
        values = {"alliance_id": 1, "meeting_id": 1, "kind": kind, "number": 0, "status": status, "frozen": {}}
        values |= {"reason": "", "issued_at": self.now, "issued_by": 1}
        paper = tables["paper"]
        with writing(self.engine) as connection:
            return int(connection.execute(insert(paper).values(values).returning(paper.c.id)).scalar_one())

    def told_of(self, paper: int, person: int, state: str, reason: str = "") -> None:
        said = {"alliance_id": 1, "kind": "paper", "about": f"paper:{paper}", "occasion": "issued"}
        said |= {"recipient_id": person, "facts": {}, "posted_at": self.now}
        told = tables["notification"]
        with writing(self.engine) as connection:
            id_ = connection.execute(insert(told).values(said).returning(told.c.id)).scalar_one()
            way = {"alliance_id": 1, "notification_id": id_, "channel": "mail", "lane": "", "account": "mail"}
            way |= {"state": state, "reason": reason, "ready_ms": 0, "receipt": "250", "sent_at": self.now}
            connection.execute(insert(tables["delivery"]).values(way))


@pytest.fixture
def watched(databases: Databases, template: str) -> Iterator[Watched]:
    copy = databases.copy(template)
    engine = connect(copy)
    try:
        watched = Watched(engine, Post(iter(()), can_be_asked=False))
        watched.start()
        yield watched
    finally:
        engine.dispose()
        databases.drop(copy)


@pytest.mark.slow
def test_where_every_calendar_was_told_nothing_is_found(watched: Watched) -> None:
    assert watched.found() == {}
    for change in (
        lambda: watched.change(lambda m: m.relocated("Køge", watched.now)),
        lambda: watched.office(2, True),
        lambda: watched.change(lambda m: m.cancelled("Sygdom", watched.now)),
    ):
        change()
        watched.tick()
        watched.now += 2 * HOUR
        assert watched.found() == {}, "what is on its way counts"
        watched.deliver()
        assert watched.found() == {}


@pytest.mark.parametrize(
    ("what", "kinds"),
    [("moved", {"old_time": 5}), ("another place", {"old_time": 5}), ("called off", {"still_invited": 5})],
)
def test_a_change_that_no_calendar_was_told_of_is_found(watched: Watched, what: str, kinds: dict[str, int]) -> None:
    verbs: dict[str, Any] = {
        "moved": lambda m: m.moved_to(m.starts_at + HOUR, m.ends_at + HOUR, m.answer_by, watched.now),
        "another place": lambda m: m.relocated("Køge", watched.now),
        "called off": lambda m: m.cancelled("Sygdom", watched.now),
    }
    watched.silently(verbs[what])
    assert watched.found() == kinds


def test_an_office_that_changed_hands_unnoticed_is_found_an_hour_later(watched: Watched) -> None:
    watched.office(2, True)
    for wait, kinds in ((HOUR, {}), (MINUTE, {"still_invited": 1, "uninvited": 1})):
        watched.now += wait
        assert watched.found() == kinds
    watched.tick()
    assert watched.found() == {}


@pytest.mark.sqlite
def test_a_meeting_that_has_begun_is_left_alone(watched: Watched) -> None:
    watched.silently(lambda m: m.relocated("Køge", watched.now))
    watched.now += timedelta(days=100)
    assert watched.found() == {}


@pytest.mark.sqlite
def test_whom_no_mail_reaches_is_no_finding_and_what_goes_again_is_none_yet(watched: Watched) -> None:
    watched.post.outcomes = iter(["bounce"])
    watched.change(lambda m: m.cancelled("Sygdom", watched.now))
    watched.deliver()
    watched.now += 2 * HOUR
    assert watched.found() == {}, "the secretariat was told that the address fails"
    watched.repair()
    assert watched.found() == {}, "it goes again tomorrow"
    delivery, step = tables["delivery"], tables["transition"]
    with writing(watched.engine) as connection:
        lost = connection.execute(delivery.select().where(delivery.c.state == "given_up")).one()
        again = {"alliance_id": 1, "at_ms": 0, "state": "queued", "reason": "again", "delivery_id": lost.id}
        connection.execute(insert(step).values([again, again]))
    assert watched.found() == {"still_invited": 1}, "three rounds were all"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "reason", "missing"),
    [
        ("", "", 5),
        ("sent", "", 4),
        ("queued", "", 4),
        ("given_up", "no_address", 4),  # the notice says so
        ("withdrawn", "replaced", 4),
        ("withdrawn", "not_theirs", 5),
        ("expired", "moment_gone", 5),
    ],
)
@pytest.mark.sqlite
def test_a_paper_that_somebody_with_a_seat_was_never_sent_is_found(
    watched: Watched, state: str, reason: str, missing: int
) -> None:
    paper = watched.paper()
    if state:
        watched.told_of(paper, 2, state, reason)
    watched.now += HOUR - MINUTE
    assert watched.found() == {}
    watched.now += MINUTE
    assert watched.found() == {"no_paper": missing}


@pytest.mark.slow
@pytest.mark.sqlite
def test_of_a_meeting_that_is_approved_or_called_off_no_paper_is_missed(watched: Watched) -> None:
    watched.paper("agenda")
    watched.paper("minutes", "circulated")
    watched.now += 2 * HOUR
    assert watched.found() == {"no_paper": 5}
    watched.paper("minutes", "approved")
    assert watched.found() == {}
    with writing(watched.engine) as connection:
        connection.execute(tables["paper"].delete().where(tables["paper"].c.status == "approved"))
        connection.execute(update(tables["meeting"]).values(state="cancelled"))
    assert watched.found()["no_paper"] == 0


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.sqlite
def test_the_secretariat_reads_who_and_which_meeting(watched: Watched, language: str) -> None:
    watched.silently(lambda m: m.cancelled("Sygdom", watched.now))
    alliance = watched.alliance
    with reading(watched.engine) as connection:
        found = [one for one in check(connection, alliance, watched.now, ("mail",)) if one.kind in CALENDARS]
        named = auditing.named(connection, alliance, found, watched.now.date())
    message = write("alert", language, zone="Europe/Copenhagen", findings=named, count=len(named), at=watched.now)
    words = " ".join(plain(message, width=1_000).split())
    wanted = {"da": "borgmester, By 1: Styregruppemøde 1/2027", "en": "borgmester, By 1: Steering group meeting 1/2027"}
    assert wanted[language] in words
