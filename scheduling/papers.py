"""The words of a paper on its way: which copy its reader may have is asked again right before it leaves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.members import Person
from alliance.messages import Message
from alliance.papers import Copy, Issued
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.changes.papers import note_copy
from storage.queries import agendas, meetings, papers, register
from storage.queries.recipients import readable_copy
from templates import write


def paper_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """The mail that a paper comes with: the copy that was promised, or the open one if no more is theirs now."""
    issued = papers.paper(connection, alliance.id, int(str(claim.facts["paper"])))
    meeting = meetings.meeting(connection, alliance, issued.meeting_id) if issued else None
    if issued is None or meeting is None:
        raise NoLongerTrue("paper_gone")
    if meeting.state == "cancelled" and issued.paper.kind != "minutes":
        raise NoLongerTrue("meeting_cancelled")
    copy = _copy(connection, alliance, claim, person, issued, meeting.kind, now)
    file = papers.paper_file(connection, alliance.id, issued.id, copy)
    if file is None:
        raise NoLongerTrue("paper_gone")
    told = issued.paper.copy_named(copy)
    attached = [attachment.id for item in told.items for attachment in item.attachments]
    return write(
        "paper",
        person.language,
        zone=alliance.charter.zone,
        paper=told,
        paper_id=issued.id,
        meeting=meeting.title,
        file=file,
        contents=agendas.contents(connection, alliance.id, attached),
    )


def _copy(
    connection: Connection,
    alliance: Alliance,
    claim: outbox.Claim,
    person: Person,
    issued: Issued,
    body: str,
    now: datetime,
) -> Copy:
    today = alliance.charter.calendar.day(now)
    actor = register.actor(connection, alliance, person, today)
    allowed = readable_copy(connection, alliance, actor, body, issued.paper, today)
    if allowed is None:
        raise NoLongerTrue("not_theirs")
    copy: Copy = "open" if "open" in (allowed, claim.facts["copy"]) else "all"
    if copy != claim.facts["copy"]:  # the log tells which copy left, not which was promised
        note_copy(connection, claim.notification_id, {**claim.facts, "copy": copy})
    return copy
