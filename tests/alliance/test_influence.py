"""Framework conditions and asks: how they stand on a day is worked out from what happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from alliance.agendas import standing_items
from alliance.influence import (
    Issue,
    IssueStep,
    PolicyAnswer,
    PolicyAsk,
    Support,
    answer_fault,
    ask_faults,
    by_wait,
    by_weight,
)

DAY, NOW = date(2027, 3, 16), datetime(2027, 3, 1, 9, tzinfo=UTC)
ISSUE = Issue(1, 1, "Afstandskrav", "Tekst", 7, 2, NOW)
PLANNED = IssueStep(1, 1, "planned", DAY, "", NOW, 1, item_id=4, meeting_id=9)
DECIDED = IssueStep(2, 1, "taken_up", DAY, "", NOW, 1)
ASK = PolicyAsk(1, 1, "Ministeren", "Noget", date(2027, 1, 12), DAY, "", None, NOW, 1)
ANSWER = PolicyAnswer(1, 1, "refused", DAY, "Nej", "", NOW, 1)
ONE_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("steps", "day", "state"),
    [
        ((), DAY, "raised"),
        ((PLANNED,), DAY - ONE_DAY, "planned"),
        ((PLANNED,), DAY, "planned"),
        ((PLANNED,), DAY + ONE_DAY, "discussed"),
        ((replace(PLANNED, stands=False),), DAY + ONE_DAY, "raised"),
        ((PLANNED, DECIDED), DAY + ONE_DAY, "taken_up"),
        ((DECIDED, replace(PLANNED, stands=False)), DAY, "taken_up"),
    ],
)
def test_an_issue_stands_as_the_last_step_that_stands_says(steps: tuple[IssueStep, ...], day: date, state: str) -> None:
    issue = replace(ISSUE, steps=steps)
    assert issue.state(day) == state
    assert issue.pending(day) is (state in ("raised", "planned", "discussed"))
    assert replace(issue, withdrawn_at=NOW).state(day) == "withdrawn"


@pytest.mark.parametrize(
    ("ask", "day", "state"),
    [
        (ASK, DAY - ONE_DAY, "awaiting"),
        (ASK, DAY, "awaiting"),
        (ASK, DAY + ONE_DAY, "unanswered"),
        (replace(ASK, hoped_by=None), date(2099, 1, 1), "awaiting"),
        (replace(ASK, answer=ANSWER), DAY + ONE_DAY, "refused"),
    ],
)
def test_an_ask_is_unanswered_from_the_day_after_the_one_hoped_for(ask: PolicyAsk, day: date, state: str) -> None:
    assert ask.state(day) == state


def test_what_waits_stands_first_and_the_most_supported_first_of_all() -> None:
    backed = replace(ISSUE, number=2, supporters=(Support(8, "Greve", 3, NOW),))
    done = replace(backed, number=3, steps=(DECIDED,))
    assert [one.number for one in by_weight((ISSUE, done, backed), DAY)] == [2, 1, 3]


def test_the_longest_unanswered_ask_stands_first_and_the_answered_last() -> None:
    late = replace(ASK, number=2, hoped_by=DAY - 2 * ONE_DAY)
    later = replace(ASK, number=3, hoped_by=DAY - ONE_DAY)
    open_ = replace(ASK, number=4, hoped_by=None)
    answered = replace(ASK, number=5, answer=ANSWER)
    assert [ask.number for ask in by_wait((answered, open_, later, ASK, late), DAY)] == [2, 3, 1, 4, 5]


def test_words_are_found_however_they_are_spelled() -> None:
    issue = replace(ISSUE, heading="Afstandskrav til vindmøller")
    assert issue.holds("VINDMOELLER") and issue.holds("") and not issue.holds("biogas")


def test_the_item_on_influence_stands_in_the_place_of_its_task() -> None:
    keys = [item.key for item in standing_items(4, 1, influence=4)]
    assert keys[2:6] == ["progress", "task_2", "task_3", "influence"]


@pytest.mark.parametrize(
    ("sent_on", "hoped_by", "wrong"),
    [
        (DAY, None, {}),
        (DAY + ONE_DAY, None, {"sent_on": "sent_on_future"}),
        (None, None, {"sent_on": "date_wrong"}),
        (DAY, DAY - ONE_DAY, {"hoped_by": "hoped_by_early"}),
        (DAY, DAY, {}),
    ],
)
def test_an_ask_was_sent_by_today_and_hopes_for_no_answer_before(
    sent_on: date | None, hoped_by: date | None, wrong: dict[str, str]
) -> None:
    typed = {"recipient": "Ministeren", "subject": "Noget", "sent_on": "x", "hoped_by": "x" if hoped_by else ""}
    assert ask_faults(typed, sent_on, hoped_by, DAY) == wrong
    assert set(ask_faults(dict.fromkeys(typed, ""), None, None, DAY)) == {"recipient", "subject", "sent_on"}
    assert ask_faults({**typed, "hoped_by": "snart"}, DAY, None, DAY) == {"hoped_by": "date_wrong"}


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        (date(2027, 1, 11), "answered_on_early"),
        (date(2027, 1, 12), ""),
        (DAY, ""),
        (DAY + ONE_DAY, "answered_on_future"),
        (None, "date_wrong"),
    ],
)
def test_an_answer_comes_after_the_letter_and_not_tomorrow(day: date | None, fault: str) -> None:
    assert answer_fault(ASK, day, "x", DAY) == fault
    assert answer_fault(ASK, None, "", DAY) == "answered_on_missing"
