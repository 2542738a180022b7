"""The self-audit: works out anew what should have been told by now, and compares it with the outbox.

And looks whether the register can be true: whom to ask, invite and send papers is read off it.

It trusts neither the planner nor ``next_look``: it reads how every obligation stands, counts the days and works out
who is asked by itself. A tick
that never runs cannot audit itself: that is what the heartbeat, ``/health`` and ``tovholder audit`` are for.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from alliance.accounts import Account
from alliance.alliances import Alliance
from alliance.askings import should_be_asked
from alliance.budgets import Telling, may_go
from alliance.deliveries import GIVE_UP_AFTER
from alliance.findings import (
    BACKUP_MAY_BE,
    DOUBTED_WITHIN,
    DOUBTS,
    MAY_WAIT,
    TICK_MAY_BE,
    Finding,
    Reached,
    by_kind,
    day_before,
    last_hours,
    reached,
)
from alliance.obligations import opened
from scheduling.audit_calendars import calendar_faults, paper_faults
from scheduling.notices import alert_secretariat
from storage.bookmarks import BACKED_UP, FINDINGS, bookmark, keep_place, refusals
from storage.changes.looks import look_again, open_again
from storage.engine import reading, writing
from storage.queries import accounts, auditing, meetings, register
from storage.queries.auditing_doubts import doubted, refused_alone
from storage.queries.auditing_peace import Snoozed, snoozed
from storage.queries.register_faults import register_faults

log = logging.getLogger("tovholder.audit")
AT_ONCE = 500  # organisations looked at in one go: memory stays flat
PARTLY = "missing_scope"
"""A refusal that says nothing of what else is sent: some things go through, others never do."""
STILL_SO = timedelta(hours=12)
LOOK_BACK = timedelta(hours=26)  # what cannot be undone is reported for a day, and then no longer hides what is new


def audit(
    engine: Engine, now: datetime, channels: Collection[str] | None = None, *, nightly_backups: bool = False
) -> tuple[Finding, ...]:
    """Check every alliance, note how many findings there are, tell the secretariat, and have gaps told again.

    ``channels`` are those that have a way out here; None is not to ask. Where backups are to be made each night, one
    that stays away is a finding. ``now`` is aware UTC. Safe to run in several processes at once.
    """
    found = audit_each(engine, now, channels, nightly_backups=nightly_backups)
    return tuple(finding for each in found.values() for finding in each)


def audit_each(
    engine: Engine, now: datetime, channels: Collection[str] | None = None, *, nightly_backups: bool = False
) -> dict[int, tuple[Finding, ...]]:
    """As ``audit``, with what was found by alliance."""
    with reading(engine) as connection:
        known = register.alliances(connection)
    found: dict[int, tuple[Finding, ...]] = {}
    for alliance in known:
        try:
            found[alliance.id] = _audited(engine, alliance, now, channels, nightly_backups)
        except Exception:  # what cannot be checked is not clean, and must not keep the others from being checked
            log.exception("the audit of %s failed", alliance.key)
            found[alliance.id] = (Finding("audit", f"alliance:{alliance.id}", {"alliance": alliance.key}),)
    return found


def _audited(
    engine: Engine, alliance: Alliance, now: datetime, channels: Collection[str] | None, nightly_backups: bool
) -> tuple[Finding, ...]:
    with reading(engine) as connection:
        late = _late_backup(connection, alliance, now) if nightly_backups else ()
        found = (*check(connection, alliance, now, channels), *late)
    groups = by_kind(found)
    for kind, group in groups.items():
        log.error("the audit found something", extra={"kind": kind, "count": len(group), "alliance": alliance.id})
    with writing(engine) as connection:
        _heal(connection, alliance, groups)
        alert_secretariat(connection, alliance, groups, now)
        keep_place(connection, alliance.id, "audit", str(len(found)), now)
        counted = "\n".join(f"{kind} {len(group)}" for kind, group in groups.items())
        keep_place(connection, alliance.id, FINDINGS, counted, now)
    return found


def _heal(connection: Connection, alliance: Alliance, groups: Mapping[str, Sequence[Finding]]) -> None:
    """Have the planner look again where something was not told or not opened: the next tick makes up for it."""
    members = {int(str(finding.facts["organisation"])) for finding in groups.get("gap", ())}
    if members:
        look_again(connection, alliance.id, members)
    for member in {int(str(finding.facts["organisation"])) for finding in groups.get("unopened", ())}:
        open_again(connection, alliance.id, member)


def check(
    connection: Connection, alliance: Alliance, now: datetime, channels: Collection[str] | None = None
) -> tuple[Finding, ...]:
    """Everything that is not as it should be, without changing anything; ``now`` is aware UTC."""
    return (
        *_late_tick(connection, alliance, now),
        *_slow(connection, alliance, now, channels),
        *_in_doubt(connection, alliance, now),
        *_shut_out(connection, alliance, now),
        *_gaps(connection, alliance, now),
        *_unopened(connection, alliance, now),
        *_impossible(connection, alliance, now),
        *register_faults(connection, alliance, alliance.charter.calendar.day(now)),
        *calendar_faults(connection, alliance, now),
        *paper_faults(connection, alliance, now),
    )


def _late_tick(connection: Connection, alliance: Alliance, now: datetime) -> Iterator[Finding]:
    """The last tick is too long ago; before the first, the alliance is."""
    place = bookmark(connection, alliance.id, "tick")
    last = place.at if place else auditing.founded(connection, alliance.id)
    if last is not None and now - last > TICK_MAY_BE:
        yield Finding("tick", "tick", {"at": last.isoformat(), "ever": place is not None})


def _late_backup(connection: Connection, alliance: Alliance, now: datetime) -> Iterator[Finding]:
    """The newest backup is too old; before the first, the alliance is."""
    place = bookmark(connection, alliance.id, BACKED_UP)
    last = place.at if place else auditing.founded(connection, alliance.id)
    if last is not None and now - last > BACKUP_MAY_BE:
        yield Finding("backup", "backup", {"at": last.isoformat(), "ever": place is not None})


# ------------------------------------------------------------------------------------- what was never told


@dataclass(frozen=True)
class Untold:
    """A rung that nobody told a person of, and what of it matters to the month's budget."""

    account: Account
    person: int
    rung: Reached
    telling: Telling


def _gaps(connection: Connection, alliance: Alliance, now: datetime) -> Iterator[Finding]:
    """Rungs reached long enough ago that nobody was told of, although somebody is asked and can be reached.

    What the budget of the month holds back is no gap.
    """
    members = auditing.organisations_that_owe(connection, alliance.id)
    before = (auditing.rules_changed(connection, alliance.id), auditing.meetings_changed(connection, alliance.id))
    untold: dict[int, list[Untold]] = {}
    for start in range(0, len(members), AT_ONCE):
        for one in _untold(connection, alliance, now, members[start : start + AT_ONCE], before):
            untold.setdefault(one.person, []).append(one)
    for one in _not_held_back(connection, alliance, now, untold):
        obligation, rung = one.account.obligation, one.rung
        facts = {"obligation": obligation.id, "person": one.person, "rung": rung.offset, "day": rung.day.isoformat()}
        yield Finding("gap", f"obligation:{obligation.id}", {**facts, "organisation": obligation.organisation_id})


def _untold(
    connection: Connection,
    alliance: Alliance,
    now: datetime,
    members: Sequence[int],
    before: tuple[datetime | None, datetime | None],
) -> Iterator[Untold]:
    today = alliance.charter.calendar.day(now)
    owed = [a for a in accounts.accounts(connection, alliance, today, organisation_ids=members) if a.standing.owes]
    offices = register.offices_on(connection, alliance.id, today, members)
    ids = [account.obligation.id for account in owed]
    told, hidden = auditing.told(connection, alliance.id, ids), snoozed(connection, alliance.id, ids)
    refused = _refused(connection, alliance, ids, now)
    changed = auditing.changed(connection, alliance.id, members, now)
    rules, planned = before
    for account in owed:
        since = [changed.get(account.organisation.id), rules, planned if account.requirement.event else None]
        rung = _should_be_told(alliance, account, [moment for moment in since if moment], now)
        duty = account.obligation
        need = account.requirement
        asked = should_be_asked(offices, duty.organisation_id, need.asks, duty.id, need.owner) if rung else ()
        for person in asked:
            key = (duty.id, person)
            last = told.get(key)
            if key in refused:
                continue
            if rung and key in hidden:
                waits, last = _left_in_peace(alliance, account, hidden[key], last, now)
                if waits:
                    continue
            if rung and person not in offices.unreachable and (last is None or last < rung.offset):
                yield Untold(account, person, rung, Telling(rung.offset, last is None))


def _refused(
    connection: Connection, alliance: Alliance, obligation_ids: Collection[int], now: datetime
) -> set[tuple[int, int]]:
    """Whom a reminder of the last hours did not reach although it was tried, and others did: that is told by name."""
    calendar = alliance.charter.calendar
    ladder = alliance.charter.ladder_on(calendar.day(now))
    hours = last_hours(ladder, calendar, now)
    begun = calendar.at(hours, ladder.from_hour)
    return refused_alone(connection, alliance.id, obligation_ids, hours, begun)


def _left_in_peace(
    alliance: Alliance, account: Account, snooze: Snoozed, last: int | None, now: datetime
) -> tuple[bool, int | None]:
    """Whether a person was right not to be reminded, and the furthest rung that counts as told to them.

    By the last hours for reminding: what ended or was taken back since they began may still wait for the next.
    """
    calendar, due = alliance.charter.calendar, account.obligation.due
    ladder = alliance.charter.ladder_on(calendar.day(now))
    hours = last_hours(ladder, calendar, now)
    if due is None or snooze.ended_at is not None:
        begun = calendar.at(hours, ladder.from_hour)
        return snooze.ended_at is not None and snooze.ended_at > begun, last
    ends = min(snooze.until, day_before(calendar, due))
    return hours < ends, snooze.told_since(ends)


def _should_be_told(alliance: Alliance, account: Account, changes: list[datetime], now: datetime) -> Reached | None:
    """The rung that must have been told: a working day's hours passed in full since it was reached and all is so."""
    obligation, calendar = account.obligation, alliance.charter.calendar
    ladder = alliance.charter.ladder_on(calendar.day(now))
    hours = last_hours(ladder, calendar, now)
    rung = reached(ladder, calendar, obligation.due, hours) if obligation.due else None
    # What opens on a day may be opened late on it: it is looked for from the next.
    if rung is None or obligation.opens >= hours:
        return None
    begun = calendar.at(hours, ladder.from_hour)
    return rung if all(moment <= begun for moment in changes) else None


def _not_held_back(
    connection: Connection, alliance: Alliance, now: datetime, untold: Mapping[int, list[Untold]]
) -> Iterator[Untold]:
    """Without what the budget held back on the last day that reminders could go."""
    calendar = alliance.charter.calendar
    ladder = alliance.charter.ladder_on(calendar.day(now))
    day = last_hours(ladder, calendar, now)
    had = auditing.reminders_had(connection, alliance.id, untold, day.replace(day=1), day)
    for person, each in untold.items():
        if may_go(ladder, had[person], (one.telling for one in each)):
            yield from each


def _unopened(connection: Connection, alliance: Alliance, now: datetime) -> Iterator[Finding]:
    """What every member owes by the charter and no tick has opened since yesterday."""
    today = alliance.charter.calendar.day(now)
    dates = accounts.event_dates(meetings.meetings(connection, alliance), alliance)
    joined = register.memberships(connection, alliance.id)
    known = auditing.known_obligations(connection, alliance.id)
    yesterday = today - timedelta(days=1)
    missing = [
        duty
        for duty in opened(alliance.charter, joined, dates, alliance.obligations_since, yesterday)
        if (duty.organisation_id, duty.requirement, duty.period.start) not in known
    ]
    if not missing:
        return
    changed = auditing.changed(connection, alliance.id, {duty.organisation_id for duty in missing}, now)
    rules = [auditing.rules_changed(connection, alliance.id), auditing.meetings_changed(connection, alliance.id)]
    for duty in missing:
        since = [changed.get(duty.organisation_id), *rules]
        if all(moment is None or now - moment > MAY_WAIT for moment in since):
            facts = {"organisation": duty.organisation_id, "requirement": duty.requirement}
            yield Finding("unopened", f"organisation:{duty.organisation_id}", facts)


# ------------------------------------------------------------------------------------------- what waits too long


def _slow(
    connection: Connection, alliance: Alliance, now: datetime, channels: Collection[str] | None
) -> Iterator[Finding]:
    """Channels and workspaces where nothing leaves any more, and single deliveries that wait although others leave."""
    waits = auditing.waiting(connection, alliance.id, now - MAY_WAIT)
    if not waits:
        return
    used = {one.account: one.channel for one in waits}
    sent = auditing.last_sent(connection, alliance.id, {*used.values()})
    silent = set()
    for account, channel in sorted(used.items()):
        since = min(one.posted_at for one in waits if one.account == account)
        if account not in sent or sent[account] <= since:
            silent.add(account)
            count = sum(one.account == account for one in waits)
            served = channels is None or channel in channels
            facts = {"channel": channel, "count": count, "since": since.isoformat(), "served": served}
            yield Finding("silent", f"channel:{channel}", facts)
    for one in waits:
        too_old = now - one.posted_at > GIVE_UP_AFTER + MAY_WAIT
        left_behind = one.account not in silent and not one.behind and now - one.ready > MAY_WAIT
        if too_old or left_behind:
            facts = {"delivery": one.id, "person": one.recipient_id, "what": one.kind, "channel": one.channel}
            yield Finding("stuck", f"delivery:{one.id}", {**facts, "since": one.posted_at.isoformat()})


def _in_doubt(connection: Connection, alliance: Alliance, now: datetime) -> Iterator[Finding]:
    """Channels and workspaces that take what we send and do not say so.

    Each message counts as told by itself, lest somebody gets it over and over: only together do they show.
    """
    for one in doubted(connection, alliance.id, now - DOUBTED_WITHIN):
        if one.count >= DOUBTS and one.count > one.sent:
            facts = {"channel": one.channel, "count": one.count, "since": one.first.isoformat()}
            yield Finding("in_doubt", f"channel:{one.channel}", facts)


def _shut_out(connection: Connection, alliance: Alliance, now: datetime) -> Iterator[Finding]:
    """Channels and workspaces that do not let us in: what was to leave there has gone by the next way.

    Somebody must mend it.
    """
    refusing = auditing.refusing_us(connection, alliance.id, now - LOOK_BACK)
    sent = auditing.last_sent(connection, alliance.id, {one.channel for one in refusing})
    for one in refusing:
        reasons = one.reasons
        if one.account in sent and sent[one.account] > one.last:  # it lets us in again, but perhaps not everywhere
            lasting = one.last > now - STILL_SO
            reasons = tuple(reason for reason in reasons if lasting and PARTLY in reason)
        if reasons:
            facts = {"channel": one.channel, "count": one.count, "since": one.first.isoformat(), "reasons": reasons}
            yield Finding("shut_out", f"channel:{one.channel}", facts)
    for account, heard in refusals(connection, alliance.id).items():
        channel = account.partition(":")[0]
        if heard.at > now - STILL_SO and not any(account in (one.channel, one.account) for one in refusing):
            told = {"channel": channel, "count": 0, "since": heard.at.isoformat(), "reasons": (heard.value,)}
            yield Finding("shut_out", f"channel:{channel}", told)


# ------------------------------------------------------------------------------------- what cannot both be true


def _impossible(connection: Connection, alliance: Alliance, now: datetime) -> Iterator[Finding]:
    since = now - LOOK_BACK
    for wrong in auditing.without_receipt(connection, alliance.id, since):
        facts = {"delivery": wrong.delivery_id, "person": wrong.recipient_id}
        yield Finding("no_receipt", f"delivery:{wrong.delivery_id}", facts)
    for wrong in auditing.sent_after_settling(connection, alliance.id, since):
        after: dict[str, object] = {"delivery": wrong.delivery_id, "person": wrong.recipient_id}
        yield Finding("after_settling", f"delivery:{wrong.delivery_id}", {**after, "obligation": wrong.obligation_id})
    calendar = alliance.charter.calendar
    pressed = auditing.sent_since(connection, alliance.id, ("reminder", "answer_reminder"), since)
    days = Counter((person, calendar.day(at)) for person, at in pressed)
    for (person, day), times in days.items():
        if times > 1:
            yield Finding("twice_a_day", f"person:{person}", {"person": person, "day": day.isoformat(), "count": times})
