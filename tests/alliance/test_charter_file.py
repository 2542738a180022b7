"""A charter file is read strictly: whatever is wrong in it is refused with file, key, what we got and wanted."""

from __future__ import annotations

import copy
import hashlib
import json
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.cadences import MonthDay
from alliance.charter_file import read_charter
from alliance.errors import CharterError
from alliance.validity import Validity
from alliance.words import Words

TEXT = (Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml").read_text(encoding="utf-8")
DK2020: dict[str, Any] = tomllib.loads(TEXT)

Place = tuple[str | int, ...]
# What may be left out, wherever it stands. All else is needed.
OPTIONAL = {
    *("single", "opens", "due", "carries", "evidence", "valid_until", "hint", "part_of", "import_names", "monthly"),
    *("hard_min", "hard_max", "plausible_min", "plausible_max", "sister_network"),
    *("plan", "shares", "was", "criteria", "risks", "approved_by", "told_before"),
    *("progress", "participation", "influence"),
    *("about", "reference", "networks", "partners", "resources", "national_targets"),
}
# Needed here, optional elsewhere (or the other way round): the summit is attended, the workshop is not.
ALSO_OPTIONAL = {
    ("governance", "chair"),
    ("standards",),
    ("about", "partners", 0, "contact"),
    ("themes",),
    ("requirements", 3, "event"),
    *(("requirements", 4, "evidence", n, "valid_from") for n in range(len(DK2020["requirements"][4]["evidence"]))),
    *(("requirements", 2, "attendance", office) for office in DK2020["requirements"][2]["attendance"]),
}


def places(values: object, at: Place = ()) -> Iterator[Place]:
    """Every key of every table in the file, as the way to it; lists count from 0."""
    if isinstance(values, dict):
        for key, value in values.items():
            yield (*at, key)
            yield from places(value, (*at, key))
    elif isinstance(values, list):
        for number, value in enumerate(values):
            yield from places(value, (*at, number))


def tables(values: object, at: Place = ()) -> Iterator[Place]:
    return (place for place in [at, *places(values, at)] if isinstance(at_place(values, place), dict))


def at_place(values: Any, place: Place) -> Any:
    for key in place:
        values = values[key]
    return values


def named(place: Place) -> str:
    """The place as an error names it: lists count from 1, as people do."""
    text = ""
    for key in place:
        text += f"[{key + 1}]" if isinstance(key, int) else f".{key}"
    return text.removeprefix(".")


def toml(value: object) -> str:
    """A value in TOML, on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, date | time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def written(values: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {toml(value)}" for key, value in values.items())


def changed(place: Place, value: object) -> str:
    """The text of dk2020 with another value at one place; None takes the key away."""
    values = copy.deepcopy(DK2020)
    inside = at_place(values, place[:-1])
    if value is None:
        del inside[place[-1]]
    else:
        inside[place[-1]] = value
    return written(values)


def refusal(text: str) -> CharterError:
    with pytest.raises(CharterError) as caught:
        read_charter(text, "my.toml")
    return caught.value


KEYS = tuple(places(DK2020))


# What the shipped charter says


def test_the_shipped_charter_is_read_as_it_is_written() -> None:
    charter = read_charter(TEXT, "dk2020.toml")
    assert charter.key == "dk2020"
    assert charter.name == Words("DK2020 klimaalliance", "DK2020 climate alliance")
    assert charter.validity == Validity(date(2021, 6, 4))
    assert {need.number[0] for need in charter.requirements} == set("12345")
    steering = charter.body("steering_group")
    assert (steering.seats, steering.seat_holder, steering.seat_rule) == (5, "mayor", "one_per_constituency")
    assert charter.chair is not None and charter.chair.years == 2
    assert charter.secretariat.rule == "follows_chair" and charter.secretariat.organisation is None
    assert [(meeting.body, meeting.per_year) for meeting in charter.meetings] == [("steering_group", 4)]
    assert [(event.key, event.per_year) for event in charter.events] == [("summit", 1), ("workshop", 1)]
    steering_meetings, summit = charter.meetings[0], charter.event("summit")
    assert (steering_meetings.starts, steering_meetings.ends, steering_meetings.place) == (time(10), time(14), "")
    assert steering_meetings.title == Words("Styregruppemøde", "Steering group meeting")
    assert (steering_meetings.answer_days, steering_meetings.weekdays) == (10, (1, 2, 3))
    assert (summit.between, summit.answer_days) == ((MonthDay(5, 1), MonthDay(6, 15)), 18)
    ladder = charter.ladder_on(date(2027, 3, 31))
    assert (ladder.before, ladder.after) == ((20, 10, 5, 1), (1, 5, 10))
    assert (ladder.from_hour, ladder.until_hour) == (time(8), time(16))


def test_each_requirement_says_how_it_is_dated_and_settled() -> None:
    charter = read_charter(TEXT, "dk2020.toml")
    found = {
        need.key: (need.settled_by, need.due, need.event, need.dated, need.carries) for need in charter.requirements
    }
    assert found == {
        "plan": ("evidence", None, None, False, True),
        "report": ("report", MonthDay(3, 31), None, True, False),
        "summit": ("attendance", None, "summit", True, False),
        "workshop": ("evidence", None, "workshop", True, False),
        "declaration": ("evidence", MonthDay(6, 30), None, True, True),
        "sharing_local": ("evidence", None, None, False, False),
        "sharing_global": ("evidence", None, None, False, False),
    }


def test_decimals_are_exact() -> None:
    reporting = read_charter(TEXT, "dk2020.toml").reporting
    assert reporting.change_asked_pct == Decimal(25)
    assert str(reporting.sum_tolerance_pct) == "0.1"


def test_the_hash_is_of_the_text_and_another_text_has_another() -> None:
    again = TEXT + "\n# a remark\n"
    assert read_charter(TEXT, "a").hash == hashlib.sha256(TEXT.encode()).hexdigest()
    assert read_charter(again, "a").hash != read_charter(TEXT, "a").hash


def test_a_charter_written_in_another_style_says_the_same() -> None:
    one, other = read_charter(TEXT, "a"), read_charter(written(DK2020), "a")
    assert (one.requirements, one.reporting, one.ladders) == (other.requirements, other.reporting, other.ladders)


# Nothing missing, nothing unknown, nothing of the wrong kind


def needed(place: Place) -> bool:
    return not (place[-1] in OPTIONAL or place in ALSO_OPTIONAL)


@pytest.mark.slow
@settings(deadline=None, max_examples=80)
@given(st.sampled_from([place for place in KEYS if needed(place)]))
def test_whatever_key_is_missing_it_is_asked_for_by_its_path(place: Place) -> None:
    error = refusal(changed(place, None))
    expected = (*place[:-1], "date") if place[-1] == "easter" else place
    assert (error.file, error.key, error.got) == ("my.toml", named(expected), None)
    assert str(error).startswith(f"my.toml: {error.key}: got None, wanted ")


@pytest.mark.parametrize("section", [section for section in DK2020 if needed((section,))])
def test_every_section_is_needed(section: str) -> None:
    assert refusal(changed((section,), None)).key == section


@pytest.mark.slow
@pytest.mark.parametrize("place", [place for place in KEYS if not needed(place)], ids=named)
def test_what_is_optional_may_be_left_out(place: Place) -> None:
    assert read_charter(changed(place, None), "my.toml") != read_charter(TEXT, "my.toml")


def test_an_alliance_may_have_no_chair() -> None:
    assert read_charter(changed(("governance", "chair"), None), "my.toml").chair is None


@pytest.mark.slow
@settings(deadline=None, max_examples=80)
@given(st.sampled_from([*tables(DK2020)]), st.sampled_from([True, 7, "fulfilled", ["x"], {"da": "x", "en": "x"}]))
def test_an_unknown_key_is_refused_wherever_it_stands(place: Place, value: object) -> None:
    error = refusal(changed((*place, "colour"), value))
    grade_of_nobody = place[-1:] == ("attendance",) and value == "fulfilled"
    assert error.key == named(place if grade_of_nobody else (*place, "colour"))
    assert error.got == ("colour" if grade_of_nobody else value)
    assert error.file == "my.toml"


@pytest.mark.parametrize("depth", range(5))
def test_unknown_keys_are_tried_at_every_depth(depth: int) -> None:
    """Says that the property above has something to draw from on every level."""
    assert [place for place in tables(DK2020) if len(place) == depth]


def of_another_kind(value: object) -> object:
    return "sytten" if isinstance(value, bool | int | list | dict | date) else 17


@pytest.mark.slow
@settings(deadline=None, max_examples=80)
@given(st.sampled_from(KEYS))
def test_a_value_of_another_kind_is_refused_at_its_key(place: Place) -> None:
    wrong = of_another_kind(at_place(DK2020, place))
    error = refusal(changed(place, wrong))
    assert (error.file, error.key, error.got) == ("my.toml", named(place), wrong)
    assert error.wanted


def test_a_file_that_is_no_toml_is_refused_as_a_whole() -> None:
    error = refusal("[alliance\nkey = ")
    assert (error.file, error.key) == ("my.toml", "the whole file")
    assert "line 1" in str(error.got)


# Each wrong value, refused where it stands

REPORT, SUMMIT = ("requirements", 1), ("requirements", 2)
LADDER = ("reminders", "ladders", 0)
INDICATOR = ("reporting", "indicators", 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "wrong", "wanted"),
    [
        (("alliance", "key"), "  ", "a text"),
        (("alliance", "zone"), "Europe/Atlantis", "an IANA time zone"),
        (("alliance", "zone"), "Europe", "an IANA time zone"),
        (("alliance", "zone"), "../../etc/passwd", "an IANA time zone"),
        (("alliance", "valid_from"), "2021-06-04", "a day such as"),
        (("alliance", "valid_from"), time(8), "a day such as"),
        (("alliance", "valid_from"), datetime(2021, 6, 4), "a day such as"),  # noqa: DTZ001
        (("alliance", "valid_until"), date(2021, 6, 3), "a day after valid_from (2021-06-04)"),
        (("alliance", "valid_until"), date(2021, 6, 4), "a day after valid_from (2021-06-04)"),
        ((*REPORT, "due"), "31-03", "month and day"),
        ((*REPORT, "due"), "03-32", "month and day"),
        ((*REPORT, "due"), "02-29", "month and day"),
        ((*REPORT, "due"), "W10-3", "month and day"),
        ((*REPORT, "opens"), "04-01", "a day before it is due"),
        ((*REPORT, "settled_by"), "prayer", "one of report, attendance, evidence"),
        ((*REPORT, "asks"), [], "at least one office"),
        ((*REPORT, "asks"), ["king"], "one of climate_coordinator, "),
        ((*REPORT, "asks"), ["mayor", 7], "a list of texts"),
        ((*REPORT, "period", "years"), 0, "a whole number, 1 or more"),
        ((*REPORT, "period", "years"), 1.0, "a whole number, 1 or more"),
        ((*REPORT, "event"), "party", "one of summit, workshop"),
        ((*SUMMIT, "attendance", "mayor"), "wonderful", "one of fulfilled, noted, partial"),
        (("members", "constituency"), "parish", "one of kkr, region"),
        (("members", "offices", 0, "article_da"), "der", "one of en, et"),
        (("governance", "bodies", 0, "seats"), 0, "a whole number, 1 or more"),
        (("governance", "bodies", 0, "seats"), True, "a whole number, 1 or more"),
        (("governance", "bodies", 0, "quorum"), 6, "at most as many as there are seats (5)"),
        (("governance", "bodies", 0, "seat_holder"), "king", "one of climate_coordinator, "),
        (("governance", "chair", "body"), "senate", "one of steering_group"),
        (("governance", "chair", "elected_by"), "king", "one of climate_coordinator, "),
        (("governance", "secretariat", "office"), "office", "one of climate_coordinator, "),
        (("governance", "secretariat", "rule"), "whoever", "one of follows_chair, fixed"),
        (("governance", "papers", "all_items"), ["press"], "one of members, steering_group"),
        (("governance", "papers", "open_items"), ["press"], "one of members, steering_group"),
        (("cadence", "meetings", 0, "body"), "senate", "one of steering_group"),
        (("cadence", "avoid", "weeks_never"), [0], "a list of whole numbers, each 1 or more"),
        (("cadence", "avoid", "weeks_never"), [54], "ISO weeks, 1 to 53"),
        (("cadence", "meetings", 0, "starts"), "10.00", "a local time such as"),
        (("cadence", "meetings", 0, "ends"), "10:00", "a time after starts (10:00)"),
        (("cadence", "meetings", 0, "answer_days"), 0, "a whole number, 1 or more"),
        (("cadence", "meetings", 0, "weekdays"), [], "some of mon, tue, wed, thu, fri, each once"),
        (("cadence", "meetings", 0, "weekdays"), ["sat", "sun"], "some of mon, tue, wed, thu, fri, each once"),
        (("cadence", "meetings", 0, "weekdays"), ["tue", "tue"], "some of mon, tue, wed, thu, fri, each once"),
        (("cadence", "meetings", 0, "place"), 7, "a text, "),
        (("cadence", "events", 0, "per_year"), 2, "1, for an event is known by its year"),
        (("cadence", "events", 0, "between"), ["05-01"], "first and last day of a part of a year"),
        (("cadence", "events", 0, "between"), ["06-15", "05-01"], "first and last day of a part of a year"),
        (("cadence", "events", 0, "between"), ["05-01", "02-29"], "first and last day of a part of a year"),
        (("cadence", "events", 0, "between"), "05-01", "first and last day of a part of a year"),
        (("cadence", "avoid", "days", 0, "years"), 0, "a whole number, 1 or more"),
        (("cadence", "avoid", "days", 0, "between"), [511, 1215], "first and last day of a part of a year"),
        (("cadence", "deadlines", "agenda_before"), -1, "a whole number, 0 or more"),
        ((*LADDER, "before"), [1, 5], "falling working days"),
        ((*LADDER, "before"), [5, 5, 1], "falling working days"),
        ((*LADDER, "before"), [5, 0], "a list of whole numbers, each 1 or more"),
        ((*LADDER, "after"), [5, 1], "rising working days"),
        ((*LADDER, "after"), [1, 1], "rising working days"),
        ((*LADDER, "from_hour"), "8", "a local time such as"),
        ((*LADDER, "from_hour"), "25:00", "a local time such as"),
        ((*LADDER, "from_hour"), "08:00+01:00", "a local time such as"),
        ((*LADDER, "from_hour"), time(8), "a local time such as"),
        (("calendar", "holidays", 1, "easter"), -3.0, "days from Easter Sunday"),
        (("calendar", "holidays", 0, "date"), "01-32", "month and day"),
        (("reporting", "change_asked_pct"), "NaN", "a decimal number in quotes"),
        (("reporting", "change_asked_pct"), "Infinity", "a decimal number in quotes"),
        (("reporting", "change_asked_pct"), "25,0", "a decimal number in quotes"),
        (("reporting", "change_asked_pct"), 25, "a decimal number in quotes"),
        (("reporting", "change_asked_pct"), 0.25, "a decimal number in quotes"),
        (("reporting", "change_asked_pct"), "-25", "a number of per cent, 0 or more"),
        ((*INDICATOR, "part_of"), "the_whole", "one of adaptation_effect, "),
        ((*INDICATOR, "level"), "nice", "one of required, expected, optional"),
        ((*INDICATOR, "plausible_max"), "-1", "plausible_min (0) or more"),
        (("reporting", "indicators", 1, "key"), "ghg_total", "a key that no other has at the same time"),
        (("about", "networks", 0, "relation"), "cousin", "one of parent, sister, predecessor"),
        (("about", "partners", 0, "resources", 0, "url"), "http://c40.example/", "an address such as"),
        (("about", "partners", 0, "resources", 0, "url"), "https://c40.example/)x", "an address such as"),
        (("about", "partners", 1, "code"), "C40", "a key that no other has at the same time"),
        (("about", "national_targets", 0, "base_year"), 2030, "a year before 2030"),
        (("about", "national_targets", 0, "reduction_pct"), 0, "a whole number, 1 or more"),
        (("requirements", 4, "key"), "report", "a key that no other has at the same time"),
    ],
)
def test_a_wrong_value_is_refused_with_file_key_got_and_wanted(place: Place, wrong: object, wanted: str) -> None:
    error = refusal(changed(place, wrong))
    got = wrong[0] if isinstance(wrong, list) and wrong in (["king"], ["press"]) else wrong
    assert (error.file, error.key, error.got) == ("my.toml", named(place), got)
    assert wanted in error.wanted
    assert str(error) == f"my.toml: {error.key}: got {got!r}, wanted {error.wanted}"


def test_hours_that_end_before_they_begin_are_refused() -> None:
    error = refusal(changed((*LADDER, "until_hour"), "08:00"))
    assert (error.key, error.got) == ("reminders.ladders[1].until_hour", time(8))


def test_a_requirement_may_open_on_the_day_it_is_due_and_not_after() -> None:
    assert read_charter(changed((*REPORT, "opens"), "03-31"), "my.toml").requirement("report").opens == MonthDay(3, 31)
    assert refusal(changed((*REPORT, "opens"), "04-01")).key == "requirements[2].opens"


def test_in_years_that_begin_in_july_december_comes_before_january() -> None:
    values = copy.deepcopy(DK2020)
    report = at_place(values, REPORT)
    report.update(opens="12-01", due="01-31", period={"years": 1, "starts": "07-01"})
    assert read_charter(written(values), "my.toml").requirement("report").opens == MonthDay(12, 1)
    report.update(opens="01-31", due="12-01")
    assert refusal(written(values)).key == "requirements[2].opens"


def test_a_ladder_without_a_rung_is_refused() -> None:
    values = copy.deepcopy(DK2020)
    at_place(values, LADDER).update(before=[], after=[])
    assert refusal(written(values)).key == "reminders.ladders[1].before"


def test_a_holiday_has_a_date_or_a_distance_from_easter_and_not_both() -> None:
    assert refusal(changed(("calendar", "holidays", 1, "date"), "04-01")).key == "calendar.holidays[2].date"


def test_a_holiday_that_ends_before_it_begins_is_refused() -> None:
    bededag = next(n for n, h in enumerate(DK2020["calendar"]["holidays"]) if "valid_until" in h)
    error = refusal(changed(("calendar", "holidays", bededag, "valid_from"), date(2024, 1, 1)))
    assert error.key == f"calendar.holidays[{bededag + 1}].valid_until"


def test_an_attended_requirement_needs_its_event_and_its_rule() -> None:
    assert refusal(changed((*SUMMIT, "event"), None)).key == "requirements[3].event"
    assert refusal(changed((*SUMMIT, "attendance"), None)).key == "requirements[3].attendance"


def test_a_requirement_that_names_an_event_the_cadence_no_longer_has_is_refused() -> None:
    error = refusal(changed(("cadence", "events", 1, "key"), "seminar"))
    assert (error.key, error.got) == ("requirements[4].event", "workshop")


def test_an_attendance_rule_for_an_office_nobody_holds_is_refused() -> None:
    error = refusal(changed((*SUMMIT, "attendance", "king"), "fulfilled"))
    assert (error.key, error.got) == ("requirements[3].attendance", "king")


def test_a_long_period_needs_a_year_in_which_one_begins() -> None:
    assert refusal(changed(("requirements", 6, "period", "anchor"), None)).key == "requirements[7].period.anchor"


def test_days_to_avoid_that_skip_years_need_a_year_in_which_they_come() -> None:
    error = refusal(changed(("cadence", "avoid", "days", 0, "anchor"), None))
    assert error.key == "cadence.avoid.days[1].anchor"


@pytest.mark.parametrize(
    ("day", "avoided"),
    [
        (date(2029, 10, 31), False),
        (date(2029, 11, 1), True),
        (date(2029, 12, 15), True),
        (date(2029, 12, 16), False),
        (date(2028, 11, 20), False),
        (date(2021, 11, 16), True),  # an election before the anchor
    ],
)
def test_days_to_avoid_come_back_every_so_many_years(day: date, avoided: bool) -> None:
    elections = read_charter(TEXT, "a").avoid.days[0]
    assert elections.covers(day) is avoided


def test_days_to_avoid_end_with_their_validity() -> None:
    charter = read_charter(changed(("cadence", "avoid", "days", 0, "valid_until"), date(2026, 1, 1)), "a")
    assert not charter.avoid.days[0].covers(date(2029, 11, 20))


@pytest.mark.parametrize(("key", "days"), [("steering_group", 10), ("summit", 18), ("workshop", 18)])
def test_a_cadence_is_found_by_its_body_or_event(key: str, days: int) -> None:
    charter = read_charter(TEXT, "a")
    assert charter.cadence_on(key, date(2027, 1, 1)).answer_days == days
    with pytest.raises(LookupError, match="'dance' has no cadence in dk2020"):
        charter.cadence_on("dance", date(2027, 1, 1))


def test_a_fixed_secretariat_needs_its_organisation_and_one_that_follows_the_chair_has_none() -> None:
    path = ("governance", "secretariat")
    assert refusal(changed((*path, "rule"), "fixed")).key == "governance.secretariat.organisation"
    assert refusal(changed((*path, "organisation"), "KL")).key == "governance.secretariat.organisation"
    fixed = copy.deepcopy(DK2020)
    at_place(fixed, path).update(rule="fixed", organisation="KL")
    assert read_charter(written(fixed), "my.toml").secretariat.organisation == "KL"


# Dated versions


def with_ladders(*spans: tuple[date, date | None]) -> str:
    values = copy.deepcopy(DK2020)
    first = values["reminders"]["ladders"][0]
    values["reminders"]["ladders"] = [
        {**first, "valid_from": since, **({"valid_until": until} if until else {})} for since, until in spans
    ]
    return written(values)


@pytest.mark.parametrize(
    ("second_from", "missing"),
    [
        (date(2026, 12, 31), None),
        (date(2027, 1, 1), None),
        (date(2027, 1, 2), "2027-01-01"),
    ],
)
def test_a_day_without_a_ladder_is_refused(second_from: date, missing: str | None) -> None:
    text = with_ladders((date(2021, 6, 4), date(2027, 1, 1)), (second_from, None))
    if missing:
        error = refusal(text)
        assert (error.key, error.wanted) == ("reminders.ladders", f"a ladder valid on {missing}")
    else:
        assert read_charter(text, "my.toml").ladder_on(date(2027, 1, 1)).validity.since == second_from


def test_the_first_day_needs_a_ladder_too() -> None:
    assert refusal(with_ladders((date(2021, 6, 5), None))).wanted == "a ladder valid on 2021-06-04"


@pytest.mark.parametrize(
    ("second_from", "fits"),
    [(date(2026, 12, 31), False), (date(2027, 1, 1), True), (date(2028, 1, 1), True)],
)
def test_versions_of_a_requirement_follow_each_other_and_never_overlap(second_from: date, fits: bool) -> None:
    values = copy.deepcopy(DK2020)
    report = values["requirements"][1]
    report["valid_until"] = date(2027, 1, 1)
    values["requirements"].append(
        {**report, "valid_from": second_from, "valid_until": date(2030, 1, 1), "due": "04-30"}
    )
    if not fits:
        assert refusal(written(values)).key == "requirements[8].key"
        return
    charter = read_charter(written(values), "my.toml")
    due = {year: charter.requirement_on("report", date(year, 6, 1)).due for year in (2026, 2028)}
    assert due == {2026: MonthDay(3, 31), 2028: MonthDay(4, 30)}


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2021, 6, 3), False),
        (date(2021, 6, 4), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_validity_is_from_inclusive_until_exclusive(day: date, valid: bool) -> None:
    text = changed(("requirements", 1, "valid_until"), date(2027, 1, 1))
    keys = [need.key for need in read_charter(text, "my.toml").requirements_on(day)]
    assert ("report" in keys) is valid


def test_a_requirement_nobody_wrote_is_a_lookup_error() -> None:
    with pytest.raises(LookupError, match="'dance' is not a requirement of dk2020"):
        read_charter(TEXT, "a").requirement("dance")
