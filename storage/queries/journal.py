"""Who did what, when, and on whose behalf; newest first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, false, func, select

from alliance.journal import JournalEntry
from storage.tables import tables

_journal, _person, _organisation = tables["journal"], tables["person"], tables["organisation"]
REFUSED = "refused_role"  # what somebody tried is nothing that was heard of their member


def entries(
    connection: Connection,
    alliance_id: int,
    *,
    limit: int = 50,
    organisation_id: int | None = None,
    about: str | None = None,
) -> tuple[JournalEntry, ...]:
    """The newest entries (of one member, about one thing)."""
    query = (
        select(_journal, _person.c.name.label("who"), _organisation.c.name.label("member"))
        .outerjoin(_person, _person.c.id == _journal.c.person_id)
        .outerjoin(_organisation, _organisation.c.id == _journal.c.organisation_id)
        .where(_journal.c.alliance_id == alliance_id)
    )
    if organisation_id is not None:
        query = query.where(_journal.c.organisation_id == organisation_id)
    if about is not None:
        query = query.where(_journal.c.about == about)
    rows = connection.execute(query.order_by(_journal.c.id.desc()).limit(limit))
    return tuple(
        JournalEntry(
            at=row.at,
            who=row.who or "",
            organisation=row.member or "",
            on_behalf=bool(row.on_behalf),
            action=row.action,
            about=row.about,
            facts=dict(row.facts),
        )
        for row in rows
    )


def heard_of(connection: Connection, alliance_id: int) -> dict[int, datetime]:
    """When each member last did something itself (aware UTC), by organisation; nothing was done on its behalf."""
    query = (
        select(_journal.c.organisation_id, func.max(_journal.c.at).label("at"))
        .where(
            _journal.c.alliance_id == alliance_id,
            _journal.c.organisation_id.is_not(None),
            _journal.c.person_id.is_not(None),
            _journal.c.on_behalf == false(),
            _journal.c.action != REFUSED,
        )
        .group_by(_journal.c.organisation_id)
    )
    return {row.organisation_id: row.at for row in connection.execute(query)}


def count(connection: Connection, alliance_id: int) -> int:
    query = select(func.count()).where(_journal.c.alliance_id == alliance_id)
    return connection.execute(query).scalar_one()


def actions_since(connection: Connection, alliance_id: int, entry: int) -> set[str]:
    """What was done in an alliance after an entry of that number."""
    query = select(_journal.c.action).where(_journal.c.alliance_id == alliance_id, _journal.c.id > entry).distinct()
    return set(connection.execute(query).scalars())


def newest_entry(connection: Connection) -> int:
    """The number of the newest entry of the installation, 0 where there is none."""
    newest: int = connection.execute(select(func.coalesce(func.max(_journal.c.id), 0))).scalar_one()
    return newest
