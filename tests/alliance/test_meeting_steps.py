"""What the secretariat does next for a meeting: one thing at a time, by its day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from alliance.cadences import PaperDeadlines
from alliance.meeting_steps import Step, next_step
from alliance.meetings import Meeting
from alliance.words import Words
from storage.charters import charter

CALENDAR, DEADLINES = charter("dk2020").calendar, PaperDeadlines(4, 5)
STARTS = datetime(2027, 3, 16, 9, tzinfo=UTC)
BEFORE, BEGUN = datetime(2027, 3, 16, 8, 59, tzinfo=UTC), STARTS
ANSWERS, AGENDA, DAY, MINUTES = date(2027, 3, 2), date(2027, 3, 10), date(2027, 3, 16), date(2027, 3, 23)


def meeting(state: str, number: int) -> Meeting:
    return Meeting(
        9, "x", Words("Møde", "Meeting"), 2027, STARTS, STARTS.replace(hour=13), "", ANSWERS, number=number, state=state
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "now", "agenda_out", "minutes", "step"),
    [
        ("planned", BEFORE, False, "draft", Step("call", ANSWERS)),
        ("planned", BEFORE, True, "draft", Step("call", ANSWERS)),
        ("planned", BEGUN, False, "draft", Step("hold", DAY)),
        ("called", BEFORE, False, "draft", Step("agenda", AGENDA)),
        ("called", BEFORE, True, "draft", Step("wait", DAY)),
        ("called", BEGUN, False, "draft", Step("hold", DAY)),
        ("held", BEGUN, True, "draft", Step("write", MINUTES)),
        ("held", BEGUN, True, "circulated", Step("approve")),
        ("held", BEGUN, True, "approved", None),
        ("cancelled", BEFORE, False, "draft", None),
        ("cancelled", BEGUN, True, "draft", None),
    ],
)
def test_a_bodys_meeting_is_called_gets_an_agenda_is_held_and_minuted(
    state: str, now: datetime, agenda_out: bool, minutes: str, step: Step | None
) -> None:
    found = next_step(meeting(state, 2), CALENDAR, DEADLINES, now, agenda_out=agenda_out, minutes=minutes)  # type: ignore[arg-type]
    assert found == step


@pytest.mark.parametrize(
    ("state", "now", "step"),
    [
        ("planned", BEFORE, Step("call", ANSWERS)),
        ("called", BEFORE, Step("wait", DAY)),
        ("called", BEGUN, Step("hold", DAY)),
        ("held", BEGUN, None),
    ],
)
def test_an_event_has_no_papers(state: str, now: datetime, step: Step | None) -> None:
    assert next_step(meeting(state, 0), CALENDAR, DEADLINES, now, agenda_out=False, minutes="draft") == step
