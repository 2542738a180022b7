"""The register of people as it is read out: who holds which office, and how they are reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alliance.charter import Body, OfficeKind
from alliance.words import Words


@dataclass(frozen=True)
class ContactCard:
    """One person in one office of one member on a day.

    ``acting`` when they may act for whoever holds it. ``since`` is the first local day and ``until`` the day
    it ends (exclusive; None: open). ``address`` is the one they are written to at, empty for none;
    ``unreachable`` is why nothing reaches them there, empty while it does. ``broken`` are all channels on which they
    cannot be reached, each with the reason.
    """

    person_id: int
    name: str
    office: OfficeKind
    acting: bool
    since: date
    until: date | None
    address: str
    unreachable: str
    broken: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Adviser:
    """Somebody who advises a member: their name, their organisation's, and the mail address, "" where none is known."""

    name: str
    organisation: str
    address: str


@dataclass(frozen=True)
class Follows:
    """What follows when an office of a member changes hands on a day.

    ``duties`` are what is open and asked of others from then on, each with their names (empty: nobody is asked);
    ``bodies`` those in which the office sits for the member, with the name of who sits there then, "" for nobody;
    ``meetings`` the titles of the called meetings of these from that day on.
    """

    duties: tuple[tuple[Words, tuple[str, ...]], ...] = ()
    bodies: tuple[tuple[Body, str], ...] = ()
    meetings: tuple[Words, ...] = ()
