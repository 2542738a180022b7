"""Both registers of influence: append, withdraw, never overwrite."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Table, func, insert, select, update

from alliance.influence import Issue, IssueStep, PolicyAnswer, PolicyAsk
from storage.changes.facts import added_id
from storage.tables import tables

_issue, _support, _step = tables["framework_issue"], tables["framework_support"], tables["framework_step"]
_ask, _answer = tables["policy_ask"], tables["policy_answer"]


def _next_number(connection: Connection, table: Table, alliance_id: int) -> int:
    """The number of the next one; writers take turns, and what was withdrawn keeps its own."""
    last = select(func.coalesce(func.max(table.c.number), 0)).where(table.c.alliance_id == alliance_id)
    return int(connection.execute(last).scalar_one()) + 1


# ----------------------------------------------------------------------------------------- framework conditions


def add_issue(connection: Connection, alliance_id: int, issue: Issue) -> int:
    """Raise an issue (its ``id``, ``number`` and names are ignored); returns the number it got."""
    number = _next_number(connection, _issue, alliance_id)
    connection.execute(
        insert(_issue).values(
            alliance_id=alliance_id,
            number=number,
            heading=issue.heading,
            text=issue.text,
            organisation_id=issue.organisation_id,
            raised_by=issue.raised_by,
            raised_at=issue.raised_at,
            on_behalf=issue.on_behalf,
        )
    )
    return number


def withdraw_issue(connection: Connection, alliance_id: int, id_: int, person_id: int, now: datetime) -> bool:
    """Withdraw an issue unless somebody already has; returns whether this call did."""
    return _withdraw(connection, _issue, alliance_id, id_, person_id, now)


def add_support(
    connection: Connection,
    alliance_id: int,
    issue_id: int,
    organisation_id: int,
    *,
    person_id: int,
    on_behalf: bool,
    now: datetime,
) -> None:
    """Note that an organisation stands behind an issue; the caller has looked that it does not already."""
    connection.execute(
        insert(_support).values(
            alliance_id=alliance_id,
            issue_id=issue_id,
            organisation_id=organisation_id,
            person_id=person_id,
            on_behalf=on_behalf,
            recorded_at=now,
        )
    )


def withdraw_support(
    connection: Connection, alliance_id: int, issue_id: int, organisation_id: int, person_id: int, now: datetime
) -> bool:
    """Take support back; returns whether there was any."""
    held = (
        _support.c.alliance_id == alliance_id,
        _support.c.issue_id == issue_id,
        _support.c.organisation_id == organisation_id,
        _support.c.withdrawn_at.is_(None),
    )
    done = update(_support).where(*held).values(withdrawn_at=now, withdrawn_by=person_id)
    return connection.execute(done).rowcount == 1


def add_step(connection: Connection, alliance_id: int, step: IssueStep) -> int:
    """Append a step (its ``id``, names and meeting are ignored); returns the new id."""
    row = {
        "alliance_id": alliance_id,
        "issue_id": step.issue_id,
        "kind": step.kind,
        "day": step.day,
        "words": step.words,
        "item_id": step.item_id,
        "recorded_at": step.recorded_at,
        "recorded_by": step.recorded_by,
    }
    return added_id(connection.execute(insert(_step).values(row)))


def withdraw_step(connection: Connection, alliance_id: int, id_: int, person_id: int, now: datetime) -> bool:
    """Withdraw a step unless somebody already has; returns whether this call did."""
    return _withdraw(connection, _step, alliance_id, id_, person_id, now)


# --------------------------------------------------------------------------------------------------------- asks


def add_ask(connection: Connection, alliance_id: int, ask: PolicyAsk) -> int:
    """Append an ask, under its ``number`` or the next where that is 0; returns the number."""
    number = ask.number or _next_number(connection, _ask, alliance_id)
    connection.execute(
        insert(_ask).values(
            alliance_id=alliance_id,
            number=number,
            recipient=ask.recipient,
            subject=ask.subject,
            sent_on=ask.sent_on,
            hoped_by=ask.hoped_by,
            link=ask.link,
            issue=ask.issue,
            recorded_at=ask.recorded_at,
            recorded_by=ask.recorded_by,
        )
    )
    return number


def withdraw_ask(connection: Connection, alliance_id: int, id_: int, person_id: int, now: datetime) -> bool:
    """Withdraw an ask unless somebody already has; returns whether this call did."""
    return _withdraw(connection, _ask, alliance_id, id_, person_id, now)


def add_answer(connection: Connection, alliance_id: int, answer: PolicyAnswer) -> None:
    """Append an answer; the caller has withdrawn the one that it takes the place of."""
    row = {
        "alliance_id": alliance_id,
        "number": answer.number,
        "outcome": answer.outcome,
        "answered_on": answer.answered_on,
        "words": answer.words,
        "link": answer.link,
        "recorded_at": answer.recorded_at,
        "recorded_by": answer.recorded_by,
    }
    connection.execute(insert(_answer).values(row))


def withdraw_answer(connection: Connection, alliance_id: int, id_: int, person_id: int, now: datetime) -> bool:
    """Withdraw an answer unless somebody already has; returns whether this call did."""
    return _withdraw(connection, _answer, alliance_id, id_, person_id, now)


def _withdraw(connection: Connection, table: Table, alliance_id: int, id_: int, person_id: int, now: datetime) -> bool:
    held = (table.c.alliance_id == alliance_id, table.c.id == id_, table.c.withdrawn_at.is_(None))
    done = update(table).where(*held).values(withdrawn_at=now, withdrawn_by=person_id)
    return connection.execute(done).rowcount == 1
