"""What must hold in every play, whatever fails: each promise a function that yields what breaks it.

Judged by what the providers got and by the facts; our own outbox is asked only whether it tells the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from alliance.alliances import Alliance
from alliance.calendar import WorkingCalendar
from alliance.deliveries import AGAIN_AFTER, MOST_ROUNDS
from alliance.invitations import Invitation
from alliance.notifications import repeat_of, strand_of
from alliance.reminders import Rung, current_rung
from alliance.snoozing import hidden_until, told_anew_from
from scheduling.rehearsal.ears import DIGESTS
from scheduling.rehearsal.providers import Arrival, Ledger
from storage import outbox
from storage.outbox.steps import AGAIN
from storage.queries import accounts, meetings, register, snoozes
from storage.queries.register_faults import register_faults
from storage.tables import tables

OPEN = ("queued", "sending", "failed")
MOST_COPIES = 2
HALF_A_DAY = timedelta(hours=12)  # between two rings once a play has come to rest


class Broken(AssertionError):
    """A promise was not kept."""


# ------------------------------------------------------------------------------------- at each arrival


def is_true_when_sent(new: Arrival, _before: Sequence[Arrival], _calendar: WorkingCalendar) -> Iterator[str]:
    """Nothing outside working hours, nothing after settling, nothing to whom it is not asked of."""
    yield from new.heard.wrong


def one_digest_a_day(new: Arrival, before: Sequence[Arrival], calendar: WorkingCalendar) -> Iterator[str]:
    """At most one message a day presses a person; the same once more counts elsewhere."""
    if new.kind not in DIGESTS:
        return
    day = calendar.day(new.at)
    for old in before:
        pressed = old.kind in DIGESTS and old.person == new.person and calendar.day(old.at) == day
        if pressed and old.key != new.key:
            yield f"a second digest on {day}: {old.key} at {old.at}"


def not_twice_where_asked(new: Arrival, before: Sequence[Arrival], _calendar: WorkingCalendar) -> Iterator[str]:
    """A provider that can be asked never gets the same twice."""
    if new.can_be_asked and any((old.channel, old.key) == (new.channel, new.key) for old in before):
        yield f"a provider that can be asked got it twice: {new.key}"


def no_flood(new: Arrival, before: Sequence[Arrival], _calendar: WorkingCalendar) -> Iterator[str]:
    """One that cannot be asked gets one repeat for answers that were lost, and one for each process that died.

    What is harmless twice gets one more for each time it was queued again.
    """
    copies = [old for old in before if (old.channel, old.key) == (new.channel, new.key)]
    rounds = MOST_ROUNDS - 1 if repeat_of(new.kind) == "harmless" else 0
    if copies and len(copies) + 1 > MOST_COPIES + rounds + new.deaths - copies[0].deaths:
        yield f"{len(copies) + 1} copies: {new.key}"


def in_order_within_a_strand(new: Arrival, before: Sequence[Arrival], _calendar: WorkingCalendar) -> Iterator[str]:
    """SEQUENCE never falls in a calendar, and no CANCEL comes before its REQUEST (RFC 5546 2.1.4)."""
    if not new.heard.method:
        return
    seen = [old.heard for old in before if old.heard.method and (old.address, old.about) == (new.address, new.about)]
    if seen and new.heard.sequence < max(heard.sequence for heard in seen):
        yield f"SEQUENCE went down to {new.heard.sequence}: {new.key}"


AT_ARRIVAL: tuple[Callable[[Arrival, Sequence[Arrival], WorkingCalendar], Iterator[str]], ...] = (
    is_true_when_sent,
    one_digest_a_day,
    not_twice_where_asked,
    no_flood,
    in_order_within_a_strand,
)


def check_arrival(new: Arrival, before: Sequence[Arrival], calendar: WorkingCalendar) -> Iterator[str]:
    for promise in AT_ARRIVAL:
        yield from (f"{promise.__name__}: {what}" for what in promise(new, before, calendar))


# --------------------------------------------------------------------------------- what the outbox tells


def rows_of(connection: Connection) -> dict[int, Any]:
    """Every delivery with its notification's key, by id."""
    delivery, notification = tables["delivery"], tables["notification"]
    query = select(
        delivery, notification.c.kind, notification.c.about, notification.c.occasion, notification.c.recipient_id
    ).join(notification, notification.c.id == delivery.c.notification_id)
    return {row.id: row for row in connection.execute(query)}


def told_as_it_was(rows: Mapping[int, Any], ledger: Ledger) -> Iterator[str]:
    """``sent`` only with a receipt that the provider gave; what arrived is sent, or said to be in doubt."""
    for row in rows.values():
        if row.state == "sent" and row.receipt not in ledger.receipts:
            yield f"delivery {row.id} counts as sent, and no provider gave its receipt"
    for arrival in ledger.arrivals:
        row = rows[arrival.delivery_id]
        doubt = row.state == "sending" or row.uncertain_ms is not None or row.reason == "perhaps_sent"
        if row.state != "sent" and not doubt:
            yield f"{arrival.key} arrived and counts as {row.state} ({row.reason})"
        if row.state in ("withdrawn", "expired"):
            yield f"{arrival.key} arrived and counts as surely not sent: {row.state} ({row.reason})"


def repeats_are_marked(rows: Mapping[int, Any], ledger: Ledger) -> Iterator[str]:
    """Whatever arrived twice, by one channel or by two, says so where it arrived last, once that is settled."""
    copies = Counter(arrival.key for arrival in ledger.arrivals)
    last = {arrival.key: rows[arrival.delivery_id] for arrival in ledger.arrivals}
    for key, row in last.items():
        marked = row.reason == "possibly_repeated" or "perhaps_sent" in row.reason
        if copies[key] > 1 and row.state not in OPEN and not marked:
            yield f"{key} arrived {copies[key]} times and is not marked: {row.state} {row.reason!r}"


def steps_agree(connection: Connection, rows: Mapping[int, Any]) -> Iterator[str]:
    """The log of each delivery begins where it was posted and ends in the state it has."""
    table = tables["transition"]
    steps: dict[int, list[str]] = {}
    for row in connection.execute(select(table.c.delivery_id, table.c.state, table.c.reason).order_by(table.c.id)):
        story = steps.setdefault(row.delivery_id, [])
        if row.reason == AGAIN and story[-1] == "given_up":
            story.pop()  # queued once more: what the calendar may get twice
        story.append(row.state)
    for row in rows.values():
        story = steps.get(row.id, [])
        if not story or story[-1] != row.state:
            yield f"delivery {row.id} is {row.state}, its log says {story}"
        elif any(state not in OPEN for state in story[:-1]):
            yield f"delivery {row.id} went on after it was closed: {story}"
        elif "sent" in story and "sending" not in story:
            yield f"delivery {row.id} was sent and never claimed: {story}"


def nothing_lost(connection: Connection, rows: Mapping[int, Any]) -> Iterator[str]:
    """In the end every notification was sent, or closed for a reason that is stated."""
    told = {row.notification_id for row in rows.values()}
    for notification in connection.execute(select(tables["notification"])):
        if notification.id not in told:
            yield f"notification {notification.id} has no delivery"
    for row in rows.values():
        if row.state in OPEN:
            yield f"delivery {row.id} ({row.kind} {row.occasion}) is still {row.state}: {row.reason}"
        elif row.state != "sent" and not row.reason:
            yield f"delivery {row.id} is {row.state} for no stated reason"


def register_is_sound(connection: Connection, alliance: Alliance) -> Iterator[str]:
    """On no day anything is in the register that cannot be."""
    for fault in register_faults(connection, alliance, date.min):
        yield f"register_is_sound: {fault.kind} {dict(fault.facts)}"


def calendars_hold_what_was_decided(
    connection: Connection, alliance: Alliance, now: datetime, ledger: Ledger
) -> Iterator[str]:
    """At rest: of every meeting ahead each calendar has heard the newest, while its reader can be reached.

    Excused is what was given up less than a day and a night ago, what was queued as often as it may be, and a CANCEL
    for whom nothing ever reached.
    """
    ahead = [m for m in meetings.meetings(connection, alliance) if m.starts_at > now]
    lost = {
        one.strand: one for one in outbox.given_up_last(connection, alliance.id, {f"meeting:{m.id}" for m in ahead})
    }
    tried = outbox.tried(connection, [one.id for one in lost.values()])
    for told in (one for meeting in ahead for one in meetings.invitations(connection, alliance.id, meeting.id)):
        heard = [a for a in ledger.arrivals if a.heard.method and (a.person, a.about) == _calendar_of(told)]
        if any((a.heard.method, a.heard.sequence) == (told.method, told.sequence) for a in heard[-1:]):
            continue
        given_up = lost.get(strand_of(told.meeting_id, told.person_id))
        rounds, at = tried[given_up.id] if given_up else (0, now)
        reachable = outbox.address_of(connection, alliance.id, told.person_id, ("mail",)) is not None
        excused = rounds >= MOST_ROUNDS or (given_up and now - at < AGAIN_AFTER + HALF_A_DAY)
        if reachable and not excused and (told.method == "REQUEST" or heard):
            yield f"person {told.person_id} never heard {told.method} {told.sequence} of meeting {told.meeting_id}"


def _calendar_of(told: Invitation) -> tuple[int, str]:
    return told.person_id, f"meeting:{told.meeting_id}"


# ----------------------------------------------------------------- told in time: counted by good working days


Asked = tuple[int, int, Rung, date]
"""Person, obligation, the rung reached, and the local day on which they last had it hidden until (or date.min)."""


@dataclass
class Exposure:
    """How often somebody should have heard of an obligation by now: good days on which it was owed and asked of them.

    A good day is a working day on which the clock rang in hours and nothing stood in the way of sending. What was asked
    when it first rang (``asked_first``) must have been told by the evening; for what came up later that day the digest
    may have left already, and it must have been told by the evening of the second. Counted anew from the day on which
    a snooze ended.
    """

    days: Counter[tuple[int, int, date]] = field(default_factory=Counter)
    rungs: Counter[tuple[int, int, int, date]] = field(default_factory=Counter)
    asked_first: frozenset[Asked] = frozenset()


def told_in_time(
    connection: Connection, alliance: Alliance, today: date, ledger: Ledger, exposure: Exposure
) -> Iterator[str]:
    """After a good day: whoever was asked for what is owed has heard of it, and of the rung that was reached.

    Excused is who was hindered by a provider: refused for good, or a timeout that nobody can clear up. A channel that
    is down excuses that day, and only for whom there is no other; it excuses the rung as a timeout does where nobody
    can be asked what became of it.
    """
    calendar = alliance.charter.calendar
    heard = {(a.person, obligation): calendar.day(a.at) for a in ledger.arrivals for obligation in a.heard.listed}
    pressed = {
        (a.person, obligation, offset): calendar.day(a.at)
        for a in ledger.arrivals
        for obligation, offset in a.heard.pressing.items()
    }
    two_ways = _with_two_ways(connection, alliance)
    hindered = _hindered(ledger, calendar, today, two_ways)
    perhaps = {
        (t.person, obligation, offset)
        for t in ledger.troubles
        for obligation, offset in t.pressing.items()
        if t.what != "outage" or (t.in_doubt and t.person not in two_ways)
    }
    for person, obligation, rung, since in asked_today(connection, alliance, today):
        first = (person, obligation, rung, since) in exposure.asked_first
        last = hindered.get(person)
        if (last is not None and last >= rung.day) or (person, obligation, rung.offset) in perhaps:
            continue  # a telling that was given up counts (decision 0017), also when its deadline moves afterwards
        exposure.days[person, obligation, since] += 1
        exposure.rungs[person, obligation, rung.offset, since] += 1
        told = heard.get((person, obligation))
        if (first or exposure.days[person, obligation, since] > 1) and (told is None or told < since):
            yield f"told_in_time: person {person} never heard of obligation {obligation}, rung {rung}"
        told = pressed.get((person, obligation, rung.offset))
        late = first or exposure.rungs[person, obligation, rung.offset, since] > 1
        if late and (told is None or told < since):
            yield f"told_in_time: person {person} did not hear of obligation {obligation} at {rung}"


def _with_two_ways(connection: Connection, alliance: Alliance) -> set[int]:
    """Who has a working address in the chat and one for mail."""
    found = register.addresses(connection, alliance.id)
    working = {person: {a.channel for a in each if a.unreachable_since is None} for person, each in found.items()}
    return {person for person, channels in working.items() if len(channels) > 1}


def _hindered(ledger: Ledger, calendar: WorkingCalendar, today: date, two_ways: set[int]) -> dict[int, date]:
    """The last day on which something of a provider's stood in the way of each person."""
    for_good = ("permanent", "no_such_address", "lost", "hangs", "unheard", "not_answering")
    found: dict[int, date] = {}
    for trouble in ledger.troubles:
        day, another_way = calendar.day(trouble.at), trouble.what == "outage" and trouble.person in two_ways
        if trouble.what in for_good or (day == today and not another_way):
            found[trouble.person] = day
    return found


def asked_today(connection: Connection, alliance: Alliance, today: date) -> Iterator[Asked]:
    """Every reachable person with an obligation that is owed, asked of them and not hidden, and the rung reached.

    With the day on which they last had it hidden until; the first day there is without one.
    """
    ladder, calendar = alliance.charter.ladder_on(today), alliance.charter.calendar
    offices = register.offices_on(connection, alliance.id, today)
    people = {term.person_id for term in offices.terms} | {*offices.handed.values()}
    reachable = register.reachable_people(connection, alliance.id, people)
    held = snoozes.held(connection, alliance.id)
    for account in accounts.accounts(connection, alliance, today):
        due = account.obligation.due
        rung = current_rung(ladder, calendar, due, today) if due and account.standing.owes else None
        if rung is None:
            continue
        for person in offices.asked(
            account.organisation.id, account.requirement.asks, account.obligation.id, account.requirement.owner
        ):
            snooze = held.get((account.obligation.id, person))
            if person in reachable and not hidden_until(snooze, calendar, due, today):
                since = told_anew_from(snooze, calendar, due, today) or date.min
                yield person, account.obligation.id, rung, since
