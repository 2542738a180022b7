"""Writes the journal: who did what, when, and on whose behalf. Append only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert

from storage.ready import Ready
from storage.tables import tables

_ENTER = Ready(
    insert(tables["journal"]),
    *("alliance_id", "at", "person_id", "organisation_id", "on_behalf", "action", "about", "facts"),
)


def write_down(
    connection: Connection,
    alliance_id: int,
    now: datetime,
    action: str,
    *,
    person_id: int | None = None,
    organisation_id: int | None = None,
    on_behalf: bool = False,
    about: str = "",
    facts: Mapping[str, object] | None = None,
) -> None:
    """Append one entry. ``person_id`` None is Tovholder itself; ``about`` names the thing, e.g. ``obligation:12``."""
    _ENTER.done(
        connection,
        alliance_id=alliance_id,
        at=now,
        person_id=person_id,
        organisation_id=organisation_id,
        on_behalf=on_behalf,
        action=action,
        about=about,
        facts=dict(facts or {}),
    )
