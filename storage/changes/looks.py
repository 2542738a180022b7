"""When the planner looks at an obligation again. Whoever writes a fact that may decide what is owed, or who is asked,
calls one of these in the same transaction; too often is harmless.

They touch the rows even where the day stays the same: on PostgreSQL a planner that is at work holds them, and what it
writes down before it has seen the fact is set back as soon as it is done.

What moves an event, and what changes in the charter, the planner notices by itself (``scheduling/opening.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import ColumnElement, Connection, Date, Integer, Select, bindparam, or_, select, true, update

from storage.bulk import Chosen
from storage.tables import tables

_obligation, _bookmark = tables["obligation"], tables["bookmark"]
_office_term, _address, _handover = tables["office_term"], tables["address"], tables["handover"]
OPENED = "opened"
"""The bookmark of what the planner has opened; a line ``member 17`` in it is still to be opened for that member."""
_LOOK_ON = Chosen(
    lambda among: (
        update(_obligation)
        .where(_obligation.c.alliance_id == bindparam("alliance", type_=Integer), among(_obligation.c.id))
        .values(next_look=bindparam("day", type_=Date))
    )
)


def look_again(connection: Connection, alliance_id: int, organisation_ids: Collection[int] | None = None) -> None:
    """Look again at all that has a deadline, or all of these organisations."""
    _set_back(connection, alliance_id, _owed_by(organisation_ids) if organisation_ids is not None else true())


def look_again_at_years(connection: Connection, alliance_id: int, years: Iterable[int]) -> None:
    """Look again at what is owed for periods that began in these years."""
    for year in sorted(set(years)):
        begun = _obligation.c.period_start.between(date(year, 1, 1), date(year, 12, 31))
        _set_back(connection, alliance_id, begun)


def look_again_at_requirement(connection: Connection, alliance_id: int, key: str) -> None:
    """Look again at what is owed of one requirement, or for one action."""
    _set_back(connection, alliance_id, _obligation.c.requirement == key)


def look_again_at_obligation(connection: Connection, alliance_id: int, obligation_id: int) -> None:
    """Look again at one: somebody hid it from their reminders or handed it over, or took that back."""
    _set_back(connection, alliance_id, _obligation.c.id == obligation_id)


def look_again_at_person(connection: Connection, alliance_id: int, person_id: int) -> None:
    """Look again at whatever the person may be asked for: they can be reached otherwise than before."""
    offices = select(_office_term.c.organisation_id).where(
        _office_term.c.alliance_id == alliance_id, _office_term.c.person_id == person_id
    )
    handed = select(_handover.c.obligation_id).where(
        _handover.c.alliance_id == alliance_id,
        _handover.c.colleague_id == person_id,
        _handover.c.ended_at.is_(None),
    )
    _set_back(connection, alliance_id, or_(_owed_by(offices), _obligation.c.id.in_(handed)))


def look_again_at_address(connection: Connection, address_id: int) -> None:
    """The same for the person whose address it is."""
    of = select(_address.c.alliance_id, _address.c.person_id).where(_address.c.id == address_id)
    for row in connection.execute(of).all():
        look_again_at_person(connection, row.alliance_id, row.person_id)


def open_again(connection: Connection, alliance_id: int, organisation_id: int) -> None:
    """Its membership has changed: open what it owes now, and look again at what it owed before."""
    look_again(connection, alliance_id, [organisation_id])
    connection.execute(
        update(_bookmark)
        .where(_bookmark.c.alliance_id == alliance_id, _bookmark.c.name == OPENED)
        .values(value=_bookmark.c.value + f"\nmember {organisation_id}")
    )


def _owed_by(organisations: Collection[int] | Select[tuple[int]]) -> ColumnElement[bool]:
    return _obligation.c.organisation_id.in_(organisations)


def _set_back(connection: Connection, alliance_id: int, which: ColumnElement[bool]) -> None:
    connection.execute(
        update(_obligation)
        .where(_obligation.c.alliance_id == alliance_id, _obligation.c.due.is_not(None), which)
        .values(next_look=_obligation.c.opens)
    )


def look_on(connection: Connection, alliance_id: int, days: Mapping[date | None, Collection[int]]) -> None:
    """Write down when each obligation is looked at next (None: not before a fact changes), by day."""
    for day, ids in days.items():
        _LOOK_ON.run(connection, ids, alliance=alliance_id, day=day)
