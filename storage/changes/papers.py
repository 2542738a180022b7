"""Papers as they are issued: kept for ever, and never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import Connection, insert, update

from alliance.papers import Copy, Paper, PaperFile, as_json
from storage.changes.facts import added_id
from storage.tables import tables


def keep_paper(connection: Connection, alliance_id: int, meeting_id: int, paper: Paper, person_id: int) -> int:
    """Keep what a paper says (its ``all`` copy); returns its id. Raises IntegrityError if it was issued already."""
    statement = insert(tables["paper"]).values(
        alliance_id=alliance_id,
        meeting_id=meeting_id,
        kind=paper.kind,
        number=paper.number,
        status=paper.status,
        reason=paper.reason,
        frozen=as_json(paper),
        issued_at=paper.issued_at,
        issued_by=person_id,
    )
    return added_id(connection.execute(statement))


def keep_file(
    connection: Connection, alliance_id: int, paper_id: int, copy: Copy, name: str, content: bytes
) -> PaperFile:
    """Keep the bytes of one copy with their SHA-256."""
    file = PaperFile(name, content, hashlib.sha256(content).hexdigest())
    values = {"name": file.name, "content": file.content, "sha256": file.sha256}
    connection.execute(
        insert(tables["paper_file"]).values(alliance_id=alliance_id, paper_id=paper_id, copy=copy, **values)
    )
    return file


def note_copy(connection: Connection, notification_id: int, facts: Mapping[str, object]) -> None:
    """Note that a reader gets another copy than was promised: their right to it ended before it left."""
    notification = tables["notification"]
    connection.execute(update(notification).where(notification.c.id == notification_id).values(facts=dict(facts)))
