"""Doors for people without a chat: signing in by a link, and links in mails that do one thing.

Whoever holds a link holds what it opens, so each opens little, and not for long. Only the hashes of the secrets in them
are kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

SIGN_IN_FOR = timedelta(minutes=30)
"""How long a link to sign in by works: as long as a mail may need, and somebody to find it."""
MOST_SIGN_INS = 5
"""Links that one person is sent while the first of them works: nobody's mailbox is filled by somebody else's curiosity,
and whoever gets no more has one that lets them in."""
IDLE = timedelta(hours=12)
"""A session ends when nothing was done for so long: one signs in once a day, and no browser stays open overnight."""
LONGEST = timedelta(days=7)
"""A session ends after this, whatever was done."""
SEEN_EVERY = timedelta(minutes=15)
"""How exactly is kept when a session was last used: looking at a page seldom writes anything."""
ACTS_FOR = timedelta(days=45)
"""How long a link in a mail acts: from the first rung of the ladder (20 working days before) to past the last."""
KEPT = timedelta(days=30)
"""How long a link that acts no longer is known, so that whoever presses it reads why."""

Standing = Literal["works", "expired", "used", "gone", "changed"]
NAMED = re.compile(r"\s*for\s", re.IGNORECASE)


@dataclass(frozen=True)
class ActingLink:
    """A link of one mail to one person: it says ``words`` as that person, once. Instants are aware UTC.

    ``label`` is what its button said, ``organisations`` whom the person acted for when it was made, ``offered`` what
    the form that it opened may say next. ``address`` is where the mail went; ``in_use`` whether it is still theirs.
    """

    id: int
    alliance_id: int
    person_id: int
    address: str
    in_use: bool
    words: str
    label: str
    organisations: tuple[int, ...]
    offered: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None

    def standing(self, now: datetime, in_office: bool, organisations: Collection[int]) -> Standing:
        """Whether it works, and why not; ``organisations`` are those the person acts for now.

        It never speaks for a member that it was not written about: who has moved on to another has to sign in.
        """
        if self.used_at is not None:
            return "used"
        if now >= self.expires_at:
            return "expired"
        if not self.in_use or not in_office:
            return "gone"
        then, today = set(self.organisations), set(organisations)
        same = then <= today if NAMED.match(self.words) else not then or then == today
        return "works" if same else "changed"


def acts_until(made_at: datetime, begins_at: datetime | None) -> datetime:
    """Until when a link acts that was made now; one about a meeting further ahead works until it begins."""
    usual = made_at + ACTS_FOR
    return max(usual, begins_at) if begins_at else usual
