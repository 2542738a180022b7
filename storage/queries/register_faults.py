"""What cannot be in the register of one alliance, and is."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from alliance import register_faults as rules
from alliance.alliances import Alliance
from alliance.findings import Finding
from storage.queries import register


def register_faults(connection: Connection, alliance: Alliance, since: date) -> tuple[Finding, ...]:
    """What is wrong with offices, seats and memberships on a local day or later."""
    found = rules.register_faults(
        register.office_terms(connection, alliance.id),
        register.seats(connection, alliance.id),
        register.memberships(connection, alliance.id),
        {office.key for office in alliance.charter.offices if office.single},
        since,
    )
    return tuple(found)
