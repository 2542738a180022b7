"""Claiming and settling: a claim is a lease with a fencing token, and only its holder may settle."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    update,
)

from alliance.deliveries import GIVE_UP_AFTER, OPEN_STATES, Undeliverable, retry_at
from alliance.members import Address
from alliance.pacing import UNLIMITED, Candidate, Rate, account_of, admit, edits_of
from storage.bulk import Chosen, among, update_rows
from storage.outbox import limits
from storage.outbox.posting import address_of
from storage.outbox.steps import AGAIN, as_ms, from_ms, in_state, move, write_step_of_all, write_steps
from storage.outbox.waiting import WAITS
from storage.outbox.ways import fall_back, is_too_late, later_channels
from storage.tables import tables

LEASE = timedelta(seconds=120)
PERHAPS = "perhaps_sent"
CHUNK = 1_000  # rows in memory at a time, and in one statement
LOOK_BEYOND = 500  # where limits keep some back, so many are looked at to find those that may go
_notification, _delivery, _transition = tables["notification"], tables["delivery"], tables["transition"]
_CLAIMED = (
    *("id", "alliance_id", "notification_id", "channel", "address_id", "lane", "account", "strand", "state"),
    *("expires_ms", "attempts", "claimed_ms", "uncertain_ms"),
)
"""What a claim needs to know of its delivery: a time in a row costs as much to read as all the rest of it."""
FACTS = len(_CLAIMED) + 4  # the place of the facts in a row of these with their notification


def _its_turn() -> Any:
    """Of a strand nothing leaves while something that was posted earlier is open."""
    earlier = _delivery.alias("earlier")
    waits = (
        select(earlier.c.id)
        .where(
            earlier.c.alliance_id == _delivery.c.alliance_id,
            earlier.c.strand == _delivery.c.strand,
            earlier.c.notification_id < _delivery.c.notification_id,
            in_state(earlier.c.state, *OPEN_STATES),
        )
        .exists()
    )
    return or_(_delivery.c.strand == "", ~waits)


def with_notification(columns: Iterable[str], facts: ColumnElement[Any] = _notification.c.facts) -> Select[Any]:
    """Deliveries, these columns of them, each with its notification."""
    return select(
        *(_delivery.c[name] for name in columns),
        _notification.c.kind,
        _notification.c.about,
        _notification.c.occasion,
        _notification.c.recipient_id,
        facts,
        _notification.c.posted_at,
    ).join(_notification, _notification.c.id == _delivery.c.notification_id)


def _ready(turn: Any) -> Select[Any]:
    """What may leave now, oldest first, of a strand what has its ``turn``."""
    return (
        select(_delivery.c.id, _delivery.c.lane, _delivery.c.account)
        .where(
            in_state(_delivery.c.state, *OPEN_STATES),
            _delivery.c.ready_ms <= bindparam("now_ms"),
            or_(_delivery.c.state != literal_column("'sending'"), _delivery.c.ready_ms <= bindparam("over_ms")),
            _delivery.c.channel.in_(bindparam("channels", expanding=True)),
            turn,
        )
        .order_by(_delivery.c.ready_ms, _delivery.c.id)
        .limit(bindparam("beyond"))
        .with_for_update(skip_locked=True)
    )


# Put together once: these are asked at every turn.
_READY = _ready(_its_turn())
_TAKEN = Chosen(
    lambda among: (
        with_notification(_CLAIMED, cast(_notification.c.facts, String))
        .where(among(_delivery.c.id))
        .order_by(_delivery.c.ready_ms, _delivery.c.id)
    )
)
_GONE = (
    select(_delivery.c.id, _delivery.c.uncertain_ms)
    .where(
        in_state(_delivery.c.state, "queued", "failed"),
        _delivery.c.expires_ms <= bindparam("now_ms"),
        or_(_delivery.c.uncertain_ms.is_(None), _delivery.c.expires_ms <= bindparam("long_ago_ms")),
    )
    .limit(bindparam("chunk"))
    .with_for_update(skip_locked=True)
)
_LEASED = Chosen(
    lambda among: (
        update(_delivery)
        .where(among(_delivery.c.id))
        .values(
            state="sending",
            token=bindparam("new_token"),
            attempts=_delivery.c.attempts + 1,
            claimed_ms=bindparam("now_ms"),
            ready_ms=bindparam("ends_ms"),
            uncertain_ms=case(
                (_delivery.c.state == "sending", func.coalesce(_delivery.c.uncertain_ms, _delivery.c.claimed_ms)),
                else_=_delivery.c.uncertain_ms,
            ),
        )
    )
)


@dataclass(frozen=True)
class Claim:
    """A delivery we hold the lease of. ``uncertain``: an earlier holder may have sent it. Instants aware UTC.

    ``since`` is the first claim whose outcome nobody knows, or this one; ``gap_ms`` what its lane must rest after it.
    """

    id: int
    alliance_id: int
    token: str
    kind: str
    about: str
    occasion: str
    recipient_id: int
    facts: Mapping[str, object]
    notification_id: int
    channel: str
    attempts: int
    posted_at: datetime
    uncertain: bool
    address_id: int | None
    since: datetime
    strand: str
    expires_ms: int | None
    lane: str
    account: str
    gap_ms: int = 0

    @property
    def key(self) -> str:
        """The natural key of what is told: the same on every attempt."""
        return f"{self.alliance_id}/{self.kind}/{self.about}/{self.occasion}/{self.recipient_id}"


def claim(
    connection: Connection,
    now: datetime,
    channels: Iterable[str],
    *,
    at_most: int = 8,
    rate: Rate = UNLIMITED,
    over_by: datetime | None = None,
) -> tuple[Claim, ...]:
    """Take deliveries that are due under a lease, oldest first, and of a strand only the first that is open.

    ``over_by`` says which leases are over, where that is not ``now``: the clock was set a moment ago. Whose lane or
    account is shut is left until it opens; the others are charged to theirs. In a sender's transaction only: on
    PostgreSQL other senders pass over the rows that this one looks at.
    """
    expire(connection, now)
    beyond = at_most if rate == UNLIMITED else max(at_most, LOOK_BEYOND)
    wanted = {**_by(now, over_by), "channels": list(channels), "beyond": beyond}
    while rows := connection.execute(_READY, wanted).all():
        if taken := _admitted(connection, rows, rate, now, at_most):
            return taken  # else all of these wait now, and the next in line may go
    return ()


def _by(now: datetime, over_by: datetime | None) -> dict[str, int]:
    return {"now_ms": as_ms(now), "over_ms": as_ms(over_by or now)}


def claim_one(
    connection: Connection,
    delivery_id: int,
    now: datetime,
    rates: Mapping[str, Rate],
    *,
    over_by: datetime | None = None,
) -> Claim | str:
    """Take one delivery, whoever asks: the claim, or ``done`` if it is closed, ``later`` if it is not its turn."""
    expire(connection, now)
    if not is_open(connection, delivery_id):
        return "done"
    channel = connection.execute(select(_delivery.c.channel).where(_delivery.c.id == delivery_id)).scalar_one()
    if channel not in rates:
        return "later"
    only = _READY.where(_delivery.c.id == delivery_id)
    rows = connection.execute(only, {**_by(now, over_by), "channels": [channel], "beyond": 1}).all()
    taken = _admitted(connection, rows, rates[channel], now, 1) if rows else ()
    return taken[0] if taken else "later"


def is_open(connection: Connection, delivery_id: int) -> bool:
    """Whether a delivery is still to be sent, or nobody knows yet whether it was."""
    query = select(_delivery.c.id).where(_delivery.c.id == delivery_id, in_state(_delivery.c.state, *OPEN_STATES))
    return connection.execute(query).first() is not None


def expire(connection: Connection, now: datetime) -> None:
    """What was surely not sent and whose moment is gone will not be; what may have been sent is asked after.

    That is left to whoever claims it next, and counts as told where nobody can be asked, or nobody did for two days.
    """
    by = {"now_ms": as_ms(now), "long_ago_ms": as_ms(now - GIVE_UP_AFTER), "chunk": CHUNK}
    while gone := connection.execute(_GONE, by).all():
        surely = [row.id for row in gone if row.uncertain_ms is None]
        perhaps = [row.id for row in gone if row.uncertain_ms is not None]
        move(connection, among(connection, _delivery.c.id, surely), "expired", "moment_gone", now)
        move(connection, among(connection, _delivery.c.id, perhaps), "given_up", PERHAPS, now)
        if len(gone) < CHUNK:
            return


def _admitted(
    connection: Connection, rows: Sequence[Any], rate: Rate, now: datetime, at_most: int
) -> tuple[Claim, ...]:
    if rate == UNLIMITED:
        open_at = limits.shut_now(connection, as_ms(now))
    else:
        open_at = limits.locked(connection, {name for row in rows for name in (row.lane, row.account)})
    found = admit([Candidate(row.id, row.lane, row.account) for row in rows], open_at, rate, as_ms(now), at_most)
    limits.shut(connection, found.charged)
    _wait(connection, found.waiting)
    if not found.taken:
        return ()
    return _lease(connection, found.taken, rate, now)


def _wait(connection: Connection, waiting: Mapping[int, int]) -> None:
    """Not looked at again before its limit opens: no step of its own, it stays what it was."""
    if waiting:
        update_rows(connection, _delivery, {}, ("ready_ms",), list(waiting.items()))


def _lease(connection: Connection, ids: Sequence[int], rate: Rate, now: datetime) -> tuple[Claim, ...]:
    token = secrets.token_hex(8)
    rows = _TAKEN.run(connection, ids).all()
    _LEASED.run(connection, ids, new_token=token, now_ms=as_ms(now), ends_ms=as_ms(now + LEASE))
    write_step_of_all(connection, ids, "sending", now)
    told = _told(rows)
    return tuple(_as_claim(row, told, token, rate, now) for row in rows)


def _told(rows: Sequence[Any]) -> dict[str, Mapping[str, object]]:
    """The facts of claimed rows by how they are written: what many are told alike is read once."""
    return {written: json.loads(written) for written in {row[FACTS] for row in rows}}


def _as_claim(row: Any, told: Mapping[str, Mapping[str, object]], token: str, rate: Rate, now: datetime) -> Claim:
    # In one go, in the order of the statement: to fetch each by its name takes longer than all the rest.
    id_, alliance, notification, channel, address, lane, account, strand, state, expires, attempts, *rest = row
    claimed, uncertain, kind, about, occasion, recipient, facts, posted_at = rest
    doubt = (uncertain or claimed) if state == "sending" else uncertain
    return Claim(
        id=id_,
        alliance_id=alliance,
        token=token,
        kind=kind,
        about=about,
        occasion=occasion,
        recipient_id=recipient,
        facts=told[facts],
        notification_id=notification,
        channel=channel,
        attempts=attempts + 1,
        posted_at=posted_at,
        uncertain=doubt is not None,
        address_id=address,
        since=now if doubt is None else from_ms(doubt),
        strand=strand,
        expires_ms=expires,
        lane=lane,
        account=account,
        gap_ms=rate.lane_gap_ms,
    )


# ----------------------------------------------------------------------------------------------- settling


def _ours(claim: Claim) -> Any:
    """The lease is still ours, and nothing has been settled."""
    return (_delivery.c.id == claim.id) & (_delivery.c.token == claim.token) & (_delivery.c.state == "sending")


def _settle(connection: Connection, claim: Claim, state: str, reason: str, now: datetime, **values: Any) -> bool:
    """Write the outcome if the lease is still ours; returns whether it was."""
    return bool(move(connection, _ours(claim), state, reason, now, **values))


@dataclass(frozen=True)
class Receipt:
    """What the provider said when it took a delivery. ``repeated``: an earlier attempt may have arrived too."""

    claim: Claim
    text: str
    at: datetime
    repeated: bool = False


def sent_all(connection: Connection, receipts: Sequence[Receipt]) -> int:
    """The provider has them; returns how many of the leases were still ours."""
    facts = [(r.claim.id, r.claim.token, r.at, r.text, "possibly_repeated" if r.repeated else "") for r in receipts]
    become, told = {"state": "sent"}, ("sent_at", "receipt", "reason")
    held = update_rows(connection, _delivery, become, told, facts, ("id", "token"), {"state": "sending"})
    ours = [receipt for receipt in receipts if (receipt.claim.id, receipt.claim.token) in held]
    # Charged when it was claimed; it arrived later, and the provider counts from then.
    limits.shut(connection, {r.claim.lane: as_ms(r.at) + r.claim.gap_ms for r in ours if r.claim.gap_ms})
    write_steps(
        connection,
        [
            (r.claim.alliance_id, r.claim.id, as_ms(r.at), "sent", "possibly_repeated" if r.repeated else "")
            for r in ours
        ],
    )
    return len(ours)


def sent(connection: Connection, claim: Claim, receipt: str, now: datetime, *, repeated: bool = False) -> bool:
    """The provider has it. ``repeated``: an earlier attempt may have arrived too, and we could not ask."""
    return sent_all(connection, [Receipt(claim, receipt, now, repeated)]) == 1


def failed(connection: Connection, claim: Claim, error: Undeliverable, now: datetime, *, doubt: bool = False) -> bool:
    """Surely not sent, worth trying again: later, or given up when it has been tried long enough.

    Or when there would be no time left: what must be told on its day goes by the next channel before the day is over.
    A provider that is busy shuts its limit for everybody, and its refusal does not count as an attempt. ``doubt`` is
    as for ``given_up``: this attempt surely failed, an earlier one may have arrived.
    """
    seed, since = f"{claim.id}/{claim.attempts}", _queued_at(connection, claim)
    again = retry_at(now, claim.attempts, since, error.retry_after, cause=error.cause, seed=seed)
    if error.park and again is not None:
        limits.shut(connection, {getattr(claim, error.park): as_ms(again)})
    if again is None or _must_go_on(connection, claim, again):
        return given_up(connection, claim, error.reason, now, doubt=doubt)
    attempts = claim.attempts - 1 if error.cause == "busy" else claim.attempts
    return _settle(connection, claim, "failed", error.reason, now, ready_ms=as_ms(again), attempts=attempts)


def _queued_at(connection: Connection, claim: Claim) -> datetime:
    """When this delivery was queued: one that fell back, or goes again, has its own time to be tried in."""
    again = case((_transition.c.reason == AGAIN, _transition.c.at_ms))
    query = select(func.coalesce(func.max(again), func.min(_transition.c.at_ms)))
    first = connection.execute(query.where(_transition.c.delivery_id == claim.id)).scalar_one_or_none()
    return claim.posted_at if first is None else max(claim.posted_at, from_ms(first))


def given_up(connection: Connection, claim: Claim, reason: str, now: datetime, *, doubt: bool = False) -> bool:
    """It will not arrive this way: the next channel where the reader can be reached is tried at once.

    ``doubt``: an earlier attempt may have arrived, so what another channel brings may be a repeat.
    """
    # Two of ours may have arrived, or one of ours and one by the channel before.
    twice = doubt and reason != PERHAPS and (claim.attempts > 2 or came_in_doubt(connection, claim))
    said = f"{reason}{'' if ':' in reason else ':'} ({PERHAPS})" if twice else reason
    ours = _settle(connection, claim, "given_up", said, now)
    if ours and reason != PERHAPS and (address := _next_way(connection, claim)) is not None:
        fall_back(connection, claim, address, as_ms(claim.since) if doubt else None, now)
    return ours


def _next_way(connection: Connection, claim: Claim) -> Any:
    """The reader's address on the next channel, one that comes later; None without."""
    later = later_channels(claim.kind, claim.channel)
    return address_of(connection, claim.alliance_id, claim.recipient_id, later) if later else None


def _must_go_on(connection: Connection, claim: Claim, again: datetime) -> bool:
    """Whether trying again then would be too late for another channel, and there is one."""
    return is_too_late(claim.expires_ms, again) and _next_way(connection, claim) is not None


def came_in_doubt(connection: Connection, claim: Claim) -> bool:
    """Whether the channel before may have brought it already: the doubt is older than the delivery itself."""
    if not claim.uncertain:
        return False
    before, steps = _delivery.alias("before"), _transition.c
    first = select(func.min(steps.at_ms)).where(steps.delivery_id == claim.id).scalar_subquery()
    fell_back = select(before.c.id).where(
        before.c.notification_id == claim.notification_id, before.c.id < claim.id, first > as_ms(claim.since)
    )
    return connection.execute(fell_back.limit(1)).first() is not None


def put_back(connection: Connection, claim: Claim, until: datetime, now: datetime, reason: str = WAITS) -> bool:
    """Surely not sent under this lease: it waits until then (its reader's quiet hours), and this was no attempt."""
    state = "failed" if claim.uncertain else "queued"
    return _settle(connection, claim, state, reason, now, ready_ms=as_ms(until), attempts=claim.attempts - 1)


def withdrawn(connection: Connection, claim: Claim, reason: str, now: datetime) -> bool:
    """No longer true when it was about to be sent: it is not sent."""
    return _settle(connection, claim, "withdrawn", reason, now)


def left_uncertain(connection: Connection, claim: Claim, reason: str, now: datetime) -> bool:
    """Nobody knows: it stays "sending", and whoever claims it next asks before it sends.

    Never before the lease ends, later each time, and not for ever: each attempt may be a copy for the recipient. Where
    asking would come too late for its day, the next channel brings it as a possible repeat.
    """
    again = retry_at(now, claim.attempts, _queued_at(connection, claim), LEASE.total_seconds())
    if again is None:
        return given_up(connection, claim, PERHAPS, now)
    if _must_go_on(connection, claim, again):
        return given_up(connection, claim, reason, now, doubt=True)
    first = func.coalesce(_delivery.c.uncertain_ms, _delivery.c.claimed_ms)
    return _settle(connection, claim, "sending", reason, now, uncertain_ms=first, ready_ms=as_ms(again))


def readdress(connection: Connection, claim: Claim, address: Address) -> Claim:
    """Note that a delivery goes to another address than when it was posted, so that the outbox tells the truth.

    Returns the claim as it is from now on: whoever is busy there shuts the limits of that address.
    """
    if address.id == claim.address_id:
        return claim
    account = account_of(address.channel, address.value)
    lane, account = f"{address.channel}:{address.value}", edits_of(account) if claim.kind == "edit" else account
    found = replace(claim, address_id=address.id, lane=lane, account=account)
    values = {"address_id": address.id, "lane": lane, "account": account}
    connection.execute(update(_delivery).where(_ours(claim)).values(values))
    return found


def next_ready(connection: Connection, channels: Iterable[str], after: datetime | None = None) -> datetime | None:
    """When the next open delivery may go out on one of the channels (aware UTC), None if there is none.

    ``after``: those that are ready by then are known, and wait for something else.
    """
    query = (
        select(_delivery.c.ready_ms)
        .where(in_state(_delivery.c.state, *OPEN_STATES), _delivery.c.channel.in_(tuple(channels)))
        .order_by(_delivery.c.ready_ms, _delivery.c.id)
        .limit(1)
    )
    if after is not None:
        query = query.where(_delivery.c.ready_ms > as_ms(after))
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else from_ms(found)
