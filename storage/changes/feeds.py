"""The secrets of calendar feeds: made, and revoked. Only their hash is kept."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, insert, update

from storage.tables import tables

_token = tables["feed_token"]


def hash_of(token: str) -> str:
    """SHA-256 in hex: the token is 24 random bytes, so nothing slower is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def make(connection: Connection, alliance_id: int, person_id: int, token: str, now: datetime) -> None:
    """Give a person a new feed; the one before stops working."""
    revoke(connection, alliance_id, person_id, now)
    connection.execute(
        insert(_token).values(alliance_id=alliance_id, person_id=person_id, hash=hash_of(token), made_at=now)
    )


def revoke(connection: Connection, alliance_id: int, person_id: int, now: datetime) -> None:
    connection.execute(
        update(_token)
        .where(_token.c.alliance_id == alliance_id, _token.c.person_id == person_id, _token.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
