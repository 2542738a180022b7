"""An agenda's order and numbers, what may be done with it when, and which files it takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.agendas import (
    LONGEST_NAME,
    MOST_PER_FILE,
    MOST_PER_MEETING,
    AgendaItem,
    agenda_due,
    as_issued,
    check_attachment,
    check_open,
    check_publishing,
    check_supplement,
    check_unissued,
    clean_media_type,
    clean_name,
    closed_since,
    in_order,
    numbered,
    open_copy_now,
    standing_items,
    swapped,
    unissued,
    without_recommendation,
)
from alliance.charter_file import read_charter
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.papers import Paper, PaperAttachment, PaperItem, as_json, from_json
from alliance.words import Words

FILE = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
CHARTER = read_charter(FILE.read_text(encoding="utf-8"), "dk2020.toml")
START = datetime(2027, 3, 16, 9, tzinfo=UTC)
BEFORE, AFTER = START - timedelta(days=8), START + timedelta(hours=1)
MEETING = Meeting(
    9, "steering_group", Words("Møde", "Meeting"), 2027, START, START, "", date(2027, 3, 2), number=2, state="called"
)


def item(id: int, **more: Any) -> AgendaItem:
    return replace(AgendaItem(id, 9, id, "information", f"Punkt {id}"), **more)


def paper(items: tuple[PaperItem, ...], kind: Any = "agenda", number: int = 0) -> Paper:
    return Paper(kind, "all", "A", "b", "M", "2/2027", START, START, "", "UTC", number, "published", BEFORE, "X", items)


def refusal(check: Any, *args: Any) -> str:
    with pytest.raises(Refused) as refused:
        check(*args)
    return refused.value.reason


# ------------------------------------------------------------------------------------------------ order and numbers


def test_closed_items_come_after_the_open_ones_and_before_the_standing_end() -> None:
    items = (
        item(1, closed=True),
        item(2, standing="next_meeting"),
        item(3),
        item(4, standing="other_business"),
        item(5, position=0),
        item(6, closed=True, position=0),
        item(7),
    )
    assert [i.id for i in in_order(items)] == [5, 3, 7, 6, 1, 2, 4]
    assert [i.number for i in numbered(items)] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("state", ["proposed", "declined", "removed"])
def test_only_accepted_items_are_on_the_agenda(state: Any) -> None:
    assert [i.id for i in in_order((item(1), item(2, state=state)))] == [1]


def test_the_standing_agenda_has_the_bodys_tasks_between_approval_and_news() -> None:
    tasks = len(CHARTER.body("steering_group").tasks)
    assert [s.key for s in standing_items(tasks)] == [
        "approve_agenda",
        "approve_minutes",
        "progress",
        "task_2",
        "task_3",
        "task_4",
        "news",
        "next_meeting",
        "other_business",
    ]
    assert [s.key for s in standing_items(0)][2] == "news"
    assert [s.key for s in standing_items(tasks, 1, (), 2)][2:4] == ["progress", "participation"]


@pytest.mark.parametrize(("which", "direction", "other"), [(3, "up", 1), (1, "down", 3), (3, "down", 4)])
def test_an_item_changes_places_with_its_neighbour_in_the_order_that_is_shown(
    which: int, direction: Any, other: int
) -> None:
    items = (item(1), item(2, closed=True), item(3), item(4))
    found = swapped(items, items[which - 1], direction)
    assert [i.id for i in found] == [which, other]


@pytest.mark.parametrize(("which", "direction"), [(1, "up"), (4, "down"), (2, "up"), (2, "down"), (5, "up")])
def test_no_item_leaves_its_part_of_the_agenda(which: int, direction: Any) -> None:
    items = (item(1), item(2, closed=True), item(3), item(4), item(5, standing="other_business"))
    assert refusal(swapped, items, items[which - 1], direction) == "item_at_the_edge"


def test_attachments_are_labelled_by_item_the_closed_ones_last() -> None:
    files = tuple(PaperAttachment(n, "", f"{n}.pdf", "application/pdf", 1, "", n == 1) for n in (1, 2, 3))
    (printed,) = numbered([item(1, attachments=files)])
    assert [(a.id, a.label) for a in printed.attachments] == [(2, "Bilag 1.1"), (3, "Bilag 1.2"), (1, "Bilag 1.3")]
    assert [a.label for a in printed.open_copy().attachments] == ["Bilag 1.1", "Bilag 1.2"]


def attached(id: int, *, closed: bool = False) -> PaperAttachment:
    return PaperAttachment(id, "", f"{id}.pdf", "application/pdf", 1, f"{id}", closed)


def test_a_label_that_was_issued_never_changes_and_is_never_given_away() -> None:
    first = item(1, attachments=(attached(1), attached(2), attached(3, closed=True)))
    agenda = paper(numbered([first]))
    assert unissued([first], [agenda]) == ()
    later = replace(first, attachments=(attached(1), attached(3, closed=True), attached(4)))  # 2 is taken off
    (told,) = unissued([later], [agenda])
    assert [(a.id, a.label) for a in told.attachments] == [(1, "Bilag 1.1"), (3, "Bilag 1.3"), (4, "Bilag 1.4")]
    again = replace(later, attachments=(attached(2), attached(5, closed=True), attached(6)))
    (told,) = unissued([again], [agenda, paper((told,), "supplement", 1)])
    assert [(a.id, a.label) for a in told.attachments] == [(2, "Bilag 1.2"), (6, "Bilag 1.5"), (5, "Bilag 1.6")]


def test_an_open_copy_never_says_more_than_the_newest_one_and_counts_what_it_says_less_of() -> None:
    items = numbered([item(1, attachments=(attached(1), attached(2))), item(2), item(3)])
    agenda = paper(items)
    assert open_copy_now(agenda, items) == agenda.open_copy()
    closed = (item(1, attachments=(attached(9), replace(attached(2), closed=True))), item(2, closed=True), item(3))
    now = open_copy_now(agenda, closed_since(items, {i.id: replace(i, public_heading="Sag") for i in closed}))
    assert now.closed_since == (1, 2) and [i.heading for i in now.items] == ["Punkt 1", "Sag", "Punkt 3"]
    assert [a.id for a in now.items[0].attachments] == [1]
    assert from_json(as_json(now)) == now


# ------------------------------------------------------------------------------------------------------ supplements

ITEMS = (item(1), item(2), item(3, standing="other_business"))
AGENDA = paper(numbered(ITEMS))


def test_a_supplement_tells_what_is_new_or_changed_and_nothing_else() -> None:
    assert unissued(ITEMS, [AGENDA]) == ()
    changed = replace(ITEMS[1], case="Nyt.")
    told = unissued((ITEMS[0], changed, ITEMS[2], item(4)), [AGENDA])
    assert [(i.id, i.number, i.case) for i in told] == [(2, 2, "Nyt."), (4, 4, "")]


def test_what_was_closed_after_it_went_out_is_closed_and_nothing_is_opened_again() -> None:
    open_, closed = item(1, heading="Om busser"), item(2, closed=True, public_heading="En sag")
    issued = numbered([open_, closed])
    now = {1: replace(open_, closed=True, public_heading="Et indkøb"), 2: replace(closed, closed=False)}
    again = closed_since(issued, now)
    assert [(one.closed, one.public_heading) for one in again] == [(True, "Et indkøb"), (True, "En sag")]
    assert again[0].open_copy().heading == "Et indkøb" and closed_since(issued, {}) == issued


def test_after_a_supplement_only_what_came_since_is_told() -> None:
    changed = (ITEMS[0], replace(ITEMS[1], case="Nyt."), ITEMS[2], item(4))
    supplement = paper(unissued(changed, [AGENDA]), "supplement", 1)
    assert unissued(changed, [AGENDA, supplement]) == ()
    assert [(i.number, i.case) for i in as_issued([AGENDA, supplement])] == [(1, ""), (2, "Nyt."), (3, ""), (4, "")]
    again = unissued((*changed, item(5)), [AGENDA, supplement])
    assert [i.number for i in again] == [5]


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans()), max_size=8), st.integers(0, 8))
def test_numbers_never_change_once_they_are_out(drawn: list[tuple[int, bool, bool]], cut: int) -> None:
    items = tuple(item(n, position=p, closed=c, case="x" * e) for n, (p, c, e) in enumerate(drawn, 1))
    first = paper(numbered(items[:cut]))
    second = paper(unissued(items, [first]), "supplement", 1)
    shown = as_issued([first, second])
    assert [i.number for i in shown] == list(range(1, len(items) + 1))
    assert {i.id: i.number for i in first.items}.items() <= {i.id: i.number for i in shown}.items()


# ---------------------------------------------------------------------------------------------- what is allowed when


@pytest.mark.parametrize(
    ("meeting_day", "due"),
    [
        (date(2027, 3, 16), date(2027, 3, 10)),
        (date(2027, 3, 30), date(2027, 3, 19)),  # Easter: 25, 26 and 29 March are none
        (date(2027, 3, 31), date(2027, 3, 22)),
    ],
)
def test_the_agenda_is_due_working_days_before_the_meeting(meeting_day: date, due: date) -> None:
    assert agenda_due(CHARTER.calendar, meeting_day, CHARTER.deadlines) == due


@pytest.mark.parametrize(
    ("meeting", "papers", "now", "reason"),
    [
        (MEETING, [AGENDA], BEFORE, "agenda_published"),
        (replace(MEETING, state="planned"), [], BEFORE, "meeting_is_planned"),
        (replace(MEETING, state="cancelled"), [], BEFORE, "meeting_is_cancelled"),
        (MEETING, [], START, "agenda_over"),
        (replace(MEETING, state="held"), [], AFTER, "agenda_over"),
    ],
)
def test_an_agenda_is_published_once_and_before_the_meeting(
    meeting: Meeting, papers: list[Paper], now: datetime, reason: str
) -> None:
    assert refusal(check_publishing, meeting, papers, now) == reason
    check_publishing(MEETING, [], BEFORE)


def test_a_supplement_needs_an_agenda_before_it() -> None:
    assert refusal(check_supplement, MEETING, [], BEFORE) == "agenda_not_published"
    assert refusal(check_supplement, MEETING, [AGENDA], AFTER) == "agenda_over"
    check_supplement(MEETING, [AGENDA], BEFORE)
    check_open(replace(MEETING, state="planned"), BEFORE)


def test_what_is_out_can_be_changed_but_not_taken_off() -> None:
    assert refusal(check_unissued, ITEMS[0], [AGENDA]) == "item_is_issued"
    check_unissued(item(4), [AGENDA])


def test_a_decision_without_a_recommendation_is_pointed_out() -> None:
    items = numbered((item(1, kind="decision"), item(2, kind="decision", recommendation="At …"), item(3)))
    assert [i.id for i in without_recommendation(items)] == [1]


# ------------------------------------------------------------------------------------------------------ attachments


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("Bilag 1.pdf", "Bilag 1.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anne\\Budget 2027.xlsx", "Budget 2027.xlsx"),
        ("a\x00b\r\nc\x1b.pdf", "abc.pdf"),
        ("fdp\u202e.exe", "fdp.exe"),
        ("  .. .pdf", "pdf"),
        ("", "bilag"),
        ("...", "bilag"),
        ('hvad? "ja": <nej>|*.pdf', "hvad_ _ja__ _nej___.pdf"),
        ("A\u030arhus.pdf", "Århus.pdf"),
        ("æøå.pdf", "æøå.pdf"),
    ],
)
def test_a_file_name_is_made_safe(typed: str, clean: str) -> None:
    assert clean_name(typed) == clean


@given(st.text(max_size=400))
def test_every_file_name_becomes_one_that_fits_anywhere(typed: str) -> None:
    name = clean_name(typed)
    assert 0 < len(name) <= LONGEST_NAME and name.isprintable() and not set(name) & set('/\\<>:"|?*')
    assert name not in (".", "..") and clean_name(name) == name


def test_a_long_name_keeps_its_ending() -> None:
    assert clean_name("x" * 300 + ".pdf").endswith("x.pdf") and len(clean_name("x" * 300 + ".pdf")) == LONGEST_NAME


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("application/pdf", "application/pdf"),
        ("Text/HTML; charset=utf-8", "text/html"),
        ("", "application/octet-stream"),
        ("a/b\r\nX: y", "application/octet-stream"),
        ("nonsense", "application/octet-stream"),
    ],
)
def test_a_media_type_fits_in_a_header(typed: str, clean: str) -> None:
    assert clean_media_type(typed) == clean


@pytest.mark.parametrize(
    ("size", "attached", "reason"),
    [
        (0, 0, "attachment_empty"),
        (MOST_PER_FILE + 1, 0, "attachment_too_large"),
        (52_428_800, 0, "attachment_too_large"),
        (1, MOST_PER_MEETING, "attachments_too_large"),
        (MOST_PER_FILE, MOST_PER_MEETING - MOST_PER_FILE + 1, "attachments_too_large"),
    ],
)
def test_a_file_that_is_empty_or_too_large_is_refused(size: int, attached: int, reason: str) -> None:
    assert refusal(check_attachment, "x.pdf", size, attached) == reason
    check_attachment("x.pdf", MOST_PER_FILE, MOST_PER_MEETING - MOST_PER_FILE)
