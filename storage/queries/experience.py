"""What members share with each other, newest first; what was withdrawn is left out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.engine import Row

from alliance.alliances import Alliance
from alliance.experience import Entry, Experience
from storage.queries import register
from storage.tables import tables

_experience, _person = tables["experience"], tables["person"]
_SHARED = select(_experience, _person.c.name.label("by_name")).join(_person, _person.c.id == _experience.c.shared_by)


def shared(connection: Connection, alliance_id: int) -> tuple[Experience, ...]:
    """Everything that is shared, newest first."""
    ours = _SHARED.where(_experience.c.alliance_id == alliance_id, _experience.c.withdrawn_at.is_(None))
    rows = connection.execute(ours.order_by(_experience.c.shared_at.desc(), _experience.c.id.desc()))
    return tuple(map(_as_experience, rows))


def experience(connection: Connection, alliance_id: int, id_: int) -> Experience | None:
    """One, withdrawn or not."""
    row = connection.execute(_SHARED.where(_experience.c.alliance_id == alliance_id, _experience.c.id == id_)).first()
    return _as_experience(row) if row else None


def last_shared(connection: Connection, alliance_id: int) -> dict[int, datetime]:
    """When each member last shared something that stands (aware UTC), by organisation."""
    query = (
        select(_experience.c.organisation_id, func.max(_experience.c.shared_at).label("at"))
        .where(_experience.c.alliance_id == alliance_id, _experience.c.withdrawn_at.is_(None))
        .group_by(_experience.c.organisation_id)
    )
    return {row.organisation_id: row.at for row in connection.execute(query)}


def entries(connection: Connection, alliance: Alliance, day: date) -> tuple[Entry, ...]:
    """Everything that is shared as it is read on a local day: whom to ask is who is asked then, newest first."""
    return entries_of(connection, alliance, shared(connection, alliance.id), day)


def entries_of(
    connection: Connection, alliance: Alliance, found: tuple[Experience, ...], day: date
) -> tuple[Entry, ...]:
    """These as they are read on a local day, in their order."""
    charter, ids = alliance.charter, {one.organisation_id for one in found}
    members = register.organisations(connection, alliance.id, day, ids)
    offices = register.offices_on(connection, alliance.id, day, ids)
    part = {m.organisation_id for m in register.memberships(connection, alliance.id) if m.validity.covers(day)}
    asked = {id_: next(iter(offices.asked(id_, (charter.contact,))), 0) if id_ in part else 0 for id_ in ids}
    people = register.people(connection, alliance.id, {person for person in asked.values() if person})
    themes = {theme.key: theme.title for one in alliance.charters for theme in one.charter.themes}
    return tuple(
        Entry(
            id=one.id,
            organisation=members[one.organisation_id],
            what=one.what,
            link=one.link,
            theme=themes.get(one.theme),
            day=charter.calendar.day(one.shared_at),
            contact=people[asked[one.organisation_id]].name if asked[one.organisation_id] else "",
            settlement_id=one.settlement_id,
        )
        for one in found
    )


def _as_experience(row: Row[Any]) -> Experience:
    return Experience(
        id=row.id,
        organisation_id=row.organisation_id,
        what=row.what,
        link=row.link,
        theme=row.theme,
        shared_at=row.shared_at,
        shared_by=row.shared_by,
        shared_by_name=row.by_name,
        on_behalf=bool(row.on_behalf),
        settlement_id=row.settlement_id,
        withdrawn_at=row.withdrawn_at,
    )
