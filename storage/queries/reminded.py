"""Of which missing answers somebody was reminded, and which reminders list a meeting."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from alliance.deliveries import OPEN_STATES
from alliance.notifications import missing_in
from alliance.reminders import MissingAnswer
from storage.bulk import among
from storage.tables import tables

_notification, _delivery = tables["notification"], tables["delivery"]


def answers_reminded(
    connection: Connection, alliance_id: int, people: Collection[int]
) -> set[tuple[int, MissingAnswer]]:
    """(person, missing answer) of every reminder that was sent to these people, is on its way, or was given up.

    What was withdrawn, or did not leave in its hours, told nobody.
    """
    query = (
        select(_notification.c.recipient_id, _notification.c.occasion, _notification.c.facts)
        .join(_delivery, _delivery.c.notification_id == _notification.c.id)
        .where(
            _notification.c.alliance_id == alliance_id,
            _notification.c.kind == "answer_reminder",
            among(connection, _notification.c.recipient_id, people),
            _delivery.c.state.in_(("sent", "given_up", *OPEN_STATES)),
        )
    )
    return {
        (row.recipient_id, missing)
        for row in connection.execute(query)
        for missing in missing_in(row.occasion, row.facts)
    }
