"""Links to sign in by, sessions, and links in mails that act: made, found, used up and forgotten.

The secrets are 32 random bytes, so that their SHA-256 needs no salt. Instants are aware UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, delete, func, insert, or_, select, update

from alliance.doors import IDLE, KEPT, LONGEST, SIGN_IN_FOR, ActingLink
from storage.changes.feeds import hash_of
from storage.changes.feeds import revoke as revoke_feed
from storage.tables import tables

_sign_in, _session, _acting = tables["sign_in_link"], tables["web_session"], tables["acting_link"]
_address, _notification = tables["address"], tables["notification"]
_OURS: BindParameter[int] = bindparam("alliance")
_OLD = (
    delete(_session).where(
        _session.c.alliance_id == _OURS,
        or_(_session.c.seen_at <= bindparam("idle"), _session.c.made_at <= bindparam("longest")),
    ),
    delete(_sign_in).where(_sign_in.c.alliance_id == _OURS, _sign_in.c.expires_at < bindparam("kept")),
    delete(_acting).where(_acting.c.alliance_id == _OURS, _acting.c.expires_at < bindparam("kept")),
)


@dataclass(frozen=True)
class Door:
    """Whose a link to sign in by, or a session, is: ``address`` is the mail address it went to, still in use."""

    id: int
    alliance_id: int
    person_id: int
    address_id: int
    address: str
    leads_to: str = ""
    seen_at: datetime | None = None


# ---------------------------------------------------------------------------------------------------- signing in


def asked_lately(connection: Connection, alliance_id: int, person_id: int, now: datetime) -> int:
    """How many links to sign in by were posted to a person that may still work."""
    asked = (
        _notification.c.alliance_id == alliance_id,
        _notification.c.recipient_id == person_id,
        _notification.c.kind == "sign_in",
        _notification.c.posted_at > now - SIGN_IN_FOR,
    )
    return connection.execute(select(func.count()).select_from(_notification).where(*asked)).scalar_one()


def add_sign_in(connection: Connection, door: Door, secret: str, expires_at: datetime) -> None:
    """Keep a link to sign in by; ``door.id`` is not looked at."""
    connection.execute(
        insert(_sign_in).values(
            alliance_id=door.alliance_id,
            person_id=door.person_id,
            address_id=door.address_id,
            hash=hash_of(secret),
            leads_to=door.leads_to,
            expires_at=expires_at,
        )
    )


def sign_in(connection: Connection, secret: str, now: datetime) -> Door | None:
    """Whose a link to sign in by is; None for one that never was, was used, is too old or went to an ended address."""
    query = _with_address(_sign_in, secret).where(_sign_in.c.used_at.is_(None), _sign_in.c.expires_at > now)
    row = connection.execute(query).first()
    return _door(row, leads_to=row.leads_to) if row else None


def use_sign_in(connection: Connection, door: Door, now: datetime) -> bool:
    """Use up a link and with it every other of the person's; returns whether it was still to be had."""
    unused = (_sign_in.c.alliance_id == door.alliance_id, _sign_in.c.used_at.is_(None))
    mine = update(_sign_in).where(*unused, _sign_in.c.id == door.id).values(used_at=now)
    if connection.execute(mine).rowcount != 1:
        return False
    connection.execute(update(_sign_in).where(*unused, _sign_in.c.person_id == door.person_id).values(used_at=now))
    return True


def verify(connection: Connection, address_id: int, now: datetime) -> None:
    """Note that whoever has an address has read what was mailed there."""
    unverified = (_address.c.id == address_id, _address.c.verified_at.is_(None))
    connection.execute(update(_address).where(*unverified).values(verified_at=now))


# ------------------------------------------------------------------------------------------------------ sessions


def open_session(connection: Connection, door: Door, secret: str, now: datetime) -> None:
    connection.execute(
        insert(_session).values(
            alliance_id=door.alliance_id,
            person_id=door.person_id,
            address_id=door.address_id,
            hash=hash_of(secret),
            made_at=now,
            seen_at=now,
        )
    )


def session(connection: Connection, secret: str, now: datetime) -> Door | None:
    """Who is signed in by a cookie; None for a session that never was, has ended or whose address is in use no more."""
    living = (_session.c.seen_at > now - IDLE, _session.c.made_at > now - LONGEST)
    row = connection.execute(_with_address(_session, secret).where(*living)).first()
    return _door(row, seen_at=row.seen_at) if row else None


def door_at(connection: Connection, alliance_id: int, mail: str) -> Door | None:
    """Whose a mail address in use is in an alliance; None if nobody there has it."""
    mine = (_address.c.alliance_id == alliance_id, _address.c.channel == "mail", _address.c.ended_at.is_(None))
    row = connection.execute(select(_address).where(*mine, _address.c.value == mail)).first()
    return Door(0, alliance_id, row.person_id, row.id, row.value) if row else None


def move_session(connection: Connection, door: Door, to: Door) -> None:
    """Let a session be that of the same mailbox's person in another alliance; it lasts no longer by that."""
    mine = update(_session).where(_session.c.alliance_id == door.alliance_id, _session.c.id == door.id)
    theirs = {"alliance_id": to.alliance_id, "person_id": to.person_id, "address_id": to.address_id}
    connection.execute(mine.values(**theirs))


def seen(connection: Connection, door: Door, now: datetime) -> None:
    """Note that a session was used."""
    mine = (_session.c.alliance_id == door.alliance_id, _session.c.id == door.id)
    connection.execute(update(_session).where(*mine).values(seen_at=now))


def end_session(connection: Connection, secret: str) -> None:
    """Sign out of one browser."""
    connection.execute(delete(_session).where(_session.c.hash == hash_of(secret)))


def end_all_of(connection: Connection, alliance_id: int, person_id: int, now: datetime) -> None:
    """Sign somebody out everywhere who has stopped, and close their calendar feed.

    Their links act no more, and say why.
    """
    revoke_feed(connection, alliance_id, person_id, now)
    for table in (_session, _sign_in):
        connection.execute(delete(table).where(table.c.alliance_id == alliance_id, table.c.person_id == person_id))


# ----------------------------------------------------------------------------------------------------- acting links


@dataclass(frozen=True)
class Offer:
    """A button of a mail that is being written: its secret, the words it says and how it is labelled."""

    secret: str
    words: str
    label: str


def add_acting(
    connection: Connection,
    door: Door,
    offers: Sequence[Offer],
    organisations: Collection[int],
    made_at: datetime,
    expires_at: datetime,
) -> None:
    """Keep the links of a mail; ``organisations`` are those its reader acts for. ``door.id`` is not looked at."""
    mine = {
        "alliance_id": door.alliance_id,
        "person_id": door.person_id,
        "address_id": door.address_id,
        "organisations": sorted(organisations),
        "offered": [],
        "made_at": made_at,
        "expires_at": expires_at,
    }
    rows = [{**mine, "hash": hash_of(each.secret), "words": each.words, "label": each.label} for each in offers]
    if rows:
        connection.execute(insert(_acting), rows)


def acting(connection: Connection, secret: str) -> ActingLink | None:
    """The link with this secret, whether or not it still works; None for one that never was or is forgotten."""
    query = (
        select(_acting, _address.c.value, _address.c.ended_at)
        .join(_address, _address.c.id == _acting.c.address_id)
        .where(_acting.c.hash == hash_of(secret))
    )
    row = connection.execute(query).first()
    return _acting_link(row) if row else None


def _acting_link(row: Row[Any]) -> ActingLink:
    return ActingLink(
        id=row.id,
        alliance_id=row.alliance_id,
        person_id=row.person_id,
        address=row.value,
        in_use=row.ended_at is None,
        words=row.words,
        label=row.label,
        organisations=tuple(row.organisations),
        offered=tuple(row.offered),
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )


def use_acting(connection: Connection, link: ActingLink, now: datetime) -> bool:
    """Use a link up; returns whether it was still to be had."""
    unused = (_acting.c.alliance_id == link.alliance_id, _acting.c.id == link.id, _acting.c.used_at.is_(None))
    return connection.execute(update(_acting).where(*unused).values(used_at=now)).rowcount == 1


def offer_next(connection: Connection, link: ActingLink, words: Collection[str]) -> None:
    """Note what the form that a link opened may say next."""
    mine = (_acting.c.alliance_id == link.alliance_id, _acting.c.id == link.id)
    connection.execute(update(_acting).where(*mine).values(offered=sorted(words)))


# ------------------------------------------------------------------------------------------------------ forgetting


def forget_old(connection: Connection, alliance_id: int, now: datetime) -> int:
    """Forget sessions that have ended, and links that have worked no more for ``KEPT``; returns how many."""
    before = {"idle": now - IDLE, "longest": now - LONGEST, "kept": now - KEPT}
    return sum(connection.execute(old, {"alliance": alliance_id, **before}).rowcount for old in _OLD)


def _with_address(table: Any, secret: str) -> Select[Any]:
    """The row with a secret, if the address it went to is still in use."""
    join = select(table, _address.c.value).join(_address, _address.c.id == table.c.address_id)
    return join.where(table.c.hash == hash_of(secret), _address.c.ended_at.is_(None))


def _door(row: Row[Any], *, leads_to: str = "", seen_at: datetime | None = None) -> Door:
    return Door(row.id, row.alliance_id, row.person_id, row.address_id, row.value, leads_to, seen_at)
