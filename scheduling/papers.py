"""The words of a paper on its way: which copy its reader may have is asked again right before it leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.meetings import Meeting
from alliance.members import Person
from alliance.messages import Message
from alliance.notifications import Notification, paper_issued
from alliance.papers import Copy, Issued, Paper
from alliance.roles import Actor
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.changes.papers import note_copy
from storage.queries import actors, agendas, meetings, papers
from storage.queries.recipients import readable_copy, readers_of
from templates import write
from templates.papers import reprinted


def follow_readers(connection: Connection, alliance: Alliance, now: datetime) -> int:
    """Send who came to read everything later what was issued for the meeting before; returns how many were posted.

    Until its minutes are approved, each paper once; ``now`` is aware UTC. Safe twice.
    """
    today = alliance.charter.calendar.day(now)
    posted = 0
    for meeting_id, issued in papers.under_way(connection, alliance.id).items():
        meeting = meetings.meeting(connection, alliance, meeting_id)
        if meeting is None or meeting.state == "cancelled":
            continue
        people = readers_of(connection, alliance, meeting, today).all_items
        owed = tuple(_owed(connection, alliance, meeting, issued, people))
        posted += len(outbox.post_each(connection, alliance.id, owed, now))
    return posted


def _owed(
    connection: Connection, alliance: Alliance, meeting: Meeting, issued: Iterable[int], people: Collection[int]
) -> Iterator[Notification]:
    for paper_id in issued:
        have = papers.promised_all(connection, alliance.id, paper_id, people)
        for person in (person for person in people if person not in have):
            yield paper_issued(paper_id, meeting.id, person, "all", "seated")


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
    if papers.replaced_for(connection, alliance.id, issued, person.id):
        raise NoLongerTrue("replaced")
    actor = actors.actor(connection, alliance, person, alliance.charter.calendar.day(now))
    copy = _copy(connection, alliance, claim, actor, issued, meeting, now)
    file = papers.paper_file(connection, alliance.id, issued.id, copy)
    if file is None:
        raise NoLongerTrue("paper_gone")
    told = papers.copy_of(connection, alliance.id, issued, copy)
    _log_copy(connection, claim, told)
    attached = [attachment.id for item in told.items for attachment in item.attachments]
    return write(
        "paper",
        person.language,
        zone=alliance.charter.zone,
        paper=told,
        paper_id=issued.id,
        meeting=meeting.title,
        file=reprinted(told, file),
        contents=agendas.contents(connection, alliance.id, attached),
        moved=_moved(issued, meeting),
        heeds=meeting if _heeds(issued.paper, copy, actor, meeting, now) else None,
    )


def _moved(issued: Issued, meeting: Meeting) -> Meeting | None:
    """The meeting, if it is to be at another time or place than the paper says."""
    ahead = issued.paper.kind != "minutes"
    return meeting if ahead and not issued.paper.held_at(meeting.starts_at, meeting.ends_at, meeting.place) else None


def _heeds(paper: Paper, copy: Copy, actor: Actor, meeting: Meeting, now: datetime) -> bool:
    """Whether its reader may say something back: who reads it all of draft minutes, a member before the meeting."""
    if paper.kind == "minutes":
        return paper.status == "circulated" and copy == "all"
    return bool(actor.organisations) and meeting.starts_at > now


def _copy(
    connection: Connection,
    alliance: Alliance,
    claim: outbox.Claim,
    actor: Actor,
    issued: Issued,
    meeting: Meeting,
    now: datetime,
) -> Copy:
    today = alliance.charter.calendar.day(now)
    allowed = readable_copy(connection, alliance, actor, meeting, issued.paper, today)
    if allowed is None:
        raise NoLongerTrue("not_theirs")
    return "open" if "open" in (allowed, claim.facts["copy"]) else "all"


def _log_copy(connection: Connection, claim: outbox.Claim, told: Paper) -> None:
    """Note which copy leaves, and what it says less of: the log tells that, and not what was promised."""
    facts = {**claim.facts, "copy": told.copy, "closed_since": list(told.closed_since)}
    if {"closed_since": [], **claim.facts} != facts:
        note_copy(connection, claim.notification_id, facts)
