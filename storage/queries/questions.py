"""What members ask each other, newest first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select
from sqlalchemy.engine import Row

from alliance.questions import Question
from storage.bulk import among
from storage.tables import tables

_question, _asker = tables["question"], tables["person"]
_answerer = _asker.alias("answerer")
_ASKED = (
    select(_question, _asker.c.name.label("asker"), _answerer.c.name.label("answerer"))
    .join(_asker, _asker.c.id == _question.c.asked_by)
    .outerjoin(_answerer, _answerer.c.id == _question.c.answered_by)
)


def question(connection: Connection, alliance_id: int, id_: int) -> Question | None:
    """One, taken back or not."""
    row = connection.execute(_ASKED.where(_question.c.alliance_id == alliance_id, _question.c.id == id_)).first()
    return _as_question(row) if row else None


def questions(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int] | None = None
) -> tuple[Question, ...]:
    """Everything that was asked and not taken back, newest first (by or of these organisations)."""
    query = _ASKED.where(_question.c.alliance_id == alliance_id, _question.c.withdrawn_at.is_(None))
    if organisation_ids is not None:
        ours = (among(connection, column, organisation_ids) for column in (_question.c.asking_id, _question.c.asked_id))
        query = query.where(or_(*ours))
    return tuple(map(_as_question, connection.execute(query.order_by(_question.c.id.desc()))))


def unanswered(connection: Connection, alliance_id: int, before: datetime) -> tuple[Question, ...]:
    """What was asked before an instant (aware UTC), is open, and of which the secretariat has not been told."""
    query = _ASKED.where(
        _question.c.alliance_id == alliance_id,
        _question.c.answered_at.is_(None),
        _question.c.withdrawn_at.is_(None),
        _question.c.escalated_at.is_(None),
        _question.c.asked_at < before,
    )
    return tuple(map(_as_question, connection.execute(query.order_by(_question.c.id))))


def _as_question(row: Row[Any]) -> Question:
    return Question(
        id=row.id,
        asking_id=row.asking_id,
        asked_id=row.asked_id,
        text=row.text,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        asked_by_name=row.asker,
        on_behalf=bool(row.on_behalf),
        answer=row.answer,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        answered_by_name=row.answerer or "",
        escalated_at=row.escalated_at,
        withdrawn_at=row.withdrawn_at,
    )
