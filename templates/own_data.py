"""What is kept about a member as one file: a table for each subject, and all of it once more for a program."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from alliance.messages import File
from alliance.names import fold
from alliance.own_data import OwnData, Subject
from alliance.words import Words
from templates.phrases import Phrases
from templates.spreadsheets import spreadsheet

WORDS_OF = {
    "action": "journal.action",
    "action_state": "plan_action.state",
    "fact": "own_data.fact",
    "figure_state": "own_data.figure_state",
    "presence": "own_data.presence",
    "proposal_state": "own_data.proposal_state",
    "response": "own_data.response",
    "result": "own_data.result",
    "role": "own_data.role",
    "step": "own_data.step",
    "track": "plan_action.track",
}
"""Columns whose values are keys of ours, and where their words stand."""


def packed(say: Phrases, data: OwnData) -> File:
    """The file, in the reader's language: local times and words in the tables, keys and UTC for the program."""
    out = io.BytesIO()
    day = data.at.astimezone(ZoneInfo(say.zone))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, text: str) -> None:
            info = zipfile.ZipInfo(name, day.timetuple()[:6])
            archive.writestr(info, text.encode(), zipfile.ZIP_DEFLATED)

        for number, subject in enumerate(data.subjects, start=1):
            put(f"{number:02d}-{say(f'own_data.file.{subject.key}')}.csv", _table(say, subject))
        put("data.json", _for_a_program(data))
    name = "-".join((fold(data.organisation.name).replace(" ", "-"), "data", day.date().isoformat()))
    return File(f"{name}.zip", "application/zip", out.getvalue())


def _table(say: Phrases, subject: Subject) -> str:
    head = [say(f"own_data.column.{column}") for column in subject.columns]
    rows = ([_said(say, *pair) for pair in zip(subject.columns, row, strict=True)] for row in subject.rows)
    return spreadsheet(head, rows)


def _said(say: Phrases, column: str, value: object) -> object:
    """A value as a reader has it: local time, a decimal comma, words."""
    match value:
        case bool():
            return say(f"own_data.{'yes' if value else 'no'}")
        case Words():
            return value.in_(say.language)
        case datetime():
            return f"{value.astimezone(ZoneInfo(say.zone)):%Y-%m-%d %H:%M}"
        case Decimal():
            return format(value, "f").replace(".", ",")
        case tuple():
            return ", ".join(str(_said(say, column, each)) for each in value)
    key = f"{WORDS_OF[column]}.{value}" if column in WORDS_OF else ""
    return say(key) if key and say.has(key) else value


def _for_a_program(data: OwnData) -> str:
    organisation = data.organisation
    whole = {
        "organisation": {"code": organisation.code, "name": organisation.name},
        "at": data.at.isoformat(),
        **{s.key: [dict(zip(s.columns, map(_plain, row), strict=True)) for row in s.rows] for s in data.subjects},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _plain(value: object) -> object:
    match value:
        case Words():
            return {"da": value.da, "en": value.en}
        case date():  # an instant is one, too
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case tuple():
            return [_plain(each) for each in value]
    return value
