"""Where what we posted stands in Slack, and by which key it is found there."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

log = logging.getLogger("tovholder.slack")
NAMESPACE = UUID("6f1f0d0e-5b0a-5d53-9c3c-70b1a3a5c5d1")


@dataclass(frozen=True)
class Posted:
    """Where a parcel's first message stands: what chat.update needs. As text it is the receipt.

    ``count`` is how many messages the parcel became; those after the first stand in its thread.
    """

    channel: str
    ts: str
    count: int = 1

    def __str__(self) -> str:
        return f"{self.channel} {self.ts}" + (f" {self.count}" if self.count > 1 else "")

    @staticmethod
    def of(receipt: str) -> Posted:
        """Read a receipt; raises ValueError where it is none of ours."""
        channel, ts, count = [*receipt.split(" "), "1"][:3] if receipt.count(" ") in (1, 2) else ("", "", "")
        if not (channel and ts and count.isdecimal()):
            raise ValueError(
                f"{receipt!r} is not a receipt of a message on Slack; wanted its channel and its time stamp"
            )
        return Posted(channel, ts, int(count))


def conversations(receipts: Mapping[str, str]) -> dict[str, str]:
    """Read out of receipts, by address, in which conversation each reader is met.

    What is no receipt of ours says nothing: it is logged, and the conversation is asked for when there is something to
    send.
    """
    found = {}
    for address, receipt in receipts.items():
        try:
            found[address] = Posted.of(receipt).channel
        except ValueError as error:
            log.warning("where the last message to %s stands is not known: %s", address, error)
    return found


def opaque_key(key: str) -> UUID:
    """Name a parcel so that the name is always the same and says nothing."""
    return uuid5(NAMESPACE, key)
