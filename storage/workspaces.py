"""The workspaces of Slack that we were installed in, by their team; tokens come and go as they are: encrypted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from alliance.workspaces import Workspace
from storage.tables import tables
from storage.upserts import upsert

_workspace = tables["slack_workspace"]
_ALL = select(_workspace).order_by(_workspace.c.alliance_id, _workspace.c.team)


def workspaces(connection: Connection) -> tuple[Workspace, ...]:
    """Every workspace we were ever installed in and have not forgotten, by alliance and team."""
    return tuple(map(_as_workspace, connection.execute(_ALL)))


def workspace(connection: Connection, team: str) -> Workspace | None:
    """The workspace of a team, None where we were never installed in it."""
    row = connection.execute(_ALL.where(_workspace.c.team == team)).first()
    return _as_workspace(row) if row else None


def install(connection: Connection, new: Workspace) -> bool:
    """Keep a workspace, in place of what was known of it; returns False where it belongs to another alliance."""
    values = {
        "name": new.name,
        "enterprise": new.enterprise,
        "bot_user": new.bot_user,
        "token": new.sealed,
        "scopes": " ".join(new.scopes),
        "installed_at": new.at,
        "installed_by": new.by,
        "lost_at": None,
        "lost_why": "",
    }
    statement = upsert(connection, _workspace).values(alliance_id=new.alliance_id, team=new.team, **values)
    ours = statement.on_conflict_do_update(
        index_elements=["team"], set_=values, where=_workspace.c.alliance_id == new.alliance_id
    )
    return connection.execute(ours).rowcount == 1


def lose(connection: Connection, team: str, why: str, now: datetime) -> Workspace | None:
    """Throw a token away that Slack has taken back; returns whose it was, None where there was none. Aware UTC."""
    lost = _workspace.c.team == team, _workspace.c.token != ""
    found = connection.execute(select(_workspace).where(*lost)).first()
    connection.execute(update(_workspace).where(*lost).values(token="", lost_at=now, lost_why=why))
    return _as_workspace(found) if found else None


def forget(connection: Connection, team: str) -> Workspace | None:
    """Forget a workspace and its token; returns what was known of it, None where nothing was."""
    found = workspace(connection, team)
    connection.execute(delete(_workspace).where(_workspace.c.team == team))
    return found


def seal_anew(connection: Connection, team: str, before: str, sealed: str) -> bool:
    """Put the same token in place that was encrypted anew; returns False where another came meanwhile."""
    same = _workspace.c.team == team, _workspace.c.token == before
    return connection.execute(update(_workspace).where(*same).values(token=sealed)).rowcount == 1


def _as_workspace(row: Row[Any]) -> Workspace:
    return Workspace(
        alliance_id=row.alliance_id,
        team=row.team,
        name=row.name,
        enterprise=row.enterprise,
        bot_user=row.bot_user,
        sealed=row.token,
        scopes=tuple(row.scopes.split()),
        at=row.installed_at,
        by=row.installed_by,
        lost_at=row.lost_at,
        lost_why=row.lost_why,
    )
