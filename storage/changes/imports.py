"""Puts what a file says into the register and the reports: all of it or nothing, and nothing twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, localcontext

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.errors import Refused
from alliance.imports import Fault, Faulty, HistoricAccount, MemberLine
from alliance.members import Membership, OfficeTerm, SeatTerm
from alliance.months import years_after
from alliance.numbers import EXACT
from alliance.reports import Figure, Report, change_pct, changed_much
from alliance.seats import give, is_member
from alliance.terms import has_held, join, owner, take
from alliance.validity import Validity
from storage.changes import facts
from storage.changes import register as change
from storage.changes.terms import give_seat, take_office
from storage.journal import write_down
from storage.municipalities import municipalities
from storage.queries import register, reports

HEADLINE = "ghg_total"


@dataclass(frozen=True)
class ChangeWarning:
    """A total that changed much from one data year to the next (tonnes CO2e). ``pct`` None: no meaningful base."""

    code: str
    name: str
    data_year: int
    before: Decimal
    now: Decimal
    pct: Decimal | None


@dataclass(frozen=True)
class ReportsImported:
    """What an import of historic accounts did; ``sums`` are exact totals per data year over the whole file."""

    accounts: int
    added: int
    restated: int
    unchanged: int
    members: int
    sums: tuple[tuple[int, Decimal], ...]
    warnings: tuple[ChangeWarning, ...]


Progress = Callable[[int, int], None]


def import_historic(
    connection: Connection,
    alliance: Alliance,
    accounts: Sequence[HistoricAccount],
    now: datetime,
    file: str,
    progress: Progress,
) -> ReportsImported:
    """Add the historic accounts that are new; a restated one becomes a version of its own, the earlier stays.

    They have a data year and no report year: figures with a source, which fulfil no obligation.
    """
    codes = _ids_by_code(connection, alliance, now)
    known = reports.imported(connection, alliance.id)
    added = restated = 0
    for number, account in enumerate(accounts, start=1):
        organisation = codes[account.code]
        earlier = known.get((organisation, account.data_year))
        if earlier and {(f.indicator, f.value) for f in earlier.figures} == set(account.figures):
            continue
        version = earlier.version + 1 if earlier else 1
        facts.add_report(connection, alliance.id, _report(account, organisation, version, now, file))
        added, restated = (added, restated + 1) if earlier else (added + 1, restated)
        progress(number, len(accounts))
    done = ReportsImported(
        accounts=len(accounts),
        added=added,
        restated=restated,
        unchanged=len(accounts) - added - restated,
        members=len({account.code for account in accounts}),
        sums=_sums(accounts),
        warnings=_warnings(alliance, accounts, register.member_names(connection, alliance.id)),
    )
    counts = {"added": added, "restated": restated, "unchanged": done.unchanged}
    write_down(connection, alliance.id, now, "reports_imported", about=f"file:{file}", facts=counts)
    return done


def _ids_by_code(connection: Connection, alliance: Alliance, now: datetime) -> dict[str, int]:
    day = alliance.charter.calendar.day(now)
    return {o.code: o.id for o in register.organisations(connection, alliance.id, day).values()}


def _report(account: HistoricAccount, organisation: int, version: int, now: datetime, file: str) -> Report:
    return Report(
        id=0,
        organisation_id=organisation,
        report_year=None,
        data_year=account.data_year,
        version=version,
        reference=f"H{account.data_year}-{account.code}-v{version}",
        submitted_at=now,
        submitted_by=0,
        submitted_by_name="",
        on_behalf=False,
        source=f"import:{file}",
        figures=tuple(Figure(key, "value", value, source=f"import:{file}") for key, value in account.figures),
    )


def _sums(accounts: Sequence[HistoricAccount]) -> tuple[tuple[int, Decimal], ...]:
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    with localcontext(EXACT):
        for account in accounts:
            sums[account.data_year] += dict(account.figures)[HEADLINE]
    return tuple(sorted(sums.items()))


def _warnings(
    alliance: Alliance, accounts: Sequence[HistoricAccount], names: dict[str, str]
) -> tuple[ChangeWarning, ...]:
    """The year steps whose total changed more than the charter asks about."""
    limit = alliance.charter.reporting.change_asked_pct
    totals = {(a.code, a.data_year): dict(a.figures)[HEADLINE] for a in accounts}
    return tuple(
        ChangeWarning(code, names[code], year, before, value, change_pct(before, value))
        for (code, year), value in sorted(totals.items())
        for before in [totals.get((code, year - 1))]
        if before is not None and changed_much(before, value, limit)
    )


# --------------------------------------------------------------------------------------------------- members


@dataclass(frozen=True)
class MembersImported:
    members: int
    joined: int
    left: int
    people: int


def import_members(
    connection: Connection,
    alliance: Alliance,
    lines: Sequence[MemberLine],
    now: datetime,
    file: str,
    progress: Progress,
) -> MembersImported:
    """Add members, memberships and office-holders that are not known yet, and end memberships that ended.

    A line may also be about one of the charter's parties: then only its office-holder is taken. Raises Faulty for what
    cannot be beside what the register has; nothing of the file may be kept then.
    """
    today = alliance.charter.calendar.day(now)
    codes = _ids_by_code(connection, alliance, now)
    reference = {municipality.code: municipality for municipality in municipalities()}
    joined = left = people = 0
    faults: list[Fault] = []
    for number, line in enumerate(lines, start=1):
        organisation = codes.get(line.code)
        if organisation is None:
            m = reference[line.code]
            organisation = change.add_municipality(connection, alliance.id, m.code, m.name, m.official_name, m.groups)
            codes[line.code] = organisation
        member = line.code in reference  # a party takes part for the days that the charter gives it
        try:
            joined += member and _join(connection, alliance, organisation, line, today, now)
        except Refused as refused:
            faults.append(line.row.fault("joined", refused.reason))
        if line.left and member:
            left += change.end_membership(connection, alliance.id, organisation, line.left)
        if line.person:
            try:
                people += _hold(connection, alliance, organisation, line, today, now)
            except Refused as refused:
                faults.append(line.row.fault("mail", refused.reason, *map(str, refused.facts.values())))
        progress(number, len(lines))
    faults += _give_seats(connection, alliance, codes, lines, now)
    if faults:
        raise Faulty(faults)
    done = MembersImported(len({line.code for line in lines}), joined, left, people)
    counts = {"joined": joined, "left": left, "people": people}
    write_down(connection, alliance.id, now, "members_imported", about=f"file:{file}", facts=counts)
    return done


def _join(
    connection: Connection,
    alliance: Alliance,
    organisation: int,
    line: MemberLine,
    today: date,
    now: datetime,
) -> bool:
    """Start a membership on the day given (today if none is), or correct the first day of one; raises Refused."""
    known = register.memberships(connection, alliance.id, [organisation])
    if known and line.joined is None:
        return False
    joined = join(known, Membership(organisation, "member", Validity(line.joined or today, line.left)))
    if joined is None:
        return False
    since, corrected = joined.term.validity.since, joined.corrects
    if corrected is None:
        change.add_membership(connection, alliance.id, organisation, "member", since, line.left, now)
        return True
    was = corrected.validity.since
    change.move_joined(connection, alliance.id, organisation, "member", was, since)
    days = {"was": was.isoformat(), "since": since.isoformat()}
    write_down(connection, alliance.id, now, "membership_changed", organisation_id=organisation, facts=days)
    return False


def _give_seats(
    connection: Connection, alliance: Alliance, codes: Mapping[str, int], lines: Sequence[MemberLine], now: datetime
) -> Iterator[Fault]:
    """Give members their seats in the body that has the chair, and the chair, in the order of the days.

    What is theirs already is left alone. Gives back what cannot be beside who sits there.
    """
    if alliance.charter.chair is None:
        return
    given = [(day, leads, line) for line in lines for day, leads in ((line.seat, False), (line.chair, True)) if day]
    for since, leads, line in sorted(given, key=lambda one: one[:2]):
        try:
            _seat(connection, alliance, codes[line.code], since, now, chair=leads)
        except Refused as refused:
            if refused.reason != "seat_held":
                yield line.row.fault("chair" if leads else "seat", refused.reason)


def _seat(
    connection: Connection, alliance: Alliance, organisation: int, since: date, now: datetime, *, chair: bool
) -> None:
    """Give a member a seat, or the chair for a term, from a day; raises Refused."""
    rule = alliance.charter.chair
    assert rule is not None, "a file gives seats of the body that has a chair only"
    if not is_member(register.memberships(connection, alliance.id, [organisation]), organisation, since):
        raise Refused("seat_not_member", since=since)
    group = register.organisations(connection, alliance.id, since, [organisation])[organisation]
    constituency = group.group(alliance.charter.constituency)
    term = Validity(since, years_after(since, rule.years) if chair else None)
    new = SeatTerm(rule.body, constituency, organisation, term, chair)
    give_seat(connection, alliance.id, give(register.seats(connection, alliance.id), new), now)


def _hold(
    connection: Connection,
    alliance: Alliance,
    organisation: int,
    line: MemberLine,
    today: date,
    now: datetime,
) -> bool:
    """Give somebody an office from a day, unless they hold it already or have held it; raises Refused."""
    using, used = (find(connection, alliance.id, line.mail) for find in (register.person_at, register.last_at))
    person = owner(line.person, using, used)
    known = register.office_terms(connection, alliance.id, organisation_id=organisation)
    if person and has_held(known, person.id, line.office, line.since):
        return False
    person_id = person.id if person else change.add_person(connection, alliance.id, line.person, line.language)
    if person is None:
        change.add_address(connection, alliance.id, person_id, "mail", line.mail, now, verified=False)
    new = OfficeTerm(organisation, line.office, person_id, Validity(line.since or today))
    taken = take(known, new, single=alliance.charter.office(line.office).single)
    if taken.changes:
        take_office(connection, alliance.id, taken, now)
    return taken.changes
