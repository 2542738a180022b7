"""The decisions of every meeting whose minutes are approved, as one reader may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import Connection, func, select

from alliance.actions import KEY, Action, action_id
from alliance.alliances import Alliance
from alliance.decisions import ROUTINE, DecidedAction, Decision
from alliance.meetings import Meeting
from alliance.obligations import State
from alliance.papers import Issued, PaperAction, PaperItem
from alliance.roles import Actor
from storage.queries import accounts, meetings, papers
from storage.queries.minutes import actions
from storage.queries.recipients import readable_copy
from storage.tables import tables

_paper, _item, _obligation = tables["paper"], tables["agenda_item"], tables["obligation"]


def decisions(connection: Connection, alliance: Alliance, actor: Actor, day: date) -> tuple[Decision, ...]:
    """What was decided, the newest meeting first, then by item; closed items only for who may read them."""
    known = {meeting.id: meeting for meeting in meetings.meetings(connection, alliance)}
    found = [(known[one.meeting_id], one) for one in _approved(connection, alliance.id) if one.meeting_id in known]
    owed = _owed(connection, alliance, [meeting.id for meeting, _ in found])
    states, routine = _states(connection, alliance, owed, day), _routine(connection, alliance.id)
    newest = sorted(found, key=lambda each: (each[0].starts_at, each[0].id), reverse=True)
    return tuple(
        Decision(meeting, issued.id, item.number, item.heading, item.closed, item.decision.strip(), agreed)
        for meeting, issued in newest
        for item in _readable(connection, alliance, actor, meeting, issued, day)
        if item.id not in routine and (item.decision.strip() or item.actions)
        for agreed in [tuple(_agreed(action, item, owed.values(), states) for action in item.actions)]
    )


def _approved(connection: Connection, alliance_id: int) -> Iterator[Issued]:
    """The approved minutes of every meeting as they were issued last."""
    last = (
        select(func.max(_paper.c.id))
        .where(
            _paper.c.alliance_id == alliance_id,
            _paper.c.kind == "minutes",
            _paper.c.status.in_(["approved", "corrected"]),
        )
        .group_by(_paper.c.meeting_id)
    )
    for number in connection.execute(last).scalars().all():
        issued = papers.paper(connection, alliance_id, number)
        if issued is not None:
            yield issued


def _readable(
    connection: Connection, alliance: Alliance, actor: Actor, meeting: Meeting, issued: Issued, day: date
) -> tuple[PaperItem, ...]:
    """The items as they may be shown to the reader now; none where the minutes are not for them."""
    copy = readable_copy(connection, alliance, actor, meeting, issued.paper, day)
    return papers.copy_of(connection, alliance.id, issued, copy).items if copy else ()


def _routine(connection: Connection, alliance_id: int) -> set[int]:
    query = select(_item.c.id).where(_item.c.alliance_id == alliance_id, _item.c.standing.in_(ROUTINE))
    return set(connection.execute(query).scalars())


def _owed(connection: Connection, alliance: Alliance, meeting_ids: Collection[int]) -> dict[int, Action]:
    """The actions of those meetings that were not withdrawn, by id."""
    known = actions(connection, alliance)
    return {id_: one for id_, one in known.items() if not one.withdrawn and one.meeting_id in meeting_ids}


def _states(connection: Connection, alliance: Alliance, owed: Collection[int], day: date) -> dict[int, State]:
    """How each action stands on the day."""
    keys = [f"{KEY}{number}" for number in owed]
    query = select(_obligation.c.id).where(
        _obligation.c.alliance_id == alliance.id, _obligation.c.requirement.in_(keys)
    )
    ids = connection.execute(query).scalars().all()
    found = accounts.accounts(connection, alliance, day, obligation_ids=ids) if ids else ()
    return {
        number: account.standing.state
        for account in found
        if (number := action_id(account.obligation.requirement)) is not None
    }


def _agreed(action: PaperAction, item: PaperItem, owed: Collection[Action], states: dict[int, State]) -> DecidedAction:
    """An action as the minutes say it, with how it stands by now."""
    alike = (one for one in owed if (one.item_id, one.what, one.due) == (item.id, action.what, action.due))
    same = (one.id for one in alike if action.is_of(*one.owner))
    return DecidedAction(action.what, action.owner, action.due, states.get(next(same, 0)))
