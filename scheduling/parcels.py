"""From claims to parcels: whom they go to, in which words, and whether they are still true."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from alliance.alliances import Alliance
from alliance.deliveries import Parcel, Transport, Undeliverable
from alliance.members import Address, OfficeTerm, Person
from alliance.messages import Message
from alliance.quiet import waits_until
from scheduling.doors import acting_links
from scheduling.edits import edited
from scheduling.reminding import Owing
from scheduling.truth import NotYet
from scheduling.wording import NoLongerTrue, thread_of, words_for
from storage import outbox
from storage.outbox import leases
from storage.queries import register

log = logging.getLogger("tovholder.deliver")


@dataclass(frozen=True)
class Outgoing:
    """A parcel ready to go, with the claim that allows it.

    ``overtaken`` is why it is no longer true: then it may only be asked for, never sent. ``elsewhere``: its reader may
    have it by another way, of which this channel's provider knows nothing.
    """

    claim: outbox.Claim
    parcel: Parcel
    address_id: int
    overtaken: str = ""
    elsewhere: bool = False


@dataclass(frozen=True)
class _Readers:
    """Who the claims of one alliance go to, read at once for all of them."""

    alliance: Alliance
    people: Mapping[int, Person]
    addresses: Mapping[int, Sequence[Address]]
    terms: Mapping[int, Sequence[OfficeTerm]]
    owing: Owing | None  # None: what each owes is read with their own words

    def organisations(self, claim: outbox.Claim) -> set[int]:
        """The members that the reader acts for; working for the secretariat is none of them."""
        theirs = self.terms.get(claim.recipient_id, ())
        return {t.organisation_id for t in theirs if t.office != self.alliance.charter.secretariat.office}

    def address(self, claim: outbox.Claim) -> Address | None:
        """The newest working address of the reader on the claim's channel; it may have changed since posting."""
        found = self.addresses.get(claim.recipient_id, ())
        working = [a for a in found if a.channel == claim.channel and a.unreachable_since is None]
        return working[-1] if working else None


def parcels(
    connection: Connection,
    claims: Sequence[outbox.Claim],
    transports: Mapping[str, Transport],
    now: datetime,
    *,
    apart: bool = False,
) -> list[Outgoing]:
    """The parcels of the claims that are still to go out; the others are settled here, as no longer true.

    ``apart``: the words of each are found in a savepoint of their own, so that one which the database refuses spoils
    only itself. Raises SQLAlchemyError where the database goes away, and, without ``apart``, where it refuses.
    """
    linked = any(_has_links(transports[claim.channel]) for claim in claims)
    readers = _readers(connection, claims, now, apart, linked)
    written = (_write(connection, readers[c.alliance_id], c, transports[c.channel], now, apart) for c in claims)
    return [outgoing for outgoing in written if outgoing is not None]


def _readers(
    connection: Connection, claims: Sequence[outbox.Claim], now: datetime, apart: bool, linked: bool
) -> dict[int, _Readers]:
    known = {alliance.id: alliance for alliance in register.alliances(connection)}
    found = {}
    for alliance_id in {claim.alliance_id for claim in claims}:
        ids = [claim.recipient_id for claim in claims if claim.alliance_id == alliance_id]
        alliance, people = known[alliance_id], register.people(connection, alliance_id, ids)
        today = alliance.charter.calendar.day(now)
        owing = None if apart else Owing(connection, alliance, ids, today)
        addresses = register.addresses(connection, alliance_id, ids)
        terms = register.terms_on(connection, alliance_id, ids, today) if linked else {}
        found[alliance_id] = _Readers(alliance, people, addresses, terms, owing)
    return found


def _write(
    connection: Connection, readers: _Readers, claim: outbox.Claim, transport: Transport, now: datetime, apart: bool
) -> Outgoing | None:
    alliance, person, address = readers.alliance, readers.people[claim.recipient_id], readers.address(claim)
    doubt = claim.uncertain  # whoever can be asked has not been asked yet
    if address is None:
        outbox.given_up(connection, claim, "no_address", now, doubt=doubt)
        return None
    if alliance.is_demo and not _invented(claim.channel, address.value):
        outbox.given_up(connection, claim, "demo_writes_to_example_only", now, doubt=doubt)
        return None
    if until := _waits(alliance, claim, person, now):
        outbox.put_back(connection, claim, until, now)
        return None
    try:
        with connection.begin_nested() if apart else nullcontext():
            message, overtaken = _words(connection, readers, claim, person, transport, now), ""
    except NoLongerTrue as gone:
        if not claim.uncertain:
            outbox.withdrawn(connection, claim, gone.reason, now)
            return None
        message, overtaken = Message(gone.reason), gone.reason
    except NotYet as waits:
        wait = max(leases.LEASE, (waits.until or now) - now)  # no sooner than what it waits for is looked at again
        outbox.failed(
            connection, claim, Undeliverable(False, waits.reason, wait.total_seconds(), cause="busy"), now, doubt=doubt
        )
        return None
    except Exception as fault:  # one that cannot be written must not hold up all the others
        if isinstance(fault, SQLAlchemyError) and (connection.invalidated or not apart):
            raise  # the transaction is lost, and with it the others'
        log.exception("delivery %s cannot be put into words", claim.id)
        reason = f"words: {type(fault).__name__}"
        outbox.failed(connection, claim, Undeliverable(False, reason, cause="refused"), now, doubt=doubt)
        return None
    elsewhere = doubt and (address.id != claim.address_id or outbox.came_in_doubt(connection, claim))
    claim = outbox.readdress(connection, claim, address)
    parcel = _parcel(alliance, claim, person, address, message, edited(connection, claim))
    if _has_links(transport) and not overtaken:
        links = acting_links(connection, alliance, claim, address, message, readers.organisations(claim), now)
        parcel = replace(parcel, links=links)
    return Outgoing(claim, parcel, address.id, overtaken, elsewhere)


def _has_links(transport: Transport) -> bool:
    """Whether the buttons of what is sent become links: in a mail, where there are pages they can lead to."""
    return transport.channel == "mail" and bool(transport.sender.pages)


def _waits(alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime) -> datetime | None:
    """Until when it waits for the end of its reader's quiet hours, if it must."""
    expires_at = None if claim.expires_ms is None else outbox.from_ms(claim.expires_ms)
    return waits_until(person.quiet, claim.kind, alliance.charter.calendar, now, expires_at)


def _words(
    connection: Connection, readers: _Readers, claim: outbox.Claim, person: Person, transport: Transport, now: datetime
) -> Message:
    if claim.expires_ms is not None and claim.expires_ms <= outbox.as_ms(now):
        raise NoLongerTrue("moment_gone")  # of what was surely not sent this is seen before it is claimed
    alliance = readers.alliance
    alone = connection, alliance, claim, person, transport.sender.writing_for(alliance.charter.name.da), now
    try:
        return words_for(*alone, readers.owing)
    except (NoLongerTrue, NotYet, SQLAlchemyError):
        raise
    except Exception:
        log.warning("delivery %s is put into words by itself", claim.id)
        return words_for(*alone)  # what is read for many is spoilt by a fault in what one of them owes


def _parcel(
    alliance: Alliance, claim: outbox.Claim, person: Person, address: Address, message: Message, edits: str
) -> Parcel:
    return Parcel(
        delivery_id=claim.id,
        key=claim.key,
        to_name=person.name,
        to_address=address.value,
        language=person.language,
        message=message,
        at=claim.posted_at.astimezone(ZoneInfo(alliance.charter.zone)),
        thread=thread_of(claim),
        alliance_id=alliance.id,
        since=claim.since,
        alliance=alliance.charter.name.da,
        edits=edits,
    )


def _invented(channel: str, address: str) -> bool:
    """Whether nobody real can have this address (RFC 2606)."""
    return channel != "mail" or address.endswith((".example", ".test", ".invalid"))
