"""Changes to minutes: written item by item if nobody else did meanwhile, carried forward, commented on, acted upon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from alliance.actions import KEY, Action, DraftAction
from alliance.minutes import ItemMinute, Minutes
from alliance.papers import PaperItem
from storage.changes.facts import added_id
from storage.changes.looks import look_again_at_requirement
from storage.tables import tables
from storage.upserts import upsert


def write_item(
    connection: Connection, alliance_id: int, meeting_id: int, minute: ItemMinute, person_id: int, now: datetime
) -> bool:
    """Keep what the minutes say of an item, if its revision still is the one that was read; returns whether it was."""
    table = tables["minute"]
    values = _said(minute) | {"updated_at": now, "updated_by": person_id, "revision": minute.revision + 1}
    if minute.revision == 0:
        statement = upsert(connection, table).values(
            alliance_id=alliance_id, meeting_id=meeting_id, item_id=minute.item_id, **values
        )
        return connection.execute(statement.on_conflict_do_nothing()).rowcount == 1
    written = (
        update(table)
        .where(
            table.c.alliance_id == alliance_id,
            table.c.item_id == minute.item_id,
            table.c.revision == minute.revision,
        )
        .values(**values)
    )
    return connection.execute(written).rowcount == 1


def _said(minute: ItemMinute) -> dict[str, Any]:
    return {
        "notes": minute.notes,
        "decision": minute.decision,
        "dissents": [[dissent.name, dissent.text] for dissent in minute.dissents],
        "actions": [_plain(action) for action in minute.actions],
    }


def _plain(action: DraftAction) -> dict[str, Any]:
    return {**asdict(action), "due": action.due.isoformat()}


def carry_forward(
    connection: Connection, alliance_id: int, before: Minutes, after: Minutes, person_id: int, now: datetime
) -> bool:
    """Write how far the minutes have come, if they still are where they were read; returns whether they were."""
    table = tables["minutes"]
    values = {
        "state": after.state,
        "version": after.version,
        "circulation": after.circulation,
        "revision": before.revision + 1,
        "updated_at": now,
        "updated_by": person_id,
    }
    if before.revision == 0:
        statement = upsert(connection, table).values(alliance_id=alliance_id, meeting_id=before.meeting.id, **values)
        return connection.execute(statement.on_conflict_do_nothing()).rowcount == 1
    written = (
        update(table)
        .where(
            table.c.alliance_id == alliance_id,
            table.c.meeting_id == before.meeting.id,
            table.c.revision == before.revision,
        )
        .values(**values)
    )
    return connection.execute(written).rowcount == 1


def add_comment(
    connection: Connection,
    alliance_id: int,
    meeting_id: int,
    item_id: int | None,
    text: str,
    person_id: int,
    now: datetime,
    *,
    on_behalf: bool,
) -> int:
    """Append a comment on the draft minutes; returns its id."""
    statement = insert(tables["comment"]).values(
        alliance_id=alliance_id,
        meeting_id=meeting_id,
        item_id=item_id,
        text=text,
        given_at=now,
        given_by=person_id,
        on_behalf=on_behalf,
    )
    return added_id(connection.execute(statement))


# ------------------------------------------------------------------------------------------------- actions


def add_action(
    connection: Connection, alliance_id: int, meeting_id: int, item: PaperItem, draft: DraftAction, day: date
) -> int:
    """Add an action of an item that is owed from a local day; returns its id."""
    statement = insert(tables["action"]).values(
        alliance_id=alliance_id,
        meeting_id=meeting_id,
        item_id=item.id,
        number=item.number,
        closed=item.closed,
        what=draft.what,
        organisation_id=draft.organisation_id,
        office=draft.office,
        due=draft.due,
        owed_since=day,
    )
    return added_id(connection.execute(statement))


def change_action(connection: Connection, alliance_id: int, action: Action) -> None:
    """Write what an action says and when it is due, after a correction; its owner never changes."""
    table = tables["action"]
    connection.execute(
        update(table)
        .where(table.c.alliance_id == alliance_id, table.c.id == action.id)
        .values(what=action.what, due=action.due)
    )
    look_again_at_requirement(connection, alliance_id, action.key)


def withdraw_action(connection: Connection, alliance_id: int, action_id: int, now: datetime) -> None:
    """Withdraw an action that the minutes no longer say: it is not owed any more, and stays."""
    table = tables["action"]
    connection.execute(
        update(table)
        .where(table.c.alliance_id == alliance_id, table.c.id == action_id, table.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    look_again_at_requirement(connection, alliance_id, f"{KEY}{action_id}")


def name_actions(connection: Connection, alliance_id: int, minute: ItemMinute, ids: Iterable[int]) -> None:
    """Note in the text of an item which of its actions are owed under which number; nobody's form grows old by it."""
    table = tables["minute"]
    named = tuple(replace(action, id=id_) for action, id_ in zip(minute.actions, ids, strict=True))
    connection.execute(
        update(table)
        .where(table.c.alliance_id == alliance_id, table.c.item_id == minute.item_id)
        .values(actions=[_plain(action) for action in named])
    )
