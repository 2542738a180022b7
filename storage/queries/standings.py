"""What decides how obligations stand on a day, and how they do.

Thousands of obligations share a few kinds: the same requirement, the same days. Whatever does not depend on the member
is worked out once a kind, and the rules are asked one by one only where something was recorded or answered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, bindparam, select

from alliance.actions import SECRETARIAT, Action, action_id, requirement_of
from alliance.alliances import Alliance
from alliance.attendance import Answer, winning
from alliance.charter import Requirement
from alliance.meetings import Meeting
from alliance.obligations import Obligation, Settlement, Standing, falls_within, standing
from alliance.tasks import TaskDay, task_day_id
from alliance.tasks import requirement_of as requirement_of_task
from alliance.validity import Validity
from storage.bulk import Chosen
from storage.queries import register
from storage.queries.meetings import as_answer, standing_events
from storage.queries.minutes import actions
from storage.queries.tasks import task_days
from storage.tables import tables

_answer = tables["answer"]
_ANSWERS_OF = Chosen(
    lambda among: (
        select(_answer)
        .where(_answer.c.alliance_id == bindparam("alliance", type_=Integer), among(_answer.c.organisation_id))
        .order_by(_answer.c.id)
    )
)
Settlements = Mapping[tuple[int, str], tuple[Settlement, ...]]
Memberships = Mapping[int, tuple[Validity, ...]]
"""By organisation the days on which it is a member."""
Stood = tuple[Requirement, Standing]


class _Kind(NamedTuple):
    """What obligations of the same days have in common on the day of a reading, whosever they are.

    ``untouched`` is how they stand while nothing was recorded and nobody has answered; ``within`` says of memberships
    whether the duty falls within them, once that was worked out.
    """

    requirement: Requirement
    meeting: Meeting | None
    untouched: Stood
    within: dict[tuple[Validity, ...], bool]


@dataclass(frozen=True)
class Known:
    """What decides how some obligations stand: facts, memberships, events with their answers, agreed actions, tasks."""

    settlements: Settlements
    members: Memberships
    events: Mapping[tuple[str, int], Meeting]
    answers: Mapping[tuple[int, int], list[Answer]]
    agreed: Mapping[int, Action]
    tasks: Mapping[int, TaskDay]
    kinds: dict[tuple[object, ...], _Kind | None] = field(default_factory=dict)
    """By what they have in common, once it was worked out; None for what is nobody's."""


def known_about(
    connection: Connection,
    alliance: Alliance,
    rows: Collection[Any],
    settlements: Settlements,
    members: Memberships | None = None,
) -> Known:
    """All that decides how the obligations of these rows stand, besides their settlements (and the memberships)."""
    ids, keys = {row.organisation_id for row in rows}, {row.requirement for row in rows}
    return Known(
        settlements,
        register.member_days(connection, alliance.id, ids) if members is None else members,
        standing_events(connection, alliance),
        _answers(connection, alliance.id, ids),
        _agreed(connection, alliance, keys),
        _tasks(connection, alliance, keys),
    )


def stands(alliance: Alliance, known: Known, obligation: Obligation, on: date) -> Stood | None:
    """What an obligation asks and how it stands on the day; None while it is nobody's."""
    kind = _kind(alliance, known, obligation, on)
    return None if kind is None else _stands(kind, known, obligation, on)


def all_stand(
    alliance: Alliance, known: Known, alike: Sequence[Obligation], on: date
) -> Iterator[tuple[Obligation, Stood]]:
    """What obligations of one kind ask and how they stand on the day, without those that are nobody's."""
    kind = _kind(alliance, known, alike[0], on)
    if kind is not None:
        for obligation in alike:
            stood = _stands(kind, known, obligation, on)
            if stood is not None:
                yield obligation, stood


def _stands(kind: _Kind, known: Known, obligation: Obligation, on: date) -> Stood | None:
    member = obligation.organisation_id
    memberships = known.members.get(member, ())
    theirs = kind.within.get(memberships)
    if theirs is None:
        theirs = kind.within[memberships] = _is_theirs(kind.requirement, obligation, memberships, on)
    if not theirs:
        return None
    facts = known.settlements.get((member, obligation.requirement), ())
    given = known.answers.get((kind.meeting.id, member), ()) if kind.meeting else ()
    if not facts and not given:
        return kind.untouched
    answer = winning(given, kind.meeting.revision) if kind.meeting else None
    return kind.requirement, standing(obligation, kind.requirement, facts, answer, on)


def _kind(alliance: Alliance, known: Known, obligation: Obligation, on: date) -> _Kind | None:
    days = obligation.requirement, obligation.period, obligation.due, obligation.event_day, on
    if days not in known.kinds:
        known.kinds[days] = _worked_out(alliance, known, obligation, on)
    return known.kinds[days]


def _worked_out(alliance: Alliance, known: Known, obligation: Obligation, on: date) -> _Kind | None:
    requirement = _requirement_on(alliance, known, obligation, on)
    if requirement is None:
        return None
    meeting = known.events.get((requirement.event or "", obligation.period.start.year))
    if meeting and meeting.state == "cancelled":  # nobody owes an answer to what will not take place
        return None
    return _Kind(requirement, meeting, (requirement, standing(obligation, requirement, (), None, on)), {})


def _requirement_on(alliance: Alliance, known: Known, obligation: Obligation, on: date) -> Requirement | None:
    """What an obligation asks: of the charter, minutes or a task; None for what lapsed, was withdrawn or ended."""
    if (day := task_day_id(obligation.requirement)) is not None:
        task_day = known.tasks[day]
        return None if task_day.ended or task_day.task.ended else requirement_of_task(task_day)
    number = action_id(obligation.requirement)
    if number is None:
        if alliance.charter.is_over(obligation.requirement, on):
            return None
        return alliance.charter.requirement_on(obligation.requirement, obligation.period.nearest(on))
    action = known.agreed[number]
    return None if action.withdrawn else requirement_of(action)


def _is_theirs(requirement: Requirement, obligation: Obligation, memberships: Iterable[Validity], on: date) -> bool:
    """Whether the duty falls within a membership; a standing one, only while the member still is one."""
    return requirement.asks == (SECRETARIAT,) or any(  # who runs the secretariat need not be a member
        falls_within(membership, obligation.period, obligation.due, obligation.event_day)
        and (obligation.due is not None or membership.covers(on))
        for membership in memberships
    )


def _agreed(connection: Connection, alliance: Alliance, keys: Iterable[str]) -> dict[int, Action]:
    """The actions that are among the keys of requirements, by id."""
    ids = [found for key in keys if (found := action_id(key)) is not None]
    return actions(connection, alliance, ids=ids) if ids else {}


def _tasks(connection: Connection, alliance: Alliance, keys: Iterable[str]) -> dict[int, TaskDay]:
    """The days of tasks that are among the keys of requirements, by id."""
    ids = [found for key in keys if (found := task_day_id(key)) is not None]
    return task_days(connection, alliance.id, ids) if ids else {}


def _answers(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int]
) -> dict[tuple[int, int], list[Answer]]:
    found: dict[tuple[int, int], list[Answer]] = {}
    for r in _ANSWERS_OF.run(connection, organisation_ids, alliance=alliance_id).all():
        found.setdefault((r.meeting_id, r.organisation_id), []).append(as_answer(r))
    return found
