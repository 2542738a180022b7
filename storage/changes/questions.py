"""Questions between members: asked, answered, taken back; each once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from alliance.questions import Question
from storage.changes.facts import added_id
from storage.tables import tables

_question = tables["question"]
KEPT = ("asking_id", "asked_id", "text", "asked_at", "asked_by", "on_behalf")


def add_question(connection: Connection, alliance_id: int, question: Question) -> int:
    """Write down what is asked; returns the new id."""
    values = {name: getattr(question, name) for name in KEPT}
    return added_id(connection.execute(insert(_question).values(alliance_id=alliance_id, **values)))


def answer_question(
    connection: Connection, alliance_id: int, id_: int, answer: str, person_id: int, now: datetime
) -> bool:
    """Write the answer down (``now`` aware UTC), unless there is one or it was taken back; returns whether it was."""
    return _change(connection, alliance_id, id_, answer=answer, answered_at=now, answered_by=person_id)


def withdraw_question(connection: Connection, alliance_id: int, id_: int, person_id: int, now: datetime) -> bool:
    """Take back what was asked, unless it is answered or taken back already; returns whether this call did."""
    return _change(connection, alliance_id, id_, withdrawn_at=now, withdrawn_by=person_id)


def escalate_question(connection: Connection, alliance_id: int, id_: int, now: datetime) -> bool:
    """Note that the secretariat is told that nobody has answered; returns whether that is new."""
    return _change(connection, alliance_id, id_, _question.c.escalated_at.is_(None), escalated_at=now)


def _change(connection: Connection, alliance_id: int, id_: int, *also: Any, **values: object) -> bool:
    is_open = (_question.c.answered_at.is_(None), _question.c.withdrawn_at.is_(None), *also)
    which = (_question.c.alliance_id == alliance_id, _question.c.id == id_, *is_open)
    return connection.execute(update(_question).where(*which).values(**values)).rowcount == 1
