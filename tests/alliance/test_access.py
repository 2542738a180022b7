"""Who reads closed items, who the open ones, and which copy of a paper that gives."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alliance.access import copy_for, reads_closed, reads_open
from alliance.charter import Papers
from alliance.charter_file import read_charter
from alliance.members import Membership, OfficeTerm, Person, SeatTerm
from alliance.papers import (
    Change,
    Dissent,
    Paper,
    PaperAction,
    PaperAttachment,
    PaperAttendee,
    PaperItem,
    as_json,
    from_json,
)
from alliance.roles import Actor
from alliance.validity import Validity

CHARTER = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
RULES = read_charter(CHARTER.read_text(encoding="utf-8"), "dk2020.toml")
BODY, PAPERS = RULES.body("steering_group"), RULES.papers
TODAY = date(2027, 3, 1)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
KOEGE, SOLROED, CONCITO = 1, 2, 3
ALWAYS = Validity(date(2026, 1, 1))
SEATS = (SeatTerm(BODY.key, "KKR Sjælland", KOEGE, ALWAYS),)
MEMBERS = (
    Membership(KOEGE, "member", ALWAYS),
    Membership(SOLROED, "member", ALWAYS),
    Membership(CONCITO, "observer", ALWAYS),
)


def actor(office: str, organisation: int = KOEGE, *, acting: bool = False, validity: Validity = ALWAYS) -> Actor:
    return Actor(Person(9, "Anne", "da"), (OfficeTerm(organisation, office, 9, validity, acting),), secretariat=False)


@pytest.mark.parametrize(
    ("who", "closed", "open_"),
    [
        (actor("mayor"), True, True),
        (actor("mayor", acting=True), True, True),
        (actor("climate_coordinator"), False, True),  # of a municipality with a seat
        (actor("deputy_mayor"), False, True),
        (actor("mayor", SOLROED), False, True),
        (actor("official", CONCITO), False, True),
        (actor("mayor", 99), False, False),  # an organisation that is no member
        (actor("mayor", validity=Validity(TOMORROW)), False, False),
        (actor("mayor", validity=Validity(date(2026, 1, 1), TODAY)), False, False),
        (actor("mayor", validity=Validity(date(2026, 1, 1), TOMORROW)), True, True),
        (Actor(Person(9, "Anne", "da"), (), secretariat=False), False, False),
        (Actor(Person(9, "Anne", "da"), (), secretariat=True), True, True),
    ],
)
def test_closed_items_are_for_the_seats_and_the_secretariat_open_ones_for_members_and_observers(
    who: Actor, closed: bool, open_: bool
) -> None:
    assert reads_closed(who, BODY, SEATS, TODAY) is closed
    assert reads_open(who, BODY, PAPERS, MEMBERS, TODAY) is open_


@pytest.mark.parametrize(
    "seat",
    [
        replace(SEATS[0], body="another"),
        replace(SEATS[0], organisation_id=SOLROED),
        replace(SEATS[0], validity=Validity(date(2026, 1, 1), TODAY)),
        replace(SEATS[0], validity=Validity(TOMORROW)),
    ],
)
def test_a_seat_elsewhere_before_or_after_opens_nothing(seat: SeatTerm) -> None:
    assert not reads_closed(actor("mayor"), BODY, [seat], TODAY)


@pytest.mark.parametrize(
    ("papers", "office", "organisation", "open_"),
    [
        (Papers(("steering_group",), ("members",)), "mayor", SOLROED, True),
        (Papers(("members",), ()), "mayor", SOLROED, True),
        (Papers(("steering_group",), ()), "mayor", SOLROED, False),
        (Papers(("steering_group",), ()), "official", CONCITO, True),  # an observer of the body all the same
    ],
)
def test_members_read_open_items_only_where_the_charter_sends_them_papers(
    papers: Papers, office: str, organisation: int, open_: bool
) -> None:
    assert reads_open(actor(office, organisation), BODY, papers, MEMBERS, TODAY) is open_


def test_a_membership_that_is_over_opens_nothing() -> None:
    over = Membership(SOLROED, "member", Validity(date(2026, 1, 1), TODAY))
    assert not reads_open(actor("mayor", SOLROED), BODY, PAPERS, [over], TODAY)
    assert reads_open(actor("mayor", SOLROED), BODY, PAPERS, [over], YESTERDAY)


ITEM = PaperItem(
    1,
    1,
    "Status",
    "decision",
    False,
    attachments=(
        PaperAttachment(1, "Bilag 1.1", "a.pdf", "application/pdf", 3, "x", False),
        PaperAttachment(2, "Bilag 1.2", "HEMMELIG.pdf", "application/pdf", 3, "x", True),
    ),
    dissents=(Dissent("Bo", "Nej."),),
    actions=(PaperAction("Skriver", "Køge", date(2027, 4, 1)),),
)
PAPER = Paper(
    "minutes",
    "all",
    "DK2020",
    "styregruppen",
    "Styregruppemøde 2/2027",
    "2/2027",
    datetime(2027, 3, 16, 9, tzinfo=UTC),
    datetime(2027, 3, 16, 13, tzinfo=UTC),
    "Køge",
    "Europe/Copenhagen",
    2,
    "corrected",
    datetime(2027, 3, 20, 9, 15, 30, 123456, tzinfo=UTC),
    "Anne",
    (ITEM, PaperItem(2, 2, "HEMMELIG", "information", True, "Sag", case="HEMMELIG")),
    (PaperAttendee("Anne", "borgmester", chair=True, presence="present"),),
    3,
    3,
    "Et navn var forkert.",
    (Change("1", "decision", "a", "b"), Change("2", "decision", "HEMMELIG", "b", closed=True)),
    date(2027, 4, 1),
)


@pytest.mark.parametrize("paper", [PAPER, PAPER.open_copy(), replace(PAPER, approved_on=None, present=None, items=())])
def test_a_paper_reads_back_from_json_exactly_as_it_was(paper: Paper) -> None:

    assert from_json(json.loads(json.dumps(as_json(paper)))) == paper


def test_nothing_closed_is_in_the_open_copy() -> None:
    assert "HEMMELIG" in str(as_json(PAPER)) and "HEMMELIG" not in str(as_json(PAPER.copy_named("open")))


@pytest.mark.parametrize(
    ("status", "closed", "open_", "copy"),
    [
        ("published", True, True, "all"),
        ("published", False, True, "open"),
        ("published", False, False, None),
        ("approved", False, True, "open"),
        ("corrected", False, True, "open"),
        ("circulated", True, True, "all"),
        ("circulated", False, True, None),
        ("draft", False, True, None),
    ],
)
def test_draft_minutes_are_for_those_who_read_everything(status: Any, closed: bool, open_: bool, copy: Any) -> None:
    assert copy_for(replace(PAPER, status=status), closed=closed, open_=open_) == copy
