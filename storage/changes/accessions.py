"""How a municipality joins: asked, signed, taken back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, update

from storage.changes.facts import added_id
from storage.changes.looks import open_again
from storage.changes.register import add_membership
from storage.tables import tables

_accession, _membership = tables["accession"], tables["membership"]


def add_accession(
    connection: Connection,
    alliance_id: int,
    organisation_id: int,
    *,
    asked_on: date,
    asked_by: str,
    person_id: int,
    now: datetime,
) -> int:
    """Note that a municipality asks to join; returns the new id."""
    values = {"asked_on": asked_on, "asked_by": asked_by, "recorded_at": now, "recorded_by": person_id}
    statement = insert(_accession).values(alliance_id=alliance_id, organisation_id=organisation_id, **values)
    return added_id(connection.execute(statement))


def sign_accession(
    connection: Connection,
    alliance_id: int,
    id_: int,
    organisation_id: int,
    *,
    signed_by: str,
    signed_role: str,
    signed_on: date,
    document: str,
    since: date,
    person_id: int,
    now: datetime,
) -> None:
    """Write the signature down, and begin the membership on its day; the caller has looked that neither stands."""
    held = (_accession.c.alliance_id == alliance_id, _accession.c.id == id_, _accession.c.signed_on.is_(None))
    signature = {"signed_by": signed_by, "signed_role": signed_role, "signed_on": signed_on, "document": document}
    noted = {"since": since, "signed_at": now, "signature_by": person_id}
    connection.execute(update(_accession).where(*held).values(**signature, **noted))
    add_membership(connection, alliance_id, organisation_id, "member", since, None, now)


def withdraw_accession(
    connection: Connection,
    alliance_id: int,
    id_: int,
    organisation_id: int,
    since: date | None,
    *,
    person_id: int,
    now: datetime,
) -> None:
    """Take a request back, and with it the membership that was to begin on a day to come (``since``), if any."""
    held = (_accession.c.alliance_id == alliance_id, _accession.c.id == id_, _accession.c.withdrawn_at.is_(None))
    connection.execute(update(_accession).where(*held).values(withdrawn_at=now, withdrawn_by=person_id))
    if since is not None:
        theirs = (_membership.c.alliance_id == alliance_id, _membership.c.organisation_id == organisation_id)
        begins = (_membership.c.role == "member", _membership.c.valid_from == since)
        connection.execute(delete(_membership).where(*theirs, *begins))
        open_again(connection, alliance_id, organisation_id)
