"""Bare Bolt: our language command, its SQL written by hand for sqlite3 with the same pragmas, and no more to it.

``python -m bench.contenders.slack_bare PORT DATABASE ANSWERS HOW``; ANSWERS is a JSON file of what to say, by language.
HOW is ``pbr`` (``process_before_response=True`` as ours, the SQL in a worker thread as ours), ``loop`` (the SQL on the
event loop, which stands still meanwhile), ``lean`` (as ``pbr``, with one read and one write and nothing else: no note
of what was heard, no rights, no journal), or ``stock`` (Bolt as it comes).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sqlite3
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bench.slack_asking import COMMAND, SECRET, TEAM
from storage.engine import BUSY_TIMEOUT_MS

PRAGMAS = (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=wal", "synchronous=full", "foreign_keys=on")
LANGUAGES = {"da": "da", "dansk": "da", "danish": "da", "en": "en", "engelsk": "en", "english": "en"}
WHOSE = """SELECT alliance.id, alliance.key, alliance.charter_key, alliance.obligations_since, alliance.demo_now,
    alliance.adoptions, person.quiet, person.id, person.name, person.language
    FROM alliance JOIN address ON address.alliance_id = alliance.id JOIN person ON person.id = address.person_id
    WHERE address.alliance_id IN (SELECT id FROM alliance) AND address.channel = 'slack'
    AND address.value = ? AND address.ended_at IS NULL ORDER BY alliance.id LIMIT 1"""
HEARD = "INSERT INTO heard (alliance_id, key, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
TERMS = """SELECT * FROM office_term WHERE alliance_id = ? AND valid_from <= ?
    AND (valid_until IS NULL OR valid_until > ?) AND person_id IN (?) ORDER BY valid_from, id"""
INVITED = """SELECT invitation.organisation_id FROM invitation JOIN meeting ON meeting.id = invitation.meeting_id
    WHERE invitation.alliance_id = ? AND invitation.person_id = ? AND invitation.method = 'REQUEST'
    AND meeting.state = 'called' AND meeting.ends_at >= ? ORDER BY invitation.id"""
HANDED = """SELECT * FROM handover WHERE alliance_id = ? AND ended_at IS NULL AND until > ? AND colleague_id = ?
    ORDER BY id"""
UPDATE = "UPDATE person SET language = ? WHERE alliance_id = ? AND id = ?"
JOURNAL = """INSERT INTO journal (alliance_id, at, person_id, organisation_id, on_behalf, action, about, facts)
    VALUES (?, ?, ?, NULL, 0, 'language_changed', '', ?)"""

_connections = threading.local()


def database(path: str) -> sqlite3.Connection:
    """A thread's own connection."""
    if not hasattr(_connections, "mine"):
        _connections.mine = sqlite3.connect(path, isolation_level=None)
        for pragma in PRAGMAS:
            _connections.mine.execute(f"PRAGMA {pragma}")
    found: sqlite3.Connection = _connections.mine
    return found


def language_set(path: str, body: dict[str, Any]) -> str:
    """Note the request, see who it is and what they may do, write language and journal; returns the language."""
    connection, moment = database(path), datetime.now(UTC)
    now, today = moment.strftime("%Y-%m-%d %H:%M:%S.%f"), moment.strftime("%Y-%m-%d")
    address, language = f"{body['team_id']}/{body['user_id']}", _language(body)
    key = hashlib.sha256(f"command {body['user_id']} {body['trigger_id']}".encode()).hexdigest()
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        alliance, *_, person, _, reads = connection.execute(WHOSE, (address,)).fetchone()
        if connection.execute(HEARD, (alliance, key, now)).rowcount != 1:
            return language
        connection.execute(TERMS, (alliance, today, today, person)).fetchall()
        connection.execute(INVITED, (alliance, person, f"{today} 00:00:00.000000")).fetchall()
        connection.execute(HANDED, (alliance, today, person)).fetchall()
        if reads != language:
            connection.execute(UPDATE, (language, alliance, person))
            connection.execute(JOURNAL, (alliance, now, person, json.dumps({"language": language})))
    return language


def language_set_lean(path: str, body: dict[str, Any]) -> str:
    """One read and one write."""
    connection, language = database(path), _language(body)
    address = f"{body['team_id']}/{body['user_id']}"
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        alliance, *_, person, _, _ = connection.execute(WHOSE, (address,)).fetchone()
        connection.execute(UPDATE, (language, alliance, person))
    return language


def _language(body: dict[str, Any]) -> str:
    name, typed = body["text"].split()
    assert name == COMMAND
    return LANGUAGES[typed]


def app(path: str, answers: dict[str, Any], how: str) -> AsyncApp:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=TEAM, bot_user_id="ubot", bot_id="bbot", bot_token="xoxb-bench"
        )

    bolt = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=how != "stock")
    act: Callable[[str, dict[str, Any]], str] = language_set_lean if how == "lean" else language_set

    @bolt.command(re.compile(r".*", re.DOTALL))
    async def command(ack: Any, body: dict[str, Any]) -> None:
        language = act(path, body) if how == "loop" else await asyncio.to_thread(act, path, body)
        await ack(**answers[language])

    return bolt


if __name__ == "__main__":
    port, path, said, how = sys.argv[1:]
    served = AsyncSlackRequestHandler(app(path, json.loads(Path(said).read_text()), how), path="/slack/events")
    uvicorn.run(served, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)
