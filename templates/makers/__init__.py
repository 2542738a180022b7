"""One maker for each kind of message. ``MAKERS`` is the only list; every module here adds to it."""

from __future__ import annotations

from templates.makers import members, reminders, replies, secretariat
from templates.makers.kinds import MAKERS

__all__ = ["MAKERS", "members", "reminders", "replies", "secretariat"]
