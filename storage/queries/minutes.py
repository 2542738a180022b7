"""Minutes: how far they have come, what they say so far, what was said about the draft, and the actions they led to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, select
from sqlalchemy.engine import Row

from alliance.actions import KEY, Action, DraftAction, action_id
from alliance.alliances import Alliance
from alliance.meetings import Meeting
from alliance.minutes import Comment, ItemMinute, Minutes
from alliance.papers import Copy, Dissent
from storage.queries.meetings import meetings
from storage.tables import tables

_minutes, _minute, _action = tables["minutes"], tables["minute"], tables["action"]
_comment, _meeting, _item = tables["comment"], tables["meeting"], tables["agenda_item"]
_person, _notification, _settlement = tables["person"], tables["notification"], tables["settlement"]


def minutes(connection: Connection, alliance_id: int, meeting: Meeting) -> Minutes:
    """How far the minutes of a meeting have come; a draft that nobody has begun has revision 0."""
    query = select(_minutes).where(_minutes.c.alliance_id == alliance_id, _minutes.c.meeting_id == meeting.id)
    row = connection.execute(query).first()
    if row is None:
        return Minutes(meeting)
    return Minutes(meeting, cast(Any, row.state), row.version, row.circulation, row.revision)


def item_minutes(connection: Connection, alliance_id: int, meeting_id: int) -> dict[int, ItemMinute]:
    """What the minutes say of each item, by the item's id; items nobody has written about are missing."""
    query = select(_minute).where(_minute.c.alliance_id == alliance_id, _minute.c.meeting_id == meeting_id)
    return {row.item_id: _as_minute(row) for row in connection.execute(query.order_by(_minute.c.id))}


def _as_minute(row: Row[Any]) -> ItemMinute:
    return ItemMinute(
        row.item_id,
        row.notes,
        row.decision,
        tuple(Dissent(name, text) for name, text in row.dissents),
        tuple(_as_draft(said) for said in row.actions),
        row.revision,
        row.updated_at,
        row.updated_by,
    )


def _as_draft(said: dict[str, Any]) -> DraftAction:
    return DraftAction(**{**said, "due": date.fromisoformat(said["due"])})


def awaiting_approval(connection: Connection, alliance: Alliance, body_key: str) -> tuple[Meeting, ...]:
    """The meetings of a body that were held and whose minutes are not approved yet, by start."""
    query = select(_minutes.c.meeting_id).where(_minutes.c.alliance_id == alliance.id, _minutes.c.state == "approved")
    approved = set(connection.execute(query).scalars())
    held = [m for m in meetings(connection, alliance) if m.kind == body_key and m.of_body and m.state == "held"]
    return tuple(meeting for meeting in held if meeting.id not in approved)


# ------------------------------------------------------------------------------------------------ comments


def comments(connection: Connection, alliance_id: int, meeting_id: int) -> tuple[Comment, ...]:
    """Every comment on the draft minutes of a meeting, oldest first."""
    query = (
        select(_comment, _person.c.name)
        .join(_person, _person.c.id == _comment.c.given_by)
        .where(_comment.c.alliance_id == alliance_id, _comment.c.meeting_id == meeting_id)
    )
    rows = connection.execute(query.order_by(_comment.c.id))
    return tuple(Comment(r.id, r.item_id, r.text, r.given_at, r.name, bool(r.on_behalf)) for r in rows)


# ------------------------------------------------------------------------------------------------- actions


def actions(
    connection: Connection,
    alliance: Alliance,
    *,
    ids: Collection[int] | None = None,
    meeting_id: int | None = None,
) -> dict[int, Action]:
    """The actions of those ids, or of a meeting, withdrawn ones too, by id."""
    query = (
        select(_action, _meeting.c.kind, _meeting.c.number.label("meeting_number"))
        .add_columns(_meeting.c.year, _meeting.c.starts_at, _minutes.c.state, _item.c.closed.label("item_closed"))
        .join(_meeting, _meeting.c.id == _action.c.meeting_id)
        .join(_item, _item.c.id == _action.c.item_id)
        .outerjoin(_minutes, _minutes.c.meeting_id == _action.c.meeting_id)
        .where(_action.c.alliance_id == alliance.id)
    )
    if ids is not None:
        query = query.where(_action.c.id.in_(ids))
    if meeting_id is not None:
        query = query.where(_action.c.meeting_id == meeting_id)
    return {row.id: _as_action(alliance, row) for row in connection.execute(query.order_by(_action.c.id))}


def _as_action(alliance: Alliance, row: Row[Any]) -> Action:
    charter = alliance.charter
    return Action(
        row.id,
        row.meeting_id,
        row.item_id,
        row.number,
        row.what,
        row.organisation_id,
        row.office,
        row.due,
        row.owed_since,
        bool(row.closed or row.item_closed),  # closed since: it tells no more from now on
        charter.meeting_title(row.kind, row.meeting_number, row.year),
        charter.calendar.day(row.starts_at),
        withdrawn=row.withdrawn_at is not None,
        approved=row.state == "approved",
    )


def met_actions(connection: Connection, alliance_id: int, ids: Collection[int]) -> set[int]:
    """Which of these actions somebody has documented, in part too, or been excused from, and not taken it back."""
    query = select(_settlement.c.requirement).where(
        _settlement.c.alliance_id == alliance_id,
        _settlement.c.requirement.in_([f"{KEY}{number}" for number in ids]),
        _settlement.c.withdrawn_at.is_(None),
    )
    found = map(action_id, connection.execute(query).scalars())
    return {number for number in found if number is not None}


# ------------------------------------------------------------------------------------------------- readers


def recipients(connection: Connection, alliance_id: int, paper_id: int) -> dict[int, Copy]:
    """Who was sent a paper: person to the copy that was posted to them."""
    query = select(_notification.c.recipient_id, _notification.c.facts).where(
        _notification.c.alliance_id == alliance_id,
        _notification.c.kind == "paper",
        _notification.c.about == f"paper:{paper_id}",
    )
    rows = connection.execute(query.order_by(_notification.c.id))
    return {row.recipient_id: cast(Any, row.facts["copy"]) for row in rows}
