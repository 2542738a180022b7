"""What comes next for meetings: how far their papers have come, read for all of them at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, select

from alliance.alliances import Alliance
from alliance.meeting_steps import Step, next_step
from alliance.meetings import Meeting
from alliance.minutes import MinutesState
from storage.tables import tables

_paper, _minutes = tables["paper"], tables["minutes"]


def steps(connection: Connection, alliance: Alliance, found: Collection[Meeting], now: datetime) -> dict[int, Step]:
    """What comes next for each of the meetings at ``now`` (aware UTC), by id; one that is over and done is missing."""
    out = select(_paper.c.meeting_id).where(_paper.c.alliance_id == alliance.id, _paper.c.kind == "agenda")
    with_agenda = set(connection.execute(out).scalars())
    written = select(_minutes.c.meeting_id, _minutes.c.state).where(_minutes.c.alliance_id == alliance.id)
    states = {row.meeting_id: cast(MinutesState, row.state) for row in connection.execute(written)}
    charter = alliance.charter
    coming = {
        meeting.id: next_step(
            meeting,
            charter.calendar,
            charter.deadlines,
            now,
            agenda_out=meeting.id in with_agenda,
            minutes=states.get(meeting.id, "draft"),
        )
        for meeting in found
    }
    return {id: step for id, step in coming.items() if step}
