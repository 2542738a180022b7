"""Who asked to join, and who signed for whom; what was taken back is left out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.engine import Row

from alliance.accessions import Accession
from storage.tables import tables

_accession, _person = tables["accession"], tables["person"]
_STANDING = (
    select(_accession, _person.c.name.label("by_name"))
    .join(_person, _person.c.id == _accession.c.recorded_by)
    .where(_accession.c.withdrawn_at.is_(None))
)


def accessions(connection: Connection, alliance_id: int) -> tuple[Accession, ...]:
    """All of them, the newest first."""
    query = _STANDING.where(_accession.c.alliance_id == alliance_id).order_by(_accession.c.id.desc())
    return tuple(map(_as_accession, connection.execute(query)))


def _as_accession(row: Row[Any]) -> Accession:
    return Accession(
        id=row.id,
        organisation_id=row.organisation_id,
        asked_on=row.asked_on,
        asked_by=row.asked_by,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        recorded_by_name=row.by_name,
        signed_by=row.signed_by,
        signed_role=row.signed_role,
        signed_on=row.signed_on,
        document=row.document,
        since=row.since,
        withdrawn_at=row.withdrawn_at,
    )
