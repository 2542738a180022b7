"""What a mail to somebody without a chat carries: a link to sign in by, and the links that its buttons are.

Every secret is made while the mail is written, and only its hash is kept. A mail that has to be written again carries
others; both work.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.deliveries import Sender
from alliance.doors import acts_until
from alliance.members import Address, Person
from alliance.messages import Button, Buttons, Form, Message
from scheduling.truth import NoLongerTrue
from storage import doors, outbox
from storage.doors import Door, Offer
from storage.queries import register
from templates import write

BYTES = 32


def sign_in_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, sender: Sender, now: datetime
) -> Message:
    """The link to sign in by; raises NoLongerTrue where there are no pages, no address or no office any more."""
    address = outbox.address_of(connection, alliance.id, person.id, ("mail",))
    actor = register.actor(connection, alliance, person, alliance.charter.calendar.day(now))
    if address is None or not sender.pages or not actor.in_office:
        raise NoLongerTrue("not_theirs")
    secret, until = secrets.token_urlsafe(BYTES), datetime.fromisoformat(str(claim.facts["expires_at"]))
    door = Door(0, alliance.id, person.id, address.id, address.value, str(claim.facts["leads_to"]))
    doors.add_sign_in(connection, door, secret, until)
    return write(
        "sign_in",
        person.language,
        zone=alliance.charter.zone,
        person=person.name,
        alliance=alliance.charter.name,
        url=f"{sender.pages}/sign-in/{secret}",
        until=until,
    )


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
