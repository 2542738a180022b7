"""The workspaces of Slack that we were installed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class SlackWorkspaceRow(SQLModel, table=True):
    """A workspace belongs to one alliance, so that what is said there is meant for that one alone.

    ``token`` is encrypted with a key that is not in the database; empty once it was taken back. ``scopes`` are
    separated by spaces.
    """

    __tablename__ = "slack_workspace"
    __table_args__ = (UniqueConstraint("team"),)
    id: int | None = Field(default=None, primary_key=True)
    alliance_id: int = Field(foreign_key="alliance.id", index=True)
    team: str
    name: str
    enterprise: str = ""
    bot_user: str
    token: str
    scopes: str
    installed_at: datetime
    installed_by: str
    lost_at: datetime | None = None
    lost_why: str = ""
