"""Both registers of influence, as they are known now: what was withdrawn is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Date, Integer, bindparam, func, select
from sqlalchemy.engine import Row

from alliance.alliances import Alliance
from alliance.influence import Influence, Issue, IssueStep, PolicyAnswer, PolicyAsk, Support
from alliance.members import SeatTerm
from storage.bulk import among
from storage.queries import register
from storage.tables import tables

_issue, _support, _step = tables["framework_issue"], tables["framework_support"], tables["framework_step"]
_ask, _answer = tables["policy_ask"], tables["policy_answer"]
_person, _organisation = tables["person"], tables["organisation"]
_item, _meeting = tables["agenda_item"], tables["meeting"]
_notification, _delivery = tables["notification"], tables["delivery"]
_OURS, _DAY = bindparam("alliance", type_=Integer), bindparam("day", type_=Date)
_ISSUES = (
    select(_issue, _person.c.name.label("by_name"), _organisation.c.name.label("organisation"))
    .join(_person, _person.c.id == _issue.c.raised_by)
    .join(_organisation, _organisation.c.id == _issue.c.organisation_id)
    .where(_issue.c.alliance_id == _OURS)
    .order_by(_issue.c.number)
)
_SUPPORTS = (
    select(_support, _organisation.c.name.label("organisation"))
    .join(_organisation, _organisation.c.id == _support.c.organisation_id)
    .where(_support.c.alliance_id == _OURS, _support.c.withdrawn_at.is_(None))
    .order_by(_support.c.id)
)
_STEPS = (
    select(
        _step,
        _person.c.name.label("by_name"),
        _item.c.state.label("item_state"),
        _item.c.meeting_id,
        _meeting.c.starts_at,
        _meeting.c.state.label("meeting_state"),
    )
    .join(_person, _person.c.id == _step.c.recorded_by)
    .outerjoin(_item, _item.c.id == _step.c.item_id)
    .outerjoin(_meeting, _meeting.c.id == _item.c.meeting_id)
    .where(_step.c.alliance_id == _OURS)
    .order_by(_step.c.id)
)
_HELD_ANSWER = (
    (_answer.c.alliance_id == _ask.c.alliance_id)
    & (_answer.c.number == _ask.c.number)
    & _answer.c.withdrawn_at.is_(None)
)
_asked_by, _answered_by = _person.alias("asked_by"), _person.alias("answered_by")
_ASKS = (
    select(
        _ask,
        _asked_by.c.name.label("by_name"),
        _answer.c.id.label("answer_id"),
        _answer.c.outcome,
        _answer.c.answered_on,
        _answer.c.words,
        _answer.c.link.label("answer_link"),
        _answer.c.recorded_at.label("answer_at"),
        _answer.c.recorded_by.label("answer_by"),
        _answered_by.c.name.label("answer_by_name"),
    )
    .join(_asked_by, _asked_by.c.id == _ask.c.recorded_by)
    .outerjoin(_answer, _HELD_ANSWER)
    .outerjoin(_answered_by, _answered_by.c.id == _answer.c.recorded_by)
    .where(_ask.c.alliance_id == _OURS, _ask.c.withdrawn_at.is_(None))
    .order_by(_ask.c.number)
)
_WAITING = _ASKS.where(_ask.c.hoped_by < _DAY, _answer.c.id.is_(None))
_LEFT = (
    select(_notification.c.recipient_id, func.max(_notification.c.occasion))
    .join(_delivery, _delivery.c.notification_id == _notification.c.id)
    .where(
        _notification.c.alliance_id == _OURS,
        _notification.c.kind == "reminder",
        _delivery.c.sent_at.is_not(None),
    )
    .group_by(_notification.c.recipient_id)
)


def influence(connection: Connection, alliance: Alliance) -> Influence:
    """Both registers, each by number."""
    return Influence(issues(connection, alliance), asks(connection, alliance))


# ----------------------------------------------------------------------------------------- framework conditions


def issues(connection: Connection, alliance: Alliance) -> tuple[Issue, ...]:
    """Every issue that was not withdrawn, by number, with who supports it and what became of it."""
    return _read(connection, alliance, _issue.c.withdrawn_at.is_(None))


def issue(connection: Connection, alliance: Alliance, number: int) -> Issue | None:
    """One issue by its number, if it was not withdrawn."""
    found = _read(connection, alliance, _issue.c.withdrawn_at.is_(None), _issue.c.number == number)
    return found[0] if found else None


def issue_of(connection: Connection, alliance: Alliance, id_: int) -> Issue | None:
    """One issue by its id, withdrawn or not."""
    found = _read(connection, alliance, _issue.c.id == id_)
    return found[0] if found else None


def _read(connection: Connection, alliance: Alliance, *which: ColumnElement[bool]) -> tuple[Issue, ...]:
    ours = {"alliance": alliance.id}
    rows = connection.execute(_ISSUES.where(*which), ours).all()
    ids = [row.id for row in rows]
    supports: defaultdict[int, list[Support]] = defaultdict(list)
    for row in connection.execute(_SUPPORTS.where(among(connection, _support.c.issue_id, ids)), ours):
        one = Support(row.organisation_id, row.organisation, row.person_id, row.recorded_at)
        supports[row.issue_id].append(one)
    steps: defaultdict[int, list[IssueStep]] = defaultdict(list)
    held = _STEPS.where(_step.c.withdrawn_at.is_(None), among(connection, _step.c.issue_id, ids))
    for row in connection.execute(held, ours):
        steps[row.issue_id].append(_as_step(alliance, row))
    return tuple(_as_issue(row, tuple(supports[row.id]), tuple(steps[row.id])) for row in rows)


def step(connection: Connection, alliance: Alliance, id_: int) -> IssueStep | None:
    """One step, withdrawn or not."""
    row = connection.execute(_STEPS.where(_step.c.id == id_), {"alliance": alliance.id}).first()
    return _as_step(alliance, row) if row else None


def _as_issue(row: Row[Any], supporters: tuple[Support, ...], steps: tuple[IssueStep, ...]) -> Issue:
    return Issue(
        id=row.id,
        number=row.number,
        heading=row.heading,
        text=row.text,
        organisation_id=row.organisation_id,
        raised_by=row.raised_by,
        raised_at=row.raised_at,
        on_behalf=bool(row.on_behalf),
        organisation=row.organisation,
        raised_by_name=row.by_name,
        supporters=supporters,
        steps=steps,
        withdrawn_at=row.withdrawn_at,
    )


def _as_step(alliance: Alliance, row: Row[Any]) -> IssueStep:
    planned = row.item_id is not None
    return IssueStep(
        id=row.id,
        issue_id=row.issue_id,
        kind=cast(Any, row.kind),
        day=alliance.charter.calendar.day(row.starts_at) if planned else row.day,
        words=row.words,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        recorded_by_name=row.by_name,
        item_id=row.item_id,
        meeting_id=row.meeting_id,
        stands=not planned or (row.item_state == "accepted" and row.meeting_state != "cancelled"),
        withdrawn_at=row.withdrawn_at,
    )


# --------------------------------------------------------------------------------------------------------- asks


def asks(connection: Connection, alliance: Alliance) -> tuple[PolicyAsk, ...]:
    """Every ask, by number, with its answer and who led the alliance on the day it was sent."""
    return _as_asks(connection, alliance, connection.execute(_ASKS, {"alliance": alliance.id}).all())


def ask(connection: Connection, alliance: Alliance, number: int) -> PolicyAsk | None:
    """One ask by its number."""
    rows = connection.execute(_ASKS.where(_ask.c.number == number), {"alliance": alliance.id}).all()
    found = _as_asks(connection, alliance, rows)
    return found[0] if found else None


def waiting(connection: Connection, alliance: Alliance, day: date) -> tuple[PolicyAsk, ...]:
    """The asks whose answer was hoped for before the local day, the longest first; without the chair of then."""
    rows = connection.execute(_WAITING, {"alliance": alliance.id, "day": day})
    return tuple(sorted((_as_ask(row, "") for row in rows), key=lambda ask: (ask.hoped_by or date.max, ask.number)))


def reminded_last(connection: Connection, alliance_id: int, people: Collection[int]) -> dict[int, date]:
    """The local day of the last reminder that left for each of the people; who never got one is missing."""
    rows = connection.execute(
        _LEFT.where(among(connection, _notification.c.recipient_id, people)), {"alliance": alliance_id}
    )
    return {person: date.fromisoformat(day) for person, day in rows}


def _as_asks(connection: Connection, alliance: Alliance, rows: Collection[Row[Any]]) -> tuple[PolicyAsk, ...]:
    rule = alliance.charter.chair
    if not rows or rule is None:
        return tuple(_as_ask(row, "") for row in rows)
    seats = [s for s in register.seats(connection, alliance.id) if s.chair and s.body == rule.body]
    ids = {seat.organisation_id for seat in seats}
    names = {id_: one.name for id_, one in register.organisations(connection, alliance.id, date.max, ids).items()}
    return tuple(_as_ask(row, _chair(seats, names, row.sent_on)) for row in rows)


def _chair(seats: Collection[SeatTerm], names: dict[int, str], day: date) -> str:
    return next((names[seat.organisation_id] for seat in seats if seat.validity.covers(day)), "")


def _as_ask(row: Row[Any], chair: str) -> PolicyAsk:
    return PolicyAsk(
        id=row.id,
        number=row.number,
        recipient=row.recipient,
        subject=row.subject,
        sent_on=row.sent_on,
        hoped_by=row.hoped_by,
        link=row.link,
        issue=row.issue,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        recorded_by_name=row.by_name,
        chair=chair,
        answer=_as_answer(row) if row.answer_id is not None else None,
    )


def _as_answer(row: Row[Any]) -> PolicyAnswer:
    return PolicyAnswer(
        id=row.answer_id,
        number=row.number,
        outcome=cast(Any, row.outcome),
        answered_on=row.answered_on,
        words=row.words,
        link=row.answer_link,
        recorded_at=row.answer_at,
        recorded_by=row.answer_by,
        recorded_by_name=row.answer_by_name,
    )
