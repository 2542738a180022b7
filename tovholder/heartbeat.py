"""The heartbeat: an address that is fetched while all is well, so that somebody else notices when it is not."""

from __future__ import annotations

import logging
import urllib.request
from http.client import HTTPException

log = logging.getLogger("tovholder.heartbeat")
TIMEOUT_SECONDS = 10.0


def beat(url: str) -> bool:
    """Fetch the address; returns whether it answered. A failure is logged and never raised."""
    request = urllib.request.Request(url, headers={"User-Agent": "tovholder"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            answer.read(1)
    except (OSError, HTTPException, ValueError) as error:  # an address that answers 500 is an OSError too
        log.warning("the heartbeat was not heard (%s)", type(error).__name__)
        return False
    return True
