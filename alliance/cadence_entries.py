"""Reads the cadence of a charter: how often bodies meet, events, days to avoid, deadlines. Raises CharterError."""

from __future__ import annotations

from datetime import time

from alliance.cadences import Avoid, AvoidDays, EventCadence, MeetingCadence, PaperDeadlines
from alliance.entries import Entry

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def read_meetings(entry: Entry) -> MeetingCadence:
    """How often a body meets, and its usual meeting."""
    starts, ends = _hours(entry)
    least, most = entry.number("min_weeks_between"), None
    if entry.has("max_weeks_between"):
        most = entry.number("max_weeks_between", least)
    return MeetingCadence(
        body=entry.text("body"),
        title=entry.words("title"),
        per_year=entry.number("per_year", 1),
        min_weeks_between=least,
        starts=starts,
        ends=ends,
        place=_place(entry),
        answer_days=entry.number("answer_days", 1),
        weekdays=_weekdays(entry),
        validity=entry.validity(),
        max_weeks_between=most,
        months_never=_months(entry, "months_never") if entry.has("months_never") else (),
    )


def _months(entry: Entry, key: str) -> tuple[int, ...]:
    months = entry.numbers(key)
    if max(months, default=1) > 12:
        raise entry.refuse(key, list(months), "months, 1 to 12")
    return months


def read_event(entry: Entry) -> EventCadence:
    """An event for all members, at most once a year."""
    starts, ends = _hours(entry)
    return EventCadence(
        key=entry.text("key"),
        title=entry.words("title"),
        word=entry.word(),
        per_year=_once(entry),
        between=entry.span("between"),
        starts=starts,
        ends=ends,
        place=_place(entry),
        answer_days=entry.number("answer_days", 1),
        weekdays=_weekdays(entry),
        validity=entry.validity(),
    )


def _once(entry: Entry) -> int:
    per_year = entry.number("per_year", 1)
    if per_year > 1:
        raise entry.refuse("per_year", per_year, "1, for an event is known by its year")
    return per_year


def _hours(entry: Entry) -> tuple[time, time]:
    starts, ends = entry.hour("starts"), entry.hour("ends")
    if ends <= starts:
        raise entry.refuse("ends", f"{ends:%H:%M}", f"a time after starts ({starts:%H:%M})")
    return starts, ends


def _place(entry: Entry) -> str:
    """Where it usually is; unlike other texts it may be empty, for a place that is found each time."""
    value = entry.raw("place", 'a text, "" while there is no usual place')
    if not isinstance(value, str):
        raise entry.refuse("place", value, 'a text, "" while there is no usual place')
    return value.strip()


def _weekdays(entry: Entry) -> tuple[int, ...]:
    names = entry.texts("weekdays")
    if not names or len(set(names)) < len(names) or not set(names) <= set(WEEKDAYS):
        raise entry.refuse("weekdays", list(names), f"some of {', '.join(WEEKDAYS)}, each once")
    return tuple(sorted(WEEKDAYS.index(name) for name in names))


def read_avoid(entry: Entry) -> Avoid:
    """When no meeting is proposed, or only with a warning."""
    days = entry.entries("days", _avoid_days)
    return Avoid(_weeks(entry, "weeks_never"), _weeks(entry, "weeks_warned"), days)


def _avoid_days(entry: Entry) -> AvoidDays:
    name, between, years = entry.words("name"), entry.span("between"), entry.number("years", 1)
    anchor = entry.number("anchor", 1) if years > 1 else 2000
    return AvoidDays(name, between, years, anchor, entry.validity())


def _weeks(entry: Entry, key: str) -> tuple[int, ...]:
    weeks = entry.numbers(key)
    if max(weeks, default=1) > 53:
        raise entry.refuse(key, list(weeks), "ISO weeks, 1 to 53")
    return weeks


def read_deadlines(entry: Entry) -> PaperDeadlines:
    """Working days: the agenda before the meeting, the draft minutes after it."""
    return PaperDeadlines(entry.number("agenda_before"), entry.number("draft_minutes_after"))
