"""Codes for chat accounts: made by the secretariat, used once by whoever was told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from alliance.linking import GOOD_FOR, TRIES, TRIES_IN, hashed
from storage.tables import tables

WRONG = "link_code_wrong"
"""The journal's word for a code that is none."""
_code, _journal = tables["link_code"], tables["journal"]


def keep_code(connection: Connection, alliance_id: int, person_id: int, code: str, now: datetime) -> datetime:
    """Keep a new code for a person, in place of one that was not used; returns until when it is good (aware UTC)."""
    unused = _code.c.alliance_id == alliance_id, _code.c.person_id == person_id, _code.c.used_at.is_(None)
    connection.execute(update(_code).where(*unused).values(used_at=now))
    until = now + GOOD_FOR
    connection.execute(
        insert(_code).values(
            alliance_id=alliance_id, person_id=person_id, hash=hashed(code), made_at=now, expires_at=until
        )
    )
    return until


def use_code(connection: Connection, alliance_id: int, typed: str, now: datetime) -> int | None:
    """Use a code up; returns whose it is, None where it is no code, used or too old. ``now`` is aware UTC."""
    good = (
        _code.c.alliance_id == alliance_id,
        _code.c.hash == hashed(typed),
        _code.c.used_at.is_(None),
        _code.c.expires_at > now,
    )
    used = update(_code).where(*good).values(used_at=now).returning(_code.c.person_id)
    return connection.execute(used).scalar_one_or_none()


def tried_too_often(connection: Connection, account: str, now: datetime) -> bool:
    """Whether an account has tried as many wrong codes lately as it may."""
    wrong = (
        _journal.c.action == WRONG,
        _journal.c.about == f"account:{account}",
        _journal.c.at > now - TRIES_IN,
    )
    return connection.execute(select(func.count()).select_from(_journal).where(*wrong)).scalar_one() >= TRIES
