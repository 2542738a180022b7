"""A limit of Slack rests whom it is for, for as long as Slack says, and counts as no attempt."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.slack.refusals import seconds
from bot.slack.tiers import Tiers
from storage.engine import reading
from storage.tables import tables
from tests.bot.slack_transport.sending import (
    ANNE,
    COMPLETE,
    NOW,
    OPEN,
    PDF,
    POST,
    UPLOAD,
    add,
    ended,
    one,
    parts,
    post,
    send,
    way,
)
from tests.conftest import Played
from tests.slack_server import Fault, Slack, too_many

BO = 2


def rests(played: Played) -> dict[str, float]:
    """Which limits are shut at NOW, and for how many seconds."""
    bucket = tables["bucket"]
    with reading(played.engine) as connection:
        rows = connection.execute(select(bucket)).all()
    return {r.name: after for r in rows if (after := r.open_ms / 1000 - NOW.timestamp()) > 0.5}


def tiers(played: Played, at: datetime = NOW) -> Tiers:
    return Tiers(played.engine, lambda: at)


@pytest.mark.parametrize(
    ("method", "fault", "shuts", "shortest"),
    [
        (POST, too_many("1"), "slack:T1/UANNE", 1.0),
        (POST, too_many("2.5"), "slack:T1/UANNE", 2.5),
        (POST, too_many("0"), "slack:T1/UANNE", 1.0),
        (POST, too_many("30"), "slack:T1", 30.0),
        (POST, too_many(None), "slack:T1", 60.0),
        (POST, too_many("soon"), "slack:T1", 60.0),
        (POST, Fault(status=429, body="slow down", retry_after="20"), "slack:T1", 20.0),
        (POST, Fault("rate_limited"), "slack:T1", 60.0),
        (POST, Fault("message_limit_exceeded"), "slack:T1", 60.0),
        (OPEN, too_many("3"), "slack:T1:conversations.open", 3.0),
        (OPEN, too_many(None), "slack:T1:conversations.open", 60.0),
        ("auth.test", too_many("3"), "slack:T1", 3.0),
    ],
)
def test_a_limit_rests_whom_it_is_for_and_counts_as_no_attempt(
    told: Played, slack: Slack, method: str, fault: Fault, shuts: str, shortest: float
) -> None:
    slack.plan(method, fault)
    send(told, way(slack, tiers=tiers(told)))
    ((name, rest),) = rests(told).items()
    assert name == shuts and shortest <= rest <= shortest * 1.21
    (record,) = told.outbox()
    assert (record.state, record.reason.partition(":")[0], record.attempts) == ("failed", "busy", 0)
    later = NOW + timedelta(seconds=1.21 * rest + 0.1)
    send(told, way(slack, tiers=tiers(told, later)), at=later)
    assert ended(told) == [("slack", "sent", "")]


def test_a_method_that_is_asked_too_often_keeps_nothing_from_whom_it_is_not_needed_for(
    played: Played, slack: Slack
) -> None:
    """Where Bo is met must be asked for, where Anne is met is known: only Bo waits."""
    add(played, ANNE, "T1/UANNE")
    add(played, BO, "T1/UBO")
    post(played, ANNE, BO)
    slack.messages["DUANNE"] = []
    slack.plan(OPEN, too_many("30"))
    send(played, way(slack, tiers=tiers(played), conversations={"T1/UANNE": "DUANNE"}))
    assert len(slack.posted("UANNE")) == 1 and slack.posted("UBO") == []
    asked = len(slack.asked(OPEN))
    meanwhile = NOW + timedelta(seconds=20)
    send(played, way(slack, tiers=tiers(played, meanwhile)), at=meanwhile)
    assert len(slack.asked(OPEN)) == asked, "also another process leaves it alone"
    later = NOW + timedelta(seconds=40)
    send(played, way(slack, tiers=tiers(played, later)), at=later)
    assert len(slack.posted("UBO")) == 1


def test_a_method_is_asked_fifty_times_a_minute_by_all_processes_together(played: Played) -> None:
    now = [NOW]
    one, other = (Tiers(played.engine, lambda: now[0]) for _ in range(2))

    async def asked(seconds: float) -> int:
        now[0] += timedelta(seconds=seconds)
        count = 0
        for _ in range(100):
            if now[0] and not await (one if count % 2 else other).turn("T1", "chat.update"):
                count += 1
        return count

    async def never(_: float) -> None:
        """Nobody waits."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.slack.tiers.asyncio.sleep", never)
        assert 10 <= asyncio.run(asked(0)) <= 14
        assert sum(asyncio.run(asked(6)) for _ in range(10)) in range(48, 53)
        assert asyncio.run(one.turn("T2", "chat.update")) == 0.0, "another workspace has its own"


def test_a_file_that_slack_wants_no_upload_of_keeps_nobody_from_a_message_without_one(
    played: Played, slack: Slack
) -> None:
    """Anne's paper waits until uploads may go on, Bo's message leaves meanwhile; both keep to the workspace's limit."""
    add(played, ANNE, "T1/UANNE")
    add(played, BO, "T1/UBO")
    post(played, ANNE, BO)
    with_paper = parts(1, PDF)
    slack.plan(UPLOAD, too_many("30"))
    send(played, way(slack, lambda p: (with_paper if "UANNE" in p.to_address else one)(p), tiers=tiers(played)))
    assert "slack:T1" not in rests(played) and rests(played)[f"slack:T1:{UPLOAD}"] == pytest.approx(30.0)
    assert slack.posted("UANNE") == [] and len(slack.posted("UBO")) == 1
    meanwhile = NOW + timedelta(seconds=20)
    send(played, way(slack, with_paper, tiers=tiers(played, meanwhile)), at=meanwhile)
    assert len(slack.asked(UPLOAD)) == 1, "also another process leaves it alone"
    later = NOW + timedelta(seconds=40)
    send(played, way(slack, with_paper, tiers=tiers(played, later)), at=later)
    assert [record.state for record in played.outbox()] == ["sent", "sent"]


def test_a_file_that_cannot_be_shared_yet_is_shared_when_that_method_may_be_asked_again(
    told: Played, slack: Slack
) -> None:
    slack.plan(COMPLETE, too_many("30"))
    paper = parts(1, PDF)
    send(told, way(slack, paper, tiers=tiers(told)))
    assert "slack:T1" not in rests(told) and rests(told)[f"slack:T1:{COMPLETE}"] == pytest.approx(30.0)
    assert [record.state for record in told.outbox()] == ["sending"], "its message stands: it is asked for first"
    later = NOW + timedelta(minutes=10)
    send(told, way(slack, paper, tiers=tiers(told, later)), at=later)
    assert ended(told) == [("slack", "sent", "")]
    assert [bool(one.get("files")) for one in slack.posted("UANNE")] == [False, True], "once, in its thread"


def test_who_is_turned_away_comes_back_one_after_another(played: Played) -> None:
    tier = tiers(played)
    asyncio.run(tier.rest("T1", "chat.update", 30))
    waits = [asyncio.run(tier.turn("T1", "chat.update")) for _ in range(3)]
    assert waits == pytest.approx([30.0, 31.2, 32.4])


@pytest.mark.parametrize(
    ("typed", "wait"),
    [
        *(("7", 7.0), ("1.5", 1.5), ("0", 1.0), ("-3", 1.0), ("9e9", 7 * 86_400.0)),
        *((no, None) for no in (None, "", "nan", "inf", "Wed, 21 Oct 2026 07:28:00 GMT")),
    ],
)
def test_a_wait_is_read_however_it_is_written(typed: str | None, wait: float | None) -> None:
    assert seconds(typed) == wait
