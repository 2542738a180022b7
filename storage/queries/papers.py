"""Papers that were issued: what they say, and the files that were sent."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.engine import Row

from alliance.agendas import as_issued, closed_since, open_copy_now
from alliance.papers import Copy, Issued, Paper, PaperFile, PaperKind, from_json
from storage.queries import agendas
from storage.tables import tables

MINUTES: tuple[PaperKind, ...] = ("minutes",)
_paper, _file, _notification = tables["paper"], tables["paper_file"], tables["notification"]
_ISSUED = (
    select(_paper.c.id, _paper.c.meeting_id, _paper.c.kind, _paper.c.status)
    .where(_paper.c.alliance_id == bindparam("alliance"))
    .order_by(_paper.c.id)
)


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


def newest(connection: Connection, alliance_id: int, most: int) -> tuple[Issued, ...]:
    """The papers that were issued last, newest first."""
    query = select(_paper).where(_paper.c.alliance_id == alliance_id).order_by(_paper.c.id.desc()).limit(most)
    return tuple(map(_as_issued, connection.execute(query)))


def _as_issued(row: Row[Any]) -> Issued:
    return Issued(row.id, row.meeting_id, from_json(row.frozen), row.issued_by)


def copy_of(connection: Connection, alliance_id: int, issued: Issued, copy: Copy) -> Paper:
    """A copy as it may leave or be shown now: an item that was closed since it was issued is closed in the open one.

    Closed by what was issued later, or by what the secretariat wrote and has not sent out yet.
    """
    if copy == "all":
        return issued.paper
    written = {item.id: item for item in agendas.items(connection, alliance_id, issued.meeting_id)}
    told = as_issued(one.paper for one in papers_of(connection, alliance_id, issued.meeting_id))
    return open_copy_now(issued.paper, closed_since(told, written))


def under_way(connection: Connection, alliance_id: int) -> dict[int, tuple[int, ...]]:
    """Of each meeting without approved minutes, what its readers need: agenda, supplements, the newest draft. By id."""
    rows = list(connection.execute(_ISSUED, {"alliance": alliance_id}))
    settled = {row.meeting_id for row in rows if row.status in ("approved", "corrected")}
    drafts = {row.meeting_id: row.id for row in rows if row.kind == "minutes"}  # the newest of each
    found: dict[int, tuple[int, ...]] = {}
    for row in rows:
        if row.meeting_id not in settled and (row.kind != "minutes" or drafts[row.meeting_id] == row.id):
            found[row.meeting_id] = (*found.get(row.meeting_id, ()), row.id)
    return found


def promised_all(connection: Connection, alliance_id: int, paper_id: int, people: Collection[int]) -> set[int]:
    """Those of the people to whom the copy with everything in it was posted."""
    query = select(_notification.c.recipient_id, _notification.c.facts).where(
        _notification.c.alliance_id == alliance_id,
        _notification.c.kind == "paper",
        _notification.c.about == f"paper:{paper_id}",
        _notification.c.recipient_id.in_(people),
    )
    return {row.recipient_id for row in connection.execute(query) if row.facts["copy"] == "all"}


def replaced_for(connection: Connection, alliance_id: int, issued: Issued, person_id: int) -> bool:
    """Whether a paper was posted to this person that makes this one, if it was not sent yet, needless."""
    if issued.paper.kind != "minutes":
        return False
    later = [one for one in papers_of(connection, alliance_id, issued.meeting_id, MINUTES) if one.id > issued.id]
    newer = [f"paper:{one.id}" for one in later if one.paper.replaces(issued.paper)]
    posted = select(_notification.c.id).where(
        _notification.c.alliance_id == alliance_id,
        _notification.c.kind == "paper",
        _notification.c.about.in_(newer),
        _notification.c.recipient_id == person_id,
    )
    return bool(newer) and connection.execute(posted.limit(1)).first() is not None


def paper_file(connection: Connection, alliance_id: int, paper_id: int, copy: Copy) -> PaperFile | None:
    """The bytes of one copy exactly as they are sent."""
    query = select(_file).where(_file.c.alliance_id == alliance_id, _file.c.paper_id == paper_id, _file.c.copy == copy)
    row = connection.execute(query).first()
    return PaperFile(row.name, row.content, row.sha256) if row else None


def paper_meetings(connection: Connection, alliance_id: int) -> dict[int, int]:
    """The meeting of each paper, by the paper's id."""
    query = select(_paper.c.id, _paper.c.meeting_id).where(_paper.c.alliance_id == alliance_id)
    return {row.id: row.meeting_id for row in connection.execute(query)}


def sorts(connection: Connection, alliance_id: int) -> dict[str, tuple[str, str]]:
    """The kind and the status of each paper, by the name that what is told of it goes by (``paper:4``)."""
    rows = connection.execute(_ISSUED, {"alliance": alliance_id})
    return {f"paper:{row.id}": (row.kind, row.status) for row in rows}


def kinds_numbered(connection: Connection, alliance_id: int) -> dict[int, tuple[str, int, int]]:
    """The kind, the number and the meeting of each paper, by the paper's id."""
    query = select(_paper.c.id, _paper.c.kind, _paper.c.number, _paper.c.meeting_id)
    rows = connection.execute(query.where(_paper.c.alliance_id == alliance_id))
    return {row.id: (row.kind, row.number, row.meeting_id) for row in rows}
