"""Codes by which somebody says whose a chat account is: read aloud on the telephone, typed once, good for some days."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without 0 and O, 1 and I: nobody can hear or see which is meant."""
LENGTH = 8
GOOD_FOR = timedelta(days=7)
TRIES = 5
"""Wrong codes that one account may try in ``TRIES_IN``: at five a day a thousand million codes last for good."""
TRIES_IN = timedelta(days=1)


def shown(code: str) -> str:
    """Return a code as it is read out: ``K7Q2-9MXP``."""
    return f"{code[:4]}-{code[4:]}"


def hashed(typed: str) -> str:
    """Return the SHA-256 of a code however it is typed: small letters, spaces and hyphens do not count."""
    return hashlib.sha256(re.sub(r"[\s-]", "", typed).upper().encode()).hexdigest()
