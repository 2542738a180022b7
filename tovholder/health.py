"""How this installation is: what ``/health`` answers. From the database, so that every process says the same."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Engine

from alliance.alliances import Alliance
from alliance.findings import BACKUP_MAY_BE, MAY_WAIT
from storage.bookmarks import BACKED_UP, Bookmark, bookmark
from storage.engine import reading
from storage.migrate import at_head
from storage.queries import auditing, outbox_looking, register

log = logging.getLogger("tovholder.health")
RECENTLY = timedelta(hours=24)
TICK_LATE = timedelta(minutes=15)  # it rings each minute; people are told when it has missed a day
AUDIT_LATE = timedelta(hours=3)


def report(
    engine: Engine,
    now: Callable[[], datetime],
    slack: Callable[[], str] | None = None,
    nightly_backups: bool = False,
) -> dict[str, object]:
    """Whether all is well (``ok``), and if not ``why``; no names, no addresses, no secrets. Never raises.

    ``why`` lists any of database, schema, tick, audit, outbox, backup, slack. ``now`` (aware UTC) is asked only once
    the database answers. ``slack`` says why this process does not hear Slack, nothing where it does; None where it is
    not set. Backups are looked for only where they are to be made each night.
    """
    deaf = slack() if slack else ""
    found = _report(engine, now, nightly_backups)
    why = [*cast(list[str], found["why"]), *(["slack"] if deaf else [])]
    heard = {"slack": deaf or "heard"} if slack else {}
    return {"ok": not why, **found, **heard, "why": why}


def _report(engine: Engine, now: Callable[[], datetime], nightly_backups: bool) -> dict[str, object]:
    found: dict[str, Any] = {"database": engine.dialect.name, "why": ["database"]}
    try:
        with reading(engine) as connection:
            connection.exec_driver_sql("SELECT 1")
        if not at_head(engine):
            return {**found, "schema": "not at head", "why": ["schema"]}
        moment = now()
        with reading(engine) as connection:
            found |= {"schema": "at head", "now": moment.isoformat(), **_state(connection, moment)}
            if nightly_backups:
                _add_backup(connection, moment, found)
    except Exception as error:  # whatever it is: a page that tells how things are must tell
        log.warning("the database does not answer (%s)", type(error).__name__)
        return {**found, "database": f"{engine.dialect.name} does not answer"}
    return found


def _state(connection: Connection, now: datetime) -> dict[str, Any]:
    known = register.alliances(connection)
    ticks = {alliance.key: bookmark(connection, alliance.id, "tick") for alliance in known}
    audits = {alliance.key: bookmark(connection, alliance.id, "audit") for alliance in known}
    why = ["tick"] if any(_late(connection, alliance, ticks[alliance.key], now) for alliance in known) else []
    audited = {alliance.key: _audited(connection, alliance, audits[alliance.key]) for alliance in known}
    why += ["audit"] if any(map(_findings, audits.values())) or any(_stale(at, now) for at in audited.values()) else []
    oldest = outbox_looking.oldest_open(connection, now)
    why += ["outbox"] if any(_stuck(connection, channel, at, now) for channel, at in oldest.items()) else []
    steps = outbox_looking.steps_since(connection, now - RECENTLY)
    return {
        "why": why,
        "tick": {key: _place(place, now) for key, place in ticks.items()},
        "audit": {key: {**_place(place, now), "findings": _findings(place)} for key, place in audits.items()},
        "oldest_open_s": {channel: _age(at, now) for channel, at in oldest.items()},
        "failed_24h": steps.get("failed", 0),
        "given_up_24h": steps.get("given_up", 0),
    }


def _add_backup(connection: Connection, now: datetime, found: dict[str, Any]) -> None:
    """When everything was last backed up, and that it is too long ago; never yet, and the alliance has had its day."""
    known = register.alliances(connection)
    places = {alliance.key: bookmark(connection, alliance.id, BACKED_UP) for alliance in known}
    found["backup"] = {key: _place(place, now) for key, place in places.items()}
    last = [p.at if (p := places[one.key]) else auditing.founded(connection, one.id) for one in known]
    if any(at is not None and now - at > BACKUP_MAY_BE for at in last):
        found["why"] = [*found["why"], "backup"]


def _late(connection: Connection, alliance: Alliance, tick: Bookmark | None, now: datetime) -> bool:
    """Whether the clock has stopped; one that never rang has had its day since the alliance was founded."""
    last = tick.at if tick else auditing.founded(connection, alliance.id)
    return last is not None and now - last > TICK_LATE


def _audited(connection: Connection, alliance: Alliance, audit: Bookmark | None) -> datetime | None:
    """When somebody last checked; before the first time, the alliance was founded."""
    return audit.at if audit else auditing.founded(connection, alliance.id)


def _stale(audited: datetime | None, now: datetime) -> bool:
    """Whether it is long ago that anybody checked, or that anybody should have begun to."""
    return audited is not None and now - audited > AUDIT_LATE


def _stuck(connection: Connection, channel: str, oldest: datetime, now: datetime) -> bool:
    """Whether nothing leaves: one waits for too long, and no other has left there since.

    Where others leave, it is one mailbox that does not take it, or many that wait their turn.
    """
    return now - oldest > MAY_WAIT and not outbox_looking.has_left(connection, channel, oldest)


def _findings(audit: Bookmark | None) -> int:
    return int(audit.value or 0) if audit else 0


def _place(place: Bookmark | None, now: datetime) -> dict[str, Any]:
    return {"at": place.at.isoformat() if place else None, "age_s": _age(place.at, now) if place else None}


def _age(at: datetime, now: datetime) -> int:
    return round((now - at).total_seconds())
