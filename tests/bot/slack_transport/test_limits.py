"""A limit of Slack rests whom it is for, for as long as Slack says, and counts as no attempt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.slack.refusals import seconds
from storage.engine import reading
from storage.tables import tables
from tests.bot.slack_transport.sending import NOW, OPEN, POST, ended, send, way
from tests.conftest import Played
from tests.slack_server import Fault, Slack, too_many


def rests(played: Played) -> dict[str, float]:
    """Which limits are shut at NOW, and for how many seconds."""
    bucket = tables["bucket"]
    with reading(played.engine) as connection:
        rows = connection.execute(select(bucket)).all()
    return {r.name: after for r in rows if (after := r.open_ms / 1000 - NOW.timestamp()) > 0.5}


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
        (OPEN, too_many("3"), "slack:T1", 3.0),
        ("auth.test", too_many("3"), "slack:T1", 3.0),
    ],
)
def test_a_limit_rests_whom_it_is_for_and_counts_as_no_attempt(
    told: Played, slack: Slack, method: str, fault: Fault, shuts: str, shortest: float
) -> None:
    slack.plan(method, fault)
    send(told, way(slack))
    ((name, rest),) = rests(told).items()
    assert name == shuts and shortest <= rest <= shortest * 1.21
    (record,) = told.outbox()
    assert (record.state, record.reason.partition(":")[0], record.attempts) == ("failed", "busy", 0)
    send(told, way(slack), at=NOW + timedelta(seconds=rest + 0.1))
    assert ended(told) == [("slack", "sent", "")]


@pytest.mark.parametrize(
    ("typed", "wait"),
    [
        *(("7", 7.0), ("1.5", 1.5), ("0", 1.0), ("-3", 1.0), ("9e9", 7 * 86_400.0)),
        *((no, None) for no in (None, "", "nan", "inf", "Wed, 21 Oct 2026 07:28:00 GMT")),
    ],
)
def test_a_wait_is_read_however_it_is_written(typed: str | None, wait: float | None) -> None:
    assert seconds(typed) == wait
