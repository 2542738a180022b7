"""What the self-audit reads of doubts and of refusals: where a provider takes what we hand it and does not say so, and
whom alone it did not take something for.

Beside the planner's own queries on purpose, as ``auditing`` is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, case, func, or_, select

from alliance.deliveries import OPEN_STATES
from storage.outbox.leases import PERHAPS
from storage.outbox.steps import as_ms, from_ms, in_state, is_last_way
from storage.queries.auditing import place_of
from storage.queries.outbox_looking import expired_in_vain
from storage.tables import tables

_delivery, _notification, _line = tables["delivery"], tables["notification"], tables["reminder_line"]


@dataclass(frozen=True)
class Doubted:
    """An account in which deliveries are in doubt: how many, how many surely left, and the first doubt (aware UTC)."""

    channel: str
    account: str
    count: int
    sent: int
    first: datetime


def doubted(connection: Connection, alliance_id: int, since: datetime) -> tuple[Doubted, ...]:
    """Every account with deliveries tried since then of which nobody knows whether they arrived, by name.

    What was repeated and then acknowledged is neither in doubt nor a sign that all is well.
    """
    in_doubt = and_(
        _delivery.c.uncertain_ms.is_not(None),
        _delivery.c.claimed_ms >= as_ms(since),
        or_(
            in_state(_delivery.c.state, *OPEN_STATES),
            and_(in_state(_delivery.c.state, "given_up"), _delivery.c.reason.contains(PERHAPS)),
        ),
    )
    left = and_(in_state(_delivery.c.state, "sent"), _delivery.c.sent_at >= since, _delivery.c.reason == "")
    of = (_delivery.c.channel, _delivery.c.account)
    query = (
        select(
            *of,
            func.sum(case((in_doubt, 1), else_=0)).label("doubts"),
            func.sum(case((left, 1), else_=0)).label("clean"),
            func.min(case((in_doubt, _delivery.c.uncertain_ms))).label("first"),
        )
        .where(_delivery.c.alliance_id == alliance_id, or_(in_doubt, left))
        .group_by(*of)
        .order_by(*of)
    )
    found: dict[str, Doubted] = {}
    for row in connection.execute(query):
        account = place_of(row.channel, row.account)
        known = found.get(account)
        firsts = [each for each in (row.first and from_ms(row.first), known and known.first) if each]
        counts = (int(row.doubts) + (known.count if known else 0), int(row.clean) + (known.sent if known else 0))
        found[account] = Doubted(row.channel, account, *counts, min(firsts, default=since))
    return tuple(one for one in found.values() if one.count)


def refused_alone(
    connection: Connection, alliance_id: int, obligation_ids: Collection[int], day: date, begun: datetime
) -> set[tuple[int, int]]:
    """(obligation, person) of reminders of a local day that the provider refused until their hours were over.

    Only where others left by the same channel since those began (aware UTC): that it is a fault of one mailbox, and
    not of ours, is then plain. The secretariat is told of each.
    """
    query = (
        select(_line.c.obligation_id, _line.c.person_id, _delivery.c.channel)
        .join(_delivery, _delivery.c.notification_id == _line.c.notification_id)
        .join(_notification, _notification.c.id == _line.c.notification_id)
        .where(
            _line.c.alliance_id == alliance_id,
            _line.c.obligation_id.in_(obligation_ids),
            _line.c.rung.is_not(None),
            _notification.c.occasion == day.isoformat(),
            expired_in_vain(_delivery),
            is_last_way(),
        )
    )
    rows = connection.execute(query).all()
    if not rows:
        return set()
    left = select(_delivery.c.channel).where(
        _delivery.c.alliance_id == alliance_id, in_state(_delivery.c.state, "sent"), _delivery.c.sent_at >= begun
    )
    open_ = set(connection.execute(left.distinct()).scalars())
    return {(row.obligation_id, row.person_id) for row in rows if row.channel in open_}
