"""What the self-audit reads: what was told of what, when something last changed, and rows that cannot both be true.

Beside the planner's own queries on purpose: whoever checks must not look through the same window.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, and_, func, or_, select

from alliance.alliances import Alliance
from alliance.deliveries import OPEN_STATES
from alliance.findings import Finding, NamedFinding
from storage.engine import BUSY_TIMEOUT_MS
from storage.outbox.steps import as_ms, in_state, is_last_way, queued_again
from storage.outbox.waiting import waits_rightly
from storage.queries import accounts, meetings, register
from storage.queries.auditing_peace import absences_changed, handovers_changed, tasks_changed
from storage.tables import tables

_notification, _delivery, _line = tables["notification"], tables["delivery"], tables["reminder_line"]
_settlement, _obligation = tables["settlement"], tables["obligation"]
_membership, _term, _address = tables["membership"], tables["office_term"], tables["address"]
MEETING_CHANGES = ("meeting_planned", "meeting_called", "meeting_moved", "meeting_cancelled")


@dataclass(frozen=True)
class Waiting:
    """A delivery that is still open. Instants aware UTC; ``behind`` while an earlier one of its strand is open too.

    ``posted_at`` is when it was queued again, if it was.

    ``account`` is its channel, or its workspace (``slack:T1``) where a channel has several.
    """

    id: int
    channel: str
    account: str
    kind: str
    recipient_id: int
    posted_at: datetime
    ready: datetime
    behind: bool


@dataclass(frozen=True)
class Refusing:
    """A channel, or one workspace of it, that refused us whomever we wrote to.

    How often, the first and last time (aware UTC), and why.
    """

    channel: str
    account: str
    count: int
    first: datetime
    last: datetime
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wrong:
    """A delivery that the database says something impossible about."""

    delivery_id: int
    recipient_id: int
    obligation_id: int | None = None
    day: date | None = None


def told(connection: Connection, alliance_id: int, obligation_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(obligation, person) to the furthest rung of a reminder that was sent, is on its way, or was given up."""
    query = (
        select(_line.c.obligation_id, _line.c.person_id, func.max(_line.c.rung).label("rung"))
        .join(_delivery, _delivery.c.notification_id == _line.c.notification_id)
        .where(
            _line.c.alliance_id == alliance_id,
            _line.c.obligation_id.in_(obligation_ids),
            _line.c.rung.is_not(None),
            _delivery.c.state.in_(("sent", "given_up", *OPEN_STATES)),
            is_last_way(),
        )
        .group_by(_line.c.obligation_id, _line.c.person_id)
    )
    return {(row.obligation_id, row.person_id): row.rung for row in connection.execute(query)}


def reminders_had(
    connection: Connection, alliance_id: int, people: Collection[int], since: date, before: date
) -> Counter[int]:
    """How many reminders each of the people was sent, or is to be sent, for the local days from ``since`` on."""
    query = (
        select(_notification.c.recipient_id, _notification.c.occasion)
        .join(_delivery, _delivery.c.notification_id == _notification.c.id)
        .where(
            _notification.c.alliance_id == alliance_id,
            _notification.c.kind == "reminder",
            _notification.c.recipient_id.in_(people),
            _notification.c.occasion >= since.isoformat(),
            _notification.c.occasion < before.isoformat(),
            _delivery.c.state.in_(("sent", "given_up", *OPEN_STATES)),
        )
        .distinct()
    )
    return Counter(row.recipient_id for row in connection.execute(query))


def organisations_that_owe(connection: Connection, alliance_id: int) -> tuple[int, ...]:
    """Every organisation that ever had an obligation, by id."""
    query = select(_obligation.c.organisation_id).where(_obligation.c.alliance_id == alliance_id).distinct()
    return tuple(connection.execute(query.order_by(_obligation.c.organisation_id)).scalars())


def known_obligations(connection: Connection, alliance_id: int) -> set[tuple[int, str, date]]:
    """(organisation, requirement, first day of the period) of every obligation there is."""
    query = select(_obligation.c.organisation_id, _obligation.c.requirement, _obligation.c.period_start)
    rows = connection.execute(query.where(_obligation.c.alliance_id == alliance_id))
    return {(row.organisation_id, row.requirement, row.period_start) for row in rows}


# ---------------------------------------------------------------------------------- when something last changed


def founded(connection: Connection, alliance_id: int) -> datetime | None:
    """When the first member was recorded; None while there is none."""
    query = select(func.min(_membership.c.recorded_at)).where(_membership.c.alliance_id == alliance_id)
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def rules_changed(connection: Connection, alliance_id: int) -> datetime | None:
    """When the newest charter came into force here."""
    charter = tables["charter"]
    query = select(func.max(charter.c.recorded_at)).where(charter.c.alliance_id == alliance_id)
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def meetings_changed(connection: Connection, alliance_id: int) -> datetime | None:
    """When a meeting was last planned, called, moved or cancelled."""
    journal = tables["journal"]
    query = select(func.max(journal.c.at)).where(
        journal.c.alliance_id == alliance_id, journal.c.action.in_(MEETING_CHANGES)
    )
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def changed(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int], now: datetime
) -> dict[int, datetime]:
    """When who is asked, how they are reached, or what is owed last changed in each organisation; aware UTC.

    Days count from their midnight in UTC's latest zone, so that a change is never dated too early.
    """
    found: dict[int, datetime] = {}
    for organisation, moments in _changes(connection, alliance_id, organisation_ids):
        past = [moment for one in moments if (moment := _moment(one)) is not None and moment <= now]
        if past:
            found[organisation] = max(past + ([found[organisation]] if organisation in found else []))
    return found


def _changes(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int]
) -> Iterable[tuple[int, tuple[Any, ...]]]:
    dated = (_membership, _term)
    for table in dated:
        columns = (table.c.recorded_at, table.c.valid_from, table.c.valid_until)
        for row in connection.execute(_of(table, alliance_id, organisation_ids, *columns)):
            yield row[0], tuple(row[1:])
    yield from absences_changed(connection, alliance_id, organisation_ids)
    yield from handovers_changed(connection, alliance_id, organisation_ids)
    yield from tasks_changed(connection, alliance_id, organisation_ids)
    columns = (_settlement.c.withdrawn_at, _settlement.c.valid_from, _settlement.c.valid_until)
    for row in connection.execute(_of(_settlement, alliance_id, organisation_ids, *columns)):
        yield row[0], tuple(row[1:])
    query = (
        select(_term.c.organisation_id, _address.c.recorded_at, _address.c.ended_at, _address.c.unreachable_since)
        .join(_address, _address.c.person_id == _term.c.person_id)
        .where(_term.c.alliance_id == alliance_id, _term.c.organisation_id.in_(organisation_ids))
    )
    for row in connection.execute(query):
        yield row[0], tuple(row[1:])


def _of(table: Any, alliance_id: int, organisation_ids: Collection[int], *columns: Any) -> Any:
    return select(table.c.organisation_id, *columns).where(
        table.c.alliance_id == alliance_id, table.c.organisation_id.in_(organisation_ids)
    )


def _moment(value: datetime | date | None) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


# -------------------------------------------------------------------------------------------- what waits and why


def waiting(connection: Connection, alliance_id: int, posted_by: datetime) -> tuple[Waiting, ...]:
    """Every open delivery of what was posted by then, oldest first.

    Without what waited for its reader's quiet hours even then.
    """
    earlier = _delivery.alias("earlier")
    behind = (
        select(earlier.c.id)
        .where(
            earlier.c.alliance_id == _delivery.c.alliance_id,
            earlier.c.strand == _delivery.c.strand,
            _delivery.c.strand != "",
            earlier.c.notification_id < _delivery.c.notification_id,
            in_state(earlier.c.state, *OPEN_STATES),
        )
        .exists()
        .label("behind")
    )
    told = (_notification.c.kind, _notification.c.recipient_id, _notification.c.posted_at)
    query = (
        select(_delivery, *told, behind, queued_again().label("again"))
        .join(_notification, _notification.c.id == _delivery.c.notification_id)
        .where(
            in_state(_delivery.c.state, *OPEN_STATES),
            _delivery.c.alliance_id == alliance_id,
            _notification.c.posted_at <= posted_by,
            ~waits_rightly(posted_by),
        )
        .order_by(_notification.c.posted_at, _delivery.c.id)
    )
    found = (
        Waiting(
            r.id,
            r.channel,
            place_of(r.channel, r.account),
            r.kind,
            r.recipient_id,
            r.posted_at if r.again is None else _from_ms(r.again),
            _from_ms(r.ready_ms),
            bool(r.behind),
        )
        for r in connection.execute(query)
    )
    return tuple(one for one in found if one.posted_at <= posted_by)


def _from_ms(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


def place_of(channel: str, account: str) -> str:
    """What fails by itself: a workspace of a chat; of mail all there is, whatever its addresses look like."""
    return account if account.startswith(f"{channel}:") and channel != "mail" else channel


def last_sent(connection: Connection, alliance_id: int, channels: Collection[str]) -> Mapping[str, datetime]:
    """When something was last sent in each account of the channels; aware UTC."""
    query = (
        select(_delivery.c.channel, _delivery.c.account, func.max(_delivery.c.sent_at).label("at"))
        .where(
            _delivery.c.alliance_id == alliance_id,
            _delivery.c.state == "sent",
            _delivery.c.channel.in_(tuple(channels)),
        )
        .group_by(_delivery.c.channel, _delivery.c.account)
    )
    found: dict[str, datetime] = {}
    for row in connection.execute(query):
        account = place_of(row.channel, row.account)
        found[account] = max(row.at, found.get(account, row.at))
    return found


def refusing_us(connection: Connection, alliance_id: int, since: datetime) -> tuple[Refusing, ...]:
    """The accounts in which deliveries were given up since then because our own access does not work, by name."""
    claimed, of = _delivery.c.claimed_ms, (_delivery.c.channel, _delivery.c.account, _delivery.c.reason)
    query = (
        select(*of, func.count(), func.min(claimed), func.max(claimed))
        .where(
            _delivery.c.alliance_id == alliance_id,
            in_state(_delivery.c.state, "given_up"),
            _delivery.c.reason.like("access:%"),
            claimed >= as_ms(since),
        )
        .group_by(*of)
        .order_by(*of)
    )
    found: dict[str, Refusing] = {}
    for channel, billed, reason, count, first, last in connection.execute(query):
        account = place_of(channel, billed)
        known = found.get(account) or Refusing(channel, account, 0, _from_ms(first), _from_ms(last))
        found[account] = Refusing(
            channel,
            account,
            known.count + count,
            min(known.first, _from_ms(first)),
            max(known.last, _from_ms(last)),
            tuple(dict.fromkeys((*known.reasons, reason))),
        )
    return tuple(found.values())


# ---------------------------------------------------------------------------------- what cannot both be true


def without_receipt(connection: Connection, alliance_id: int, since: datetime) -> tuple[Wrong, ...]:
    """What counts as sent since then although no provider said so."""
    query = (
        select(_delivery.c.id, _notification.c.recipient_id)
        .join(_notification, _notification.c.id == _delivery.c.notification_id)
        .where(
            _delivery.c.alliance_id == alliance_id,
            _delivery.c.state == "sent",
            _notification.c.posted_at >= since,
            or_(_delivery.c.receipt == "", _delivery.c.sent_at.is_(None)),
        )
    )
    return tuple(Wrong(row.id, row.recipient_id) for row in connection.execute(query.order_by(_delivery.c.id)))


# A request notes the time before it waits for its turn: what was sent meanwhile was still owed.
TURN = timedelta(milliseconds=2 * BUSY_TIMEOUT_MS)


def sent_after_settling(connection: Connection, alliance_id: int, since: datetime) -> tuple[Wrong, ...]:
    """Reminders sent since then whose obligation had been settled when their sending began."""
    began = func.coalesce(_delivery.c.uncertain_ms, _delivery.c.claimed_ms)
    query = (
        select(
            _delivery.c.id,
            _line.c.person_id,
            _line.c.obligation_id,
            began.label("began"),
            _settlement.c.recorded_at,
            _settlement.c.withdrawn_at,
            _settlement.c.valid_from,
            _settlement.c.valid_until,
        )
        .join(_line, _line.c.notification_id == _delivery.c.notification_id)
        .join(_notification, _notification.c.id == _delivery.c.notification_id)
        .join(
            _settlement,
            and_(_settlement.c.obligation_id == _line.c.obligation_id, _settlement.c.kind != "dispensation"),
        )
        .where(
            _delivery.c.alliance_id == alliance_id,
            _delivery.c.state == "sent",
            _notification.c.kind == "reminder",
            _notification.c.posted_at >= since,
            _line.c.rung.is_not(None),
        )
    )
    found = connection.execute(query.order_by(_delivery.c.id, _line.c.obligation_id))
    return tuple(dict.fromkeys(Wrong(r.id, r.person_id, r.obligation_id) for r in found if _was_settled(r)))


def _was_settled(row: Any) -> bool:
    if row.began is None:
        return False
    began = _from_ms(row.began)
    stood = row.recorded_at + TURN < began and (row.withdrawn_at is None or row.withdrawn_at > began)
    counted = row.valid_from <= began.date() and (row.valid_until is None or row.valid_until > began.date())
    return stood and counted


def sent_since(
    connection: Connection, alliance_id: int, kinds: Collection[str], since: datetime
) -> tuple[tuple[int, datetime], ...]:
    """(person, when it was sent) of every delivery of these kinds since then; aware UTC."""
    query = (
        select(_notification.c.recipient_id, _delivery.c.sent_at)
        .join(_delivery, _delivery.c.notification_id == _notification.c.id)
        .where(
            _notification.c.alliance_id == alliance_id,
            _notification.c.kind.in_(kinds),
            _delivery.c.state == "sent",
            _delivery.c.sent_at >= since,
        )
    )
    return tuple((row.recipient_id, row.sent_at) for row in connection.execute(query.order_by(_delivery.c.id)))


# ------------------------------------------------------------------------------------------------ for people


def named(
    connection: Connection, alliance: Alliance, findings: Sequence[Finding], day: date
) -> tuple[NamedFinding, ...]:
    """The findings with names in place of ids, in the same order; members as they are called on the local day."""
    people = register.people(connection, alliance.id, {_id(one, "person") for one in findings})
    owed = _owed(connection, alliance.id, {_id(one, "obligation") for one in findings})
    members = register.organisations(connection, alliance.id, day)
    about_meetings = any("meeting" in one.facts for one in findings)
    titles = {m.id: m.title for m in meetings.meetings(connection, alliance)} if about_meetings else {}

    def name(one: Finding) -> NamedFinding:
        facts = one.facts
        organisation, key = owed.get(
            _id(one, "obligation"), (_id(one, "organisation"), str(facts.get("requirement", "")))
        )
        at = facts.get("at") or facts.get("since")
        return NamedFinding(
            one.kind,
            member=members[organisation].name if organisation in members else "",
            requirement=accounts.requirement(connection, alliance, key).number if key else "",
            person=people[_id(one, "person")].name if _id(one, "person") in people else "",
            channel=str(facts.get("channel", "")),
            what=str(facts.get("what", "")),
            day=date.fromisoformat(str(facts["day"])) if "day" in facts else None,
            at=datetime.fromisoformat(str(at)) if at else None,
            count=int(str(facts.get("count", 0))),
            served=bool(facts.get("served", True)),
            reasons=tuple(map(str, cast(Sequence[object], facts.get("reasons", ())))),
            meeting=titles.get(_id(one, "meeting")),
        )

    return tuple(name(one) for one in findings)


def _id(finding: Finding, what: str) -> int:
    return int(str(finding.facts.get(what) or 0))


def _owed(connection: Connection, alliance_id: int, obligation_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Obligation to organisation and requirement."""
    query = select(_obligation.c.id, _obligation.c.organisation_id, _obligation.c.requirement).where(
        _obligation.c.alliance_id == alliance_id, _obligation.c.id.in_(obligation_ids)
    )
    return {row.id: (row.organisation_id, row.requirement) for row in connection.execute(query)}
