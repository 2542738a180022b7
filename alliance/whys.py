"""Why somebody was told of something, or was not: the answer as values, in the order a person would give it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from alliance.accounts import Account, HandedOver
from alliance.budgets import Telling, may_go
from alliance.cadences import Ladder
from alliance.calendar import WorkingCalendar
from alliance.deliveries import OPEN_STATES
from alliance.reminders import current_rung, next_rung
from alliance.snoozing import Snooze, hidden_until, told_anew_from
from alliance.words import Words


@dataclass(frozen=True)
class Step:
    """One step of a delivery: when (aware UTC), to which state, and why."""

    at: datetime
    state: str
    reason: str


@dataclass(frozen=True)
class Delivered:
    """One delivery with every step it took. ``lines`` are what a reminder lists; instants aware UTC."""

    id: int
    kind: str
    about: str
    occasion: str
    person: str
    address: str
    channel: str
    state: str
    reason: str
    posted_at: datetime
    sent_at: datetime | None
    attempts: int
    receipt: str
    lines: tuple[Mapping[str, object], ...] = ()
    steps: tuple[Step, ...] = ()
    again_at: datetime | None = None
    """When a delivery that failed is tried again; None for any other."""
    what: str = ""
    """What it told, more exactly than its kind (``alliance.notifications.told_as``)."""

    def rung_of(self, obligation_id: int) -> int | None:
        """The rung by which the reminder told of an obligation; None if it only lists it, or does not."""
        found = [line["rung"] for line in self.lines if line["obligation"] == obligation_id]
        return int(str(found[0])) if found and found[0] is not None else None


@dataclass(frozen=True)
class Reason:
    """One reason in words of the catalog: ``why.reason.<key>`` with its facts."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Explained:
    """One thing that a member owes or owed, and why the person was told of it or not."""

    account: Account
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Why:
    """The whole answer for one person on a local day. ``general`` is what holds whatever it is about."""

    person: str
    day: date
    general: tuple[Reason, ...]
    explained: tuple[Explained, ...]
    deliveries: tuple[Delivered, ...]


@dataclass(frozen=True)
class Asking:
    """Who is asked on the day: ``asked`` are people by id, ``names`` their names; ``settled_as`` an office's title.

    ``handed`` is who handed it to whom.
    """

    person_id: int
    asked: tuple[int, ...]
    names: tuple[str, ...]
    settled_as: Words | None = None
    handed: tuple[HandedOver, ...] = ()

    @property
    def given(self) -> HandedOver | None:
        """To whom the person handed it; None if they did not."""
        return next((each for each in self.handed if each.giver_id == self.person_id), None)


def reasons_for(
    account: Account,
    asking: Asking,
    told: Collection[Delivered],
    ladder: Ladder,
    calendar: WorkingCalendar,
    day: date,
    had: int = 0,
    snooze: Snooze | None = None,
) -> tuple[Reason, ...]:
    """Return why the person was told of this by the end of a local day, or was not.

    ``told`` are their deliveries until then, ``had`` is how many reminders they had in the month before the day,
    ``snooze`` the one of theirs that held that day.
    """
    due = account.obligation.due
    if not _owed_then(account, calendar, day):
        return (_not_owed(account, asking),)
    if asking.person_id not in asking.asked and asking.given:
        return (Reason("handed_over", {"name": asking.given.colleague, "at": asking.given.at}),)
    if asking.person_id not in asking.asked:
        return (Reason("not_asked" if asking.names else "nobody_asked", {"names": asking.names}),)
    if due is None:
        return (Reason("standing"),)
    rung = current_rung(ladder, calendar, due, day)
    coming = next_rung(ladder, calendar, due, day)
    if rung is None:
        return (Reason("not_reached", {"due": due, "day": coming.day if coming else due}),)
    until = hidden_until(snooze, calendar, due, day)
    if snooze is not None and until is not None:
        return (Reason("snoozed", {"at": snooze.recorded_at, "until": until}),)
    told = _told_since(told, told_anew_from(snooze, calendar, due, day))
    before = {offset for one in told if (offset := one.rung_of(account.obligation.id)) is not None}
    mine = [one for one in told if one.rung_of(account.obligation.id) == rung.offset]
    held = not may_go(ladder, had, (Telling(rung.offset, not before),))
    then = Reason("next", {"day": coming.day}) if coming else Reason("last")
    return (*_how_it_went(mine, Reason("held") if held else Reason("due", {"day": rung.day})), then)


def _told_since(told: Collection[Delivered], since: date | None) -> Collection[Delivered]:
    """What counts of what was told: all, or the reminders of the days since a snooze ended."""
    return told if since is None else [one for one in told if one.occasion >= since.isoformat()]


def _owed_then(account: Account, calendar: WorkingCalendar, day: date) -> bool:
    """Whether it was owed on the day for all that was known then: what was recorded later explains nothing."""
    fact = account.standing.by
    return account.standing.owes or (fact is not None and calendar.day(fact.recorded_at) > day)


def _not_owed(account: Account, asking: Asking) -> Reason:
    fact, answer = account.standing.by, account.standing.answer
    if fact is None:
        at = answer.given_at if answer else None
        return Reason("answered" if at else "over", {"at": at, "event_day": account.obligation.event_day})
    facts = {"what": fact.what, "name": fact.recorded_by_name, "office": asking.settled_as, "at": fact.recorded_at}
    if fact.kind == "dispensation":
        return Reason("exempt", {**facts, "until": fact.validity.until})
    return Reason("settled", facts)


def _how_it_went(mine: list[Delivered], otherwise: Reason) -> tuple[Reason, ...]:
    """What became of the reminders of the rung that counts; why there is none ``otherwise``."""
    found = [_state_reason(one) for one in mine]
    if any(one.state in ("sent", "given_up", *OPEN_STATES) for one in mine):
        return tuple(found)
    return (*found, otherwise)


def _state_reason(one: Delivered) -> Reason:
    at = one.sent_at or (one.steps[-1].at if one.steps else one.posted_at)
    facts = {"at": at, "channel": one.channel, "address": one.address, "reason": one.reason}
    return Reason(one.state, facts)
