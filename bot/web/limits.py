"""How often one may knock: kept by each process for itself, since it only spares the database and the mailboxes."""

from __future__ import annotations

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

ASKING = parse("20 per hour")
"""Links to sign in by that are asked for from one network address."""
FOR_ONE = parse("5 per 30 minutes")
"""Links to sign in by that are asked for one mail address."""
TRYING = parse("60 per 10 minutes")
"""Links that are opened from one network address and are none: nobody can guess one, and nobody needs to try."""


class Limits:
    """Counts what comes from one place within a moving window."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def passes(self, limit: RateLimitItem, whose: str) -> bool:
        """Count one more, and say whether that was still within the limit."""
        return self._limiter.hit(limit, whose)

    def is_open(self, limit: RateLimitItem, whose: str) -> bool:
        """Whether one more would be within the limit; nothing is counted."""
        return self._limiter.test(limit, whose)


def network_address(request: Request) -> str:
    """Where a request comes from, as the proxy in front of us says it if that is trusted (docs/operations.md)."""
    return request.client.host if request.client else ""
