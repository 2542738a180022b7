"""What members answer and what settles their obligations: append, withdraw, never overwrite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, insert, or_, select, update

from alliance.attendance import Answer
from alliance.numbers import canonical
from alliance.obligations import Obligation, Settlement
from alliance.reports import Figure, Report
from storage.changes.looks import look_again
from storage.outbox import edits
from storage.tables import tables
from storage.upserts import upsert

CHUNK = 1000  # rows written at a time


def open_obligations(connection: Connection, alliance_id: int, obligations: Iterable[Obligation]) -> int:
    """Add the obligations that are not there yet and move the days of those whose event moved.

    Returns how many rows changed; each of them is looked at again. Safe to repeat and safe in two processes at once.
    """
    table = tables["obligation"]
    statement = upsert(connection, table)
    fresh = statement.excluded
    moved = or_(table.c.due.is_distinct_from(fresh.due), table.c.event_day.is_distinct_from(fresh.event_day))
    statement = statement.on_conflict_do_update(
        index_elements=["alliance_id", "organisation_id", "requirement", "period_start"],
        set_={"due": fresh.due, "event_day": fresh.event_day, "next_look": fresh.next_look},
        where=moved,
    )
    rows = (_obligation_values(alliance_id, obligation) for obligation in obligations)
    changed = 0
    while chunk := list(islice(rows, CHUNK)):
        done = connection.execute(statement, chunk, execution_options={"preserve_rowcount": True})
        changed += done.rowcount
    return changed


def _obligation_values(alliance_id: int, obligation: Obligation) -> dict[str, object]:
    return {
        "alliance_id": alliance_id,
        "organisation_id": obligation.organisation_id,
        "requirement": obligation.requirement,
        "period_start": obligation.period.start,
        "period_end": obligation.period.end,
        "opens": obligation.opens,
        "due": obligation.due,
        "event_day": obligation.event_day,
        "charter_hash": obligation.charter_hash,
        "next_look": obligation.opens if obligation.due else None,  # a standing duty is never chased
    }


def keep_charter(connection: Connection, alliance_id: int, hash_: str, text: str, now: datetime) -> bool:
    """Keep the text of a charter in force, once; returns whether it was new."""
    statement = upsert(connection, tables["charter"]).values(
        alliance_id=alliance_id, hash=hash_, text=text, recorded_at=now
    )
    return connection.execute(statement.on_conflict_do_nothing()).rowcount > 0


def add_answer(connection: Connection, alliance_id: int, answer: Answer) -> int:
    """Append an answer (its ``id`` is ignored); returns the new id."""
    values = {name: getattr(answer, name) for name in Answer.__dataclass_fields__ if name != "id"}
    look_again(connection, alliance_id, [answer.organisation_id])
    edits.answered(connection, alliance_id, answer.meeting_id, answer.organisation_id, answer.given_at)
    return added_id(connection.execute(insert(tables["answer"]).values(alliance_id=alliance_id, **values)))


def add_settlement(connection: Connection, alliance_id: int, fact: Settlement) -> int:
    """Append a settlement fact (its ``id`` and names are ignored); returns the new id."""
    look_again(connection, alliance_id, [fact.organisation_id])
    edits.settled(connection, alliance_id, fact.organisation_id, fact.requirement, fact.recorded_at)
    return added_id(
        connection.execute(
            insert(tables["settlement"]).values(
                alliance_id=alliance_id,
                obligation_id=fact.obligation_id,
                organisation_id=fact.organisation_id,
                requirement=fact.requirement,
                kind=fact.kind,
                result=fact.result,
                evidence=fact.evidence,
                what=fact.what,
                link=fact.link,
                valid_from=fact.validity.since,
                valid_until=fact.validity.until,
                recorded_at=fact.recorded_at,
                recorded_by=fact.recorded_by,
                decided_by=fact.decided_by,
                on_behalf=fact.on_behalf,
            )
        )
    )


def withdraw_settlement(
    connection: Connection, alliance_id: int, settlement_id: int, person_id: int, now: datetime
) -> bool:
    """Withdraw a fact unless somebody already has; returns whether this call did."""
    table = tables["settlement"]
    statement = (
        update(table)
        .where(
            table.c.alliance_id == alliance_id,
            table.c.id == settlement_id,
            table.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now, withdrawn_by=person_id)
    )
    done = connection.execute(statement).rowcount == 1
    of = select(table.c.organisation_id, table.c.requirement).where(
        table.c.alliance_id == alliance_id, table.c.id == settlement_id
    )
    for row in connection.execute(of).all():
        look_again(connection, alliance_id, [row.organisation_id])
        edits.settled(connection, alliance_id, row.organisation_id, row.requirement, now)
    return done


def withdraw_earlier(
    connection: Connection, alliance_id: int, obligation_id: int, kind: str, person_id: int, now: datetime
) -> None:
    """Withdraw the earlier facts of a kind for one obligation: a newer report or attendance replaces them."""
    table = tables["settlement"]
    connection.execute(
        update(table)
        .where(
            table.c.alliance_id == alliance_id,
            table.c.obligation_id == obligation_id,
            table.c.kind == kind,
            table.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now, withdrawn_by=person_id)
    )
    obligation = tables["obligation"]
    of = select(obligation.c.organisation_id).where(obligation.c.id == obligation_id)
    look_again(connection, alliance_id, connection.execute(of).scalars().all())


def save_draft(
    connection: Connection,
    alliance_id: int,
    organisation_id: int,
    report_year: int,
    answers: Mapping[str, str],
    expected_revision: int,
    person_id: int,
    now: datetime,
) -> int | None:
    """Keep what was typed, as typed, if the draft still has the expected revision (0: there is none yet).

    Returns the new revision, or None if somebody else saved meanwhile.
    """
    table = tables["report_draft"]
    values = {"answers": dict(answers), "updated_at": now, "updated_by": person_id}
    if expected_revision == 0:
        statement = upsert(connection, table).values(
            alliance_id=alliance_id,
            organisation_id=organisation_id,
            report_year=report_year,
            revision=1,
            **values,
        )
        done = connection.execute(statement.on_conflict_do_nothing()).rowcount
    else:
        done = connection.execute(
            update(table)
            .where(
                table.c.alliance_id == alliance_id,
                table.c.organisation_id == organisation_id,
                table.c.report_year == report_year,
                table.c.revision == expected_revision,
            )
            .values(revision=expected_revision + 1, **values)
        ).rowcount
    return expected_revision + 1 if done == 1 else None


def add_report(connection: Connection, alliance_id: int, report: Report) -> int:
    """Append a version of a report with its figures (its ``id`` is ignored); returns the new id."""
    report_id = added_id(
        connection.execute(
            insert(tables["report"]).values(
                alliance_id=alliance_id,
                organisation_id=report.organisation_id,
                report_year=report.report_year,
                data_year=report.data_year,
                version=report.version,
                reference=report.reference,
                submitted_at=report.submitted_at,
                submitted_by=report.submitted_by or None,
                on_behalf=report.on_behalf,
                source=report.source,
            )
        )
    )
    rows = [_figure_values(alliance_id, report_id, figure) for figure in report.figures]
    if rows:
        connection.execute(insert(tables["figure"]), rows)
    return report_id


def _figure_values(alliance_id: int, report_id: int, figure: Figure) -> dict[str, object]:
    return {
        "alliance_id": alliance_id,
        "report_id": report_id,
        "indicator": figure.indicator,
        "state": figure.state,
        "value": canonical(figure.value) if figure.value is not None else None,
        "words": figure.text,
        "note": figure.note,
        "source": figure.source,
    }


def added_id(result: object) -> int:
    key = getattr(result, "inserted_primary_key", None)
    assert key is not None
    return int(key[0])


def empty_draft(connection: Connection, alliance_id: int, organisation_id: int, report_year: int) -> None:
    """Forget what was typed once it has become a version, which keeps it. Its revision goes on rising."""
    table = tables["report_draft"]
    connection.execute(
        update(table)
        .where(
            table.c.alliance_id == alliance_id,
            table.c.organisation_id == organisation_id,
            table.c.report_year == report_year,
        )
        .values(answers={}, revision=table.c.revision + 1)
    )
