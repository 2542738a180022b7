"""Papers that were issued: what they say, and the files that were sent."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.engine import Row

from alliance.papers import Copy, Issued, PaperFile, PaperKind, from_json
from storage.tables import tables

_paper, _file = tables["paper"], tables["paper_file"]


def paper(connection: Connection, alliance_id: int, paper_id: int) -> Issued | None:
    """A paper by its number, everything in it: whoever shows it must ask for the reader's copy."""
    query = select(_paper).where(_paper.c.alliance_id == alliance_id, _paper.c.id == paper_id)
    row = connection.execute(query).first()
    return _as_issued(row) if row else None


def papers_of(
    connection: Connection, alliance_id: int, meeting_id: int, kinds: Collection[PaperKind] | None = None
) -> tuple[Issued, ...]:
    """Every paper issued for a meeting (of these kinds), oldest first."""
    query = select(_paper).where(_paper.c.alliance_id == alliance_id, _paper.c.meeting_id == meeting_id)
    if kinds is not None:
        query = query.where(_paper.c.kind.in_(kinds))
    return tuple(map(_as_issued, connection.execute(query.order_by(_paper.c.id))))


def _as_issued(row: Row[Any]) -> Issued:
    return Issued(row.id, row.meeting_id, from_json(row.frozen), row.issued_by)


def paper_file(connection: Connection, alliance_id: int, paper_id: int, copy: Copy) -> PaperFile | None:
    """The bytes of one copy exactly as they are sent."""
    query = select(_file).where(_file.c.alliance_id == alliance_id, _file.c.paper_id == paper_id, _file.c.copy == copy)
    row = connection.execute(query).first()
    return PaperFile(row.name, row.content, row.sha256) if row else None
