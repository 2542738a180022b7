"""The breaker: a tick that would post more than its bound posts nothing, says so once a day, and harms nobody."""

from __future__ import annotations

import pytest

from scheduling import ticks
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
    assert len(plan(played, FIRST_RUNG, bound).posted) == posted
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
    assert len(plan(played, "2027-02-26T08:01").posted) == 98


def test_the_secretariat_reads_how_many_and_what_to_do(played: Played) -> None:
    plan(played, FIRST_RUNG, bound=10)
    played.tick("2027-02-26T17:00")
    (letter,) = played.letters("sekretariat@frederiksberg.example")
    assert b"98 beskeder" in letter.content


def test_the_usual_bound_grows_with_those_who_can_be_written_to(played: Played) -> None:
    with reading(played.engine) as connection:
        addresses = register.addresses(connection, 1)
        assert volumes.people_with_address(connection, 1) == len(addresses) > 196
