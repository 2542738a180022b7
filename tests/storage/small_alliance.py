"""A small alliance that has lived a little, for the tests of carrying, backups and migrations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, LargeBinary, Table, insert
from sqlalchemy.sql.sqltypes import JSON, BigInteger, Boolean, Date, DateTime, Integer
from sqlalchemy.types import TypeDecorator

from alliance.deliveries import Parcel, Sender
from alliance.imports import read_members
from alliance.pacing import UNLIMITED, Rate
from storage.carrying import everything
from storage.changes import imports
from storage.changes.register import add_alliance
from storage.engine import writing
from storage.migrate import migrate
from storage.municipalities import municipalities
from storage.queries import register
from tests.conftest import local

FIRST_RUNG = local("2027-02-26T08:00")  # the first reminder of the reports of 2027
MAYOR, COORDINATOR = "borgmester@koege.example", "klima@koege.example"
MEMBERS = f"""name,joined,office,person,mail,since,seat,chair
Køge,2023-01-01,mayor,Åse Ærø,{MAYOR},2026-01-01,2026-01-15,2026-02-01
Køge,,climate_coordinator,Søren Uldum,{COORDINATOR},2026-01-01,,
Køge,,secretariat,Bo Bjerre,sekretariat@koege.example,2026-01-01,,
Lejre,2023-01-01,climate_coordinator,Camilla Dahl,klima@lejre.example,2026-01-01,,
Ærø,2023-01-01,climate_coordinator,Dorthe Ø,klima@aeroe.example,2026-01-01,,
"""


def found(engine: Engine, now: datetime = FIRST_RUNG) -> int:
    """Bring a database to the newest schema and found an alliance of three members, whose clock stands at ``now``."""
    migrate(engine)
    with writing(engine) as connection:
        add_alliance(connection, "dk2020", "dk2020", date(2023, 1, 1), now)
        alliance = register.alliances(connection)[0]
        known = {municipality.code: municipality.name for municipality in municipalities()}
        lines = read_members(MEMBERS, known, alliance.charter.offices)
        imports.import_members(connection, alliance, lines, now, "members.csv", lambda _done, _of: None)
    return alliance.id


@dataclass
class Post:
    """A provider that keeps what it accepted, and can be asked for it or not."""

    can_be_asked: bool
    accepted: list[tuple[str, str]] = field(default_factory=list)
    channel: str = "mail"
    at_once: int = 4
    rate: Rate = UNLIMITED
    sender: Sender = Sender("Tovholder", "tovholder@alliance.example")  # noqa: RUF009  (frozen)

    async def send(self, parcel: Parcel) -> str:
        self.accepted.append((parcel.to_address, parcel.key))
        return parcel.key

    async def find(self, parcel: Parcel) -> str | None:
        keys = [key for _, key in self.accepted]
        return parcel.key if self.can_be_asked and parcel.key in keys else None

    async def close(self) -> None:
        """Nothing is kept open."""


# --------------------------------------------------------------------------- rows of every table, made up

IDS = (7, 9, 1_000_003)


def fill(engine: Engine) -> None:
    """Three rows in every table there is, of made-up values that are hard to carry; they point at each other."""
    with writing(engine) as connection:
        for table in everything():
            connection.execute(insert(table), [_row(table, number) for number in IDS])


def _row(table: Table, number: int) -> dict[str, Any]:
    return {column.name: _value(table, column, number) for column in table.c}


def _value(table: Table, column: Any, number: int) -> Any:
    if column.primary_key or column.foreign_keys:
        return number
    if column.nullable and number == IDS[1]:
        return None
    allowed = _allowed(table, column.name)
    return allowed[number % len(allowed)] if allowed else _made_up(column, number)


def _allowed(table: Table, column: str) -> list[str]:
    for constraint in table.constraints:
        words = str(getattr(constraint, "sqltext", ""))
        if words.startswith(f"{column} IN ("):
            return words.split("'")[1::2]
    return []


def _made_up(column: Any, number: int) -> Any:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, BigInteger):
        return 1_790_000_000_000 + number
    if isinstance(kind, Boolean):
        return number % 2 == 1
    if isinstance(kind, Integer):
        return number * 3
    if isinstance(kind, JSON):
        return {"ø": [1.5, None, True, "Å\u2028", {"b": 1, "a": -0.0}], "lang": "æ" * number if number < 10 else ""}
    if isinstance(kind, LargeBinary):
        return bytes(range(256)) * (number % 100)
    if isinstance(kind, DateTime):
        return local("2027-10-31T02:30:00.123456")
    if isinstance(kind, Date):
        return date(2028, 2, 29)
    return f"Ærø Å \u2028 🌍 \\ \" ' % :x {column.name} {number}\n"
