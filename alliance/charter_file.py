"""Reads a charter from TOML text, strictly: nothing unknown, nothing missing, nothing of the wrong kind.

Whatever is wrong raises ``CharterError`` with file, key, what we got and what we wanted.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alliance.about import NOTHING_SAID
from alliance.about_entries import read_about
from alliance.cadence_entries import read_avoid, read_deadlines, read_event, read_meetings
from alliance.cadences import Ladder, MonthDay
from alliance.calendar import HolidayRule, WorkingCalendar
from alliance.charter import (
    Advisers,
    Body,
    ChairRule,
    Charter,
    EvidenceKind,
    Goal,
    Indicator,
    OfficeKind,
    Papers,
    Party,
    PeriodRule,
    Reporting,
    Requirement,
    SecretariatRule,
)
from alliance.charter_checks import check_references
from alliance.entries import Entry, read_whole, words
from alliance.errors import CharterError
from alliance.standard_entries import read_points, read_standard
from alliance.standards import JOINS_WITH, JoinsWith
from alliance.words import Words

GRADES = ("fulfilled", "noted", "partial")


def read_charter(text: str, file: str) -> Charter:
    """Read a charter; ``file`` is the name that an error gives. Raises CharterError."""
    try:
        top = Entry(file, "", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise CharterError(file, "the whole file", str(error), "valid TOML") from None
    charter = read_whole(top, lambda entry: _charter(entry, text))
    check_references(charter, file)
    words = {event.key: event.word for event in charter.events}
    needs = tuple(replace(n, event_word=words[n.event]) if n.event else n for n in charter.requirements)
    return replace(charter, requirements=needs)


def _charter(top: Entry, text: str) -> Charter:
    head = Entry(top.file, "alliance", top.raw("alliance", "a table"))
    members = Entry(top.file, "members", top.raw("members", "a table"))
    governance = Entry(top.file, "governance", top.raw("governance", "a table"))
    cadence = Entry(top.file, "cadence", top.raw("cadence", "a table"))
    zone = _zone(head)
    charter = Charter(
        key=head.text("key"),
        name=head.words("name"),
        zone=zone,
        validity=head.validity(),
        sister_network=head.optional("sister_network", head.text),
        source=head.text("source"),
        purpose=top.entry("purpose", lambda entry: entry.words("text")),
        parties=top.entries("parties", _party) if top.has("parties") else (),
        advisers=governance.entry("advisers", _advisers) if governance.has("advisers") else None,
        standards=top.entries("standards", read_standard) if top.has("standards") else (),
        themes=read_points(top, "themes"),
        member_kind=members.text("kind"),
        contact=members.text("contact"),
        groupings=members.texts("groupings"),
        constituency=members.text("constituency"),
        offices=members.entries("offices", _office),
        requirements=top.entries("requirements", _requirement),
        goals=top.entries("goals", _goal),
        bodies=governance.entries("bodies", _body),
        chair=governance.entry("chair", _chair) if governance.has("chair") else None,
        secretariat=governance.entry("secretariat", _secretariat),
        papers=governance.entry("papers", _papers),
        meetings=cadence.entries("meetings", read_meetings),
        events=cadence.entries("events", read_event),
        avoid=cadence.entry("avoid", read_avoid),
        deadlines=cadence.entry("deadlines", read_deadlines),
        reporting=top.entry("reporting", _reporting),
        ladders=top.entry("reminders", lambda entry: entry.entries("ladders", _ladder)),
        calendar=WorkingCalendar(zone, top.entry("calendar", lambda e: e.entries("holidays", _holiday))),
        hash=hashlib.sha256(text.encode()).hexdigest(),
        about=top.entry("about", read_about) if top.has("about") else NOTHING_SAID,
        joins_with=_joins_with(members),
    )
    for part in (head, members, governance, cadence):
        part.done()
    return charter


def _joins_with(members: Entry) -> JoinsWith:
    """What a municipality needs to join; nothing where the charter does not say."""
    return cast(JoinsWith, members.one_of("joins_with", JOINS_WITH)) if members.has("joins_with") else "nothing"


def _zone(head: Entry) -> str:
    name = head.text("zone")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" alone is a folder
        raise head.refuse("zone", name, "an IANA time zone such as Europe/Copenhagen") from None
    return name


def _office(entry: Entry) -> OfficeKind:
    article = entry.one_of("article_da", ("en", "et"))
    held_in = entry.texts("held_in") if entry.has("held_in") else ()
    return OfficeKind(entry.text("key"), entry.words("title"), article, entry.flag("single"), held_in)


def _party(entry: Entry) -> Party:
    return Party(
        code=entry.text("code"),
        name=entry.words("name"),
        official_name=entry.text("official_name"),
        kind=entry.text("kind"),
        role=cast(Any, entry.one_of("role", ("partner", "observer"))),
        group=entry.text("group") if entry.has("group") else "",
        validity=entry.validity(),
        told_before=entry.numbers("told_before") if entry.has("told_before") else (),
    )


def _advisers(entry: Entry) -> Advisers:
    return Advisers(entry.text("kind"), entry.text("office"))


def _period(entry: Entry) -> PeriodRule:
    years = entry.number("years", 1)
    starts = entry.month_day("starts")
    return PeriodRule(years, starts, entry.number("anchor", 1) if years > 1 else 2000)


def _evidence(entry: Entry) -> EvidenceKind:
    counts = cast(Any, entry.one_of("counts", GRADES))
    begins = entry.optional("valid_from", entry.day)
    return EvidenceKind(
        entry.text("key"),
        words(entry),
        counts,
        entry.flag("plan"),
        entry.flag("shares"),
        begins,
        entry.until(begins),
        entry.optional("was", entry.text) or "",
    )


def _attendance(entry: Entry) -> tuple[tuple[str, Any], ...]:
    return tuple((office, entry.one_of(office, GRADES)) for office in list(entry.values))


def _requirement(entry: Entry) -> Requirement:
    need = Requirement(
        key=entry.text("key"),
        number=entry.text("number"),
        title=entry.words("title"),
        duty=entry.words("duty"),
        clause=entry.words("clause"),
        settled_by=cast(Any, entry.one_of("settled_by", ("report", "attendance", "evidence"))),
        asks=entry.texts("asks"),
        period=entry.entry("period", _period),
        validity=entry.validity(),
        opens=entry.optional("opens", entry.month_day),
        due=entry.optional("due", entry.month_day),
        event=entry.optional("event", entry.text),
        carries=entry.flag("carries"),
        evidence=entry.entries("evidence", _evidence) if entry.has("evidence") else (),
        attendance=entry.entry("attendance", _attendance) if entry.has("attendance") else (),
    )
    if not need.asks:
        raise entry.refuse("asks", [], "at least one office")
    if need.settled_by == "attendance":
        if need.event is None:
            raise entry.refuse("event", None, "the event of the cadence that is attended")
        if not need.attendance:
            raise entry.refuse("attendance", None, "how far each office meets it")
    if need.opens and need.due and need.period.years == 1:
        opens, due = (_place_in(need.period, day) for day in (need.opens, need.due))
        if opens > due:
            raise entry.refuse("opens", f"{need.opens.month:02d}-{need.opens.day:02d}", "a day before it is due")
    return need


def _place_in(period: PeriodRule, day: MonthDay) -> tuple[bool, int, int]:
    """Where a day comes in a period of a year: one that starts in July has January after December."""
    return (day.month, day.day) < (period.starts.month, period.starts.day), day.month, day.day


def _goal(entry: Entry) -> Goal:
    return Goal(entry.text("key"), entry.words("text"), entry.number("by_year", 1))


def _body(entry: Entry) -> Body:
    body = Body(
        key=entry.text("key"),
        name=entry.words("name"),
        short_name=entry.words("short_name"),
        word=entry.word(),
        seats=entry.number("seats", 1),
        seat_holder=entry.text("seat_holder"),
        seat_rule=entry.one_of("seat_rule", ("one_per_constituency", "one_per_party", "free")),
        quorum=entry.number("quorum", 1),
        vacancy_days=entry.number("vacancy_days"),
        tasks=entry.entries("tasks", words),
        validity=entry.validity(),
        observers=entry.texts("observers"),
        observer_office=entry.text("observer_office"),
        seated=entry.texts("seated") if entry.has("seated") else (),
        reports_to=entry.optional("reports_to", entry.text),
        progress=entry.number("progress") if entry.has("progress") else 1,
        participation=entry.number("participation") if entry.has("participation") else 0,
        influence=entry.number("influence") if entry.has("influence") else 0,
    )
    if not set(body.observers) <= {"partner", "observer"}:
        raise entry.refuse("observers", list(body.observers), "partner or observer")
    if body.progress > max(len(body.tasks), 1):
        raise entry.refuse("progress", body.progress, f"the number of a task, 1 to {len(body.tasks)}, or 0 for none")
    drawn = [number for number in (body.progress, body.participation, body.influence) if number]
    for key, number in (("participation", body.participation), ("influence", body.influence)):
        if number > len(body.tasks) or drawn.count(number) > 1:
            wanted = f"the number of a task that is drawn for nothing else, 1 to {len(body.tasks)}, or 0 for none"
            raise entry.refuse(key, number, wanted)
    if body.seat_rule == "one_per_party" and len(body.seated) != body.seats:
        wanted = f"the codes of as many parties as there are seats ({body.seats})"
        raise entry.refuse("seated", list(body.seated), wanted)
    if body.quorum > body.seats:
        raise entry.refuse("quorum", body.quorum, f"at most as many as there are seats ({body.seats})")
    return body


def _chair(entry: Entry) -> ChairRule:
    return ChairRule(
        entry.text("body"),
        entry.text("elected_by"),
        entry.number("years", 1),
        entry.number("ballot_days"),
        entry.numbers("told_before") if entry.has("told_before") else (),
    )


def _secretariat(entry: Entry) -> SecretariatRule:
    rule = entry.one_of("rule", ("follows_chair", "fixed"))
    return SecretariatRule(
        rule=cast(Any, rule),
        office=entry.text("office"),
        overlap_days=entry.number("overlap_days"),
        assisted_by=entry.texts("assisted_by"),
        organisation=entry.text("organisation") if rule == "fixed" else None,
    )


def _papers(entry: Entry) -> Papers:
    return Papers(entry.texts("all_items"), entry.texts("open_items"))


def _ladder(entry: Entry) -> Ladder:
    ladder = Ladder(
        before=entry.numbers("before"),
        after=entry.numbers("after"),
        from_hour=entry.hour("from_hour"),
        until_hour=entry.hour("until_hour"),
        validity=entry.validity(),
        monthly=entry.number("monthly", 1) if entry.has("monthly") else None,
    )
    if not ladder.before and not ladder.after:
        raise entry.refuse("before", [], "at least one rung before or after the due day")
    if list(ladder.before) != sorted(set(ladder.before), reverse=True):
        raise entry.refuse("before", list(ladder.before), "falling working days, such as [20, 10, 5, 1]")
    if list(ladder.after) != sorted(set(ladder.after)):
        raise entry.refuse("after", list(ladder.after), "rising working days, such as [1, 5, 10]")
    if not ladder.from_hour < ladder.until_hour:
        raise entry.refuse("until_hour", ladder.until_hour, f"a time after from_hour ({ladder.from_hour})")
    return ladder


def _holiday(entry: Entry) -> HolidayRule:
    name = entry.words("name").da
    easter = _easter(entry) if entry.has("easter") else None
    month_day = entry.month_day("date") if easter is None else None
    since = entry.optional("valid_from", entry.day)
    return HolidayRule(
        name=name,
        month=month_day.month if month_day else None,
        day=month_day.day if month_day else None,
        easter=easter,
        valid_from=since,
        valid_until=entry.until(since),
    )


def _easter(entry: Entry) -> int:
    value = entry.raw("easter", "days from Easter Sunday, such as -2")
    if type(value) is not int:
        raise entry.refuse("easter", value, "days from Easter Sunday, such as -2")
    return value


def _reporting(entry: Entry) -> Reporting:
    return Reporting(
        entry.number("data_year_lag"),
        entry.per_cent("change_asked_pct"),
        entry.per_cent("sum_tolerance_pct"),
        entry.entries("indicators", _indicator),
    )


def _sector(entry: Entry) -> tuple[str, Words]:
    return entry.text("key"), words(entry)


def _indicator(entry: Entry) -> Indicator:
    kind = entry.one_of("kind", ("number", "text"))
    sector, sector_title = entry.entry("sector", _sector)
    indicator = Indicator(
        key=entry.text("key"),
        label=entry.words("label"),
        kind=cast(Any, kind),
        unit=entry.words("unit") if kind == "number" else Words("", ""),
        sector=sector,
        sector_title=sector_title,
        level=cast(Any, entry.one_of("level", ("required", "expected", "optional"))),
        better=cast(Any, entry.one_of("better", ("up", "down", "none"))),
        hint=entry.words("hint") if entry.has("hint") else Words("", ""),
        validity=entry.validity(),
        hard_min=entry.optional("hard_min", entry.decimal),
        hard_max=entry.optional("hard_max", entry.decimal),
        plausible_min=entry.optional("plausible_min", entry.decimal),
        plausible_max=entry.optional("plausible_max", entry.decimal),
        part_of=entry.optional("part_of", entry.text),
        import_names=entry.texts("import_names") if entry.has("import_names") else (),
    )
    for least, most in (("hard_min", "hard_max"), ("plausible_min", "plausible_max")):
        low, high = getattr(indicator, least), getattr(indicator, most)
        if low is not None and high is not None and low > high:
            raise entry.refuse(most, str(high), f"{least} ({low}) or more")
    return indicator
