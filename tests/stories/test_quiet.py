"""Quiet hours of one's own: what waits for them in the outbox, what does not, and how they are chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from alliance.notifications import broadcast
from scheduling.audit import check
from scheduling.deliver import deliver_one
from storage import outbox
from storage.engine import reading, writing
from storage.queries import outbox_looking, register
from tests.conftest import Played, local
from tests.storage.small_alliance import Post

COORDINATOR, SECRETARIAT = "klima@koege.example", "sekretariat@frederiksberg.example"
DAY = "2027-02-26"  # the first rung of the report


@pytest.fixture(autouse=True)
def the_day_before(talk: Any) -> None:
    talk.played.plan("2027-02-25T09:00")
    talk.at = "2027-02-25T09:00"


def mine(played: Played, kind: str = "reminder") -> Any:
    """The coordinator's newest delivery of a kind."""
    return [record for record in played.outbox() if record.kind == kind and record.recipient == COORDINATOR][-1]


def ready(talk: Any, kind: str = "reminder") -> datetime:
    """From when the coordinator's newest delivery of a kind may leave."""
    number = mine(talk.played, kind).id
    return next(outbox.from_ms(row["ready_ms"]) for row in talk.played.rows("delivery") if row["id"] == number)


def send(talk: Any, at: str, kind: str = "reminder") -> str:
    """Try to send it at a time; returns what became of it."""
    ways = {"mail": Post(can_be_asked=False)}
    return asyncio.run(deliver_one(talk.engine, ways, mine(talk.played, kind).id, lambda: local(at)))


def test_they_are_chosen_shown_and_ended(talk: Any) -> None:
    assert "stille timer kl. 12-14" in talk.say(COORDINATOR, "stille 12-14").summary
    settings = talk.say(COORDINATOR, "indstillinger")
    assert "stille timer kl. 12-14" in settings.text and settings.button("stille")
    asked = talk.press(COORDINATOR, settings, "Skift stille timer")
    assert asked.ask("hours").value == "12:00-14:00"
    assert set(talk.send(COORDINATOR, asked, hours="snart").errors()) == {"hours"}
    assert "kl. 17-8.30" in talk.send(COORDINATOR, asked, hours="17-8.30").summary
    assert "ingen stille timer" in talk.press(COORDINATOR, asked, "Ingen").summary
    assert not talk.say(COORDINATOR, "stille 8-7").done
    assert "alligevel" in talk.say(COORDINATOR, "quiet from 7 til 16").text
    assert [entry.action for entry in talk.journal()][:2] == ["quiet_changed", "quiet_changed"]


HOURS: Mapping[str, tuple[str, str, str]] = {
    # when the tick rings, from when it may leave, and what happens if it is tried at half past twelve
    "12-14": ("08:00", "08:00", "later"),
    "7-10": ("08:00", "10:00", "sent"),
    "12-15": ("12:10", "15:00", "later"),
    "8-16": ("08:00", "08:00", "sent"),
    "12-15.45": ("12:10", "12:10", "sent"),
}


@pytest.mark.slow
@pytest.mark.parametrize("hours", HOURS)
def test_a_reminder_waits_for_them_if_it_still_leaves_on_its_day(talk: Any, hours: str) -> None:
    rings, may_leave, at_noon = HOURS[hours]
    talk.say(COORDINATOR, f"stille {hours}")
    talk.played.plan(f"{DAY}T{rings}")
    assert ready(talk) == local(f"{DAY}T{may_leave}")
    assert mine(talk.played).reason == ("quiet_hours" if may_leave != rings else "")
    assert send(talk, f"{DAY}T12:30") == at_noon
    if at_noon == "later":
        over = f"{DAY}T{hours.split('-')[1]}:00"
        assert (mine(talk.played).state, ready(talk)) == ("queued", local(over))
        assert mine(talk.played).attempts == 0
        assert send(talk, over) == "sent"


@pytest.mark.slow
def test_what_is_written_to_one_waits_and_what_is_urgent_does_not(talk: Any) -> None:
    talk.say(COORDINATOR, "stille 17-8")
    talk.at = f"{DAY}T18:00"
    person = _person(talk, COORDINATOR)
    with writing(talk.engine) as connection:
        outbox.post(
            connection, 1, broadcast("Godt arbejde", "all", local(talk.at).date(), person, "Bo"), local(talk.at)
        )
    assert ready(talk, "broadcast") == local("2027-02-27T08:00")
    talk.played.plan(f"{DAY}T18:01")
    talk.press(SECRETARIAT, talk.say(SECRETARIAT, "møde indkald topmøde 2027"), "Ja,")
    assert ready(talk, "invitation") == local(talk.at)


@pytest.mark.slow
def test_what_waits_rightly_is_no_finding_and_what_waits_longer_is(talk: Any) -> None:
    talk.say(COORDINATOR, "stille 7-12")
    talk.played.plan(f"{DAY}T08:00")
    for record in talk.played.outbox():
        if record.recipient != COORDINATOR:
            with writing(talk.engine) as connection:
                (claim,) = (outbox.claim_one(connection, record.id, local(f"{DAY}T08:00"), RATES),)
                assert isinstance(claim, outbox.Claim)
                outbox.sent(connection, claim, "ok", local(f"{DAY}T08:00"))
    assert _kinds(talk, f"{DAY}T11:00") == set() and _oldest(talk, f"{DAY}T11:00") == {}
    assert _kinds(talk, f"{DAY}T13:30") == {"silent"}
    assert set(_oldest(talk, f"{DAY}T13:30")) == {"mail"}


RATES = {"mail": Post(can_be_asked=False).rate}


def _kinds(talk: Any, at: str) -> set[str]:
    with reading(talk.engine) as connection:
        return {one.kind for one in check(connection, talk.played.alliance, local(at), ("mail",))}


def _oldest(talk: Any, at: str) -> dict[str, Any]:
    with reading(talk.engine) as connection:
        return outbox_looking.oldest_open(connection, local(at))


def _person(talk: Any, address: str) -> int:
    with reading(talk.engine) as connection:
        found = register.person_at(connection, 1, address)
    assert found
    return found.id
