"""The sender: only what is still true leaves, once if the provider can be asked, and never silently."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import update

from alliance.deliveries import Parcel, Sender, Uncertain, Undeliverable
from alliance.notifications import broadcast
from alliance.pacing import UNLIMITED, Rate
from bot.mail.transport import CONNECTING, ENVELOPE, LATE, MAIL_ITSELF, SmtpTransport
from scheduling import reminding
from scheduling.deliver import STALE, deliver
from scheduling.outcomes import PART_OF_LEASE
from storage import outbox
from storage.changes import register as change
from storage.engine import reading, writing
from storage.queries import accounts, register
from storage.tables import tables
from tests.conftest import LETTERHEAD, local

if TYPE_CHECKING:
    from alliance.accounts import BoardRow
    from tests.conftest import Played

FIRST_RUNG = "2027-02-26T08:00"  # twenty working days before the report is due
ISHOEJ, KOEBENHAVN = "klima@ishoej.example", "klima@koebenhavn.example"
TONNES = {"ghg_total": "123456,5"}


SENDER = Sender("Tovholder", "tovholder@klimaalliancen.example")


class PowerCut(BaseException):
    """What no ``except Exception`` sees: the process is gone."""


@dataclass
class Postman:
    """A way out that keeps what it took; ``trouble`` says what happens to an address, ``cut`` when the power goes."""

    can_be_asked: bool = True
    trouble: dict[str, Exception] = field(default_factory=dict)
    cut: str = ""
    taken: list[Parcel] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    channel: str = "mail"
    at_once: int = 1
    rate: Rate = UNLIMITED
    sender: Sender = SENDER

    async def send(self, parcel: Parcel) -> str:
        if self.cut == "before":
            raise PowerCut
        if parcel.to_address in self.trouble:
            raise self.trouble[parcel.to_address]
        self.taken.append(parcel)
        if self.cut == "after":
            raise PowerCut
        return f"taken {parcel.key}"

    async def find(self, parcel: Parcel) -> str | None:
        self.asked.append(parcel.to_address)
        return next((f"found {known.key}" for known in self.taken if known.key == parcel.key), None)

    async def close(self) -> None:
        """Nothing is kept open."""

    @property
    def reached(self) -> Counter[str]:
        return Counter(parcel.to_address for parcel in self.taken)


def record(played: Played, address: str, occasion: str = "2027-02-26") -> outbox.DeliveryRecord:
    (found,) = [r for r in played.outbox() if r.recipient == address and r.occasion == occasion]
    return found


def row(played: Played, code: str) -> BoardRow:
    with reading(played.engine) as connection:
        shown = accounts.board(connection, played.alliance, local(FIRST_RUNG).date())
    return next(row for row in shown.rows if row.organisation.code == code)


def only(played: Played, *addresses: str) -> None:
    """Leave nothing in the outbox but what goes to these addresses."""
    numbers = [record.id for record in played.outbox() if record.recipient not in addresses]
    delivery = tables["delivery"]
    with writing(played.engine) as connection:
        connection.execute(update(delivery).where(delivery.c.id.in_(numbers)).values(state="given_up"))


def a_dozen(played: Played) -> None:
    """A dozen reminders in the queue, Ishøj's and København's among them."""
    played.plan(FIRST_RUNG)
    others = [r.recipient for r in played.outbox() if r.recipient not in (ISHOEJ, KOEBENHAVN)]
    only(played, ISHOEJ, KOEBENHAVN, *others[:10])


# ----------------------------------------------------------------------------------------- still true when it leaves


@dataclass
class SlowPostman(Postman):
    """Does something while it carries its first parcel."""

    meanwhile: Callable[[], object] = lambda: None

    async def send(self, parcel: Parcel) -> str:
        if not self.taken:
            await asyncio.to_thread(self.meanwhile)
        return await super().send(parcel)


def test_somebody_who_answers_while_others_are_written_to_is_not_reminded(played: Played) -> None:
    a_dozen(played)
    queued = [r.recipient for r in played.outbox() if r.state == "queued"]
    second = queued[1]
    answer = partial(played.say, second, "indberet send", "2027-02-26T08:00", TONNES)
    postman = SlowPostman(meanwhile=answer)
    played.tick(FIRST_RUNG, postman)
    assert postman.reached[second] == 0 and len(postman.reached) == 11
    assert (record(played, second).state, record(played, second).reason) == ("withdrawn", "settled")


def test_no_reminder_leaves_after_hours_however_long_the_sending_takes(played: Played) -> None:
    played.plan("2027-02-26T15:59")
    times = chain([local("2027-02-26T15:59:58")] * 4, repeat(local("2027-02-26T16:00")))
    postman = Postman()
    asyncio.run(deliver(played.engine, {"mail": postman}, lambda: next(times)))
    assert 1 <= len(postman.taken) < 98
    assert {r.state for r in played.outbox() if r.recipient not in postman.reached} <= {"expired", "withdrawn"}


def test_a_server_that_refuses_our_mail_makes_nobody_unreachable(played: Played) -> None:
    played.plan(FIRST_RUNG)
    only(played, ISHOEJ)
    postman = Postman(trouble={ISHOEJ: Undeliverable(permanent=True, reason="5.7.1 policy")})
    played.tick(FIRST_RUNG, postman)
    assert record(played, ISHOEJ).state == "given_up" and row(played, "0183").reachable


def test_nobody_is_reminded_after_answering(played: Played) -> None:
    """Answered at 10:00 with a reminder in the queue: nothing at 10:01."""
    played.plan("2027-02-26T09:59")
    assert record(played, KOEBENHAVN).state == "queued"
    assert played.say(KOEBENHAVN, "indberet send", "2027-02-26T10:00", TONNES).done
    postman = Postman()
    played.tick("2027-02-26T10:01", postman)
    assert postman.reached[KOEBENHAVN] == 0 and postman.reached[ISHOEJ] == 1
    assert (record(played, KOEBENHAVN).state, record(played, KOEBENHAVN).reason) == ("withdrawn", "settled")


def test_a_colleagues_answer_stops_it_too(played: Played) -> None:
    """Mayor and coordinator are both asked to answer for the summit; one answer is enough."""
    mayor, mayor_of_another = "borgmester@ishoej.example", "borgmester@hvidovre.example"
    played.plan("2027-04-02T08:00")
    only(played, mayor, mayor_of_another, ISHOEJ)
    assert played.say(mayor, "svar topmøde nej", "2027-04-02T08:01").done
    postman = Postman()
    played.tick("2027-04-02T08:02", postman)
    assert postman.reached == {mayor_of_another: 1, ISHOEJ: 1}
    lines = {line["requirement"] for line in record(played, ISHOEJ, "2027-04-02").lines}
    assert "report" in lines and "summit" not in lines


def test_what_came_in_meanwhile_is_not_listed_and_what_became_due_is(played: Played) -> None:
    a_dozen(played)
    played.say(
        KOEBENHAVN, "dokumenter 4", "2027-02-26T08:01", {"kind": "zero_waste", "what": "Tilsluttet den 1. februar"}
    )
    played.tick("2027-02-26T08:02", Postman())
    listed = {line["requirement"] for line in record(played, KOEBENHAVN).lines}
    others = {line["requirement"] for line in record(played, ISHOEJ).lines}
    assert others - listed == {"declaration"}


def test_who_left_office_meanwhile_is_not_written_to(played: Played) -> None:
    played.plan(FIRST_RUNG)
    today = local(FIRST_RUNG).date()
    with writing(played.engine) as connection:
        ishoej = register.organisation_by_code(connection, 1, "0183", today)
        assert ishoej
        change.end_office_terms(connection, 1, ishoej.id, "climate_coordinator", today)
    only(played, ISHOEJ, KOEBENHAVN)
    postman = Postman()
    played.tick("2027-02-26T08:01", postman)
    assert list(postman.reached) == [KOEBENHAVN]
    assert (record(played, ISHOEJ).state, record(played, ISHOEJ).reason) == ("withdrawn", "not_theirs")


def test_a_member_that_left_meanwhile_is_not_reminded(played: Played) -> None:
    a_dozen(played)
    with writing(played.engine) as connection:
        ishoej = register.organisation_by_code(connection, 1, "0183", local(FIRST_RUNG).date())
        assert ishoej
        change.end_membership(connection, 1, ishoej.id, local(FIRST_RUNG).date())
    postman = Postman()
    played.tick("2027-02-26T08:01", postman)
    assert postman.reached[ISHOEJ] == 0 and record(played, ISHOEJ).reason == "not_theirs"


def test_an_address_changed_meanwhile_gets_the_mail_and_the_outbox_says_so(played: Played) -> None:
    a_dozen(played)
    with writing(played.engine) as connection:
        person = register.person_at(connection, 1, ISHOEJ)
        assert person
        change.end_addresses(connection, 1, person.id, "mail", local(FIRST_RUNG))
        change.add_address(connection, 1, person.id, "mail", "ny@ishoej.example", local(FIRST_RUNG), verified=True)
    postman = Postman()
    played.tick("2027-02-26T08:01", postman)
    assert postman.reached[ISHOEJ] == 0 and postman.reached["ny@ishoej.example"] == 1
    assert record(played, "ny@ishoej.example").state == "sent"


@pytest.mark.parametrize(
    ("at", "leaves"),
    [("2027-02-26T15:59", 1), ("2027-02-26T16:00", 0), ("2027-02-26T20:00", 0), ("2027-02-27T10:00", 0)],
)
def test_a_reminder_of_the_morning_leaves_within_its_hours_or_not_at_all(played: Played, at: str, leaves: int) -> None:
    played.plan(FIRST_RUNG)
    only(played, ISHOEJ)
    postman = Postman()
    played.tick(at, postman)
    assert postman.reached[ISHOEJ] == leaves


def test_what_did_not_leave_in_time_is_made_up_for_at_the_first_ring_of_the_next_working_day(played: Played) -> None:
    played.plan(FIRST_RUNG)  # and then the process is down until Monday
    assert played.plan("2027-03-01T08:00").posted == 98
    only(played, ISHOEJ)
    postman = Postman()
    played.tick("2027-03-01T08:01", postman)
    assert postman.reached[ISHOEJ] == 1


# ------------------------------------------------------------------------------------------------- interruptions


@pytest.mark.sqlite
@pytest.mark.postgresql
def test_after_a_crash_nothing_is_sent_again_before_the_lease_ends(played: Played) -> None:
    with pytest.raises(PowerCut):
        played.tick(FIRST_RUNG, Postman(cut="before"))
    held = [r.recipient for r in played.outbox() if r.state == "sending"]
    other = ISHOEJ if ISHOEJ not in held else KOEBENHAVN
    only(played, other, *held)
    postman = Postman()
    played.tick("2027-02-26T08:01", postman)
    assert list(postman.reached) == [other]
    played.tick("2027-02-26T08:02", postman)
    assert postman.reached == Counter([other, *held])


def test_a_provider_that_can_be_asked_is_asked_first_and_nothing_is_sent_twice(played: Played) -> None:
    a_dozen(played)
    postman = Postman(cut="after")
    with pytest.raises(PowerCut):
        played.tick(FIRST_RUNG, postman)
    postman.cut = ""
    first = postman.taken[0].to_address
    played.tick("2027-02-26T08:05", postman)
    assert postman.asked == [first]
    assert len(postman.taken) == 12 and set(postman.reached.values()) == {1}
    assert record(played, first).receipt.startswith("found")
    assert {r.state for r in played.outbox() if r.recipient in postman.reached} == {"sent"}


def test_one_that_cannot_be_asked_gets_it_again_with_the_same_key_and_it_is_shown(played: Played) -> None:
    a_dozen(played)
    postman = Postman(can_be_asked=False, cut="after")
    with pytest.raises(PowerCut):
        played.tick(FIRST_RUNG, postman)
    postman.cut = ""
    twice = postman.taken[0].to_address
    played.tick("2027-02-26T08:05", postman)
    assert postman.asked == []
    assert [address for address, times in postman.reached.items() if times > 1] == [twice]
    assert len({parcel.key for parcel in postman.taken if parcel.to_address == twice}) == 1
    assert (record(played, twice).state, record(played, twice).reason) == ("sent", "possibly_repeated")


@pytest.mark.slow
@pytest.mark.parametrize(("cut", "reached", "state"), [("after", 1, "sent"), ("before", 0, "withdrawn")])
def test_an_answer_after_a_crash_is_told_from_what_the_provider_knows(
    played: Played, cut: str, reached: int, state: str
) -> None:
    a_dozen(played)
    postman = Postman(cut=cut)
    with pytest.raises(PowerCut):
        played.tick(FIRST_RUNG, postman)
    postman.cut = ""
    held = next(r.recipient for r in played.outbox() if r.state == "sending")
    assert played.say(held, "indberet send", "2027-02-26T08:01", TONNES).done
    played.tick("2027-02-26T08:05", postman)
    assert (postman.reached[held], record(played, held).state) == (reached, state)


@pytest.mark.slow
@pytest.mark.parametrize("back", ["2027-02-26T15:59", "2027-02-26T16:01", "2027-02-28T10:00", "2027-03-01T08:00"])
def test_a_crash_loses_no_reminder_however_late_we_are_back(played: Played, back: str) -> None:
    """Claimed, not sent, and the process was down: on return within its hours, or on the next working day.

    What an interrupted sender held is cleared up by the first ring and told anew by the second, a minute later.
    """
    played.plan("2027-02-26T15:50")
    only(played, ISHOEJ)
    with pytest.raises(PowerCut):
        played.tick("2027-02-26T15:50", Postman(cut="before"))
    postman = Postman()
    played.tick(back, postman)
    assert postman.reached[ISHOEJ] == (1 if back == "2027-02-26T15:59" else 0)
    for at in ("2027-03-01T08:00", "2027-03-01T08:02", "2027-03-02T08:00"):
        played.tick(at, postman)
    assert postman.reached[ISHOEJ] == 1


def test_where_nobody_can_be_asked_a_reminder_of_yesterday_counts_as_told_rather_than_twice(played: Played) -> None:
    a_dozen(played)
    postman = Postman(can_be_asked=False, cut="after")
    with pytest.raises(PowerCut):
        played.tick(FIRST_RUNG, postman)
    postman.cut = ""
    perhaps = postman.taken[0].to_address
    played.tick("2027-03-01T08:00", postman)
    assert postman.reached[perhaps] == 1
    assert (record(played, perhaps).state, record(played, perhaps).reason) == ("given_up", "perhaps_sent")


@dataclass
class Unreachable(Postman):
    """A way out that is down for everything, questions too, while ``down``."""

    down: bool = False

    async def send(self, parcel: Parcel) -> str:
        if self.down:
            raise Undeliverable(False, "503")
        return await super().send(parcel)

    async def find(self, parcel: Parcel) -> str | None:
        if self.down:
            raise Undeliverable(False, "503")
        return await super().find(parcel)


@pytest.mark.parametrize(
    ("can_be_asked", "cut", "reached", "state"),
    [(True, "before", 1, "withdrawn"), (True, "after", 1, "sent"), (False, "before", 0, "given_up")],
)
def test_what_was_in_doubt_while_its_provider_was_down_all_day_is_asked_after_and_told_anew_if_it_never_came(
    played: Played, can_be_asked: bool, cut: str, reached: int, state: str
) -> None:
    """Where nobody can be asked it counts as told."""
    played.plan(FIRST_RUNG)
    only(played, ISHOEJ)
    postman = Unreachable(can_be_asked=can_be_asked, cut=cut)
    with pytest.raises(PowerCut):
        played.tick(FIRST_RUNG, postman)
    postman.cut, postman.down = "", True
    for hour in ("08:05", "09:30", "14:30", "20:30"):
        played.tick(f"2027-02-26T{hour}", postman)
    postman.down = False
    for at in ("2027-02-27T03:00", "2027-03-01T08:00", "2027-03-01T08:02", "2027-03-02T08:00"):
        played.tick(at, postman)
    assert (postman.reached[ISHOEJ], record(played, ISHOEJ).state) == (reached, state)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("can_be_asked", "attempts", "state", "reason"),
    [(True, range(2, 5), "sending", "timeout"), (False, range(2, 3), "given_up", "perhaps_sent")],
)
def test_an_uncertain_send_never_becomes_a_flood(
    played: Played, can_be_asked: bool, attempts: range, state: str, reason: str
) -> None:
    """Where nobody can be asked each try may be a copy: one repeat at most. Elsewhere ever more seldom."""
    postman = Postman(can_be_asked=can_be_asked, trouble={ISHOEJ: Uncertain("timeout")})
    played.plan(FIRST_RUNG)
    only(played, ISHOEJ)
    for minute in range(60):
        now = local(f"2027-02-26T08:{minute:02}")
        asyncio.run(deliver(played.engine, {"mail": postman}, lambda now=now: now))
    found = record(played, ISHOEJ)
    assert found.attempts in attempts
    assert (found.state, found.reason) == (state, reason)


# ------------------------------------------------------------------------------------------------- two ways to fail


def test_a_temporary_failure_is_tried_again_later_and_gets_through(played: Played) -> None:
    played.plan(FIRST_RUNG)
    only(played, ISHOEJ)
    postman = Postman(trouble={ISHOEJ: Undeliverable(permanent=False, reason="451 greylisted")})
    played.tick(FIRST_RUNG, postman)
    assert (record(played, ISHOEJ).state, record(played, ISHOEJ).reason) == ("failed", "451 greylisted")
    postman.trouble.clear()
    outcome = played.tick("2027-02-26T08:00:59", postman)
    assert not outcome.deliveries
    played.tick("2027-02-26T08:01:12", postman)  # a minute, and a fifth of it at most to spread the many
    assert postman.reached[ISHOEJ] == 1 and record(played, ISHOEJ).attempts == 2


def test_the_wait_a_provider_asks_for_is_kept(played: Played) -> None:
    played.plan(FIRST_RUNG)
    only(played, ISHOEJ)
    postman = Postman(trouble={ISHOEJ: Undeliverable(permanent=False, reason="busy", retry_after=600)})
    played.tick(FIRST_RUNG, postman)
    postman.trouble.clear()
    for at, reached in (("2027-02-26T08:09:59", 0), ("2027-02-26T08:12", 1)):
        played.tick(at, postman)
        assert postman.reached[ISHOEJ] == reached


def test_a_permanent_failure_marks_the_address_and_the_board_shows_it(played: Played) -> None:
    assert row(played, "0183").reachable
    played.plan(FIRST_RUNG)
    only(played, ISHOEJ)
    unknown = Undeliverable(permanent=True, reason="550 unknown user", address_is_wrong=True)
    postman = Postman(trouble={ISHOEJ: unknown})
    played.tick(FIRST_RUNG, postman)
    assert (record(played, ISHOEJ).state, record(played, ISHOEJ).reason) == ("given_up", "550 unknown user")
    assert not row(played, "0183").reachable and row(played, "0101").reachable
    with reading(played.engine) as connection:
        assert list(register.unreachable_reasons(connection, 1).values()) == ["550 unknown user"]
    postman.trouble.clear()
    played.tick("2027-02-26T12:00", postman)
    assert postman.reached[ISHOEJ] == 0


@pytest.mark.slow
@pytest.mark.parametrize("mended", [True, False])
def test_an_address_that_was_called_wrong_by_a_server_that_meant_us_works_again(played: Played, mended: bool) -> None:
    played.plan(FIRST_RUNG)
    only(played, KOEBENHAVN, ISHOEJ)
    unknown = Undeliverable(permanent=True, reason="recipient: 550 5.1.1", address_is_wrong=True)
    postman = Postman(trouble={KOEBENHAVN: unknown})
    postman.trouble[ISHOEJ] = Undeliverable(False, "refused: 550", cause="refused")
    if mended:
        number = record(played, KOEBENHAVN).id
        postman.trouble[ISHOEJ] = Undeliverable(False, "refused: 550", cause="refused", not_to_blame=(number,))
    played.tick(FIRST_RUNG, postman)
    postman.trouble.clear()
    played.tick("2027-02-26T08:20", postman)
    assert row(played, "0101").reachable is mended
    assert record(played, ISHOEJ).state == "sent"
    played.tick("2027-03-15T08:00", postman)
    assert postman.reached[KOEBENHAVN] == mended


def test_one_that_nobody_can_carry_does_not_hold_up_the_others(
    played: Played, caplog: pytest.LogCaptureFixture
) -> None:
    a_dozen(played)
    postman = Postman(trouble={ISHOEJ: RuntimeError("our fault")})
    with caplog.at_level(logging.CRITICAL):
        played.tick(FIRST_RUNG, postman)
    assert len(postman.taken) == 11
    assert record(played, ISHOEJ).reason == "transport: RuntimeError"


def test_one_that_cannot_be_written_does_not_hold_up_the_others(
    played: Played, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write = reminding.write

    def clumsy(kind: str, language: str, **facts: object) -> object:
        if facts["person"] == clumsy_about:
            raise KeyError("a word is missing")
        return write(kind, language, **facts)

    with reading(played.engine) as connection:
        person = register.person_at(connection, 1, ISHOEJ)
    assert person
    clumsy_about = person.name
    monkeypatch.setattr(reminding, "write", clumsy)
    a_dozen(played)
    postman = Postman()
    with caplog.at_level(logging.CRITICAL):
        played.tick(FIRST_RUNG, postman)
    assert len(postman.taken) == 11
    assert (record(played, ISHOEJ).state, record(played, ISHOEJ).reason) == ("failed", "words: KeyError")


def test_one_whose_debts_cannot_be_read_does_not_hold_up_the_others(
    played: Played, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    a_dozen(played)
    with reading(played.engine) as connection:
        person = register.person_at(connection, 1, ISHOEJ)
        assert person
        (term, *_) = register.office_terms(connection, 1, person_id=person.id)
    read = reminding.accounts.accounts

    def spoilt(*given: Any, organisation_ids: Any = None, **more: Any) -> Any:
        if term.organisation_id in (organisation_ids or ()):
            raise KeyError("what they owe is not in the charter")
        return read(*given, organisation_ids=organisation_ids, **more)

    monkeypatch.setattr(reminding.accounts, "accounts", spoilt)
    postman = Postman()
    with caplog.at_level(logging.CRITICAL):
        played.tick(FIRST_RUNG, postman)
    assert len(postman.taken) == 11
    assert (record(played, ISHOEJ).state, record(played, ISHOEJ).reason) == ("failed", "words: KeyError")


# -------------------------------------------------------------------------------------------------- who is written to


@pytest.mark.slow
@pytest.mark.parametrize(
    "address",
    ["x@ishoej.dk", "x@ishoej.example.com", "x@example", "x@myexample", "x@ishoej.example.", "x@xn--example"],
)
def test_the_demo_writes_to_nobody_real(played: Played, address: str) -> None:
    with writing(played.engine) as connection:
        person = register.person_at(connection, 1, ISHOEJ)
        assert person
        change.end_addresses(connection, 1, person.id, "mail", local(FIRST_RUNG))
        change.add_address(connection, 1, person.id, "mail", address, local(FIRST_RUNG), verified=True)
    played.plan(FIRST_RUNG)
    only(played, address, KOEBENHAVN)
    postman = Postman()
    played.tick(FIRST_RUNG, postman)
    assert list(postman.reached) == [KOEBENHAVN]
    assert record(played, address).reason == "demo_writes_to_example_only"


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.postgresql
def test_two_senders_at_once_send_everything_once(played: Played) -> None:
    played.plan(FIRST_RUNG)
    postmen = [Postman(), Postman()]

    def work(postman: Postman) -> None:
        asyncio.run(deliver(played.engine, {"mail": postman}, lambda: local(FIRST_RUNG)))

    threads = [threading.Thread(target=work, args=(postman,)) for postman in postmen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    both = postmen[0].reached + postmen[1].reached
    assert len(both) == 98 and set(both.values()) == {1}


def test_what_is_said_to_many_leaves_at_any_hour(played: Played) -> None:
    """Hours and working days are for reminders: what the secretariat writes now goes out now."""
    sunday = "2027-02-28T21:00"
    with writing(played.engine) as connection:
        for person in (1, 2):
            told = broadcast("Husk sommertid", "all", local(sunday).date(), person, "Sekretariatet")
            outbox.post(connection, 1, told, local(sunday))
    postman = Postman()
    played.tick(sunday, postman)
    assert len(postman.taken) == 2


# ------------------------------------------------------------------------------------------------------- real SMTP


class Inbox:
    """A mail server's hands: they take everything, and forget to answer once if told to."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, bytes]] = []
        self.hang_up_once = False

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message_id = str(message_from_bytes(content)["Message-ID"])
        self.mails.append((envelope.rcpt_tos[0], message_id, content))
        if self.hang_up_once:
            self.hang_up_once = False
            assert server.transport
            server.transport.close()
        return "250 2.0.0 kept"


class AnyPort(Controller):
    """Listens on a port that happens to be free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server() -> Iterator[tuple[Inbox, SmtpTransport]]:
    inbox = Inbox()
    server = AnyPort(inbox, hostname="127.0.0.1", port=0)
    server.start()
    try:
        yield inbox, SmtpTransport(f"smtp://127.0.0.1:{server.port}", LETTERHEAD, timeout=5)
    finally:
        server.stop()


@pytest.mark.slow
def test_by_smtp_every_reminder_arrives_once_and_its_receipt_is_kept(played: Played) -> None:
    with mail_server() as (inbox, transport):
        played.tick(FIRST_RUNG, transport)
    assert Counter(to for to, _, _ in inbox.mails) == Counter(r.recipient for r in played.outbox())
    assert len(inbox.mails) == len({message_id for _, message_id, _ in inbox.mails}) == 98
    by_address = {to: message_id for to, message_id, _ in inbox.mails}
    for kept in played.outbox():
        assert kept.receipt == f"250 2.0.0 kept {by_address[kept.recipient]}"


def test_by_smtp_a_lost_answer_leads_to_the_same_message_id_again(played: Played) -> None:
    played.plan(FIRST_RUNG)
    only(played, ISHOEJ)
    with mail_server() as (inbox, transport):
        inbox.hang_up_once = True
        played.tick(FIRST_RUNG, transport)
        assert record(played, ISHOEJ).state == "sending"
        played.tick("2027-02-26T08:02", transport)
    (_, first, _), (_, second, _) = inbox.mails
    assert first == second
    assert (record(played, ISHOEJ).state, record(played, ISHOEJ).reason) == ("sent", "possibly_repeated")


def test_by_smtp_a_server_that_is_away_is_tried_again(played: Played) -> None:
    played.plan(FIRST_RUNG)
    only(played, ISHOEJ)
    with mail_server() as (_, transport):
        pass
    played.tick(FIRST_RUNG, transport)
    assert record(played, ISHOEJ).state == "failed" and record(played, ISHOEJ).reason.startswith("connect:")
    with mail_server() as (inbox, again):
        played.tick("2027-02-26T08:02", again)
    assert [to for to, _, _ in inbox.mails] == [ISHOEJ]


def test_the_lease_is_longer_than_a_mail_server_may_take() -> None:
    """Else a sender that stops waiting could not tell what surely was not sent from what may have been."""
    shares = max(CONNECTING, LATE + ENVELOPE + MAIL_ITSELF)
    answers_within = SmtpTransport("smtp://x", LETTERHEAD).timeout
    assert answers_within * MAIL_ITSELF >= 60  # one that scans mails first may take so long
    assert answers_within * shares < outbox.LEASE.total_seconds() * PART_OF_LEASE
    assert STALE + PART_OF_LEASE < 1
