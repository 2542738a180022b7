"""Papers are kept as they were sent, and every paper has its readers: nobody twice, nobody forgotten."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from alliance.agendas import AgendaItem
from alliance.papers import Paper, PaperItem
from storage.changes import agendas as change_agendas
from storage.changes import papers as keeping
from storage.changes import register as change
from storage.changes.meetings import plan_meeting
from storage.engine import reading, writing
from storage.queries import agendas, papers, register
from storage.queries.recipients import Readers, readers
from storage.tables import tables

if TYPE_CHECKING:
    from tests.conftest import Played

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
TODAY = NOW.date()
START = datetime(2027, 3, 16, 9, tzinfo=UTC)
BODY = "steering_group"
MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
PAPER = Paper(
    "agenda",
    "all",
    "DK2020",
    "styregruppen",
    "Styregruppemøde 2/2027",
    "2/2027",
    START,
    START + timedelta(hours=4),
    "Køge",
    "Europe/Copenhagen",
    0,
    "published",
    NOW,
    "Anne",
    (PaperItem(1, 1, "Status", "information", False), PaperItem(2, 2, "Hemmeligt", "decision", True, "Sag")),
)


def meeting(connection: Connection, alliance_id: int) -> int:
    return plan_meeting(
        connection,
        alliance_id,
        kind=BODY,
        year=2027,
        number=2,
        starts_at=START,
        ends_at=START + timedelta(hours=4),
        place="Køge",
        answer_by=TODAY,
    )


def person(played: Played, address: str) -> int:
    with reading(played.engine) as connection:
        found = register.person_at(connection, played.alliance.id, address)
    assert found
    return found.id


def code(connection: Connection, played: Played, code: str) -> int:
    found = register.organisation_by_code(connection, played.alliance.id, code, TODAY)
    assert found
    return found.id


def asked(played: Played, day: date = TODAY) -> Readers:
    with reading(played.engine) as connection:
        return readers(connection, played.alliance, BODY, day)


def test_a_paper_and_its_files_are_kept_exactly_and_once(played: Played) -> None:
    me = person(played, MAYOR)
    with writing(played.engine) as connection:
        planned = meeting(connection, 1)
        number = keeping.keep_paper(connection, 1, planned, PAPER, me)
        keeping.keep_file(connection, 1, number, "all", "a.pdf", b"%PDF all")
        keeping.keep_file(connection, 1, number, "open", "a.pdf", b"%PDF open")
    with reading(played.engine) as connection:
        kept = papers.paper(connection, 1, number)
        files = {copy: papers.paper_file(connection, 1, number, copy) for copy in ("all", "open")}
        assert papers.papers_of(connection, 1, planned) == (kept,)
        assert papers.papers_of(connection, 1, planned, ("minutes",)) == ()
        assert papers.paper(connection, 2, number) is None  # another alliance's papers are not there
        assert papers.paper_file(connection, 2, number, "all") is None
    assert kept and (kept.paper, kept.meeting_id, kept.issued_by) == (PAPER, planned, me)
    for copy, file in files.items():
        assert file and file.sha256 == hashlib.sha256(file.content).hexdigest() and copy.encode() in file.content
    with pytest.raises(IntegrityError), writing(played.engine) as connection:
        keeping.keep_paper(connection, 1, planned, PAPER, me)


def test_the_seats_and_who_acts_for_them_read_everything_and_all_who_are_asked_the_rest(played: Played) -> None:
    found = asked(played)
    assert (len(found.all_items), len(found.open_items), len(found)) == (6, 191, 197)
    assert not set(found.all_items) & set(found.open_items)
    assert person(played, MAYOR) in found.all_items and person(played, COORDINATOR) in found.open_items
    assert person(played, "borgmestersekretaer@frederiksberg.example") in found.all_items
    assert len(list(found.copies())) == len(dict(found.copies())) == 197


def test_who_reads_is_asked_of_the_day(played: Played) -> None:
    seats, day = tables["seat_term"], date(2027, 6, 1)
    with writing(played.engine) as connection:
        ends = update(seats).where(seats.c.constituency == "KKR Sjælland").values(valid_until=day)
        connection.execute(ends)
    assert person(played, MAYOR) in asked(played, day - timedelta(days=1)).all_items
    later = asked(played, day)
    assert person(played, MAYOR) not in later.all_items and person(played, MAYOR) in later.open_items


def test_a_member_that_left_gets_nothing_and_an_observer_the_open_items(played: Played) -> None:
    membership = tables["membership"]
    with writing(played.engine) as connection:
        solroed = code(connection, played, "0269")
        connection.execute(update(membership).where(membership.c.organisation_id == solroed).values(valid_until=TODAY))
        concito = change.add_organisation(connection, 1, "concito", "CONCITO", "CONCITO", "partner")
        change.add_membership(connection, 1, concito, "observer", date(2026, 1, 1), None, NOW)
        observer = change.add_person(connection, 1, "Ove Observatør", "da")
        change.add_office_term(connection, 1, concito, "official", observer, date(2026, 1, 1), None, NOW)
    found = asked(played)
    assert observer in found.open_items and person(played, "klima@solroed.example") not in found.open_items
    assert person(played, "borgmester@solroed.example") not in found.open_items


def test_an_item_is_written_only_as_it_was_read(played: Played) -> None:
    me = person(played, MAYOR)
    with writing(played.engine) as connection:
        planned = meeting(connection, 1)
        number = change_agendas.add_item(connection, 1, AgendaItem(0, planned, 1, "information", "Status"), me, NOW)
        read = agendas.item(connection, 1, number)
        assert read
        first = AgendaItem(number, planned, 1, "decision", "Den første")
        second = AgendaItem(number, planned, 1, "decision", "Den anden")
        assert change_agendas.change_item(connection, 1, read, first, me, NOW)
        assert not change_agendas.change_item(connection, 1, read, second, me, NOW)
        kept = agendas.item(connection, 1, number)
    assert kept and (kept.heading, kept.revision) == ("Den første", 2)


def test_an_attachment_that_was_taken_off_is_still_there_for_the_papers_that_name_it(played: Played) -> None:
    me = person(played, MAYOR)
    with writing(played.engine) as connection:
        planned = meeting(connection, 1)
        item = change_agendas.add_item(connection, 1, AgendaItem(0, planned, 1, "information", "Status"), me, NOW)
        file = change_agendas.add_attachment(
            connection,
            1,
            item,
            name="a.pdf",
            media_type="application/pdf",
            content=b"%PDF",
            closed=True,
            person_id=me,
            now=NOW,
        )
        assert agendas.attached_bytes(connection, 1, planned) == 4
        assert change_agendas.remove_attachment(connection, 1, file, NOW)
        assert not change_agendas.remove_attachment(connection, 1, file, NOW)
        kept = agendas.item(connection, 1, item)
        assert kept and kept.attachments == () and agendas.attached_bytes(connection, 1, planned) == 0
        assert agendas.contents(connection, 1, [file]) == {file: b"%PDF"}
        assert agendas.contents(connection, 2, [file]) == {}
        assert (
            connection.execute(select(tables["attachment"].c.sha256)).scalar_one()
            == hashlib.sha256(b"%PDF").hexdigest()
        )
