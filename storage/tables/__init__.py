"""Every table, one page a noun. Names end in Row; each carries its alliance.

Validity is from inclusive, until exclusive (local days). Instants are aware UTC. ``..._ms`` are milliseconds since
1970, where the sender compares and indexes them. Decimals are kept as text, because SQLite would make them floats.
"""

from __future__ import annotations

from sqlmodel import SQLModel

from storage.tables import (
    changeovers,
    doors,
    experience,
    influence,
    journal,
    meetings,
    members,
    obligations,
    outbox,
    papers,
    plan_actions,
    plans,
    questions,
    tasks,
    workspaces,
)

__all__ = [
    "changeovers",
    "doors",
    "experience",
    "influence",
    "journal",
    "meetings",
    "members",
    "obligations",
    "outbox",
    "papers",
    "plan_actions",
    "plans",
    "questions",
    "tables",
    "tasks",
    "workspaces",
]

tables = SQLModel.metadata.tables
"""The same tables for Core: ``tables["obligation"]``. Reads on warm paths select columns, not objects."""
