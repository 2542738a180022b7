"""The outbox in numbers for the secretariat, what could not be delivered lately, and whom a search means."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, func, select

from alliance.deliveries import OPEN_STATES
from alliance.names import fold
from storage.queries.outbox_looking import reached_nobody
from storage.tables import tables

_notification, _delivery = tables["notification"], tables["delivery"]
_person, _address = tables["person"], tables["address"]
_term, _organisation = tables["office_term"], tables["organisation"]


def counts(connection: Connection, alliance_id: int) -> dict[str, int]:
    """How many deliveries of an alliance stand in each way that people ask for (``outbox_looking.HOW``)."""
    query = select(_delivery.c.state, func.count()).where(_delivery.c.alliance_id == alliance_id)
    states = {row[0]: row[1] for row in connection.execute(query.group_by(_delivery.c.state))}
    lost = connection.execute(_lost(func.count(), alliance_id)).scalar_one() if states.get("given_up") else 0
    return {
        "waiting": sum(states.get(state, 0) for state in OPEN_STATES),
        "sent": states.get("sent", 0),
        "lost": lost,
        "withdrawn": states.get("withdrawn", 0),
        "expired": states.get("expired", 0),
    }


def lost_since(connection: Connection, alliance_id: int, since: datetime) -> tuple[int, ...]:
    """The deliveries posted since an instant (aware UTC) that reached nobody, newest first."""
    query = _lost(_delivery.c.id, alliance_id).where(_notification.c.posted_at >= since)
    return tuple(connection.execute(query.order_by(_delivery.c.id.desc())).scalars())


def _lost(what: ColumnElement[int], alliance_id: int) -> Select[int]:
    return (
        select(what)
        .select_from(_delivery)
        .join(_notification, _notification.c.id == _delivery.c.notification_id)
        .where(_delivery.c.alliance_id == alliance_id, _notification.c.kind != "edit", *reached_nobody())
    )


def people_called(connection: Connection, alliance_id: int, typed: str) -> tuple[int, ...]:
    """Everybody whose name, addresses and members together fit every word typed, then and now; by id."""
    words = fold(typed).split()
    known: dict[int, str] = {}
    for query in (
        select(_person.c.id, _person.c.name).where(_person.c.alliance_id == alliance_id),
        select(_address.c.person_id, _address.c.value).where(_address.c.alliance_id == alliance_id),
        select(_term.c.person_id, _organisation.c.name)
        .join(_organisation, _organisation.c.id == _term.c.organisation_id)
        .where(_term.c.alliance_id == alliance_id),
    ):
        for person, said in connection.execute(query):
            known[person] = f"{known.get(person, '')} {said}"
    return tuple(sorted(person for person, said in known.items() if all(word in fold(said) for word in words)))
