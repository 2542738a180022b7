"""Changes to meetings: planned, changed if nobody else did meanwhile, invitations told, attendance recorded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Connection, insert, update

from alliance.attendance import Presence
from alliance.invitations import Invitation
from alliance.meetings import Meeting
from alliance.planning import Proposal
from storage.changes.facts import added_id
from storage.tables import tables
from storage.upserts import upsert


def plan_meeting(
    connection: Connection,
    alliance_id: int,
    *,
    kind: str,
    year: int,
    number: int,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    answer_by: date,
) -> int:
    """Add a planned meeting (``number`` 0: an event); returns its id. Raises IntegrityError if it stands already.

    Its calendar name is drawn here, once, for ever (RFC 7986 5.3).
    """
    statement = insert(tables["meeting"]).values(
        alliance_id=alliance_id,
        kind=kind,
        year=year,
        number=number,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        answer_by=answer_by,
        state="planned",
        uid=str(uuid4()),
    )
    return added_id(connection.execute(statement))


def plan_proposed(connection: Connection, alliance_id: int, proposal: Proposal) -> int:
    """Add a meeting as it was proposed; returns its id. Raises IntegrityError if it stands already."""
    return plan_meeting(
        connection,
        alliance_id,
        kind=proposal.kind,
        year=proposal.year,
        number=proposal.number,
        starts_at=proposal.starts_at,
        ends_at=proposal.ends_at,
        place=proposal.place,
        answer_by=proposal.answer_by,
    )


CHANGING = ("starts_at", "ends_at", "place", "answer_by", "revision", "state", "sequence", "settled_sequence", "reason")


def change_meeting(connection: Connection, alliance_id: int, before: Meeting, after: Meeting) -> bool:
    """Write what differs, if the meeting still is as it was read; returns whether it was."""
    table = tables["meeting"]
    values = {name: getattr(after, name) for name in CHANGING}
    statement = (
        update(table)
        .where(
            table.c.alliance_id == alliance_id,
            table.c.id == before.id,
            table.c.sequence == before.sequence,
            table.c.state == before.state,
            table.c.starts_at == before.starts_at,
        )
        .values(**values)
    )
    return connection.execute(statement).rowcount == 1


def tell_invitations(connection: Connection, alliance_id: int, invitations: Iterable[Invitation]) -> None:
    """Note what each invitee's calendar is told now, in place of what it was told before."""
    table = tables["invitation"]
    for invitation in invitations:
        values = {name: getattr(invitation, name) for name in Invitation.__dataclass_fields__}
        statement = upsert(connection, table).values(alliance_id=alliance_id, **values)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["alliance_id", "meeting_id", "person_id"], set_=values)
        )


def record_presence(
    connection: Connection, alliance_id: int, meeting_id: int, presences: Iterable[Presence], person_id: int
) -> None:
    """Append who came; an organisation's newest line counts."""
    for presence in presences:
        connection.execute(
            insert(tables["presence"]).values(
                alliance_id=alliance_id,
                meeting_id=meeting_id,
                organisation_id=presence.organisation_id,
                presence=presence.presence,
                attendee=presence.attendee,
                recorded_at=presence.recorded_at,
                recorded_by=person_id,
            )
        )
