"""How long something took, in seconds that also pass while the machine sleeps. It never says what time it is."""

from __future__ import annotations

import time

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def seconds() -> float:
    """Seconds since some moment of this machine's past: only differences mean anything."""
    return time.clock_gettime(_CLOCK)
