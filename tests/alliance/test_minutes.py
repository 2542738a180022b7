"""Minutes as rules: what may be done when, dissent as it is typed, and what a correction changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.cadences import PaperDeadlines
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.minutes import (
    Heard,
    ItemMinute,
    Minutes,
    differences,
    dissents_typed,
    draft_due,
    read_dissents,
)
from alliance.papers import Change, Dissent, Paper, PaperAction, PaperAttendee, PaperItem
from alliance.words import Words
from storage.charters import charter

HELD_ON = date(2027, 3, 16)
MEETING = Meeting(
    9,
    "steering_group",
    Words("Styregruppemøde 2/2027", "Steering group meeting 2/2027"),
    2027,
    datetime(2027, 3, 16, 9, tzinfo=UTC),
    datetime(2027, 3, 16, 13, tzinfo=UTC),
    "Køge Rådhus",
    date(2027, 3, 2),
    number=2,
    state="held",
)
ITEM = PaperItem(1, 1, "Årets handlinger", "decision", False)
DISCUSSED = PaperItem(2, 2, "Fremgang", "discussion", False)
CLOSED = PaperItem(3, 3, "Valg af leverandør", "decision", True, "Kontraktsag")
OTHER = PaperItem(4, 4, "Eventuelt", "decision", False)
UNDECIDED, DECIDED = Heard(ITEM, ItemMinute(1)), Heard(ITEM, ItemMinute(1, decision="Vedtaget"))
DRAFT = Minutes(MEETING)
ROUND = replace(DRAFT, state="circulated", circulation=1)
APPROVED = replace(ROUND, state="approved", version=1)
CHANGE = Change("1. Årets handlinger", "decision", "Vedtaget", "Forkastet")
PAPER = Paper(
    "minutes",
    "all",
    "DK2020",
    "styregruppen",
    MEETING.title.da,
    MEETING.label,
    MEETING.starts_at,
    MEETING.ends_at,
    "",
    "Europe/Copenhagen",
    1,
    "approved",
    MEETING.ends_at,
    "Dorte Krag",
    (ITEM, DISCUSSED, CLOSED),
    attendees=(PaperAttendee("Anne Holm", "borgmester, Køge", presence="present"),),
)


def reason(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reason


def unheld(state="called"):
    return replace(DRAFT, meeting=replace(MEETING, state=state))


@pytest.mark.parametrize("state", ["planned", "called", "cancelled"])
def test_nothing_is_written_before_the_meeting_is_held(state):
    minutes = unheld(state)
    assert reason(minutes.written) == "not_held"
    assert reason(lambda: minutes.circulated([DECIDED])) == "not_held"
    assert reason(lambda: minutes.approved([DECIDED], HELD_ON, HELD_ON, HELD_ON)) == "not_held"


@pytest.mark.parametrize("minutes, allowed", [(DRAFT, True), (ROUND, True), (APPROVED, False)])
def test_a_draft_is_written_until_it_is_approved(minutes, allowed):
    if allowed:
        assert minutes.written() == minutes
        assert minutes.circulated([DECIDED]).circulation == minutes.circulation + 1
    else:
        assert reason(minutes.written) == reason(lambda: minutes.circulated([DECIDED])) == "minutes_approved"


@pytest.mark.parametrize(
    "heard, numbers",
    [
        ([UNDECIDED], (1,)),
        ([Heard(ITEM, ItemMinute(1, decision="  \n"))], (1,)),
        ([Heard(ITEM, ItemMinute(1, decision="Ingen beslutning"))], ()),
        ([Heard(DISCUSSED, ItemMinute(2))], ()),
        ([UNDECIDED, Heard(CLOSED, ItemMinute(3))], (1, 3)),
        ([Heard(OTHER, ItemMinute(4), "other_business")], ()),
        ([], ()),
    ],
)
def test_every_item_for_decision_is_decided_or_said_not_to_be(heard, numbers):
    if not numbers:
        assert DRAFT.circulated(heard).state == "circulated"
        return
    with pytest.raises(Refused) as refused:
        DRAFT.circulated(heard)
    assert (refused.value.reason, refused.value.facts["numbers"]) == ("undecided_items", numbers)


@pytest.mark.parametrize(
    "day, why",
    [
        (date(2027, 3, 15), "approved_on_wrong"),
        (date(2027, 3, 16), ""),
        (date(2027, 6, 2), ""),
        (date(2027, 6, 3), "approved_on_wrong"),
    ],
)
def test_minutes_are_approved_from_the_meeting_to_today(day, why):
    def approve():
        return ROUND.approved([DECIDED], HELD_ON, day, date(2027, 6, 2))

    if why:
        assert reason(approve) == why
    else:
        assert (approve().state, approve().version) == ("approved", 1)


@pytest.mark.parametrize(
    "minutes, heard, why",
    [
        (DRAFT, DECIDED, "minutes_not_circulated"),
        (APPROVED, DECIDED, "minutes_approved"),
        (ROUND, UNDECIDED, "undecided_items"),
    ],
)
def test_only_decided_minutes_that_were_circulated_are_approved_and_once(minutes, heard, why):
    assert reason(lambda: minutes.approved([heard], HELD_ON, HELD_ON, HELD_ON)) == why


@pytest.mark.parametrize(
    "minutes, heard, why, changes, refused",
    [
        (DRAFT, DECIDED, "Fejl", [CHANGE], "minutes_not_approved"),
        (ROUND, DECIDED, "Fejl", [CHANGE], "minutes_not_approved"),
        (APPROVED, DECIDED, " \n", [CHANGE], "correction_needs_reason"),
        (APPROVED, DECIDED, "Fejl", [], "nothing_corrected"),
        (APPROVED, UNDECIDED, "Fejl", [CHANGE], "undecided_items"),
    ],
)
def test_a_correction_needs_approved_minutes_a_change_and_a_reason(minutes, heard, why, changes, refused):
    assert reason(lambda: minutes.corrected([heard], why, changes)) == refused


def test_a_correction_is_the_next_version():
    once = APPROVED.corrected([DECIDED], "Fejl", [CHANGE])
    assert (once.version, once.state, once.corrected([DECIDED], "Igen", [CHANGE]).version) == (2, "approved", 3)


@pytest.mark.parametrize("minute", [ItemMinute(4, decision="Vedtaget"), ItemMinute(4, dissents=(Dissent("A", "b"),))])
def test_nothing_is_decided_under_other_business(minute):
    assert reason(lambda: Heard(OTHER, ItemMinute(4), "other_business").written(minute)) == "nothing_decided_here"
    assert Heard(OTHER, ItemMinute(4), "other_business").written(ItemMinute(4, notes="Tak")).minute.notes == "Tak"


def test_the_draft_is_due_so_many_working_days_after_the_meeting():
    calendar = charter("dk2020").calendar
    assert draft_due(calendar, HELD_ON, PaperDeadlines(4, 5)) == date(2027, 3, 23)
    assert draft_due(calendar, date(2027, 3, 19), PaperDeadlines(4, 5)) == date(2027, 3, 31)  # Easter: 25 to 29 March


# ------------------------------------------------------------------------------------------------------ dissent


@pytest.mark.parametrize(
    "typed, found",
    [
        ("", ()),
        (" \n ", ()),
        ("Anne Holm: udsættes", (Dissent("Anne Holm", "udsættes"),)),
        ("Anne: a\n\nBo: b", (Dissent("Anne", "a"), Dissent("Bo", "b"))),
        ("Anne: a\nog mere", (Dissent("Anne", "a\nog mere"),)),
        ("Anne: kl. 10:30", (Dissent("Anne", "kl. 10:30"),)),
    ],
)
def test_dissent_is_read_as_a_name_and_what_they_said(typed, found):
    assert read_dissents(typed) == found


@pytest.mark.parametrize("typed", ["udsættes", ": udsættes", "Anne:"])
def test_dissent_that_names_nobody_is_refused(typed):
    assert reason(lambda: read_dissents(typed)) == "dissent_without_name"


names = st.text(st.characters(codec="latin-1", exclude_characters=":", exclude_categories=("C", "Z")), min_size=1)


@pytest.mark.slow
@given(st.lists(st.builds(Dissent, names, names), max_size=4))
def test_dissent_is_read_back_as_it_is_shown(dissents):
    assert read_dissents(dissents_typed(dissents)) == tuple(dissents)


# ------------------------------------------------------------------------------------------------- what was changed

TASK = PaperAction("Sender notat", "Køge Kommune", date(2027, 5, 3))
HEADED = "1. Årets handlinger"


@pytest.mark.parametrize(
    "change, found",
    [
        ({}, ()),
        ({"decision": "Vedtaget"}, (Change(HEADED, "decision", "", "Vedtaget"),)),
        ({"notes": "Lang"}, (Change(HEADED, "notes", "", "Lang"),)),
        ({"notes": " \n"}, ()),
        ({"dissents": (Dissent("Bo", "nej"),)}, (Change(HEADED, "dissents", "", "Bo: nej"),)),
        ({"actions": (TASK,)}, (Change(HEADED, "actions", "", "Sender notat (Køge Kommune, 03-05-2027)"),)),
        (
            {"notes": "Lang", "decision": "Vedtaget"},
            (Change(HEADED, "notes", "", "Lang"), Change(HEADED, "decision", "", "Vedtaget")),
        ),
    ],
)
def test_differences_are_told_field_by_field(change, found):
    after = replace(PAPER, items=(replace(ITEM, **change), DISCUSSED, CLOSED))
    assert differences(PAPER, after) == found


def test_a_difference_in_a_closed_item_is_lost_in_the_open_copy():
    changes = differences(PAPER, replace(PAPER, items=(ITEM, DISCUSSED, replace(CLOSED, decision="Den billigste"))))
    assert [(change.field, change.closed) for change in changes] == [("decision", True)]
    assert replace(PAPER, changes=changes).open_copy().changes == ()


def test_attendance_put_right_is_a_difference():
    absent = replace(PAPER, attendees=(replace(PAPER.attendees[0], presence="absent"),))
    assert [(c.field, c.closed) for c in differences(PAPER, absent)] == [("attendance", False)]


@given(st.lists(st.sampled_from(["notes", "decision", "summary"])), st.text(max_size=5))
def test_the_same_minutes_have_no_differences_and_both_ways_tell_the_same_fields(fields, text):
    after = replace(PAPER, items=(replace(ITEM, **dict.fromkeys(fields, text)), DISCUSSED, CLOSED))
    assert differences(after, after) == ()
    there, back = differences(PAPER, after), differences(after, PAPER)
    assert [(c.item, c.field, c.before, c.after) for c in there] == [(c.item, c.field, c.after, c.before) for c in back]
