"""The breaker: a tick that would post more than its bound posts nothing, says so once a day, and harms nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.notifications import broadcast
from scheduling import ticks
from scheduling.runaway import AT_LEAST, PER_PERSON, TIMES_A_DAY
from storage import outbox
from storage.engine import reading
from storage.queries import register, volumes
from tests.conftest import Played, local

pytestmark = pytest.mark.sqlite
FIRST_RUNG = "2027-02-26T08:00"


def plan(played: Played, at: str, bound: int | None = None) -> ticks.TickOutcome:
    return ticks.plan(played.engine, local(at), bound=bound)


def rows(played: Played, *names: str) -> dict[str, list[str]]:
    dumped = played.dump()
    return {name: dumped[name] for name in names}


@pytest.mark.parametrize(("bound", "posted"), [(97, 0), (98, 98), (None, 98)])
def test_a_tick_posts_up_to_its_bound_or_nothing(played: Played, bound: int | None, posted: int) -> None:
    assert plan(played, FIRST_RUNG, bound).posted == posted
    assert sum(record.kind == "reminder" for record in played.outbox()) == posted


def test_what_was_stopped_leaves_nothing_but_a_line_in_the_journal_and_a_notice_a_day(played: Played) -> None:
    before = rows(played, "obligation", "reminder_line", "journal")
    for at in (FIRST_RUNG, "2027-02-26T08:01", "2027-02-26T15:00"):
        assert plan(played, at, bound=10) == ticks.TickOutcome(local(at), unplanned=("demo",))
    after = rows(played, *before)
    assert after["obligation"] == before["obligation"] and after["reminder_line"] == []
    assert len(after["journal"]) == len(before["journal"]) + 1 and "runaway_stopped" in after["journal"][-1]
    assert [(r.kind, r.recipient) for r in played.outbox()] == [("runaway", "sekretariat@frederiksberg.example")]
    plan(played, "2027-03-01T08:00", bound=10)
    assert [record.occasion for record in played.outbox()] == ["2027-02-26", "2027-03-01"]


def test_what_was_stopped_goes_as_soon_as_more_is_allowed(played: Played) -> None:
    plan(played, FIRST_RUNG, bound=10)
    assert plan(played, "2027-02-26T08:01").posted == 98


def test_the_secretariat_reads_how_many_and_what_to_do(played: Played) -> None:
    plan(played, FIRST_RUNG, bound=10)
    played.tick("2027-02-26T17:00")
    (letter,) = played.letters("sekretariat@frederiksberg.example")
    assert b"98 beskeder" in letter.content


def test_the_usual_bound_grows_with_those_who_can_be_written_to(played: Played) -> None:
    with reading(played.engine) as connection:
        addresses = register.addresses(connection, 1)
        assert volumes.people_with_address(connection, 1) == len(addresses) > 196


# ------------------------------------------------------------------------------------------------ without being told to


def people(played: Played) -> list[int]:
    with reading(played.engine) as connection:
        return list(register.addresses(connection, 1))


def usual(played: Played) -> int:
    return PER_PERSON * len(people(played)) + AT_LEAST


def a_fault(times: int, of: int = 1) -> Callable[..., Any]:
    """Something that at each ring tells everybody (one in ``of``) something new, so many times."""

    def tells(connection: Connection, alliance: Alliance, *rest: Any) -> None:
        now: datetime = rest[-1]
        for person in list(register.addresses(connection, alliance.id))[::of]:
            for number in range(times):
                told = broadcast("Hej", f"{now.isoformat()}/{number}", now.date(), person, "En fejl")
                outbox.post(connection, alliance.id, told, now)

    return tells


@pytest.mark.slow
@pytest.mark.parametrize("where", ["remind_of_answers", "tell_undelivered", "tell_of_seats", "escalate_unanswered"])
def test_by_itself_a_tick_stops_at_two_for_each_person_and_twenty(
    played: Played, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(ticks, where, a_fault(3))
    plan(played, "2027-02-25T10:00")
    assert [record.kind for record in played.outbox()] == ["runaway"]
    monkeypatch.setattr(ticks, where, a_fault(2))
    plan(played, "2027-02-25T10:01")
    assert len(played.outbox()) == 1 + 2 * len(people(played))


@pytest.mark.slow
def test_a_little_each_minute_stops_when_it_is_too_much_for_a_day(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticks, "remind_of_answers", a_fault(1, of=2))
    at = local("2027-02-25T10:00")
    for minute in range(15):
        ticks.plan(played.engine, at + timedelta(minutes=minute))
    told = [record for record in played.outbox() if record.kind == "broadcast"]
    bound, each = TIMES_A_DAY * usual(played), len(people(played)[::2])
    assert bound - each < len(told) <= bound
    (notice,) = [record for record in played.outbox() if record.kind == "runaway"]
    assert f'"planned": {len(told) + each}' in str(played.rows("journal")[-1]).replace("'", '"')
    before = len(told)
    plan(played, "2027-02-26T00:00")
    assert sum(record.kind == "broadcast" for record in played.outbox()) == before + each
    assert notice.occasion == "2027-02-25"


@pytest.mark.slow
def test_what_somebody_allowed_by_hand_is_not_counted_to_the_day(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticks, "remind_of_answers", a_fault(5))
    plan(played, "2027-02-25T10:00", bound=5 * len(people(played)))
    assert len(played.outbox()) == 5 * len(people(played))
    monkeypatch.undo()
    assert plan(played, FIRST_RUNG).posted == 98
