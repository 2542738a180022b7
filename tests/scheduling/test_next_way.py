"""What cannot leave where it waits goes by the reader's next channel, on its day, and once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from alliance.deliveries import Parcel, Uncertain, Undeliverable
from scheduling import ticks
from storage import outbox
from storage.engine import reading, writing
from storage.outbox import limits
from storage.queries import register
from storage.tables import tables
from tests.conftest import Played, local
from tests.scheduling.test_channels import ANNE, BO, NOW, Provider, add, found, mail_of, post, send, steps

ISHOEJ, KOEGE = "klima@ishoej.example", "klima@koege.example"
MORNING, DAY = local("2027-02-26T08:00"), "2027-02-26"
PARKED = Undeliverable(False, "busy: ratelimited", 86_400, park="account")


@dataclass
class Down(Provider):
    """Refuses, or falls silent, whatever it is asked."""

    silent: bool = False

    async def send(self, parcel: Parcel) -> str:
        raise Uncertain("timeout") if self.silent else Undeliverable(False, "connect: refused")

    async def find(self, parcel: Parcel) -> str | None:
        raise Uncertain("timeout") if self.silent else Undeliverable(False, "connect: refused")


def chatting(played: Played, *addresses: str) -> None:
    """These people are in Slack, and reminders are planned; nothing else waits."""
    for address in addresses:
        with reading(played.engine) as connection:
            person = register.person_at(connection, 1, address)
        assert person
        add(played, person.id, "slack", f"T1/U{person.id}")
    ticks.plan(played.engine, MORNING, move_clock=True)
    others = [record.id for record in played.outbox() if record.channel != "slack"]
    with writing(played.engine) as connection:
        delivery = tables["delivery"]
        connection.execute(update(delivery).where(delivery.c.id.in_(others)).values(state="withdrawn"))


def reminders(played: Played) -> list[tuple[str, str, str]]:
    """What became of those who chat: channel, state and reason."""
    return [each for each in found(played) if each[1] != "withdrawn"]


def times(until: str, minutes: int = 15) -> Iterator[datetime]:
    at = MORNING
    while at < local(f"{DAY}T{until}"):
        yield at
        at += timedelta(minutes=minutes)


@pytest.mark.parametrize("silent", [False, True])
def test_while_the_chat_is_down_a_reminder_goes_by_mail_the_same_day(played: Played, silent: bool) -> None:
    """It is tried until there would be no time for another way. After a silence the mail is a possible repeat."""
    chatting(played, ISHOEJ)
    mail = Provider("mail", can_be_asked=False)
    for at in times("15:30"):
        send(played, Down("slack", silent=silent), mail, at=at)
    assert mail.reached == {ISHOEJ: 1}
    (chat, letter) = reminders(played)
    assert chat[:2] == ("slack", "given_up") and chat[2].startswith("timeout" if silent else "connect")
    assert letter == ("mail", "sent", "possibly_repeated" if silent else "")


def test_who_has_no_other_way_is_tried_until_the_day_is_over(played: Played) -> None:
    chatting(played, ISHOEJ)
    with writing(played.engine) as connection:
        address = tables["address"]
        connection.execute(update(address).where(address.c.value == ISHOEJ).values(ended_at=MORNING))
    for at in times("15:59"):
        send(played, Down("slack"), Provider("mail"), at=at)
    assert reminders(played) == [("slack", "failed", "connect: refused")]


def test_what_waits_for_a_limit_that_opens_too_late_goes_by_mail_at_the_next_ring(played: Played) -> None:
    chatting(played, ISHOEJ, KOEGE)
    slack, mail = Provider("slack"), Provider("mail")
    with writing(played.engine) as connection:
        limits.shut(connection, {"slack:T1": outbox.as_ms(local(f"{DAY}T15:30"))})
    send(played, slack, mail, at=MORNING)
    assert not mail.accepted
    ticks.tick(played.engine, {"slack": slack, "mail": mail}, lambda: MORNING + timedelta(minutes=1))
    assert mail.reached == {ISHOEJ: 1, KOEGE: 1} and not slack.accepted
    assert reminders(played)[:2] == [("slack", "given_up", "busy: parked")] * 2


def test_one_that_is_asked_to_wait_beyond_its_day_goes_by_mail_at_once(played: Played) -> None:
    chatting(played, ISHOEJ)
    slack, mail = Provider("slack", trouble={lane(played): [PARKED]}), Provider("mail")
    send(played, slack, mail, at=MORNING)
    assert reminders(played) == [("slack", "given_up", "busy: ratelimited"), ("mail", "sent", "")]


def lane(played: Played) -> str:
    """The only address in Slack that something waits for."""
    (found,) = (row["lane"] for row in played.rows("delivery") if row["channel"] == "slack")
    return str(found).removeprefix("slack:")


def test_a_short_rest_of_the_chat_is_waited_for(played: Played) -> None:
    chatting(played, ISHOEJ)
    rest = Undeliverable(False, "busy: ratelimited", 60, park="account")
    slack, mail = Provider("slack", trouble={lane(played): [rest]}), Provider("mail")
    for minutes in (0, 1, 3):
        at = MORNING + timedelta(minutes=minutes)
        ticks.tick(played.engine, {"slack": slack, "mail": mail}, lambda at=at: at)
    assert reminders(played) == [("slack", "sent", "")]


def test_what_is_posted_late_in_the_day_still_leaves_by_the_chat(played: Played) -> None:
    chatting(played, ISHOEJ)
    slack, mail = Provider("slack"), Provider("mail")
    late = local(f"{DAY}T15:59")
    ticks.tick(played.engine, {"slack": slack, "mail": mail}, lambda: late)
    assert reminders(played) == [("slack", "sent", "")]


# --------------------------------------------------------------------------------------- a channel without a way out


@pytest.mark.slow
def test_a_channel_that_is_no_longer_set_up_is_passed_by(played: Played) -> None:
    add(played, ANNE, "slack", "T1/UANNE")
    post(played, ANNE, BO)
    mail = Provider("mail")
    ticks.tick(played.engine, {"mail": mail}, lambda: NOW)
    assert found(played)[:3] == [("slack", "given_up", "no_way_out"), ("mail", "sent", ""), ("mail", "sent", "")]
    assert mail.reached[mail_of(played, ANNE)] == 1


def test_where_nothing_else_is_set_up_either_it_waits(played: Played) -> None:
    add(played, ANNE, "slack", "T1/UANNE")
    post(played, ANNE)
    ticks.tick(played.engine, {}, lambda: NOW)
    assert found(played)[0] == ("slack", "queued", "")


def test_what_may_have_been_sent_by_a_channel_that_is_gone_is_marked_as_a_possible_repeat(played: Played) -> None:
    add(played, ANNE, "slack", "T1/UANNE")
    post(played, ANNE)
    lease, mail = outbox.LEASE, Provider("mail", can_be_asked=False)
    with writing(played.engine) as connection:
        outbox.claim(connection, NOW, ["slack"])  # its holder dies
    ticks.tick(played.engine, {"mail": mail}, lambda: NOW + lease - timedelta(seconds=1))
    assert found(played)[0] == ("slack", "sending", "")  # somebody may be sending it just now
    ticks.tick(played.engine, {"mail": mail}, lambda: NOW + lease)
    (first,) = [record for record in played.outbox() if record.channel == "slack"]
    assert (first.state, first.reason) == ("given_up", "no_way_out")
    assert found(played)[-1] == ("mail", "sent", "possibly_repeated")
    assert [state for state, _ in steps(played, first.id)] == ["queued", "sending", "given_up"]


@pytest.mark.slow
def test_the_same_two_rings_send_it_once(played: Played) -> None:
    add(played, ANNE, "slack", "T1/UANNE")
    post(played, ANNE)
    mail = Provider("mail")
    for minutes in range(3):
        at = NOW + timedelta(minutes=minutes)
        ticks.tick(played.engine, {"mail": mail}, lambda at=at: at)
    assert mail.reached[mail_of(played, ANNE)] == 1
