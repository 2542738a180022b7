"""What the sender finds out right before sending: that there is nothing to tell any more, or not yet."""

from __future__ import annotations

from datetime import datetime


class NoLongerTrue(Exception):
    """What was to be told has been overtaken; ``reason`` goes into the outbox."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotYet(Exception):
    """What it is about is still under way; ``reason`` goes into the outbox, and it is tried again.

    Not before ``until`` (aware UTC), where that is known.
    """

    def __init__(self, reason: str, until: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason, self.until = reason, until
