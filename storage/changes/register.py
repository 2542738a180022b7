"""Changes to who is who: organisations, memberships, people, addresses, offices. Terms end; nothing is deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, true, update

from alliance.members import SeatTerm
from alliance.quiet import QuietHours
from alliance.successions import Adoption
from storage.bulk import among
from storage.changes.facts import added_id
from storage.changes.looks import look_again, look_again_at_address, look_again_at_person, open_again
from storage.ready import Ready
from storage.tables import tables

_person = tables["person"]
_SET_LANGUAGE = Ready(
    update(_person)
    .where(_person.c.alliance_id == bindparam("alliance"), _person.c.id == bindparam("person"))
    .values(language=bindparam("to"))
)

_SET_QUIET = (
    update(_person)
    .where(_person.c.alliance_id == bindparam("alliance"), _person.c.id == bindparam("person"))
    .values(quiet=bindparam("to"))
)


def add_alliance(connection: Connection, key: str, charter_key: str, since: date, demo_now: datetime | None) -> int:
    statement = insert(tables["alliance"]).values(
        key=key, charter_key=charter_key, obligations_since=since, demo_now=demo_now
    )
    return added_id(connection.execute(statement))


def adopt_charter(connection: Connection, alliance_id: int, charter_key: str) -> None:
    """Put an alliance under another of the charters we have; what that changes is noticed by the next tick."""
    table = tables["alliance"]
    connection.execute(update(table).where(table.c.id == alliance_id).values(charter_key=charter_key))


def write_adoptions(connection: Connection, alliance_id: int, adopted: Sequence[Adoption]) -> None:
    """Write down which charters an alliance has had and is to have, each with its day, by day."""
    table, rows = tables["alliance"], [[one.charter.key, one.since.isoformat()] for one in adopted]
    kept = rows if len(rows) > 1 else None
    connection.execute(update(table).where(table.c.id == alliance_id).values(adoptions=kept))


def move_demo_clock(connection: Connection, alliance_id: int, now: datetime) -> None:
    """Set the clock of a demo alliance; a real one has none and is left alone."""
    table = tables["alliance"]
    connection.execute(
        update(table).where(table.c.id == alliance_id, table.c.demo_now.is_not(None)).values(demo_now=now)
    )


def add_organisation(
    connection: Connection, alliance_id: int, code: str, name: str, official_name: str, kind: str
) -> int:
    statement = insert(tables["organisation"]).values(
        alliance_id=alliance_id, code=code, name=name, official_name=official_name, kind=kind
    )
    return added_id(connection.execute(statement))


def add_municipality(
    connection: Connection,
    alliance_id: int,
    code: str,
    name: str,
    official_name: str,
    groups: Iterable[tuple[str, str, date, date | None]],
) -> int:
    """Add a municipality with the dated groups it belongs to; returns its id."""
    organisation = add_organisation(connection, alliance_id, code, name, official_name, "municipality")
    for grouping, group, since, until in groups:
        add_grouping(connection, alliance_id, organisation, grouping, group, since, until)
    return organisation


def add_grouping(
    connection: Connection,
    alliance_id: int,
    organisation_id: int,
    grouping: str,
    name: str,
    since: date,
    until: date | None,
) -> None:
    connection.execute(
        insert(tables["grouping"]).values(
            alliance_id=alliance_id,
            organisation_id=organisation_id,
            grouping=grouping,
            name=name,
            valid_from=since,
            valid_until=until,
        )
    )


def add_membership(
    connection: Connection,
    alliance_id: int,
    organisation_id: int,
    role: str,
    since: date,
    until: date | None,
    now: datetime,
) -> None:
    connection.execute(
        insert(tables["membership"]).values(
            alliance_id=alliance_id,
            organisation_id=organisation_id,
            role=role,
            valid_from=since,
            valid_until=until,
            recorded_at=now,
        )
    )
    open_again(connection, alliance_id, organisation_id)


def move_joined(
    connection: Connection, alliance_id: int, organisation_id: int, role: str, was: date, since: date
) -> None:
    """Correct the first day of a membership."""
    table = tables["membership"]
    term = and_(
        table.c.alliance_id == alliance_id,
        table.c.organisation_id == organisation_id,
        table.c.role == role,
        table.c.valid_from == was,
    )
    connection.execute(update(table).where(term).values(valid_from=since))
    open_again(connection, alliance_id, organisation_id)


def end_membership(connection: Connection, alliance_id: int, organisation_id: int, until: date) -> bool:
    """End the running membership of an organisation on a day; returns whether one ran."""
    table = tables["membership"]
    ended = connection.execute(
        update(table)
        .where(
            table.c.alliance_id == alliance_id,
            table.c.organisation_id == organisation_id,
            table.c.valid_from < until,
            or_(table.c.valid_until.is_(None), table.c.valid_until > until),
        )
        .values(valid_until=until)
    ).rowcount
    open_again(connection, alliance_id, organisation_id)
    return ended > 0


def forget_what_begins(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int], since: date
) -> None:
    """Take out what was to begin on a day that is to come or later, for these: terms, groups and seats."""
    for name in ("membership", "grouping", "seat_term"):
        table = tables[name]
        theirs = and_(table.c.alliance_id == alliance_id, among(connection, table.c.organisation_id, organisation_ids))
        connection.execute(delete(table).where(theirs, table.c.valid_from >= since))


def end_anew(
    connection: Connection, alliance_id: int, organisation_id: int, role: str, ended: date, until: date | None
) -> None:
    """Give a term in a role that was to end on a day another end, or none."""
    table = tables["membership"]
    term = and_(
        table.c.alliance_id == alliance_id,
        table.c.organisation_id == organisation_id,
        table.c.role == role,
        table.c.valid_until == ended,
    )
    connection.execute(update(table).where(term).values(valid_until=until))


def add_person(connection: Connection, alliance_id: int, name: str, language: str) -> int:
    statement = insert(tables["person"]).values(alliance_id=alliance_id, name=name, language=language)
    return added_id(connection.execute(statement))


def set_language(connection: Connection, alliance_id: int, person_id: int, language: str) -> None:
    _SET_LANGUAGE.done(connection, alliance=alliance_id, person=person_id, to=language)


def set_quiet(connection: Connection, alliance_id: int, person_id: int, quiet: QuietHours | None) -> None:
    """Set a person's quiet hours, or that they have none; what waits already is looked at when it is about to leave."""
    connection.execute(_SET_QUIET, {"alliance": alliance_id, "person": person_id, "to": str(quiet) if quiet else None})


def add_address(
    connection: Connection,
    alliance_id: int,
    person_id: int,
    channel: str,
    value: str,
    now: datetime,
    *,
    verified: bool,
) -> int:
    """Add an address in use; the value is kept in small letters. Raises IntegrityError if it is another's."""
    statement = insert(tables["address"]).values(
        alliance_id=alliance_id,
        person_id=person_id,
        channel=channel,
        value=value.strip().lower() if channel == "mail" else value.strip(),  # a chat's names mind capitals
        verified_at=now if verified else None,
        recorded_at=now,
    )
    added = added_id(connection.execute(statement))
    look_again_at_person(connection, alliance_id, person_id)
    return added


def end_addresses(connection: Connection, alliance_id: int, person_id: int, channel: str, now: datetime) -> None:
    table = tables["address"]
    connection.execute(
        update(table)
        .where(
            table.c.alliance_id == alliance_id,
            table.c.person_id == person_id,
            table.c.channel == channel,
            table.c.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    look_again_at_person(connection, alliance_id, person_id)


def mark_unreachable(connection: Connection, address_id: int, reason: str, now: datetime) -> None:
    """Note that an address does not work, with the first time and the newest reason."""
    table = tables["address"]
    connection.execute(
        update(table)
        .where(table.c.id == address_id)
        .values(
            unreachable_since=func.coalesce(table.c.unreachable_since, now),
            unreachable_reason=reason,
        )
    )
    look_again_at_address(connection, address_id)


def mark_reachable(connection: Connection, address_id: int) -> None:
    """Note that an address works again."""
    table = tables["address"]
    connection.execute(
        update(table).where(table.c.id == address_id).values(unreachable_since=None, unreachable_reason="")
    )
    look_again_at_address(connection, address_id)


def mark_not_to_blame(connection: Connection, delivery_ids: Collection[int]) -> None:
    """Note that the addresses of these deliveries were called wrong by a server that meant us."""
    delivery, address = tables["delivery"], tables["address"]
    query = (
        select(address.c.id)
        .join(delivery, delivery.c.address_id == address.c.id)
        .where(delivery.c.id.in_(delivery_ids), address.c.unreachable_since.is_not(None))
    )
    for address_id in sorted(set(connection.execute(query).scalars())):
        mark_reachable(connection, address_id)


def add_office_term(
    connection: Connection,
    alliance_id: int,
    organisation_id: int,
    office: str,
    person_id: int,
    since: date,
    until: date | None,
    now: datetime,
    *,
    acting: bool = False,
) -> None:
    """Somebody takes an office (or may act for it) from a day; if that very term is known, its end is set anew."""
    table = tables["office_term"]
    known = select(table.c.id).where(
        table.c.alliance_id == alliance_id,
        table.c.organisation_id == organisation_id,
        table.c.office == office,
        table.c.person_id == person_id,
        table.c.acting == acting,
        table.c.valid_from == since,
    )
    term = connection.execute(known).scalar_one_or_none()
    look_again(connection, alliance_id, [organisation_id])
    if term is not None:
        connection.execute(update(table).where(table.c.id == term).values(valid_until=until))
        return
    connection.execute(
        insert(table).values(
            alliance_id=alliance_id,
            organisation_id=organisation_id,
            office=office,
            person_id=person_id,
            acting=acting,
            valid_from=since,
            valid_until=until,
            recorded_at=now,
        )
    )


def end_office_terms(
    connection: Connection,
    alliance_id: int,
    organisation_id: int,
    office: str,
    until: date,
    *,
    acting: bool = False,
    person_id: int | None = None,
) -> int:
    """End the running terms of an office (of a person) on a day, the first without it; returns how many ended.

    One that began that very day never was: it is kept, and covers no day.
    """
    table = tables["office_term"]
    running = and_(
        table.c.alliance_id == alliance_id,
        table.c.organisation_id == organisation_id,
        table.c.office == office,
        table.c.acting == acting,
        table.c.person_id == person_id if person_id is not None else true(),
        or_(table.c.valid_until.is_(None), table.c.valid_until > until),
        table.c.valid_from <= until,
    )
    look_again(connection, alliance_id, [organisation_id])
    return connection.execute(update(table).where(running).values(valid_until=until)).rowcount


def add_seat_term(
    connection: Connection,
    alliance_id: int,
    body: str,
    constituency: str,
    organisation_id: int,
    since: date,
    until: date | None,
    now: datetime,
    *,
    chair: bool = False,
) -> None:
    connection.execute(
        insert(tables["seat_term"]).values(
            alliance_id=alliance_id,
            body=body,
            constituency=constituency,
            organisation_id=organisation_id,
            chair=chair,
            valid_from=since,
            valid_until=until,
            recorded_at=now,
        )
    )


def end_seat_terms(connection: Connection, alliance_id: int, terms: Iterable[SeatTerm], until: date) -> None:
    """Have these terms end on a local day (exclusive)."""
    table = tables["seat_term"]
    for term in terms:
        connection.execute(
            update(table)
            .where(
                table.c.alliance_id == alliance_id,
                table.c.body == term.body,
                table.c.constituency == term.constituency,
                table.c.chair == term.chair,
                table.c.organisation_id == term.organisation_id,
                table.c.valid_from == term.validity.since,
            )
            .values(valid_until=until)
        )
