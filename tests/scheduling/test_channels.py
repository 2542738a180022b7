"""More than one way to a person, more than one sender: channels in their order, limits that all share, one seam."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from alliance.deliveries import Parcel, Sender, Uncertain, Undeliverable
from alliance.notifications import Notification
from alliance.pacing import UNLIMITED, Rate
from scheduling import deliver as delivering
from scheduling import parcels as parcelling
from scheduling import stopwatch, ticks
from scheduling.deliver import deliver, deliver_one
from scheduling.sender import keep_sending
from scheduling.truth import NotYet
from scheduling.wording import NoLongerTrue
from storage import outbox
from storage.bookmarks import bookmark
from storage.changes import register as change
from storage.engine import connect, reading, writing
from storage.queries import register
from storage.tables import tables
from tests.conftest import Played, local

NOW = local("2027-03-03T08:00")
ANNE, BO = 1, 2
SENDER = Sender("Tovholder", "tovholder@klimaalliancen.example")
GONE = Undeliverable(permanent=True, reason="account_inactive", address_is_wrong=True)


@dataclass
class Provider:
    """A channel's provider that keeps what it accepted; ``trouble`` says what happens next to whom."""

    channel: str = "slack"
    can_be_asked: bool = True
    at_once: int = 4
    rate: Rate = UNLIMITED
    trouble: dict[str, list[Exception]] = field(default_factory=dict)
    accepted: list[Parcel] = field(default_factory=list)
    most_at_once: int = 0
    pause: float = 0.0
    sender: Sender = SENDER
    unheard: int = 0  # so many are accepted, and the answer is lost
    _inside: int = 0

    async def send(self, parcel: Parcel) -> str:
        self._inside += 1
        self.most_at_once = max(self.most_at_once, self._inside)
        try:
            await asyncio.sleep(self.pause)
            waiting = self.trouble.get(parcel.to_address)
            if waiting:
                raise waiting.pop(0)
            self.accepted.append(parcel)
            if self.unheard:
                self.unheard -= 1
                raise Uncertain("no answer")
            return f"{self.channel} {parcel.key}"
        finally:
            self._inside -= 1

    async def find(self, parcel: Parcel) -> str | None:
        return next((f"found {known.key}" for known in self.accepted if known.key == parcel.key), None)

    async def close(self) -> None:
        """Nothing is kept open."""

    @property
    def reached(self) -> Counter[str]:
        return Counter(parcel.to_address for parcel in self.accepted)


def add(played: Played, person: int, channel: str, value: str) -> None:
    with writing(played.engine) as connection:
        change.add_address(connection, 1, person, channel, value, NOW, verified=True)


def post(played: Played, *people: int, occasion: str = "1", **more: Any) -> None:
    with writing(played.engine) as connection:
        for person in people:
            facts = {"text": "Hej", "by": "Sekretariatet"}
            outbox.post(connection, 1, Notification("broadcast", "audience:all", occasion, person, facts, **more), NOW)


def send(played: Played, *providers: Provider, at: Any = NOW) -> Counter[str]:
    return asyncio.run(deliver(played.engine, {p.channel: p for p in providers}, lambda: at))


def found(played: Played) -> list[tuple[str, str, str]]:
    return [(record.channel, record.state, record.reason) for record in played.outbox()]


def steps(played: Played, delivery_id: int) -> list[tuple[str, str]]:
    with reading(played.engine) as connection:
        return [(step.state, step.reason) for step in outbox.story(connection, 1, delivery_id)]


# ------------------------------------------------------------------------------------------- one way, then the next


def test_a_person_hears_on_the_first_channel_that_reaches_them_and_only_there(played: Played) -> None:
    add(played, ANNE, "slack", "T1/UANNE")
    post(played, ANNE, BO)
    slack, mail = Provider("slack"), Provider("mail")
    send(played, slack, mail)
    assert slack.reached == {"T1/UANNE": 1}
    assert sum(mail.reached.values()) == 1 and found(played) == [("slack", "sent", ""), ("mail", "sent", "")]


def test_what_a_chat_refuses_for_good_goes_by_mail_in_the_same_tick_and_the_contact_is_marked(played: Played) -> None:
    add(played, ANNE, "slack", "T1/UGONE")
    post(played, ANNE)
    slack, mail = Provider("slack", trouble={"T1/UGONE": [GONE]}), Provider("mail")
    send(played, slack, mail)
    assert found(played) == [("slack", "given_up", "account_inactive"), ("mail", "sent", "")]
    assert sum(mail.reached.values()) == 1
    address = tables["address"]
    with reading(played.engine) as connection:
        marked = connection.execute(select(address).where(address.c.value == "T1/UGONE")).one()
    assert (marked.channel, marked.unreachable_reason) == ("slack", "account_inactive")
    post(played, ANNE, occasion="2")  # and the next goes by mail at once
    send(played, slack, mail)
    assert found(played)[-1] == ("mail", "sent", "") and sum(mail.reached.values()) == 2


def test_when_every_channel_fails_it_ends_given_up_on_each(played: Played) -> None:
    add(played, ANNE, "slack", "T1/UGONE")
    post(played, ANNE)
    slack, mail = Provider("slack", trouble={"T1/UGONE": [GONE]}), Provider("mail")
    mail.trouble = {mail_of(played, ANNE): [GONE]}
    send(played, slack, mail)
    assert [state for _, state, _ in found(played)] == ["given_up", "given_up"]
    assert send(played, slack, mail, at=NOW + timedelta(days=3)) == {}


def test_what_follows_a_doubt_on_another_channel_is_marked_as_a_possible_repeat(played: Played) -> None:
    add(played, ANNE, "teams", "T1/UANNE")
    post(played, ANNE)
    teams = Provider("teams", can_be_asked=False, trouble={"T1/UANNE": [Uncertain("timeout"), GONE]})
    mail = Provider("mail", can_be_asked=False)
    send(played, teams, mail)
    send(played, teams, mail, at=NOW + timedelta(minutes=10))
    assert found(played) == [("teams", "given_up", "account_inactive"), ("mail", "sent", "possibly_repeated")]


def answer_lost(played: Played, *, asked: bool = True) -> Provider:
    """A chat that took a message to Anne, and whose answer nobody heard."""
    add(played, ANNE, "slack", "T1/UANNE")
    post(played, ANNE)
    slack = Provider("slack", can_be_asked=asked, unheard=1)
    send(played, slack)
    assert slack.reached == {"T1/UANNE": 1} and found(played) == [("slack", "sending", "no answer")]
    return slack


def shut(played: Played, *, wrong: bool = True) -> None:
    """Anne's chat is called unreachable by another delivery, or she leaves it."""
    address = tables["address"]
    gone = {"unreachable_since": NOW} if wrong else {"ended_at": NOW}
    with writing(played.engine) as connection:
        connection.execute(update(address).where(address.c.value == "T1/UANNE").values(gone))


@pytest.mark.parametrize("asked", [False, True], ids=["mail-unasked", "mail-asked"])
@pytest.mark.parametrize("wrong", [False, True], ids=["ended", "unreachable"])
def test_what_a_chat_may_have_brought_is_marked_when_it_goes_by_mail_because_the_chat_is_gone(
    played: Played, wrong: bool, asked: bool
) -> None:
    slack, mail = answer_lost(played), Provider("mail", can_be_asked=asked)
    shut(played, wrong=wrong)
    send(played, slack, mail, at=NOW + timedelta(minutes=10))
    assert (len(slack.accepted), len(mail.accepted)) == (1, 1)
    assert found(played) == [("slack", "given_up", "no_address"), ("mail", "sent", "possibly_repeated")]


def test_a_mail_that_may_be_the_second_and_is_given_up_unanswered_says_that_it_was_perhaps_sent(played: Played) -> None:
    slack, mail = answer_lost(played), Provider("mail", can_be_asked=False, unheard=1)
    shut(played)
    send(played, slack, mail, at=NOW + timedelta(minutes=10))
    assert found(played)[-1] == ("mail", "given_up", "perhaps_sent")


def test_a_mail_that_is_asked_for_and_then_refused_still_says_that_a_chat_may_have_brought_it(played: Played) -> None:
    slack = answer_lost(played)
    mail = Provider("mail", unheard=1)
    shut(played)
    send(played, slack, mail, at=NOW + timedelta(minutes=10))
    mail.accepted.clear()  # it was not the mail's provider that lost it: it never had it
    mail.trouble = {mail_of(played, ANNE): [GONE]}
    send(played, slack, mail, at=NOW + timedelta(minutes=20))
    assert found(played)[-1] == ("mail", "given_up", "account_inactive: (perhaps_sent)")


def test_what_a_chat_may_have_brought_is_not_told_by_mail_once_it_is_no_longer_true(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack, mail = answer_lost(played), Provider("mail")
    shut(played)
    broken = Undeliverable(False, "450 greylisted")
    mail.trouble = {mail_of(played, ANNE): [broken]}
    send(played, slack, mail, at=NOW + timedelta(minutes=10))

    def gone(*_: Any) -> Any:
        raise NoLongerTrue("answered")

    monkeypatch.setattr(parcelling, "words_for", gone)
    send(played, slack, mail, at=NOW + timedelta(minutes=20))
    assert not mail.accepted and found(played)[-1] == ("mail", "given_up", "perhaps_sent")  # it counts as told


@pytest.mark.parametrize("why", ["words", "not_yet", "late"])
def test_what_waits_until_it_is_given_up_is_marked_where_an_earlier_attempt_may_have_arrived(
    played: Played, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """Two days of words that fail, or of standing still: then it goes by mail, and the chat may have brought it."""
    slack, mail = answer_lost(played), Provider("mail", can_be_asked=False)
    failures: dict[str, Exception] = {"words": KeyError("a fault"), "not_yet": NotYet("waits")}
    with monkeypatch.context() as broken:
        if why in failures:

            def no_words(*_: Any) -> Any:
                raise failures[why]

            broken.setattr(parcelling, "words_for", no_words)
        else:
            broken.setattr(delivering, "STALE", -1.0)
        send(played, slack, at=NOW + timedelta(hours=48, minutes=1))
    send(played, slack, mail, at=NOW + timedelta(hours=49))
    assert found(played)[-1] == ("mail", "sent", "possibly_repeated")


def test_what_may_have_arrived_at_an_old_account_is_marked_at_the_new_one(played: Played) -> None:
    slack = answer_lost(played)
    slack.accepted.clear()  # asked for the conversation with the new account, it knows nothing of the old one's
    shut(played, wrong=False)
    add(played, ANNE, "slack", "T2/UANNE")
    send(played, slack, at=NOW + timedelta(minutes=10))
    assert slack.reached == {"T2/UANNE": 1} and found(played) == [("slack", "sent", "possibly_repeated")]


def mail_of(played: Played, person: int) -> str:
    address = tables["address"]
    with reading(played.engine) as connection:
        query = select(address.c.value).where(address.c.person_id == person, address.c.channel == "mail")
        value: str = connection.execute(query).scalar_one()
    return value


def test_an_older_one_that_falls_back_still_leaves_before_the_newer_of_its_strand(played: Played) -> None:
    add(played, ANNE, "slack", "T1/UGONE")
    post(played, ANNE, occasion="1", strand="s")
    add(played, ANNE, "teams", "T1/OTHER")
    post(played, ANNE, occasion="2", strand="s")
    slack, mail = Provider("slack", trouble={"T1/UGONE": [GONE]}), Provider("mail")
    teams = Provider("teams")
    send(played, slack, teams, mail)
    assert [parcel.key.split("/")[3] for parcel in teams.accepted] == ["1", "2"]


def test_one_that_falls_back_late_has_its_own_two_days_to_be_tried_in(played: Played) -> None:
    add(played, ANNE, "slack", "T1/UGONE")
    post(played, ANNE)
    slack = Provider("slack", trouble={"T1/UGONE": [GONE]})
    mail = Provider("mail", trouble={mail_of(played, ANNE): [Undeliverable(False, "450 greylisted")]})
    late = NOW + timedelta(hours=47, minutes=59, seconds=30)
    send(played, slack, mail, at=late)
    send(played, slack, mail, at=late + timedelta(minutes=2))
    assert found(played) == [("slack", "given_up", "account_inactive"), ("mail", "sent", "")]


@pytest.mark.slow
def test_a_reminder_that_neither_the_chat_nor_the_mail_carried_is_told_the_next_working_day(played: Played) -> None:
    """The chat said no for good, and the mail server was away until the hours were over: nobody was told."""
    who = "klima@ishoej.example"
    with reading(played.engine) as connection:
        person = register.person_at(connection, 1, who)
    assert person
    add(played, person.id, "slack", "T1/UGONE")
    slack = Provider("slack", trouble={"T1/UGONE": [GONE]})
    down = Provider("mail", trouble={who: [Undeliverable(False, "connect")] * 99})
    for hour in (9, 12, 15, 16):
        at = local(f"2027-02-26T{hour:02}:00")
        ticks.tick(played.engine, {"slack": slack, "mail": down}, lambda at=at: at, move_clock=True)
    mail = Provider("mail")
    monday = local("2027-03-01T09:00")
    ticks.tick(played.engine, {"slack": slack, "mail": mail}, lambda: monday, move_clock=True)
    assert mail.reached[who] == 1


# ------------------------------------------------------------------------------- one fault must not silence others


def test_an_alliance_whose_tick_fails_does_not_silence_the_next(
    played: Played, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with writing(played.engine) as connection:
        change.add_alliance(connection, "second", "dk2020", NOW.date(), NOW)
    real = ticks.follow_offices

    def broken(connection: Any, alliance: Any, now: Any) -> None:
        if alliance.id == 1:
            raise KeyError("a fault in one alliance")
        real(connection, alliance, now)

    monkeypatch.setattr(ticks, "follow_offices", broken)
    ticks.plan(played.engine, NOW)
    with reading(played.engine) as connection:
        assert [bookmark(connection, number, "tick") is not None for number in (1, 2)] == [False, True]
    assert "failed" in caplog.text


def test_one_whose_words_the_database_refuses_spoils_only_itself(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "PATIENCE", (0.0, 0.0))
    post(played, ANNE, BO, 3)
    real = parcelling.words_for

    def words(connection: Any, alliance: Any, claim: Any, *rest: Any) -> Any:
        if claim.recipient_id == BO:
            connection.exec_driver_sql("SELECT nothing_of_that_name FROM person")
        return real(connection, alliance, claim, *rest)

    monkeypatch.setattr(parcelling, "words_for", words)
    mail = Provider("mail")
    send(played, mail)
    assert [state for _, state, _ in found(played)] == ["sent", "failed", "sent"]


@pytest.mark.parametrize("patience", [(0.0, 0.0), ()], ids=["tried-again", "ended"])
def test_what_was_taken_and_found_no_words_is_put_back_and_not_called_a_possible_repeat(
    played: Played, monkeypatch: pytest.MonkeyPatch, patience: tuple[float, ...]
) -> None:
    """With a limited channel claims are committed before their words are found, mails among them."""
    monkeypatch.setattr(delivering, "PATIENCE", patience)
    post(played, ANNE, BO)
    real, away = parcelling.words_for, iter([True])

    def words(*given: Any) -> Any:
        if next(away, False):
            raise OperationalError("SELECT 1", {}, Exception("the server is gone"))
        return real(*given)

    monkeypatch.setattr(parcelling, "words_for", words)
    ways = Provider("slack", rate=Rate(lane_gap_ms=1_000)), Provider("mail", can_be_asked=False)
    if not patience:
        with pytest.raises(OperationalError):
            send(played, *ways)
        assert [state for _, state, _ in found(played)] == ["queued", "queued"]
    send(played, *ways)
    assert found(played) == [("mail", "sent", "")] * 2
    assert {record.attempts for record in played.outbox()} == {1}


def test_what_the_seam_took_and_found_no_words_for_is_put_back(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    post(played, ANNE)
    (record,) = played.outbox()

    def away(*_: Any, **__: Any) -> Any:
        raise OperationalError("SELECT 1", {}, Exception("the server is gone"))

    with monkeypatch.context() as broken, pytest.raises(OperationalError):
        broken.setattr(delivering, "parcels", away)
        asyncio.run(deliver_one(played.engine, {"mail": Provider("mail")}, record.id, lambda: NOW))
    mail = Provider("mail", can_be_asked=False)
    assert asyncio.run(deliver_one(played.engine, {"mail": mail}, record.id, lambda: NOW)) == "sent"
    assert found(played) == [("mail", "sent", "")]


def test_when_the_database_stays_away_what_came_back_is_still_written_down(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two are under way when every further turn fails: their receipts must not be lost with the run."""
    monkeypatch.setattr(delivering, "PATIENCE", (0.0,))
    post(played, ANNE, BO)
    mail = Provider("mail", at_once=2, pause=0.05)
    turn, turns = delivering._Sender._turn, iter([True])

    def once(sender: Any, finished: Any) -> Any:
        if not next(turns, False):
            raise OperationalError("SELECT 1", {}, Exception("the server is gone"))
        return turn(sender, finished)

    monkeypatch.setattr(delivering._Sender, "_turn", once)
    with pytest.raises(OperationalError):
        send(played, mail)
    assert [state for _, state, _ in found(played)] == ["sent", "sent"] and len(mail.accepted) == 2


# ------------------------------------------------------------------------------------------- every step is kept


def test_every_step_is_written_down_with_its_reason(played: Played) -> None:
    post(played, ANNE)
    (first,) = played.outbox()
    mail = Provider("mail", trouble={mail_of(played, ANNE): [Undeliverable(False, "421 busy"), Uncertain("timeout")]})
    for minutes in (0, 2, 20):
        send(played, mail, at=NOW + timedelta(minutes=minutes))
    assert steps(played, first.id) == [
        ("queued", ""),
        ("sending", ""),
        ("failed", "421 busy"),
        ("sending", ""),
        ("sending", "timeout"),
        ("sending", ""),
        ("sent", ""),
    ]


# ---------------------------------------------------------------------------------------- limits that all share


def test_no_more_are_under_way_than_a_channel_takes_and_all_of_them_are_used(played: Played) -> None:
    post(played, *range(1, 31))
    mail = Provider("mail", at_once=5, pause=0.01)
    assert send(played, mail)["sent"] == 30
    assert mail.most_at_once == 5


def test_one_that_is_busy_shuts_its_lane_for_every_sender_and_no_other(played: Played) -> None:
    for person in (ANNE, BO):
        add(played, person, "slack", f"T1/U{person}")
    busy = Undeliverable(False, "ratelimited", 30.0, park="lane")
    slack = Provider("slack", trouble={"T1/U1": [busy]})
    post(played, ANNE, BO)
    send(played, slack)
    assert slack.reached == {"T1/U2": 1}
    post(played, ANNE, BO, occasion="2")
    other_process = Provider("slack", accepted=slack.accepted)
    send(played, other_process, at=NOW + timedelta(seconds=29))
    assert other_process.reached == {"T1/U2": 2}
    send(played, other_process, at=NOW + timedelta(seconds=37))
    assert other_process.reached == {"T1/U2": 2, "T1/U1": 2}
    assert {record.attempts for record in played.outbox()} == {1}  # a busy provider's no is not an attempt


def test_one_that_shuts_the_account_shuts_it_for_everybody_in_that_workspace(played: Played) -> None:
    for person, workspace in ((1, "T1"), (2, "T1"), (3, "T2")):
        add(played, person, "slack", f"{workspace}/U{person}")
    busy = Undeliverable(False, "ratelimited", 30.0, park="account")
    slack = Provider("slack", at_once=1, trouble={"T1/U1": [busy]})
    post(played, 1, 2, 3)
    send(played, slack)
    assert slack.reached == {"T2/U3": 1}
    send(played, slack, at=NOW + timedelta(seconds=37))
    assert slack.reached == {"T2/U3": 1, "T1/U1": 1, "T1/U2": 1}


def test_a_lane_gets_its_messages_one_gap_apart_and_in_their_order(played: Played) -> None:
    add(played, ANNE, "slack", "T1/UANNE")
    for number in range(4):
        post(played, ANNE, occasion=str(number))
    slack = Provider("slack", rate=Rate(lane_gap_ms=1_000))
    for second, sent in ((0, 1), (0.5, 1), (1, 2), (1.999, 2), (2, 3), (60, 4)):
        send(played, slack, at=NOW + timedelta(seconds=second))
        assert len(slack.accepted) == sent
    assert [parcel.key.split("/")[3] for parcel in slack.accepted] == ["0", "1", "2", "3"]


# ------------------------------------------------------------------------------------------------------ the seam


def test_one_delivery_may_be_asked_for_by_anybody_any_number_of_times(played: Played) -> None:
    post(played, ANNE)
    (record,) = played.outbox()
    mail = Provider("mail")
    one = partial(deliver_one, played.engine, {"mail": mail}, record.id)
    assert asyncio.run(one(lambda: NOW - timedelta(seconds=1))) == "later"
    assert [asyncio.run(one(lambda: NOW)) for _ in range(3)] == ["sent", "done", "done"]
    assert asyncio.run(deliver_one(played.engine, {"mail": mail}, 999_999, lambda: NOW)) == "done"
    assert sum(mail.reached.values()) == 1


def test_many_who_ask_for_the_same_at_once_send_it_once(played: Played) -> None:
    post(played, ANNE)
    (record,) = played.outbox()
    mail = Provider("mail", pause=0.02)

    async def all_at_once() -> list[str]:
        one = partial(deliver_one, played.engine, {"mail": mail}, record.id, lambda: NOW)
        return await asyncio.gather(*(one() for _ in range(6)))

    answers = asyncio.run(all_at_once())
    assert answers.count("sent") == 1 and set(answers) <= {"sent", "later", "done"}
    assert sum(mail.reached.values()) == 1


def test_the_seam_keeps_order_limits_and_what_other_senders_hold(played: Played) -> None:
    add(played, ANNE, "slack", "T1/UANNE")
    post(played, ANNE, occasion="1", strand="s")
    post(played, ANNE, occasion="2", strand="s")
    first, second = [record.id for record in played.outbox()]
    ways = {"slack": Provider("slack", rate=Rate(lane_gap_ms=1_000))}
    one = partial(deliver_one, played.engine, ways)
    assert asyncio.run(one(second, lambda: NOW)) == "later"  # behind the first
    assert asyncio.run(deliver_one(played.engine, {"mail": Provider("mail")}, first, lambda: NOW)) == "later"
    assert asyncio.run(one(first, lambda: NOW)) == "sent"
    assert asyncio.run(one(second, lambda: NOW)) == "later"  # the lane is shut
    assert asyncio.run(one(second, lambda: NOW + timedelta(seconds=1))) == "sent"


def test_the_seam_gives_up_in_time_what_the_database_refuses_to_put_into_words(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(played, ANNE)
    (record,) = played.outbox()

    def refused(connection: Any, *_: Any) -> Any:
        connection.exec_driver_sql("SELECT nothing_of_that_name FROM person")

    monkeypatch.setattr(parcelling, "words_for", refused)
    one = partial(deliver_one, played.engine, {"mail": Provider("mail")}, record.id)
    for hours in (0, 40, 49):
        asyncio.run(one(lambda hours=hours: NOW + timedelta(hours=hours)))
    kind = "OperationalError" if played.engine.dialect.name == "sqlite" else "ProgrammingError"
    assert found(played) == [("mail", "given_up", f"words: {kind}")]


# ------------------------------------------------------------------------------------- standing still, and hanging


def test_a_process_that_stood_still_beyond_half_its_lease_does_not_send(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seconds pass between claim and send, as when a machine sleeps: somebody else may hold the lease by now."""
    post(played, ANNE)
    mail = Provider("mail")
    elapsed = iter([0.0, 0.0, 0.0] + [outbox.LEASE.total_seconds() / 2 + 1] * 50)
    monkeypatch.setattr(stopwatch, "seconds", lambda: next(elapsed))
    send(played, mail)
    assert not mail.accepted and found(played) == [("mail", "failed", "lease_ran_out")]


def test_who_stood_still_at_the_seam_while_another_took_over_does_not_send(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For 200 seconds between taking and carrying: the lease is over, and another process has sent it meanwhile."""
    add(played, ANNE, "slack", "T1/UANNE")
    post(played, ANNE)
    (record,) = played.outbox()
    slack, take = Provider("slack"), delivering._take_one
    ran = [0.0]
    monkeypatch.setattr(stopwatch, "seconds", lambda: ran[0])

    def take_and_stand_still(*given: Any) -> Any:
        taken = take(*given)
        monkeypatch.setattr(delivering, "_take_one", take)
        ran[0] += 200
        send(played, slack, at=NOW + timedelta(seconds=200))
        return taken

    monkeypatch.setattr(delivering, "_take_one", take_and_stand_still)
    asyncio.run(deliver_one(played.engine, {"slack": slack}, record.id, lambda: NOW + timedelta(seconds=ran[0])))
    assert slack.reached == {"T1/UANNE": 1} and found(played) == [("slack", "sent", "")]


@pytest.mark.slow
def test_one_that_hangs_does_not_keep_the_others_waiting(played: Played) -> None:
    add(played, ANNE, "slack", "T1/UANNE")
    post(played, ANNE, BO)
    slack, mail = Provider("slack", pause=1.5), Provider("mail")
    late: list[float] = []

    async def and_one_more() -> None:
        sending = asyncio.create_task(deliver(played.engine, {"slack": slack, "mail": mail}, lambda: NOW))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(post, played, 3)
        while len(mail.accepted) < 2:
            await asyncio.sleep(0.05)
        late.append(len(slack.accepted))
        await sending

    asyncio.run(and_one_more())
    assert late == [0] and len(slack.accepted) == 1


# ----------------------------------------------------------------------------------------------------- waking


def serving(played: Played, mail: Provider) -> tuple[threading.Thread, threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=keep_sending, args=(played.engine, lambda: {"mail": mail}, lambda: NOW, stop))
    thread.start()
    return thread, stop


def wait_for(check: Callable[[], bool]) -> None:
    for _ in range(400):
        if check():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in 20 seconds")


@pytest.mark.slow
def test_what_is_posted_leaves_at_once_and_what_another_process_posts_soon(played: Played) -> None:
    mail = Provider("mail")
    thread, stop = serving(played, mail)
    other = connect(played.engine.url.render_as_string(hide_password=False))
    try:
        post(played, ANNE)
        wait_for(lambda: len(mail.accepted) == 1)
        post(Played(other), BO)
        wait_for(lambda: len(mail.accepted) == 2)
    finally:
        stop.set()
        thread.join()
        other.dispose()
    assert not thread.is_alive()


def test_told_to_stop_it_finishes_what_is_under_way_and_claims_no_more(played: Played) -> None:
    post(played, *range(1, 41))
    mail = Provider("mail", at_once=2, pause=0.1)
    thread, stop = serving(played, mail)
    wait_for(lambda: len(mail.accepted) >= 2)
    stop.set()
    thread.join()
    states = Counter(state for _, state, _ in found(played))
    assert set(states) == {"sent", "queued"} and states["sent"] == len(mail.accepted) < 40
