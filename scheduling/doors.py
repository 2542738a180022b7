"""What a mail to somebody without a chat carries: a link to sign in by, and the links that its buttons are.

Every secret is made while the mail is written, and only its hash is kept. A mail that has to be written again carries
others; both work.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.deliveries import Sender
from alliance.doors import acts_until
from alliance.members import Address, Person
from alliance.messages import Button, Buttons, Form, Message
from alliance.words import Words
from scheduling.truth import NoLongerTrue
from storage import doors, outbox
from storage.doors import Door, Offer
from storage.queries import actors, register
from templates import write

BYTES = 32


def sign_in_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, sender: Sender, now: datetime
) -> Message:
    """The links to sign in by, one for each alliance that knows the mailbox, its own first.

    Raises NoLongerTrue where there are no pages, no address or no office any more.
    """
    address = outbox.address_of(connection, alliance.id, person.id, ("mail",))
    if address is None or not sender.pages:
        raise NoLongerTrue("not_theirs")
    known = _mailed_there(connection, address.value, now)
    if alliance.id not in known:
        raise NoLongerTrue("not_theirs")
    to, until = str(claim.facts["leads_to"]), datetime.fromisoformat(str(claim.facts["expires_at"]))
    links, named = [], Counter(one.name for one in known.values())
    for one in sorted(known.values(), key=lambda found: found.door.alliance_id != alliance.id):
        secret = secrets.token_urlsafe(BYTES)
        doors.add_sign_in(connection, replace(one.door, leads_to=to), secret, until)
        told = one.towns if named[one.name] > 1 else ()  # two alliances may go by one charter, and so by one name
        links.append((one.name, told, f"{sender.pages}/sign-in/{secret}"))
    return write(
        "sign_in", person.language, zone=alliance.charter.zone, person=person.name, links=tuple(links), until=until
    )


@dataclass(frozen=True)
class _Mailed:
    """Whose a mailbox is in an alliance: the door it opens, what the alliance is called, and whom they speak for."""

    door: Door
    name: Words
    towns: tuple[str, ...]


def _mailed_there(connection: Connection, mail: str, now: datetime) -> dict[int, _Mailed]:
    """Whoever is written to at a mailbox and may sign in, by alliance."""
    found = {}
    for alliance, person in register.known_at(connection, mail):
        address, today = (
            outbox.address_of(connection, alliance.id, person.id, ("mail",)),
            alliance.charter.calendar.day(now),
        )
        actor = actors.actor(connection, alliance, person, today)
        if actor.in_office and address is not None and address.value == mail:
            towns = register.organisations(connection, alliance.id, today, [t.organisation_id for t in actor.terms])
            door = Door(0, alliance.id, person.id, address.id, address.value)
            found[alliance.id] = _Mailed(door, alliance.charter.name, tuple(town.name for town in towns.values()))
    return found


def link_used_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """What was done by a link, as it was answered; its buttons are links of their own."""
    facts = cast(Mapping[str, Any], claim.facts)
    return write(
        "link_used",
        person.language,
        zone=alliance.charter.zone,
        summary=facts["summary"],
        label=facts["label"],
        at=datetime.fromisoformat(facts["at"]),
        buttons=tuple((label, words) for label, words in facts["buttons"]),
    )


def acting_links(
    connection: Connection,
    alliance: Alliance,
    claim: outbox.Claim,
    address: Address,
    message: Message,
    organisations: Collection[int],
    now: datetime,
) -> dict[str, str]:
    """Make a link for each button of a mail; returns their secrets by the words they say."""
    labels = {button.words: button.label for button in _buttons(message)}
    offers = [Offer(secrets.token_urlsafe(BYTES), words, label) for words, label in labels.items()]
    door = Door(0, alliance.id, claim.recipient_id, address.id, address.value)
    begins = claim.facts.get("starts_at")
    until = acts_until(now, datetime.fromisoformat(str(begins)) if begins else None)
    doors.add_acting(connection, door, offers, organisations, now, until)
    return {offer.words: offer.secret for offer in offers}


def _buttons(message: Message) -> Iterator[Button]:
    """The buttons that a mail shows: of a form only the first."""
    for block in message.blocks:
        if isinstance(block, Buttons):
            yield from (item for item in block.items if isinstance(item, Button))
        elif isinstance(block, Form):
            yield block.buttons[0]
