"""Who may read what of a body's papers: all of it, its open items, or nothing. Read off the offices held on the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from alliance.charter import Body, Papers
from alliance.members import Membership, SeatTerm
from alliance.papers import Copy, Paper
from alliance.roles import Actor

MEMBERS = "members"
"""What a charter's ``papers`` call all members: they read the open items of every body's papers where they get them."""


def reads_closed(actor: Actor, body: Body, seats: Iterable[SeatTerm], day: date) -> bool:
    """Whether a person reads closed items: the secretariat, and who holds or acts for the office a seat belongs to."""
    if actor.secretariat:
        return True
    seated = {seat.organisation_id for seat in seats if seat.body == body.key and seat.validity.covers(day)}
    return any(
        term.office == body.seat_holder and term.organisation_id in seated and term.validity.covers(day)
        for term in actor.terms
    )


def reads_open(actor: Actor, body: Body, papers: Papers, memberships: Iterable[Membership], day: date) -> bool:
    """Whether a person reads the open items: anybody with an office in an observer of the body, or in a member.

    Members do so only where the charter sends them papers.
    """
    if actor.secretariat:
        return True
    members = {"member"} if MEMBERS in (*papers.open_items, *papers.all_items) else set()
    roles = {*members, *body.observers}
    joined = {m.organisation_id for m in memberships if m.role in roles and m.validity.covers(day)}
    return any(term.organisation_id in joined and term.validity.covers(day) for term in actor.terms)


def copy_for(paper: Paper, *, closed: bool, open_: bool) -> Copy | None:
    """Which copy of an issued paper somebody gets who reads closed items, or open ones; None for nothing at all.

    Draft minutes that are circulated for comments are for those who read everything, and nobody else (U18).
    """
    if closed:
        return "all"
    return "open" if open_ and paper.status not in ("draft", "circulated") else None
