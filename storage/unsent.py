"""What somebody typed into a form and has not sent in: theirs alone, until it is taken or too old."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, bindparam, delete, select

from storage.tables import tables
from storage.upserts import upsert

KEPT = timedelta(days=30)
_draft = tables["form_draft"]
_OLD = delete(_draft).where(_draft.c.alliance_id == bindparam("alliance"), _draft.c.at < bindparam("before"))


@dataclass(frozen=True)
class Unsent:
    """Answers by their questions, the ``words`` of the form they were typed into, and when the last was (aware UTC)."""

    words: str
    answers: Mapping[str, str]
    at: datetime


def unsent(connection: Connection, alliance_id: int, person_id: int, form: str) -> Unsent | None:
    """What a person has typed into a form and not sent in; None where that is nothing."""
    query = select(_draft.c.words, _draft.c.answers, _draft.c.at).where(*_this(alliance_id, person_id, form))
    row = connection.execute(query).one_or_none()
    return Unsent(row.words, row.answers, row.at) if row else None


def keep(connection: Connection, alliance_id: int, person_id: int, form: str, typed: Unsent) -> None:
    """Keep what was typed in place of what was kept of the form; nothing typed is nothing kept."""
    if not typed.answers:
        forget(connection, alliance_id, person_id, form)
        return
    said = {"words": typed.words, "answers": dict(typed.answers), "at": typed.at}
    fresh = upsert(connection, _draft).values(alliance_id=alliance_id, person_id=person_id, form=form, **said)
    connection.execute(fresh.on_conflict_do_update(index_elements=["alliance_id", "person_id", "form"], set_=said))


def forget(connection: Connection, alliance_id: int, person_id: int, form: str) -> None:
    """Forget what was typed into a form: it was taken, or is not wanted any more."""
    connection.execute(delete(_draft).where(*_this(alliance_id, person_id, form)))


def forget_all_of(connection: Connection, alliance_id: int, person_id: int) -> None:
    """Forget whatever a person had not sent in."""
    connection.execute(delete(_draft).where(_draft.c.alliance_id == alliance_id, _draft.c.person_id == person_id))


def forget_old(connection: Connection, alliance_id: int, now: datetime) -> int:
    """Forget what has not been touched for ``KEPT``; returns how many forms that were."""
    return connection.execute(_OLD, {"alliance": alliance_id, "before": now - KEPT}).rowcount


def _this(alliance_id: int, person_id: int, form: str) -> tuple[ColumnElement[bool], ...]:
    return (_draft.c.alliance_id == alliance_id, _draft.c.person_id == person_id, _draft.c.form == form)
