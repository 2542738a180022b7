"""The search for the cheapest days of a year, and why each was taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from alliance.cadences import EventCadence, MeetingCadence
from alliance.calendar import SATURDAY
from alliance.charter import Charter
from alliance.meetings import Meeting, answer_by_of
from alliance.planning.slots import Slot, body_slots, event_slot, unfilled
from alliance.planning.values import Proposal, Reason
from alliance.validity import Validity
from alliance.words import Words

Because = Literal[
    "weekend", "holiday", "free_week", "free_month", "too_soon", "taken", "too_close", "warned_week", "busy", "bridge"
]

# What a day costs. One is a day from the middle of its part of the year; the search takes the cheapest days.
OTHER_WEEKDAY, BESIDE_A_HOLIDAY, BRIDGE, UNEVEN_DAY = 10, 8, 20, 2
WARNED_WEEK, BUSY, TOO_FAR = 30, 60, 120
OUTSIDE_THE_WINDOW = 1_000  # more than any day inside can cost
NO_MEETING = 10_000  # more than any plan can save by leaving a meeting out
A_MONTH = 30


@dataclass(frozen=True)
class Cause:
    """What speaks against a day. ``what`` is the holiday, the week, or the other meeting's day."""

    because: Because
    what: object = ""
    cost: int = 0


@dataclass(frozen=True)
class Planner:
    """What the search knows. ``existing`` are all meetings of any year and state."""

    charter: Charter
    year: int
    today: date
    notice_days: int
    existing: tuple[Meeting, ...]

    @property
    def standing(self) -> tuple[Meeting, ...]:
        return tuple(m for m in self.existing if m.state != "cancelled")

    def days_of(self, kind: str, year: int | None = None) -> list[date]:
        """The days of a body's or event's standing meetings, of a year or ever, in order."""
        found = (m for m in self.standing if m.kind == kind and year in (None, m.year))
        return sorted(self.charter.calendar.day(m.starts_at) for m in found)

    def series(self) -> Iterator[tuple[Slot, ...]]:
        """The parts of the year to fill, one series for each body and event."""
        span = Validity(date(self.year, 1, 1), date(self.year + 1, 1, 1))
        for body in dict.fromkeys(cadence.body for cadence in self.charter.meetings):
            versions = [c for c in self.charter.meetings if c.body == body]
            slots = tuple(slot for cadence in versions for slot in body_slots(cadence, self.year))
            yield unfilled(slots, self.days_of(body, self.year))
        for cadence in self.charter.events:
            if span.overlaps(cadence.validity.since, cadence.validity.until or date.max):
                yield unfilled((event_slot(cadence, self.year),), self.days_of(cadence.key, self.year))

    def search(self, slots: Sequence[Slot], taken: set[date]) -> Found:
        """The cheapest day for each slot, the earliest of equals; None where there is none.

        Slots come in order, so the cheapest way to a slot that ends on a day is all that the next one needs.
        """
        view = View(self, slots[0].kind, taken) if slots else View(self, "", taken)
        ways: dict[date | None, tuple[int, tuple[date | None, ...]]] = {None: (0, ())}
        for slot in slots:
            priced = [(day, view.price(slot, day)) for day in slot.possible if view.against(slot, day) is None]
            ways = _extended(view, slot, ways, priced)
        best = min(ways.values(), key=_cheapest)[1] if slots else ()
        return Found(view, tuple(zip(slots, best, strict=True)))

    def proposals(self, found: Found) -> Iterator[Proposal]:
        """The days that were found, as proposals, numbered on from the last number given in the year."""
        number = max((m.number for m in self.existing if (m.kind, m.year) == (found.view.kind, self.year)), default=0)
        for slot, day in found.days:
            if day is not None:
                number += slot.of_body
                yield self._proposal(found, slot, day, number if slot.of_body else 0)

    def _proposal(self, found: Found, slot: Slot, day: date, number: int) -> Proposal:
        calendar, cadence = self.charter.calendar, slot.cadence
        agenda_due = self._agenda_due(day) if slot.of_body else None
        return Proposal(
            kind=slot.kind,
            number=number,
            year=self.year,
            title=self.charter.meeting_title(slot.kind, number, self.year),
            starts_at=calendar.at(day, cadence.starts),
            ends_at=calendar.at(day, cadence.ends),
            place=cadence.place,
            answer_by=answer_by_of(calendar, day, cadence.answer_days, self.today),
            agenda_due=agenda_due,
            reasons=(*found.reasons(slot, day), *([Reason("agenda_due", {"day": agenda_due})] if agenda_due else [])),
        )

    def _agenda_due(self, day: date) -> date:
        days = self.charter.deadlines.agenda_before
        return self.charter.calendar.before(day, days) if days else day

    def warnings(self, found: Found) -> Iterator[Reason]:
        """What the reader must know before confirming: what cannot be held, and what falls badly."""
        for slot, day in found.days:
            name = self._name(slot)
            if day is None:
                over = slot.of_body and slot.last < found.view.earliest(slot)
                facts = {"what": name, "part": slot.part, "parts": slot.parts, "first": slot.first, "last": slot.last}
                yield Reason("over" if over else "blocked", facts)
                continue
            if not slot.holds(day):
                yield Reason("outside_window", {"what": name, "day": day, "first": slot.first, "last": slot.last})
            previous = found.before(slot, day)
            if previous and _too_far(slot, previous, day):
                weeks = {"weeks": (day - previous).days // 7, "previous": previous}
                yield Reason("too_far", {"what": name, "day": day, **weeks})
            for cause in found.view.drawbacks(slot, day):
                if cause.because in ("warned_week", "busy"):
                    yield Reason(cause.because, {"what": name, "day": day, "name": cause.what})

    def _name(self, slot: Slot) -> Words:
        if isinstance(slot.cadence, EventCadence):
            return slot.cadence.title
        return self.charter.body(slot.kind).short_name


def _extended(
    view: View,
    slot: Slot,
    ways: Mapping[date | None, tuple[int, tuple[date | None, ...]]],
    priced: Sequence[tuple[date, int]],
) -> dict[date | None, tuple[int, tuple[date | None, ...]]]:
    """The cheapest way to each last day, one slot further; leaving the slot out keeps the day before it."""
    longer = {last: (cost + NO_MEETING, (*path, None)) for last, (cost, path) in ways.items()}
    for day, price in priced:
        reached = [
            (cost + price + view.uneven(slot, last, day), (*path, day))
            for last, (cost, path) in ways.items()
            if last is None or view.far_enough(slot, last, day)
        ]
        if reached:
            longer[day] = min(reached, key=_cheapest)
    return longer


def _cheapest(way: tuple[int, tuple[date | None, ...]]) -> tuple[int, tuple[date, ...]]:
    return way[0], tuple(day or date.max for day in way[1])


@dataclass(frozen=True)
class View:
    """How the days look to one body or event; ``taken`` are the days that others were just given."""

    planner: Planner
    kind: str
    taken: set[date]
    mine: tuple[date, ...] = field(init=False)
    theirs: frozenset[date] = field(init=False)

    def __post_init__(self) -> None:
        day = self.planner.charter.calendar.day
        others = {day(m.starts_at) for m in self.planner.standing if m.kind != self.kind}
        object.__setattr__(self, "mine", tuple(self.planner.days_of(self.kind)))
        object.__setattr__(self, "theirs", frozenset(others | self.taken))

    def earliest(self, slot: Slot) -> date:
        """The first day there is time enough to: for the notice, and for answers to be asked for."""
        days = max(self.planner.notice_days, slot.cadence.answer_days + 1)
        return self.planner.charter.calendar.after(self.planner.today, days)

    def against(self, slot: Slot, day: date) -> Cause | None:
        """What rules a day out, if anything does."""
        calendar, avoid = self.planner.charter.calendar, self.planner.charter.avoid
        holiday, week = calendar.holiday(day), day.isocalendar().week
        if not calendar.is_working_day(day):
            return Cause("holiday", holiday) if holiday and day.weekday() < SATURDAY else Cause("weekend")
        if week in avoid.weeks_never:
            return Cause("free_week", week)
        if isinstance(slot.cadence, MeetingCadence) and day.month in slot.cadence.months_never:
            return Cause("free_month", day)
        if day < self.earliest(slot):
            return Cause("too_soon", self.earliest(slot))
        if day in self.theirs:
            return Cause("taken", day)
        close = next((other for other in self.mine if not self.far_enough(slot, other, day)), None)
        return Cause("too_close", close) if close else None

    def drawbacks(self, slot: Slot, day: date) -> Iterator[Cause]:
        """What speaks against a day without ruling it out."""
        charter = self.planner.charter
        if day.isocalendar().week in charter.avoid.weeks_warned:
            yield Cause("warned_week", day.isocalendar().week, WARNED_WEEK)
        for days in charter.avoid.days:
            if days.covers(day):
                yield Cause("busy", days.name, BUSY)
        before, after = (day + timedelta(days=n) for n in (-1, 1))
        beside = charter.calendar.holiday(before) or charter.calendar.holiday(after)
        if beside:
            alone = not charter.calendar.is_working_day(before) and not charter.calendar.is_working_day(after)
            yield Cause("bridge", beside, BRIDGE if alone else BESIDE_A_HOLIDAY)

    def price(self, slot: Slot, day: date) -> int:
        """What a day costs by itself, and by the meetings that stand already."""
        price = abs((day - slot.middle).days) + sum(cause.cost for cause in self.drawbacks(slot, day))
        price += 0 if day.weekday() in slot.cadence.weekdays else OTHER_WEEKDAY
        price += 0 if slot.holds(day) else OUTSIDE_THE_WINDOW
        following = next((other for other in self.mine if other > day), None)
        return price + (_uneven(slot, day, following, only_close=True) if following else 0)

    def uneven(self, slot: Slot, last: date | None, day: date) -> int:
        """What the distance to the meeting before costs, where it is more than a month from even."""
        previous = self.previous(day, () if last is None else (last,))
        if not previous:
            return 0
        return _uneven(slot, previous, day, only_close=False) + (TOO_FAR if _too_far(slot, previous, day) else 0)

    def previous(self, day: date, proposed: Iterable[date]) -> date | None:
        """The day of the meeting before: one that stands, or one that is proposed."""
        return max((other for other in (*self.mine, *proposed) if other < day), default=None)

    def far_enough(self, slot: Slot, one: date, other: date) -> bool:
        """Whether two meetings of a body are as many weeks apart as the charter asks."""
        if not isinstance(slot.cadence, MeetingCadence):
            return True
        return abs((one - other).days) >= 7 * slot.cadence.min_weeks_between


def _too_far(slot: Slot, earlier: date, later: date) -> bool:
    """Whether two meetings of a body in a row are more weeks apart than the charter allows."""
    most = slot.cadence.max_weeks_between if isinstance(slot.cadence, MeetingCadence) else None
    return most is not None and (later - earlier).days > 7 * most


def _uneven(slot: Slot, earlier: date, later: date, *, only_close: bool) -> int:
    if not slot.of_body:
        return 0
    over = (later - earlier).days - 365 // slot.parts
    return UNEVEN_DAY * max(abs(over) - A_MONTH, 0) if over < 0 or not only_close else 0


@dataclass(frozen=True)
class Found:
    """What the search found: a day, or none, for each slot."""

    view: View
    days: tuple[tuple[Slot, date | None], ...]

    def reasons(self, slot: Slot, day: date) -> Iterator[Reason]:
        """Why this day: its part of the year, weekday, the meeting before, and what ruled out better days."""
        edges: dict[str, object] = {"first": slot.first, "last": slot.last}
        if slot.of_body:
            yield Reason("quarter" if slot.parts == 4 else "part", {"part": slot.part, "parts": slot.parts, **edges})
        else:
            yield Reason("window" if slot.holds(day) else "outside_window", edges)
        preferred = day.weekday() in slot.cadence.weekdays
        yield Reason("preferred_weekday" if preferred else "other_weekday", {"weekday": day.weekday()})
        previous = self.before(slot, day)
        if previous:
            yield Reason("weeks_after", {"weeks": (day - previous).days // 7, "day": previous})
        yield from self._avoided(slot, day)

    def before(self, slot: Slot, day: date) -> date | None:
        """The day of the body's meeting before: one that stands, or one that is proposed."""
        return self.view.previous(day, self._others(slot)) if slot.of_body else None

    def _others(self, slot: Slot) -> list[date]:
        return [day for other, day in self.days if other != slot and day is not None]

    def _avoided(self, slot: Slot, chosen: date) -> Iterator[Reason]:
        """Each thing that ruled out a day nearer to the middle, once, nearest first."""
        away = abs((chosen - slot.middle).days)
        inside = (day for day in slot.possible if slot.holds(day) and day.weekday() < SATURDAY)
        nearer = [day for day in inside if abs((day - slot.middle).days) < away]
        seen: set[tuple[object, object]] = set()
        for day in sorted(nearer, key=lambda day: (abs((day - slot.middle).days), day)):
            for cause in self._causes(slot, day):
                if (cause.because, str(cause.what)) not in seen:
                    seen.add((cause.because, str(cause.what)))
                    yield Reason("avoided", {"day": day, "because": cause.because, "name": cause.what})

    def _causes(self, slot: Slot, day: date) -> Iterator[Cause]:
        cause = self.view.against(slot, day)
        if cause:
            yield cause
            return
        close = [other for other in self._others(slot) if not self.view.far_enough(slot, other, day)]
        yield from (Cause("too_close", other) for other in close)
        yield from self.view.drawbacks(slot, day)
