"""What the self-audit reads of calendars and papers: what each was told last, who has which paper, what changed when.

Read from the outbox as it is, and not from what the planner noted as told.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, String, and_, func, or_, select

from alliance.deliveries import MOST_ROUNDS, OPEN_STATES
from storage import outbox
from storage.bulk import listed
from storage.queries import auditing
from storage.tables import tables

_notification, _delivery = tables["notification"], tables["delivery"]
_meeting, _paper, _seat, _journal = tables["meeting"], tables["paper"], tables["seat_term"], tables["journal"]
SETTLED = ("approved", "corrected")


@dataclass(frozen=True)
class Told:
    """What a calendar was told last of a meeting, sent or on its way. ``starts_at`` aware UTC.

    ``method`` is empty where nothing was; ``goes_again`` while something newer was given up and is still to be tried.
    """

    organisation_id: int
    method: str = ""
    starts_at: datetime | None = None
    place: str = ""
    goes_again: bool = False


def told_last(connection: Connection, alliance_id: int, meeting_ids: Collection[int]) -> dict[tuple[int, int], Told]:
    """(meeting, person) to what that calendar was told last."""
    about = [f"meeting:{id_}" for id_ in sorted(meeting_ids)]
    query = (
        select(
            _notification.c.recipient_id, _notification.c.facts, _delivery.c.id, _delivery.c.state, _delivery.c.reason
        )
        .join(_delivery, _delivery.c.notification_id == _notification.c.id)
        .where(
            _notification.c.alliance_id == alliance_id,
            _notification.c.kind == "invitation",
            _notification.c.about.in_(select(listed(connection, about, String))),
            _delivery.c.state.in_(("sent", "given_up", *OPEN_STATES)),
        )
        .order_by(_delivery.c.notification_id, _delivery.c.id)
    )
    rows = connection.execute(query).all() if about else []
    rounds = outbox.tried(connection, [row.id for row in rows if row.state == "given_up"])
    found: dict[tuple[int, int], Told] = {}
    for row in rows:
        facts, key = row.facts, (int(row.facts["meeting"]), row.recipient_id)
        before = found.get(key, Told(int(facts["organisation"])))
        if row.state == "given_up":
            goes_again = rounds[row.id][0] < MOST_ROUNDS
            found[key] = Told(before.organisation_id, before.method, before.starts_at, before.place, goes_again)
        else:
            starts_at = datetime.fromisoformat(facts["starts_at"])
            found[key] = Told(int(facts["organisation"]), facts["method"], starts_at, facts["place"])
    return found


def papers_to_have(connection: Connection, alliance_id: int, issued_by: datetime) -> dict[int, tuple[int, ...]]:
    """Meeting to the papers that its readers need: of those issued by then, without meetings that are over and done.

    Agenda, supplements and the newest draft, until the minutes are approved; nothing of a meeting that was called off.
    """
    query = (
        select(_paper.c.id, _paper.c.meeting_id, _paper.c.kind, _paper.c.status, _paper.c.issued_at)
        .join(_meeting, _meeting.c.id == _paper.c.meeting_id)
        .where(_paper.c.alliance_id == alliance_id, _meeting.c.state != "cancelled")
        .order_by(_paper.c.id)
    )
    rows = connection.execute(query).all()
    done = {row.meeting_id for row in rows if row.status in SETTLED}
    draft = {row.meeting_id: row.id for row in rows if row.kind == "minutes"}
    found: dict[int, tuple[int, ...]] = {}
    for row in rows:
        newest = row.kind != "minutes" or draft[row.meeting_id] == row.id
        if row.meeting_id not in done and newest and row.issued_at <= issued_by:
            found[row.meeting_id] = (*found.get(row.meeting_id, ()), row.id)
    return found


def told_of_papers(connection: Connection, alliance_id: int, paper_ids: Collection[int]) -> set[tuple[int, int]]:
    """(paper, person) of every paper that was sent or is on its way.

    Of one that was given up the secretariat has heard, and one that was replaced need not go.
    """
    about = [f"paper:{id_}" for id_ in sorted(paper_ids)]
    query = (
        select(_notification.c.about, _notification.c.recipient_id)
        .join(_delivery, _delivery.c.notification_id == _notification.c.id)
        .where(
            _notification.c.alliance_id == alliance_id,
            _notification.c.kind == "paper",
            _notification.c.about.in_(select(listed(connection, about, String))),
            or_(
                _delivery.c.state.in_(("sent", "given_up", *OPEN_STATES)),
                and_(_delivery.c.state == "withdrawn", _delivery.c.reason == "replaced"),
            ),
        )
    )
    return (
        {(int(row.about.partition(":")[2]), row.recipient_id) for row in connection.execute(query)} if about else set()
    )


def seating_changed(connection: Connection, alliance_id: int) -> datetime | None:
    """When a meeting, a seat or the rules were last changed; aware UTC."""
    seats = select(func.max(_seat.c.recorded_at)).where(_seat.c.alliance_id == alliance_id)
    given = select(func.max(_journal.c.at)).where(
        _journal.c.alliance_id == alliance_id,
        or_(_journal.c.action.startswith("seat_"), _journal.c.action.startswith("chair_")),
    )
    moments = (
        auditing.meetings_changed(connection, alliance_id),
        auditing.rules_changed(connection, alliance_id),
        connection.execute(seats).scalar_one(),
        connection.execute(given).scalar_one(),
    )
    return max((moment for moment in moments if moment is not None), default=None)
