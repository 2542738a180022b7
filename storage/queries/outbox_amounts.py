"""How many deliveries there are by channel and state, without reading all of them each time it is asked.

What is settled hardly ever changes: it is counted once and kept by whoever asks, up to an id below which nothing was
open. Every change of a delivery writes a step, so that one of what was counted shows, and all is counted again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from alliance.deliveries import OPEN_STATES
from storage.outbox.steps import in_state
from storage.tables import tables

_delivery, _step = tables["delivery"], tables["transition"]
SETTLES_IN = timedelta(minutes=10)
"""No transaction is under way for as long: ids below those of then are all there."""


@dataclass(frozen=True)
class Amount:
    """How many deliveries of a channel are in a state, how often they were tried, how many may have come twice."""

    channel: str
    state: str
    count: int
    attempts: int
    repeats: int


@dataclass(frozen=True)
class Counted:
    """What was counted up to a delivery (id), all settled, and no step after ``step`` (id) is of any of them.

    ``seen`` are the newest delivery and step there were ``at`` an instant (aware UTC).
    """

    amounts: tuple[Amount, ...]
    upto: int
    step: int
    seen: tuple[int, int]
    at: datetime


def amounts(connection: Connection, counted: Counted | None, now: datetime) -> tuple[tuple[Amount, ...], Counted]:
    """Every delivery of the installation, by channel and state, and what is to be handed in the next time.

    Without what was counted before, or where any of it has changed since, one pass over the table. ``now`` is aware
    UTC, and of the same transaction as all else.
    """
    if counted is None or _changed(connection, counted):
        newest = _newest(connection)
        counted = Counted((), 0, newest[1], newest, now)
    rest = _count(connection, counted.upto, None)
    whole = _sum((*counted.amounts, *rest))
    return whole, _further(connection, counted, now) if now - counted.at >= SETTLES_IN else counted


def _changed(connection: Connection, counted: Counted) -> bool:
    """Whether anything that was counted took a step since."""
    newer = select(_step.c.id).where(_step.c.id > counted.step, _step.c.delivery_id <= counted.upto).limit(1)
    return counted.upto > 0 and connection.execute(newer).first() is not None


def _newest(connection: Connection) -> tuple[int, int]:
    newest = connection.execute(select(select(func.max(_delivery.c.id)).scalar_subquery(), func.max(_step.c.id))).one()
    return newest[0] or 0, newest[1] or 0


def _further(connection: Connection, counted: Counted, now: datetime) -> Counted:
    """Count on to where nothing is open and nothing has moved since what was seen the last time."""
    last, step = counted.seen
    still_open = select(func.min(_delivery.c.id)).where(in_state(_delivery.c.state, *OPEN_STATES))
    moved = select(func.min(_step.c.delivery_id)).where(_step.c.id > step)
    edges = [connection.execute(query).scalar_one() for query in (still_open, moved)]
    upto = max(counted.upto, min([last, *(edge - 1 for edge in edges if edge is not None)]))
    more = _count(connection, counted.upto, upto) if upto > counted.upto else ()
    return Counted(_sum((*counted.amounts, *more)), upto, step, _newest(connection), now)


def _count(connection: Connection, after: int, upto: int | None) -> tuple[Amount, ...]:
    repeated = func.count().filter(_delivery.c.reason == "possibly_repeated")
    attempts = func.coalesce(func.sum(_delivery.c.attempts), 0)
    query = select(_delivery.c.channel, _delivery.c.state, func.count(), attempts, repeated)
    query = query.where(_delivery.c.id > after).group_by(_delivery.c.channel, _delivery.c.state)
    if upto is not None:
        query = query.where(_delivery.c.id <= upto)
    return tuple(Amount(row[0], row[1], row[2], int(row[3]), row[4]) for row in connection.execute(query))


def _sum(parts: Iterable[Amount]) -> tuple[Amount, ...]:
    """One amount for each channel and state, in their order."""
    whole: dict[tuple[str, str], Amount] = {}
    for one in parts:
        so_far = whole.get((one.channel, one.state), Amount(one.channel, one.state, 0, 0, 0))
        whole[one.channel, one.state] = Amount(
            one.channel,
            one.state,
            so_far.count + one.count,
            so_far.attempts + one.attempts,
            so_far.repeats + one.repeats,
        )
    return tuple(whole[key] for key in sorted(whole))
