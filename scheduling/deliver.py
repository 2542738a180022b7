"""The sender: claim, write, send, settle. One loop; each of its turns at the database is one worker-thread hop.

The promise: posted once, delivered at least once, until it is sent, given up, withdrawn or expired. After an
interruption the provider is asked before anything is sent again, where it can be asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from alliance.alliances import Alliance
from alliance.deliveries import Parcel, Sender, Transport, Uncertain, Undeliverable
from alliance.members import Address, Person
from alliance.messages import Message
from scheduling.wording import NoLongerTrue, thread_of, words_for
from storage import outbox
from storage.changes.register import mark_unreachable
from storage.engine import writing
from storage.queries import register

log = logging.getLogger("tovholder.deliver")


@dataclass(frozen=True)
class Outgoing:
    """A parcel ready to go, with the claim that allows it.

    ``overtaken`` is why it is no longer true: then it may only be asked for, never sent.
    """

    claim: outbox.Claim
    parcel: Parcel
    address_id: int
    overtaken: str = ""


Outcome = Callable[[Connection], bool]


def send_due(engine: Engine, transports: Mapping[str, Transport], clock: Callable[[], datetime]) -> Counter[str]:
    """Send everything that is due, in an event loop of its own; returns how many deliveries ended how."""

    async def once() -> Counter[str]:
        try:
            return await deliver(engine, transports, clock)
        finally:  # a connection belongs to its loop and must not outlive it
            for transport in transports.values():
                await transport.close()

    return asyncio.run(once())


async def deliver(engine: Engine, transports: Mapping[str, Transport], clock: Callable[[], datetime]) -> Counter[str]:
    """Send everything that is due, one by one; returns how many deliveries ended in which outcome.

    One by one, because what is told is checked against the truth when it is taken: nothing may wait between.
    """
    outcomes: Counter[str] = Counter()
    while True:
        taken, outgoing = await asyncio.to_thread(_take, engine, transports, clock())
        if not taken:
            return outcomes
        if outgoing is None:
            outcomes["not_sent"] += 1
            continue
        outcome, settle = await _send(transports[outgoing.claim.channel], outgoing, clock())
        outcomes[outcome] += 1
        await asyncio.to_thread(_settle, engine, settle)


def _settle(engine: Engine, settle: Outcome) -> None:
    with writing(engine) as connection:
        if not settle(connection):
            log.warning("a delivery was settled by somebody else meanwhile")


def _take(engine: Engine, transports: Mapping[str, Transport], now: datetime) -> tuple[bool, Outgoing | None]:
    """Claim what is due next and put it into words; what is no longer true is withdrawn at once.

    Returns whether there was anything, and the parcel if it is to go out.
    """
    with writing(engine) as connection:
        claims = outbox.claim(connection, now, transports, at_most=1)
        if not claims:
            return False, None
        known = {alliance.id: alliance for alliance in register.alliances(connection)}
        claim = claims[0]
        return True, _write(connection, known[claim.alliance_id], claim, transports[claim.channel].sender, now)


def _write(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, sender: Sender, now: datetime
) -> Outgoing | None:
    person = register.people(connection, alliance.id, [claim.recipient_id])[claim.recipient_id]
    address = _address(connection, alliance, claim, person)
    if address is None:
        outbox.given_up(connection, claim, "no_address")
        return None
    if alliance.is_demo and not _invented(address.value):
        outbox.given_up(connection, claim, "demo_writes_to_example_only")
        return None
    try:
        message, overtaken = words_for(connection, alliance, claim, person, sender, now), ""
    except NoLongerTrue as gone:
        if not claim.uncertain:
            outbox.withdrawn(connection, claim, gone.reason)
            return None
        message, overtaken = Message(gone.reason), gone.reason
    except Exception as fault:  # one that cannot be written must not hold up all the others
        log.exception("delivery %s cannot be put into words", claim.id)
        outbox.failed(connection, claim, f"words: {type(fault).__name__}", now)
        return None
    outbox.readdress(connection, claim, address)
    parcel = Parcel(
        delivery_id=claim.id,
        key=claim.key,
        to_name=person.name,
        to_address=address.value,
        language=person.language,
        message=message,
        at=claim.posted_at.astimezone(ZoneInfo(alliance.charter.zone)),
        thread=thread_of(claim),
        alliance_id=alliance.id,
    )
    return Outgoing(claim, parcel, address.id, overtaken)


def _address(connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person) -> Address | None:
    """The newest working address of the person on the claim's channel; it may have changed since posting."""
    found = register.addresses(connection, alliance.id, [person.id]).get(person.id, ())
    working = [a for a in found if a.channel == claim.channel and a.unreachable_since is None]
    return working[-1] if working else None


def _invented(address: str) -> bool:
    """Whether nobody real can have this address (RFC 2606)."""
    return address.endswith((".example", ".test", ".invalid"))


async def _send(transport: Transport, outgoing: Outgoing, now: datetime) -> tuple[str, Outcome]:
    """Hand one parcel over and return the outcome with the change that settles it."""
    claim, parcel = outgoing.claim, outgoing.parcel
    try:
        if claim.uncertain and transport.can_be_asked:
            known = await transport.find(parcel)
            if known is not None:
                return "sent", lambda c: outbox.sent(c, claim, known, now)
        if outgoing.overtaken:
            return _overtaken(outgoing, sure=transport.can_be_asked)
        receipt = await transport.send(parcel)
    except Undeliverable as error:
        return _undelivered(outgoing, error, now)
    except Uncertain as doubt:
        return _doubtful(claim, transport, doubt.reason, now)
    except Exception as fault:  # one that cannot be sent must not hold up all the others
        log.exception("delivery %s cannot be sent", claim.id)
        return _doubtful(claim, transport, f"transport: {type(fault).__name__}", now)
    repeated = claim.uncertain and not transport.can_be_asked
    return "sent", lambda c: outbox.sent(c, claim, receipt, now, repeated=repeated)


def _doubtful(claim: outbox.Claim, transport: Transport, reason: str, now: datetime) -> tuple[str, Outcome]:
    """Nobody knows whether it arrived. A provider that cannot be asked gets at most one repeat, not a flood."""
    if claim.uncertain and not transport.can_be_asked:
        return "given_up", lambda c: outbox.given_up(c, claim, "perhaps_sent")
    return "uncertain", lambda c: outbox.left_uncertain(c, claim, reason, now)


def _overtaken(outgoing: Outgoing, *, sure: bool) -> tuple[str, Outcome]:
    """An earlier holder may have sent it: unless we are sure it did not, its rung counts as told."""
    claim = outgoing.claim
    if sure:
        return "not_sent", lambda c: outbox.withdrawn(c, claim, outgoing.overtaken)
    return "not_sent", lambda c: outbox.given_up(c, claim, "perhaps_sent")


def _undelivered(outgoing: Outgoing, error: Undeliverable, now: datetime) -> tuple[str, Outcome]:
    claim = outgoing.claim
    if not error.permanent:
        return "failed", lambda c: outbox.failed(c, claim, error.reason, now, error.retry_after)

    def give_up(connection: Connection) -> bool:
        if error.address_is_wrong:
            mark_unreachable(connection, outgoing.address_id, error.reason, now)
        return outbox.given_up(connection, claim, error.reason)

    return "given_up", give_up
