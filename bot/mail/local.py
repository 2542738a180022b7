"""The demo's way out for mail: real MIME, delivered into the mailbox of this database instead of over SMTP.

It can be asked what it accepted, and it refuses nobody: the demo's people all live under .example.
"""

from __future__ import annotations

import asyncio
import threading

from sqlalchemy import Engine

from alliance.deliveries import Parcel, Sender
from alliance.pacing import UNLIMITED
from bot.mail.dress import Letterhead, message_id_for, parcel_as_mail
from storage import mailbox
from storage.engine import reading, writing


class LocalMailTransport:
    """Delivers into the local mailbox of the parcel's alliance."""

    channel = "mail"
    can_be_asked = True
    at_once = 16  # so many are put into words from one look at the register
    rate = UNLIMITED

    @property
    def sender(self) -> Sender:
        return self._letterhead.sender

    def __init__(self, engine: Engine, letterhead: Letterhead) -> None:
        self._engine, self._letterhead = engine, letterhead
        self._putting = threading.Lock()  # in line here, where waiting costs nothing, and not at the database

    async def send(self, parcel: Parcel) -> str:
        return await asyncio.to_thread(self._deliver, parcel)

    async def find(self, parcel: Parcel) -> str | None:
        return await asyncio.to_thread(self._known, parcel)

    async def close(self) -> None:
        """Nothing is kept open between mails."""

    def _message_id(self, parcel: Parcel) -> str:
        return message_id_for(parcel.key, self._letterhead.domain)

    def _deliver(self, parcel: Parcel) -> str:
        message_id = self._message_id(parcel)
        mime = parcel_as_mail(parcel, self._letterhead)
        with self._putting, writing(self._engine) as connection:
            mailbox.put(connection, parcel.alliance_id, parcel.to_address, message_id, parcel.at, mime.as_bytes())
        return message_id

    def _known(self, parcel: Parcel) -> str | None:
        message_id = self._message_id(parcel)
        with reading(self._engine) as connection:
            return message_id if mailbox.has(connection, parcel.alliance_id, message_id) else None
