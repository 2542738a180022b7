"""What members have reported, in every version, and what they have typed so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Connection, bindparam, func, or_, select
from sqlalchemy.engine import Row

from alliance.reports import Draft, Figure, Report
from storage.bulk import Chosen
from storage.tables import tables

_report, _figure, _draft, _person = (
    tables["report"],
    tables["figure"],
    tables["report_draft"],
    tables["person"],
)
_of_newest_year = (
    _report.c.alliance_id == bindparam("alliance"),
    _report.c.report_year
    == select(func.max(_report.c.report_year)).where(_report.c.alliance_id == bindparam("alliance")).scalar_subquery(),
)
_OF_NEWEST_YEAR = select(_report.c.organisation_id, _report.c.id).where(*_of_newest_year).order_by(_report.c.version)
_HAS_FIGURES = Chosen(
    lambda among: (
        select(_figure.c.report_id)
        .join(_report, _report.c.id == _figure.c.report_id)
        .where(*_of_newest_year, among(_figure.c.indicator), _figure.c.state == "value")
    )
)


def _reports() -> Any:
    return select(_report, _person.c.name.label("by_name")).outerjoin(_person, _person.c.id == _report.c.submitted_by)


def _with_figures(connection: Connection, rows: Iterable[Row[Any]]) -> tuple[Report, ...]:
    found = list(rows)
    figures: dict[int, list[Figure]] = {row.id: [] for row in found}
    query = select(_figure).where(_figure.c.report_id.in_(figures)).order_by(_figure.c.id)
    for row in connection.execute(query):
        value = Decimal(row.value) if row.value is not None else None
        figures[row.report_id].append(
            Figure(row.indicator, cast(Any, row.state), value, row.words, row.note, row.source)
        )
    return tuple(_as_report(row, tuple(figures[row.id])) for row in found)


def _as_report(row: Row[Any], figures: tuple[Figure, ...] = ()) -> Report:
    return Report(
        row.id,
        row.organisation_id,
        row.report_year,
        row.data_year,
        row.version,
        row.reference,
        row.submitted_at,
        row.submitted_by or 0,
        row.by_name or "",
        bool(row.on_behalf),
        row.source,
        figures,
    )


def versions(connection: Connection, alliance_id: int, organisation_id: int, report_year: int) -> tuple[Report, ...]:
    """Every version of a member's report for a year, newest first."""
    query = _reports().where(
        _report.c.alliance_id == alliance_id,
        _report.c.organisation_id == organisation_id,
        _report.c.report_year == report_year,
    )
    return _with_figures(connection, connection.execute(query.order_by(_report.c.version.desc())))


def newest(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int], report_year: int
) -> dict[int, Report]:
    """The newest version of each member's report for a year, without its figures."""
    query = _reports().where(
        _report.c.alliance_id == alliance_id,
        _report.c.organisation_id.in_(organisation_ids),
        _report.c.report_year == report_year,
    )
    rows = connection.execute(query.order_by(_report.c.version))
    return {row.organisation_id: _as_report(row) for row in rows}


def without(connection: Connection, alliance_id: int, indicators: Collection[str]) -> frozenset[int]:
    """The members whose newest report, of the newest year that anybody reported for, has none of these figures."""
    newest_ids = dict(map(tuple, connection.execute(_OF_NEWEST_YEAR, {"alliance": alliance_id}).all()))
    has = set(_HAS_FIGURES.run(connection, indicators, alliance=alliance_id).scalars())
    return frozenset(member for member, id_ in newest_ids.items() if id_ not in has)


def history(connection: Connection, alliance_id: int, organisation_id: int) -> tuple[Report, ...]:
    """The imported historic accounts of a member, by data year."""
    query = _reports().where(
        _report.c.alliance_id == alliance_id,
        _report.c.organisation_id == organisation_id,
        _report.c.report_year.is_(None),
    )
    rows = connection.execute(query.order_by(_report.c.data_year, _report.c.version))
    newest_of_year = {row.data_year: row for row in rows}
    return _with_figures(connection, newest_of_year.values())


def previous(
    connection: Connection, alliance_id: int, organisation_id: int, report_year: int, data_year: int
) -> Report | None:
    """The newest figures about an earlier data year: last year's report, else the newest historic account."""
    query = _reports().where(
        _report.c.alliance_id == alliance_id,
        _report.c.organisation_id == organisation_id,
        or_(_report.c.report_year.is_(None), _report.c.report_year < report_year),
        _report.c.data_year < data_year,
    )
    order = (_report.c.data_year.desc(), _report.c.report_year.desc(), _report.c.version.desc())
    rows = connection.execute(query.order_by(*order).limit(1))
    return next(iter(_with_figures(connection, rows)), None)


def imported(connection: Connection, alliance_id: int) -> dict[tuple[int, int], Report]:
    """Every historic account by (organisation, data year), newest version."""
    query = _reports().where(_report.c.alliance_id == alliance_id, _report.c.report_year.is_(None))
    rows = connection.execute(query.order_by(_report.c.version))
    newest_rows = {(row.organisation_id, row.data_year): row for row in rows}
    reports = _with_figures(connection, newest_rows.values())
    return {(report.organisation_id, report.data_year): report for report in reports}


def draft(connection: Connection, alliance_id: int, organisation_id: int, report_year: int) -> Draft | None:
    """What the member has typed so far for a year."""
    return drafts(connection, alliance_id, [organisation_id], report_year).get(organisation_id)


def drafts(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int], report_year: int
) -> dict[int, Draft]:
    query = (
        select(_draft, _person.c.name.label("by_name"))
        .join(_person, _person.c.id == _draft.c.updated_by)
        .where(
            _draft.c.alliance_id == alliance_id,
            _draft.c.organisation_id.in_(organisation_ids),
            _draft.c.report_year == report_year,
        )
    )
    return {
        row.organisation_id: Draft(
            row.organisation_id,
            row.report_year,
            dict(row.answers),
            row.revision,
            row.updated_at,
            row.updated_by,
            row.by_name,
        )
        for row in connection.execute(query)
    }
