"""A workspace of Slack in which we were installed for one alliance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

LINK_GOOD_FOR = timedelta(hours=24)
"""How long an operator's link may be used to install us; far shorter than what was heard is remembered."""
STATE_GOOD_FOR = timedelta(minutes=10)
"""How long the way from our page to Slack's and back may take: Slack's own code lives no longer."""


@dataclass(frozen=True)
class Workspace:
    """``team`` and ``enterprise`` are Slack's ids; ``by`` is the Slack user who installed us, ``at`` when (aware UTC).

    ``sealed`` is the bot token, encrypted: nothing here can be read without the key. It is empty from ``lost_at`` on,
    when Slack said that it had been taken back; ``lost_why`` is Slack's word for that.
    """

    alliance_id: int
    team: str
    name: str
    enterprise: str
    bot_user: str
    sealed: str = field(repr=False)
    scopes: tuple[str, ...]
    at: datetime
    by: str
    lost_at: datetime | None = None
    lost_why: str = ""

    @property
    def is_open(self) -> bool:
        """Whether we are installed there still, as far as Slack has told us."""
        return bool(self.sealed)
