"""In which workspaces we are installed, for which alliance, and by which token: remembered for a short while.

Nothing of Slack's is called here, so that an acknowledgement waits for nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from sqlalchemy import Engine

from alliance.workspaces import Workspace
from bot.slack.sealing import NotSealedByUs, Seal
from storage import journal
from storage import workspaces as stored
from storage.bookmarks import forget_place, keep_place, refused_by
from storage.engine import reading, writing

log = logging.getLogger("tovholder.slack")

REMEMBERED = 10.0
"""Seconds until it is looked up anew: what another process installed or forgot is known here as soon."""
NOBODY = 0
"""The id of no alliance."""


@dataclass(frozen=True)
class Access:
    """A workspace we may speak in, and the token to do so."""

    workspace: Workspace
    token: str = field(repr=False)


def token_of(seal: Seal, workspace: Workspace, now: datetime) -> str:
    """The bot token of a workspace; raises NotSealedByUs where our keys do not open it."""
    return seal.opened(_token(workspace.team), workspace.sealed, now)


class Installations:
    """The workspaces of an installation; ``clock`` gives aware UTC. Its methods may wait for the database."""

    def __init__(self, engine: Engine, seal: Seal, clock: Callable[[], datetime]) -> None:
        self._engine, self._seal, self._clock = engine, seal, clock
        self._known: dict[str, tuple[Access | None, float]] = {}

    def remembered(self, team: str) -> tuple[Access | None] | None:
        """What ``access`` would return if nothing need be asked, in a tuple; None where the database must be asked."""
        found, until = self._known.get(team, (None, 0.0))
        return (found,) if monotonic() < until else None

    def access(self, team: str) -> Access | None:
        """The workspace of a team and its token; None where we are not installed, or its token cannot be opened."""
        known = self.remembered(team)
        if known is not None:
            return known[0]
        with reading(self._engine) as connection:
            found = stored.workspace(connection, team)
        access = self._opened(found) if found and found.is_open else None
        self._known[team] = access, monotonic() + REMEMBERED
        return access

    def alliance_of(self, address: str) -> int:
        """The alliance that is meant by what is said from an address (``T1/U042``); ``NOBODY`` where there is none."""
        access = self.access(address.partition("/")[0])
        return access.workspace.alliance_id if access else NOBODY

    def teams(self) -> list[str]:
        """The teams of all workspaces we are installed in."""
        with reading(self._engine) as connection:
            return [one.team for one in stored.workspaces(connection) if one.is_open]

    def not_opened(self) -> list[str]:
        """The teams of the workspaces whose tokens our keys do not open."""
        with reading(self._engine) as connection:
            kept = [one for one in stored.workspaces(connection) if one.is_open]
        return [one.team for one in kept if self._opened(one) is None]

    def install(self, new: Workspace, token: str, once: Callable[..., bool]) -> str:
        """Keep a workspace with its token; returns why not, empty where it was.

        ``once``, called with the connection of the transaction, says whether this has not been done before.
        """
        sealed = self._seal.sealed(_token(new.team), token, self._clock())
        try:
            with writing(self._engine) as connection:
                if not once(connection):
                    return "used"
                if not stored.install(connection, replace(new, sealed=sealed)):
                    raise _OfAnother
                forget_place(connection, new.alliance_id, refused_by("slack", new.team))
                facts = {"label": new.name, "user": new.by}
                about = f"workspace:{new.team}"
                journal.write_down(connection, new.alliance_id, new.at, "slack_installed", about=about, facts=facts)
        except _OfAnother:  # the transaction is undone: the link may still be used for another workspace
            return "of_another"
        self._known.pop(new.team, None)
        return ""

    def lose(self, team: str, why: str) -> None:
        """Slack took a token back: it is thrown away, and noted for the audit, which tells the secretariat."""
        now = self._clock()
        with writing(self._engine) as connection:
            lost = stored.lose(connection, team, why, now)
            if lost is not None:
                facts = {"label": lost.name, "why": why}
                about = f"workspace:{team}"
                journal.write_down(connection, lost.alliance_id, now, "slack_uninstalled", about=about, facts=facts)
                keep_place(connection, lost.alliance_id, refused_by("slack", team), not_installed(team), now)
        self._known.pop(team, None)
        if lost is not None:
            log.error("Slack took back our access to the workspace %s: %s", team, why)

    def _opened(self, workspace: Workspace) -> Access | None:
        try:
            return Access(workspace, token_of(self._seal, workspace, self._clock()))
        except NotSealedByUs:
            log.error("the token of the workspace %s cannot be opened with our keys", workspace.team)
            return None


class _OfAnother(Exception):
    """Ends a transaction of which nothing shall stay."""


def not_installed(team: str) -> str:
    """Why nothing can be sent to a workspace, as the outbox keeps it."""
    return f"access: not_installed {team}"


def _token(team: str) -> str:
    return f"token:{team}"
