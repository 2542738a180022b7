"""How the actions of a plan stand on a day, and how far they have come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from alliance.plan_actions import SURELY_HEARD, Progress, by_need, faults, progress
from tests.templates.plan_action_examples import ACTION
from tests.templates.plan_examples import DK2020

CALENDAR = DK2020.calendar
LATE_IN_THE_EVENING = datetime(2027, 2, 28, 23, 30, tzinfo=UTC)  # it is 1 March in Denmark


@pytest.mark.parametrize(
    ("recorded", "day", "stale"),
    [
        (datetime(2027, 3, 1, 9, tzinfo=UTC), date(2028, 2, 29), False),
        (datetime(2027, 3, 1, 9, tzinfo=UTC), date(2028, 3, 1), True),
        (LATE_IN_THE_EVENING, date(2028, 2, 29), False),
        (LATE_IN_THE_EVENING, date(2028, 3, 1), True),
        (datetime(2028, 2, 29, 9, tzinfo=UTC), date(2029, 2, 27), False),
        (datetime(2028, 2, 29, 9, tzinfo=UTC), date(2029, 2, 28), True),
    ],
)
def test_an_action_is_stale_a_year_after_the_local_day_it_was_updated_on(recorded, day, stale):
    action = replace(ACTION, recorded_at=recorded)
    assert action.is_stale(CALENDAR, day) is stale
    assert not stale or recorded < datetime(day.year, day.month, day.day, 7, tzinfo=UTC) - SURELY_HEARD
    assert not replace(action, state="done").is_stale(CALENDAR, day)
    assert not replace(action, state="given_up").is_stale(CALENDAR, day)


def test_an_action_is_late_from_the_day_after_its_own_until_it_is_concluded():
    assert not ACTION.is_late(date(2028, 6, 30)) and ACTION.is_late(date(2028, 7, 1))
    assert not replace(ACTION, state="done").is_late(date(2028, 7, 1))


def test_what_was_given_up_is_no_part_of_what_is_to_be_done():
    states = ("planned", "under_way", "done", "given_up")
    found = progress([replace(ACTION, id=n, state=state) for n, state in enumerate(states)], CALENDAR, date(2027, 3, 2))
    assert (found.total, found.wanted, found.begun) == (4, 3, 2)
    assert (found.per_cent(found.begun), found.per_cent(found.done)) == (67, 33)
    assert found.last and found.last.id == 3
    assert Progress(given_up=2).per_cent(0) == 0 and progress((), CALENDAR, date(2027, 3, 2)) == Progress()


def test_what_needs_somebody_comes_first():
    old = replace(ACTION, number=1, recorded_at=datetime(2026, 1, 1, tzinfo=UTC), due=date(2030, 1, 1))
    soon, later = replace(ACTION, number=2, due=date(2027, 4, 1)), replace(ACTION, number=3, due=date(2027, 5, 1))
    done = replace(ACTION, number=4, state="done", due=date(2026, 1, 1))
    found = by_need((done, later, soon, old), CALENDAR, date(2027, 3, 2))
    assert [action.number for action in found] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("typed", "holds"),
    [("varmeplan", True), ("PLANCHEFEN midtby", True), ("køge varme", True), ("varme fjernvarme", False), ("", True)],
)
def test_an_action_is_found_by_all_words_of_its_title_owner_note_and_names(typed, holds):
    assert ACTION.holds(typed, "Køge") is holds


def test_a_theme_that_the_charter_does_not_have_is_pointed_out():
    typed = {"title": "x", "track": "reduction", "theme": "weather", "owner": "x", "due": "1.1.2028", "state": "done"}
    assert faults({**typed, "note": ""}, date(2028, 1, 1), ["energy"]) == {"theme": "theme_unknown"}
    assert faults({**typed, "note": "", "theme": ""}, date(2028, 1, 1), ["energy"]) == {}
