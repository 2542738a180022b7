"""Looking into the outbox: found by who, what and when; what reached nobody; how much of everything there is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, literal, or_, select, true

from alliance.alliances import Alliance
from alliance.deliveries import OPEN_STATES
from alliance.findings import Lost
from alliance.notifications import told_as
from alliance.whys import Delivered, Step
from storage.bookmarks import Bookmark
from storage.outbox import as_ms, from_ms, in_state
from storage.outbox.looking import lines_listed
from storage.outbox.steps import queued_again
from storage.outbox.waiting import WAITS, waits_rightly
from storage.queries.dispatches import member_of
from storage.queries.papers import sorts
from storage.tables import tables

_notification, _delivery, _step = tables["notification"], tables["delivery"], tables["transition"]
_person, _address, _line = tables["person"], tables["address"], tables["reminder_line"]
_obligation, _bookmark = tables["obligation"], tables["bookmark"]
FEW = 500
HOW = ("waiting", "sent", "lost", "withdrawn", "expired")
"""How a delivery can stand for people. ``lost``: given up, on the way to somebody whom it reached on no other."""
TOLD = ("method", "uninvites", "first", "moved")  # the facts of an invitation that say what it told
LOOKED = "undelivered"  # the bookmark of how far notices have looked
# What tells of trouble must not make more of it; and whoever has a message that could not be changed has a message.
NOTICES = ("undelivered", "alert", "runaway", "edit")
# What of it may have arrived nobody else will bring: the secretariat must be able to ask whether it did.
TOLD_IN_DOUBT = ("invitation", "paper")


@dataclass(frozen=True)
class Sought:
    """Which deliveries are wanted; what is left empty does not matter. ``since`` and ``until``: instants, aware UTC.

    ``how`` groups the states as people ask (``HOW``). ``people`` None is everybody;
    ``about`` is a thing's name or the key of a requirement that a reminder lists.
    """

    state: str = ""
    kind: str = ""
    channel: str = ""
    people: Collection[int] | None = None
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    offset: int = 0
    how: str = ""


def found(connection: Connection, alliance_id: int, sought: Sought) -> tuple[Delivered, ...]:
    """The newest deliveries that are sought (after the ``offset`` newest), as they were posted, with their steps."""
    query = _looked().where(_delivery.c.alliance_id == alliance_id, *_conditions(sought))
    newest = query.order_by(_delivery.c.id.desc()).limit(sought.limit).offset(sought.offset)
    rows = list(connection.execute(newest))[::-1]
    steps = _steps(connection, _among(_step.c.delivery_id, query, _delivery.c.id, {row.id for row in rows}))
    told = {row.notification_id for row in rows}
    lines = lines_listed(connection, _among(_line.c.notification_id, query, _notification.c.id, told))
    papers = sorts(connection, alliance_id) if any(row.kind == "paper" for row in rows) else {}
    return tuple(_delivered(row, steps, lines, papers) for row in rows)


def _looked() -> Select[Any]:
    return (
        select(
            _delivery,
            _notification.c.kind,
            _notification.c.about,
            _notification.c.occasion,
            _notification.c.posted_at,
            *(_notification.c.facts[name].as_string().label(f"told_{name}") for name in TOLD),
            _person.c.name.label("person"),
            _address.c.value.label("address"),
        )
        .join(_notification, _notification.c.id == _delivery.c.notification_id)
        .join(_person, _person.c.id == _notification.c.recipient_id)
        .outerjoin(_address, _address.c.id == _delivery.c.address_id)
    )


def _conditions(sought: Sought) -> Iterable[Any]:
    equal = (
        (_delivery.c.state, sought.state),
        (_notification.c.kind, sought.kind),
        (_delivery.c.channel, sought.channel),
    )
    yield from (column == value for column, value in equal if value)
    if sought.how == "waiting":
        yield in_state(_delivery.c.state, *OPEN_STATES)
    elif sought.how == "lost":
        yield from reached_nobody()
        yield _notification.c.kind != "edit"
    elif sought.how:
        yield _delivery.c.state == sought.how
    if sought.people is not None:
        yield _notification.c.recipient_id.in_(sought.people)
    if sought.about:
        yield or_(_notification.c.about == sought.about, _lists(sought.about))
    if sought.since is not None:
        yield _notification.c.posted_at >= sought.since
    if sought.until is not None:
        yield _notification.c.posted_at < sought.until


def _lists(requirement: str) -> Any:
    """Whether a notification lists an obligation of the requirement, or is about one."""
    listed = (
        select(_line.c.id)
        .join(_obligation, _obligation.c.id == _line.c.obligation_id)
        .where(_line.c.notification_id == _notification.c.id, _obligation.c.requirement == requirement)
    )
    return listed.exists()


def _among(column: Any, query: Select[Any], of: Any, ids: Collection[int]) -> Any:
    """The condition that a column is one of the ids; of many, that it is in what the query finds."""
    if len(ids) <= FEW:
        return column.in_(ids)
    return column.in_(select(query.with_only_columns(of, maintain_column_froms=True).subquery()))


def _steps(connection: Connection, which: Any) -> dict[int, tuple[Step, ...]]:
    steps: dict[int, list[Step]] = {}
    for row in connection.execute(select(_step).where(which).order_by(_step.c.id)):
        steps.setdefault(row.delivery_id, []).append(Step(from_ms(row.at_ms), row.state, row.reason))
    return {delivery: tuple(each) for delivery, each in steps.items()}


def _told(row: Any, papers: Mapping[str, tuple[str, str]]) -> str:
    # A truth of JSON comes as 1 from SQLite and as true from PostgreSQL.
    facts = {name: value for name in TOLD if (value := getattr(row, f"told_{name}")) not in (None, "0", "false")}
    return told_as(row.kind, facts, papers.get(row.about))


def _delivered(
    row: Any,
    steps: Mapping[int, tuple[Step, ...]],
    lines: Mapping[int, list[Any]],
    papers: Mapping[str, tuple[str, str]],
) -> Delivered:
    return Delivered(
        id=row.id,
        kind=row.kind,
        about=row.about,
        occasion=row.occasion,
        person=row.person,
        address=row.address or "",
        channel=row.channel,
        state=row.state,
        reason=row.reason,
        posted_at=row.posted_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        receipt=row.receipt,
        lines=tuple(lines.get(row.notification_id, ())),
        steps=steps.get(row.id, ()),
        again_at=from_ms(row.ready_ms) if row.state == "failed" else None,
        what=_told(row, papers),
    )


# --------------------------------------------------------------------------------------- what reached nobody


def _newest_step() -> Select[Any]:
    newest = select(func.coalesce(func.max(_step.c.id), 0)).scalar_subquery()
    place = select(_bookmark.c.value, _bookmark.c.at).where(
        _bookmark.c.alliance_id == bindparam("alliance"), _bookmark.c.name == LOOKED
    )
    looked = place.subquery()
    return select(newest, looked).select_from(select(1).subquery().outerjoin(looked, true()))


def reached_nobody() -> tuple[Any, ...]:
    """The conditions of a delivery that was given up, and whose notification no other delivery brought or may bring.

    Of what perhaps arrived, those kinds that the secretariat hears of; the notification must be joined.
    """
    other = _delivery.alias("other")
    reached = select(other.c.id).where(
        other.c.notification_id == _delivery.c.notification_id,
        other.c.id != _delivery.c.id,
        or_(
            in_state(other.c.state, "sent", *OPEN_STATES),
            other.c.reason == "perhaps_sent",
            and_(other.c.state == "given_up", other.c.id > _delivery.c.id),
        ),
    )
    sure = or_(
        _delivery.c.reason != "perhaps_sent",
        _notification.c.kind.in_([literal(kind) for kind in TOLD_IN_DOUBT]),
    )
    return _delivery.c.state == "given_up", sure, ~reached.exists()


def expired_in_vain(delivery: Any) -> Any:
    """Whether the moment of a delivery was gone after the provider had refused it: not for want of trying."""
    refused = select(_step.c.id).where(
        _step.c.delivery_id == delivery.c.id, _step.c.state == "failed", _step.c.reason != WAITS
    )
    return and_(in_state(delivery.c.state, "expired"), refused.exists())


def _lost() -> Select[Any]:
    # From the new steps to their deliveries, and not the other way: only what happened since is read.
    ended = select(_step.c.delivery_id).where(
        _step.c.id > bindparam("looked"),
        _step.c.alliance_id == bindparam("alliance"),
        _step.c.at_ms >= bindparam("since_ms"),
        in_state(_step.c.state, "given_up", "expired"),
    )
    last = _delivery.alias("last")  # of two that reached nobody the later is told of
    later = select(last.c.id).where(
        last.c.notification_id == _delivery.c.notification_id, last.c.id > _delivery.c.id, expired_in_vain(last)
    )
    return (
        select(_delivery.c.id)
        .join(_notification, _notification.c.id == _delivery.c.notification_id)
        .where(
            _delivery.c.id.in_(ended),
            or_(and_(*reached_nobody(), ~later.exists()), expired_in_vain(_delivery)),
            _notification.c.kind.not_in([literal(kind) for kind in NOTICES]),
        )
        .distinct()
    )


# Every tick asks both: each is put together once.
_NEWEST_STEP, _LOST = _newest_step(), _lost()


def newest_step(connection: Connection, alliance_id: int) -> tuple[int, Bookmark | None]:
    """The number of the newest step of any delivery (0 before the first), and how far notices have looked."""
    row = connection.execute(_NEWEST_STEP, {"alliance": alliance_id}).one()
    return row[0], Bookmark(row[1], row[2]) if row[2] is not None else None


def lost_after(connection: Connection, alliance_id: int, step: int, since: datetime) -> tuple[int, ...]:
    """The deliveries given up after a step and an instant (aware UTC) whose notification reached its person nowhere.

    Also those whose moment was gone although they were tried, and invitations and papers where nobody knows whether
    they arrived.
    """
    found = connection.execute(_LOST, {"alliance": alliance_id, "looked": step, "since_ms": as_ms(since)})
    return tuple(sorted(found.scalars()))


def noticed_since(connection: Connection, alliance_id: int, since: datetime) -> tuple[set[int], datetime | None]:
    """The deliveries that notices posted since then told the secretariat of, and when the newest of them was posted."""
    query = select(_notification.c.facts, _notification.c.posted_at).where(
        _notification.c.alliance_id == alliance_id,
        _notification.c.kind == "undelivered",
        _notification.c.about == "outbox",
        _notification.c.posted_at >= since,
    )
    rows = list(connection.execute(query))
    told = {int(number) for row in rows for number in row.facts.get("deliveries", ())}
    return told, max((row.posted_at for row in rows), default=None)


def lost(connection: Connection, alliance: Alliance, delivery_ids: Collection[int], day: date) -> tuple[Lost, ...]:
    """Deliveries that reached nobody, with names, in the order they were posted; a person's member as of the day."""
    query = (
        _looked()
        .add_columns(_notification.c.recipient_id)
        .where(_delivery.c.alliance_id == alliance.id, _delivery.c.id.in_(delivery_ids))
    )
    rows = list(connection.execute(query.order_by(_delivery.c.id)))
    homes = member_of(connection, alliance.id, day)
    steps = _steps(connection, _step.c.delivery_id.in_(delivery_ids))
    papers = sorts(connection, alliance.id) if any(row.kind == "paper" for row in rows) else {}
    return tuple(
        Lost(
            row.id,
            row.person,
            homes.get(row.recipient_id, ""),
            _told(row, papers),
            row.channel,
            row.address or "",
            _refusal(steps.get(row.id, ())) if row.state == "expired" else row.reason,
            steps[row.id][-1].at if row.id in steps else row.posted_at,
        )
        for row in rows
    )


def _refusal(steps: Iterable[Step]) -> str:
    """What the provider said last."""
    return next((step.reason for step in reversed(tuple(steps)) if step.state == "failed"), "")


# ------------------------------------------------------------------------------------------------ in numbers


def oldest_open(connection: Connection, now: datetime) -> dict[str, datetime]:
    """When the oldest open delivery was posted, by channel; aware UTC.

    Not what waits for quiet hours now, nor what goes once more, which is older than its waiting.
    """
    query = (
        select(_delivery.c.channel, func.min(_notification.c.posted_at).label("at"))
        .join(_notification, _notification.c.id == _delivery.c.notification_id)
        .where(in_state(_delivery.c.state, *OPEN_STATES), ~waits_rightly(now), queued_again().is_(None))
        .group_by(_delivery.c.channel)
    )
    return {row.channel: row.at for row in connection.execute(query.order_by(_delivery.c.channel))}


def has_left(connection: Connection, channel: str, since: datetime) -> bool:
    """Whether anything was sent on a channel since an instant (aware UTC)."""
    query = select(_delivery.c.id).where(
        _delivery.c.channel == channel, in_state(_delivery.c.state, "sent"), _delivery.c.sent_at > since
    )
    return connection.execute(query.limit(1)).first() is not None


def steps_since(connection: Connection, since: datetime) -> dict[str, int]:
    """How many steps of each state deliveries took since an instant (aware UTC): what failed, what was given up."""
    # Backwards from the newest: as much is read as happened since.
    before = select(_step.c.id).where(_step.c.at_ms < as_ms(since)).order_by(_step.c.id.desc()).limit(1)
    last = connection.execute(before).scalar_one_or_none() or 0
    query = select(_step.c.state, func.count()).where(_step.c.id > last).group_by(_step.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}
