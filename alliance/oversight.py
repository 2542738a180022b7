"""What the body that governs an alliance sees of it: counts of members, seats and meetings. Nobody who owes is named.

Source: the annex of 4 June 2021: a steering group "which ensures that the alliance works as intended".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from alliance.access import reads_closed
from alliance.accounts import Account, Board
from alliance.cadences import EventCadence, MeetingCadence
from alliance.charter import Body, Charter, Requirement
from alliance.meetings import Meeting
from alliance.members import SeatTerm
from alliance.months import months_before
from alliance.plan_actions import Progress
from alliance.planning import parts_of
from alliance.roles import Actor
from alliance.seats import BodyShown, party_endings
from alliance.validity import valid_on
from alliance.words import Words

NO_ACTIONS = Progress()
SOON = 6
"""Months before its end in which a seat's or a chair's term is shown."""


@dataclass(frozen=True)
class Measured:
    """The meetings of a body, or an event, in a calendar year against the rule of the charter.

    ``asked`` is how many the rule wants in the year, ``by_now`` how many of them belong to parts of the year that are
    over. ``unnoted`` are over and neither noted as held nor cancelled; ``called`` and ``planned`` are ahead.
    """

    title: Words
    rule: MeetingCadence | EventCadence
    asked: int
    by_now: int
    held: int
    called: int
    planned: int
    unnoted: int
    cancelled: int

    @property
    def missing(self) -> int:
        """How many the rule wants that have no day."""
        return max(0, self.asked - self.held - self.called - self.planned - self.unnoted)

    @property
    def behind(self) -> int:
        """How many should have been held by now and are not noted as held."""
        return max(0, self.by_now - self.held)


@dataclass(frozen=True)
class LateReports:
    """How many members have not reported for a period whose due day (local) is over."""

    requirement: Requirement
    period: str
    due: date
    members: int


@dataclass(frozen=True)
class TermEnding:
    """A term whose first day after it (``until``) is near and that nobody follows: of a seat, the chair, a party."""

    kind: Literal["seat", "chair", "party"]
    who: str
    until: date
    body: Body | None = None


@dataclass(frozen=True)
class NextMeeting:
    """The next meeting of a body, and the last day on which its agenda is in time; ``out`` once that was published."""

    meeting: Meeting
    paper_day: date
    out: bool


@dataclass(frozen=True)
class Overview:
    """All of it on a local day."""

    alliance: Words
    year: int
    board: Board
    late: tuple[LateReports, ...]
    bodies: tuple[BodyShown, ...]
    endings: tuple[TermEnding, ...]
    measured: tuple[Measured, ...]
    coming: tuple[NextMeeting, ...]
    actions: Progress = NO_ACTIONS

    @property
    def behind(self) -> int:
        """How many members are past the due day of something that the charter requires."""
        keys = {requirement.key for requirement in self.board.requirements}
        late = (a for a in self.board.owing() if a.requirement.key in keys and a.standing.state == "overdue")
        return len({account.organisation.id for account in late})


def governing_body(charter: Charter, day: date) -> Body | None:
    """The body that reports to no other on a local day, the first if there are several."""
    return next((body for body in valid_on(charter.bodies, day) if body.reports_to is None), None)


def sees_overview(actor: Actor, charter: Charter, seats: Iterable[SeatTerm], day: date) -> bool:
    """Whether a person governs the alliance: holds or acts for a seat of its governing body, or is the secretariat."""
    body = governing_body(charter, day)
    return actor.secretariat or (body is not None and reads_closed(actor, body, seats, day))


def may_govern(actor: Actor, charter: Charter, day: date) -> bool:
    """Whether it is worth looking at the seats: whoever has not the office of one sees no overview."""
    body = governing_body(charter, day)
    return actor.secretariat or (body is not None and any(t.office == body.seat_holder for t in actor.terms))


def late_reports(accounts: Iterable[Account]) -> tuple[LateReports, ...]:
    """The reports that are over their due day, counted by period, the oldest first."""
    found: dict[tuple[date, str], list[Account]] = {}
    for account in accounts:
        due = account.obligation.due
        if account.requirement.settled_by == "report" and account.standing.state == "overdue" and due:
            found.setdefault((due, account.obligation.period.label), []).append(account)
    return tuple(
        LateReports(late[0].requirement, label, due, len({account.organisation.id for account in late}))
        for (due, label), late in sorted(found.items())
    )


def measured(charter: Charter, meetings: Iterable[Meeting], now: datetime) -> tuple[Measured, ...]:
    """The meetings and events of this year against the charter's rules, the bodies first. ``now`` is aware UTC."""
    today, known = charter.calendar.day(now), list(meetings)
    bodies = {body.key: body.name for body in valid_on(charter.bodies, today)}
    found: list[tuple[str, Words, MeetingCadence | EventCadence]] = [
        (c.body, bodies[c.body], c) for c in valid_on(charter.meetings, today) if c.body in bodies
    ]
    found += [(c.key, c.title, c) for c in valid_on(charter.events, today)]
    return tuple(
        _measured(charter, title, rule, [m for m in known if (m.kind, m.year) == (kind, today.year)], now)
        for kind, title, rule in found
    )


def _measured(
    charter: Charter, title: Words, rule: MeetingCadence | EventCadence, found: list[Meeting], now: datetime
) -> Measured:
    today = charter.calendar.day(now)
    kind = rule.body if isinstance(rule, MeetingCadence) else rule.key
    parts = parts_of(charter, kind, today.year)
    ahead = [m for m in found if m.ends_at > now]
    return Measured(
        title,
        rule,
        asked=len(parts),
        by_now=sum(last < today for last in parts),
        held=sum(m.state == "held" for m in found),
        called=sum(m.state == "called" for m in ahead),
        planned=sum(m.state == "planned" for m in ahead),
        unnoted=sum(m.state in ("called", "planned") and m.ends_at <= now for m in found),
        cancelled=sum(m.state == "cancelled" for m in found),
    )


def terms_ending(charter: Charter, seats: Iterable[SeatTerm], names: dict[int, str], day: date) -> list[TermEnding]:
    """The terms that end soon and that nobody follows, the first to end first; ``names`` are members' by id."""
    known, bodies = tuple(seats), {body.key: body for body in valid_on(charter.bodies, day)}
    found: list[TermEnding] = []
    for term in known:
        until = term.validity.until
        body = bodies.get(term.body)
        if until is None or body is None or body.seated or not months_before(until, SOON) <= day < until:
            continue  # the seat of a party ends with the party
        if term.validity.covers(day) and not any(_follows(other, term, until) for other in known):
            kind: Literal["seat", "chair"] = "chair" if term.chair else "seat"
            found.append(TermEnding(kind, names[term.organisation_id], until, body))
    parties = {party.code: party.name.da for party in charter.parties}
    found += [TermEnding("party", parties[each.key], each.until) for each in party_endings(charter.parties, day)]
    return sorted(found, key=lambda ending: (ending.until, ending.kind, ending.who))


def _follows(other: SeatTerm, term: SeatTerm, until: date) -> bool:
    """Whether somebody has the same place from the day on which a term is over."""
    same = other.chair if term.chair else not other.chair and other.constituency == term.constituency
    return other.body == term.body and same and other.validity.covers(until)
