"""Actions from minutes as rules: the duty they are, what a closed one tells, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.actions import (
    Action,
    DraftAction,
    action_id,
    obligation_of,
    renamed,
    requirement_of,
    settled,
    typed_id,
)
from alliance.obligations import Settlement, standing
from alliance.validity import Validity
from alliance.words import Words

NOW = datetime(2027, 5, 4, 8, tzinfo=UTC)
ACTION = Action(
    12,
    9,
    4,
    4,
    "Sender notat {hvad}",
    7,
    "climate_coordinator",
    date(2027, 5, 3),
    date(2027, 3, 23),
    closed=False,
    meeting=Words("Styregruppemøde 2/2027", "Steering group meeting 2/2027"),
    held_on=date(2027, 3, 16),
)
CLOSED = replace(ACTION, closed=True, number=8)


@pytest.mark.parametrize("key, found", [("action:12", 12), ("action:", None), ("report", None), ("x action:1", None)])
def test_the_key_of_a_duty_tells_an_action_from_a_requirement(key, found):
    assert action_id(key) == found


@pytest.mark.parametrize(
    "typed, found", [("A12", 12), ("a12", 12), ("a 12", 12), ("12", None), ("A", None), ("3a", None)]
)
def test_an_action_is_named_by_its_letter_and_number(typed, found):
    assert typed_id(typed) == found


def test_an_action_is_a_duty_like_any_other():
    requirement = requirement_of(ACTION)
    assert (requirement.key, requirement.number, requirement.asks) == ("action:12", "A12", ("climate_coordinator",))
    assert requirement.title == Words("Sender notat {hvad}", "Sender notat {hvad}")
    assert requirement.clause.da == "referat af Styregruppemøde 2/2027, punkt 4"
    assert not requirement.dated  # no group of those who owe it is written to


@pytest.mark.slow
@given(st.text(min_size=4))
def test_a_closed_action_never_says_what_it_is(what):
    said = requirement_of(replace(CLOSED, what="hemmelig" + what))
    assert "hemmelig" not in repr(said)
    assert said.title.da == "Opfølgning på punkt 8 (lukket), Styregruppemøde 2/2027"


@pytest.mark.parametrize(
    "due, since, end",
    [
        (date(2027, 5, 3), date(2027, 3, 23), date(2028, 1, 1)),
        (date(2027, 12, 31), date(2027, 3, 23), date(2028, 1, 1)),
        (date(2028, 1, 1), date(2027, 3, 23), date(2029, 1, 1)),
        (date(2027, 5, 3), date(2028, 1, 4), date(2029, 1, 1)),
    ],
)
def test_an_action_is_owed_from_the_day_it_goes_round(due, since, end):
    duty = obligation_of(replace(ACTION, due=due, owed_since=since), "hash")
    assert (duty.period.start, duty.period.end) == (date(2027, 3, 16), end)
    assert (duty.opens, duty.due, duty.requirement) == (since, due, "action:12")


@pytest.mark.parametrize(
    "kind, on, state",
    [
        ("", date(2027, 5, 3), "open"),
        ("", date(2027, 5, 4), "overdue"),
        ("", date(2029, 1, 1), "overdue"),
        ("done", date(2027, 5, 4), "fulfilled"),
        ("partly", date(2027, 5, 4), "partial"),
    ],
)
def test_evidence_settles_an_action_whenever_it_comes(kind, on, state):
    requirement, duty = requirement_of(ACTION), obligation_of(ACTION, "hash")._replace(id=3)
    evidence = requirement.evidence_kind(kind)
    facts = [
        Settlement(1, 3, 7, duty.requirement, "evidence", evidence.counts, "Sendt", "", Validity(on), NOW, 2)
        for evidence in [evidence]
        if evidence
    ]
    assert standing(duty, requirement, facts, None, on).state == state


DRAFT = DraftAction(ACTION.what, 7, "climate_coordinator", ACTION.due)
KEPT = replace(DRAFT, id=12)


BETTER = replace(KEPT, what=ACTION.what + " og bilag")


@pytest.mark.parametrize(
    "said, new, changed, dropped",
    [
        ([], 0, [], [12]),
        ([(4, KEPT)], 0, [], []),
        ([(4, DRAFT)], 0, [], []),  # the same words and owner, whatever number it came with
        ([(4, replace(KEPT, id=99))], 0, [], []),
        ([(5, KEPT)], 1, [], [12]),
        ([(4, KEPT), (4, DRAFT)], 1, [], []),
        ([(4, replace(KEPT, due=date(2027, 6, 1)))], 0, [12], []),
        ([(4, BETTER)], 0, [12], []),
        ([(4, replace(BETTER, id=0))], 1, [], [12]),
        ([(4, replace(KEPT, what="Inviterer naboerne"))], 1, [], [12]),
        ([(4, replace(KEPT, office="mayor"))], 1, [], [12]),
    ],
)
def test_what_the_minutes_say_now_is_what_is_owed(said, new, changed, dropped):
    outcome = settled(said, [ACTION])
    assert [draft.id for _, draft in outcome.said].count(0) == new
    assert [action.id for action in outcome.changed] == changed
    assert [action.id for action in outcome.dropped] == dropped


def test_an_action_that_was_withdrawn_does_not_come_back_under_its_number():
    outcome = settled([(4, KEPT)], [replace(ACTION, withdrawn=True)])
    assert outcome.said == ((4, DRAFT),) and outcome.changed == outcome.dropped == ()


def test_what_is_documented_never_comes_to_say_something_else():
    assert settled([(4, KEPT)], [ACTION], {12}).said == ((4, KEPT),)
    outcome = settled([(4, BETTER)], [ACTION], {12})
    assert [draft.id for _, draft in outcome.said] == [0] and outcome.dropped == (ACTION,)


WORDS = st.sampled_from(["Sender notat om biler", "Sender notat om busser", "Inviterer naboerne"])
DRAFTS = st.builds(
    DraftAction, WORDS, st.sampled_from([7, 8]), st.just("mayor"), st.just(ACTION.due), st.integers(0, 4)
)
OWED = st.lists(st.tuples(WORDS, st.sampled_from([7, 8])), max_size=4).map(
    lambda found: [
        replace(ACTION, id=n, what=what, organisation_id=owner, office="mayor")
        for n, (what, owner) in enumerate(found, 1)
    ]
)


@given(st.lists(DRAFTS, max_size=4), OWED, st.sets(st.integers(1, 4)))
def test_no_number_is_given_twice_or_passes_from_one_owner_or_done_thing_to_another(said, owed, met):
    outcome = settled([(4, draft) for draft in said], owed, met)
    known = {action.id: action for action in owed}
    given_out = [draft for _, draft in outcome.said if draft.id]
    assert len({draft.id for draft in given_out}) == len(given_out)
    assert {action.id for action in outcome.dropped} == set(known) - {draft.id for draft in given_out}
    for draft in given_out:
        assert draft.owner == known[draft.id].owner
        assert draft.id not in met or draft.what == known[draft.id].what


@given(OWED.flatmap(st.permutations))
def test_rows_in_another_order_are_the_same_actions(moved):
    said = [(4, DraftAction(a.what, a.organisation_id, a.office, a.due)) for a in moved]
    outcome = settled(said, sorted(moved, key=lambda action: action.id))
    assert outcome.changed == outcome.dropped == () and all(draft.id for _, draft in outcome.said)


FIRST, SECOND = replace(DRAFT, id=1), replace(DRAFT, what="Inviterer naboerne", id=2)


@pytest.mark.parametrize(
    "typed, numbers",
    [
        ([], []),
        ([DRAFT], [1]),
        ([replace(SECOND, id=0)], [2]),  # row 1 was cleared and row 2 moved up
        ([replace(SECOND, id=0), DRAFT], [2, 1]),
        ([replace(SECOND, id=0, what="Inviterer alle naboerne")], [2]),
        ([replace(DRAFT, what=DRAFT.what + " nu"), DRAFT], [0, 1]),
        ([replace(DRAFT, what="Køber cykler")], [0]),
        ([replace(DRAFT, organisation_id=8)], [0]),
    ],
)
def test_an_action_keeps_its_number_whichever_row_it_moves_to(typed, numbers):
    assert [action.id for action in renamed(typed, [FIRST, SECOND])] == numbers


@pytest.mark.parametrize(
    "approved, clause",
    [
        (True, "referat af Styregruppemøde 2/2027, punkt 4"),
        (False, "udkast til referat af Styregruppemøde 2/2027, punkt 4, endnu ikke godkendt"),
    ],
)
def test_an_action_says_whether_the_minutes_it_is_from_are_a_draft(approved, clause):
    for action in (ACTION, CLOSED):
        said = requirement_of(replace(action, approved=approved)).clause.da
        assert said == clause.replace("punkt 4", f"punkt {action.number}")
