"""A strand of the outbox: what one person is told of one meeting leaves in the order it was posted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from alliance.deliveries import Undeliverable
from alliance.notifications import Notification
from storage import outbox
from storage.changes import register as change
from storage.engine import reading, writing
from storage.outbox import LEASE, Claim

NOW = datetime(2027, 3, 3, 7, tzinfo=UTC)
STRAND, OTHER = "meeting:1/person:1", "meeting:2/person:1"
SECOND = timedelta(seconds=1)
BUSY = Undeliverable(permanent=False, reason="busy")


def post(engine: Engine, occasion: str, strand: str = STRAND) -> int:
    notification = Notification("invitation", "meeting:1", occasion, 1, {}, strand=strand)
    with writing(engine) as connection:
        posted = outbox.post(connection, 1, notification, NOW)
    assert posted
    return posted


def claim(engine: Engine, now: datetime = NOW) -> list[Claim]:
    with writing(engine) as connection:
        return list(outbox.claim(connection, now, ("mail",)))


def settle(engine: Engine, outcome: Callable[..., bool], *facts: Any) -> None:
    with writing(engine) as connection:
        assert outcome(connection, *facts)


def records(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        return [(record.occasion, record.state) for record in outbox.deliveries(connection, 1)]


def arrived(engine: Engine, before: int | None = None) -> bool:
    with reading(engine) as connection:
        return outbox.may_have_arrived(connection, 1, STRAND, before)


def test_of_a_strand_only_the_first_is_claimed_and_another_strand_does_not_wait(demo: Engine) -> None:
    for occasion, strand in (("1", STRAND), ("2", STRAND), ("3", OTHER), ("4", "")):
        post(demo, occasion, strand)
    assert [claimed.occasion for claimed in claim(demo)] == ["1", "3", "4"]


@pytest.mark.parametrize("state", ["sending", "failed", "uncertain"])
def test_the_second_waits_while_the_first_is_still_open(demo: Engine, state: str) -> None:
    post(demo, "1")
    post(demo, "2")
    first = claim(demo)[0]
    if state == "failed":
        settle(demo, outbox.failed, first, BUSY, NOW)
    if state == "uncertain":
        settle(demo, outbox.left_uncertain, first, "no answer", NOW)
    assert claim(demo, NOW + SECOND) == []
    assert [claimed.occasion for claimed in claim(demo, NOW + LEASE)] == ["1"]


ENDINGS: dict[str, Callable[..., Any]] = {
    "sent": lambda c, claim: outbox.sent(c, claim, "250", NOW),
    "given_up": lambda c, claim: outbox.given_up(c, claim, "no", NOW),
    "withdrawn": lambda c, claim: outbox.withdrawn(c, claim, "older_revision", NOW),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_second_follows_when_the_first_has_ended(demo: Engine, ending: str) -> None:
    post(demo, "1")
    post(demo, "2")
    settle(demo, ENDINGS[ending], claim(demo)[0])
    assert [claimed.occasion for claimed in claim(demo)] == ["2"]


def test_what_surely_never_left_is_withdrawn_and_nothing_else(demo: Engine) -> None:
    for occasion in "123":
        post(demo, occasion)
    post(demo, "other", OTHER)
    settle(demo, ENDINGS["sent"], next(c for c in claim(demo) if c.occasion == "1"))
    uncertain = next(c for c in claim(demo) if c.occasion == "2")
    with writing(demo) as connection:
        assert outbox.withdraw_strand(connection, 1, STRAND, "older_revision", NOW) == 1
    assert records(demo) == [("1", "sent"), ("2", "sending"), ("3", "withdrawn"), ("other", "sending")]
    assert uncertain


def test_a_failed_one_is_withdrawn_but_not_one_whose_fate_nobody_knows(demo: Engine) -> None:
    post(demo, "1")
    first = claim(demo)[0]
    settle(demo, outbox.left_uncertain, first, "no answer", NOW)
    again = claim(demo, NOW + LEASE)[0]
    settle(demo, outbox.failed, again, BUSY, NOW + LEASE)
    with writing(demo) as connection:
        assert outbox.withdraw_strand(connection, 1, STRAND, "older_revision", NOW) == 0
    post(demo, "2", OTHER)
    settle(demo, outbox.failed, claim(demo)[0], BUSY, NOW)
    with writing(demo) as connection:
        assert outbox.withdraw_strand(connection, 1, OTHER, "older_revision", NOW) == 1


@pytest.mark.parametrize(
    ("ending", "may_have"),
    [
        (None, False),
        ("claimed", True),
        ("sent", True),
        ("withdrawn", False),
        ("given_up", False),
        ("perhaps", True),
    ],
)
def test_what_may_have_arrived_is_told_from_what_surely_did_not(
    demo: Engine, ending: str | None, may_have: bool
) -> None:
    posted = post(demo, "1")
    if ending:
        first = claim(demo)[0]
        if ending in ENDINGS:
            settle(demo, ENDINGS[ending], first)
        if ending == "perhaps":
            settle(demo, outbox.given_up, first, "perhaps_sent", NOW)
    assert arrived(demo) is may_have
    assert arrived(demo, before=posted) is False


def test_what_must_travel_by_mail_is_given_up_where_there_is_none(demo: Engine) -> None:
    with writing(demo) as connection:
        change.end_addresses(connection, 1, 1, "mail", NOW)
        change.add_address(connection, 1, 1, "slack", "U123", NOW, verified=True)
    post(demo, "1")
    assert records(demo) == [("1", "given_up")]
