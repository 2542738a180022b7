"""What became of one parcel: hand it over, or ask after it, and say how its delivery is settled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from alliance.deliveries import Transport, Uncertain, Undeliverable
from alliance.findings import reason_class
from scheduling import stopwatch
from scheduling.parcels import Outgoing
from storage import outbox
from storage.changes.register import mark_not_to_blame, mark_unreachable
from storage.outbox import leases

log = logging.getLogger("tovholder.deliver")

PART_OF_LEASE = 0.7  # an answer that is not here by then is no answer: the lease runs out


@dataclass(frozen=True)
class Outcome:
    """How one delivery ended: its name for counting, and either a receipt or the change that settles it."""

    name: str
    receipt: outbox.Receipt | None = None
    settle: Callable[[Connection], bool] | None = None

    @property
    def shuts_a_limit(self) -> bool:
        """Whether settling it may shut a lane or an account for other senders."""
        return self.receipt is None or self.receipt.claim.gap_ms > 0


def settle_all(connection: Connection, outcomes: Sequence[Outcome]) -> int:
    """Write the outcomes down; returns how many were settled by somebody else meanwhile."""
    receipts = [outcome.receipt for outcome in outcomes if outcome.receipt is not None]
    ours = outbox.sent_all(connection, receipts) if receipts else 0
    ours += sum(outcome.settle(connection) for outcome in outcomes if outcome.settle is not None)
    return len(outcomes) - ours


async def carry(transport: Transport, outgoing: Outgoing, clock: Callable[[], datetime]) -> Outcome:
    """Hand one parcel over. Whoever may have sent it before us is asked after first, where that is possible."""
    claim, parcel = outgoing.claim, outgoing.parcel
    unanswered, begun, enough = claim.uncertain, stopwatch.seconds(), leases.LEASE.total_seconds() * PART_OF_LEASE
    try:
        async with asyncio.timeout(enough):
            if claim.uncertain and transport.can_be_asked:
                known = await transport.find(parcel)
                if known is not None:
                    return Outcome("sent", outbox.Receipt(claim, known, clock(), outgoing.elsewhere))
                if stopwatch.seconds() - begun > enough:  # stood still meanwhile: somebody else may have sent it since
                    raise TimeoutError
                unanswered = outgoing.elsewhere
            if outgoing.overtaken:
                return _overtaken(outgoing, clock(), sure=not unanswered)
            receipt = await transport.send(parcel)
    except TimeoutError:
        return _doubtful(transport, outgoing, "timeout", clock())
    except Undeliverable as error:
        return _undelivered(outgoing, error, clock(), doubt=unanswered)
    except Uncertain as doubt:
        return _doubtful(transport, outgoing, doubt.reason, clock())
    except Exception as fault:  # one that cannot be sent must not hold up all the others
        log.exception("delivery %s cannot be sent", claim.id)
        return _doubtful(transport, outgoing, f"transport: {type(fault).__name__}", clock())
    return Outcome("sent", outbox.Receipt(claim, receipt, clock(), repeated=unanswered))


def _note(claim: outbox.Claim, state: str, reason: str) -> None:
    """One line of the log for what did not go as it should; of the reason only its class is written there."""
    facts = {"delivery": claim.id, "alliance": claim.alliance_id, "channel": claim.channel}
    log.warning("a delivery did not get through", extra={**facts, "state": state, "reason": reason_class(reason)})


def too_late(outgoing: Outgoing, now: datetime) -> Outcome:
    """The process stood still for so long that the lease may be somebody else's: surely not sent by us."""
    claim = outgoing.claim
    frozen = Undeliverable(False, "lease_ran_out")
    return Outcome("failed", settle=lambda c: outbox.failed(c, claim, frozen, now, doubt=claim.uncertain))


def _doubtful(transport: Transport, outgoing: Outgoing, reason: str, now: datetime) -> Outcome:
    """Nobody knows whether it arrived. A provider that cannot be asked gets at most one repeat, not a flood."""
    claim = outgoing.claim
    _note(claim, "sending", reason)
    if claim.uncertain and not transport.can_be_asked:
        return Outcome("given_up", settle=lambda c: outbox.given_up(c, claim, "perhaps_sent", now))
    return Outcome("uncertain", settle=lambda c: outbox.left_uncertain(c, claim, reason, now))


def _overtaken(outgoing: Outgoing, now: datetime, *, sure: bool) -> Outcome:
    """An earlier holder may have sent it: unless we are sure it did not, its rung counts as told."""
    claim = outgoing.claim
    if sure:
        return Outcome("not_sent", settle=lambda c: outbox.withdrawn(c, claim, outgoing.overtaken, now))
    return Outcome("not_sent", settle=lambda c: outbox.given_up(c, claim, "perhaps_sent", now))


def _undelivered(outgoing: Outgoing, error: Undeliverable, now: datetime, *, doubt: bool) -> Outcome:
    """``doubt``: an earlier attempt may have arrived, and the provider could not be asked, or would not answer."""
    claim = outgoing.claim
    _note(claim, "given_up" if error.permanent else "failed", error.reason)

    def try_again(connection: Connection) -> bool:
        if error.not_to_blame:
            mark_not_to_blame(connection, error.not_to_blame)
        return outbox.failed(connection, claim, error, now, doubt=doubt)

    def give_up(connection: Connection) -> bool:
        if error.address_is_wrong:
            mark_unreachable(connection, outgoing.address_id, error.reason, now)
        return outbox.given_up(connection, claim, error.reason, now, doubt=doubt)

    return Outcome("given_up", settle=give_up) if error.permanent else Outcome("failed", settle=try_again)
