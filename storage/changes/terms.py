"""Writes down what the rules decided of offices and seats: who has one from when, and who makes way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from alliance.seats import Given
from alliance.terms import Taken
from storage.changes.looks import look_again
from storage.changes.register import add_office_term, add_seat_term, end_office_terms, end_seat_terms


def take_office(connection: Connection, alliance_id: int, taken: Taken, now: datetime) -> None:
    """Write down that somebody takes an office, and that whoever makes way for them leaves it."""
    term = taken.term
    for ended in taken.ends:
        end_office_terms(
            connection,
            alliance_id,
            ended.organisation_id,
            ended.office,
            term.validity.since,
            acting=ended.acting,
            person_id=ended.person_id,
        )
    add_office_term(
        connection,
        alliance_id,
        term.organisation_id,
        term.office,
        term.person_id,
        term.validity.since,
        term.validity.until,
        now,
        acting=term.acting,
    )


def give_seat(connection: Connection, alliance_id: int, given: Given, now: datetime) -> None:
    """Write down that a seat, or the chair, is given from a day, and that whoever had it leaves it."""
    term = given.term
    end_seat_terms(connection, alliance_id, given.ends, term.validity.since)
    add_seat_term(
        connection,
        alliance_id,
        term.body,
        term.constituency,
        term.organisation_id,
        term.validity.since,
        term.validity.until,
        now,
        chair=term.chair,
    )
    # The secretariat's own tasks are asked of whoever runs it: those change hands with the chair.
    look_again(connection, alliance_id, [term.organisation_id, *(ended.organisation_id for ended in given.ends)])
