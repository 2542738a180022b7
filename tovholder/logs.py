"""The log: one line an event, with ids, states and classes of reasons; never an address, a name or a text.

What others' words may hold (a server's answer, a driver's error with its parameters) is left out: an exception is
logged by its type and where it was raised.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from alliance.findings import reason_class

FACTS = ("alliance", "delivery", "state", "reason", "kind", "channel", "count")
"""What a log call may hand over as ``extra``."""

DEEPEST = 30  # frames of a traceback


def set_up(wanted: str, stream: TextIO | None = None) -> None:
    """Log to standard error (or a stream) from here on: ``wanted`` is "json", "text" or empty for what suits it."""
    stream = stream or sys.stderr
    as_json = wanted == "json" or (not wanted and not stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if as_json else PlainLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


class JsonLines(logging.Formatter):
    """Each event as one line of JSON: time (UTC), level, logger, event, then its facts."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
            **_facts(record),
        }
        if record.exc_info and record.exc_info[0]:
            line |= {"error": record.exc_info[0].__name__, "where": _where(record.exc_info[2])}
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """The same for reading."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        facts = "".join(f" {name}={value}" for name, value in _facts(record).items())
        line = f"{at:%Y-%m-%d %H:%M:%S} {record.levelname} {record.name}: {_event(record)}{facts}"
        if record.exc_info and record.exc_info[0]:
            frames = "".join(f"\n  {frame}" for frame in _where(record.exc_info[2]))
            line += f"\n{record.exc_info[0].__name__}{frames}"
        return line


def _event(record: logging.LogRecord) -> str:
    """What happened. Ours are written without personal data; of others' only the fixed words are kept."""
    return record.getMessage() if record.name.startswith("tovholder") else str(record.msg)


def _facts(record: logging.LogRecord) -> dict[str, object]:
    found = {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
    if "reason" in found:
        found["reason"] = reason_class(str(found["reason"]))
    return found


def _where(trace: TracebackType | None) -> list[str]:
    """The frames of a traceback as ``file:line function``: no values, no words of the error."""
    frames = traceback.extract_tb(trace)[-DEEPEST:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
