"""The overview of whoever governs the alliance: counts and days, in a chat and on a page. Nobody who owes is named."""

from __future__ import annotations

from collections.abc import Iterable

from alliance.cadences import EventCadence, MeetingCadence
from alliance.charter import Body
from alliance.messages import Block, Button, Buttons, Link, Message, Table, Text
from alliance.oversight import Measured, Overview, TermEnding
from alliance.seats import SeatShown
from templates.makers.boards import requirement_table
from templates.makers.charters import window_words
from templates.makers.forms import last_day
from templates.makers.kinds import maker
from templates.makers.plan_actions import progress_words
from templates.makers.words import command
from templates.phrases import Phrases

COLUMNS = ("what", "rule", "held", "called", "planned", "missing", "cancelled")


@maker("overview")
def overview(say: Phrases, *, overview: Overview, secretariat: bool, url: str) -> Message:
    """How the alliance stands, for its governing body; ``url`` is the page with the same, empty where there is none."""
    said = summary(say, overview)
    buttons = [
        Button(say("overview.seats"), command(say, "seats")),
        Button(say("overview.plan"), command(say, "meeting")),
    ]
    if secretariat and overview.board.requirements:
        buttons.insert(0, Button(say("overview.board"), command(say, "board")))
    links = (Link(say("overview.page"), f"{url}/overview"),) if url else ()
    return Message(said, (Text(said), *overview_blocks(say, overview), Buttons((*buttons, *links))))


def summary(say: Phrases, overview: Overview) -> str:
    """The state of the alliance in one line."""
    return say("overview.summary", overview=overview, members=len(overview.board.rows), behind=overview.behind)


def overview_blocks(say: Phrases, overview: Overview) -> tuple[Block, ...]:
    """The parts of the overview, each under its heading; a part without anything in it says so."""
    required = _part(say, "late", *_late(say, overview)) if overview.board.requirements else ()
    return (
        *_part(say, "coming", *_coming(say, overview)),
        *_part(say, "requirements", *_requirements(say, overview)),
        *required,
        *_part(say, "terms", *_terms(say, overview)),
        *_part(say, "measured", *_measured(say, overview)),
        *_part(say, "actions", *_actions(say, overview)),
    )


def _part(say: Phrases, key: str, *blocks: Block) -> Iterable[Block]:
    return Text(say(f"overview.heading.{key}"), "heading"), *(blocks or (Text(say(f"overview.none.{key}")),))


def _lines(lines: Iterable[str]) -> list[Block]:
    said = "\n".join(lines)
    return [Text(said)] if said else []


def _coming(say: Phrases, overview: Overview) -> list[Block]:
    return _lines(say("overview.coming", coming=one) for one in overview.coming)


def _requirements(say: Phrases, overview: Overview) -> list[Block]:
    """An alliance without members has nothing to count, and one without requirements nothing to count by."""
    board = overview.board
    return [requirement_table(say, board)] if board.rows and board.requirements else []


def _late(say: Phrases, overview: Overview) -> list[Block]:
    members = len(overview.board.rows)
    return _lines(say("overview.late", late=one, members=members) for one in overview.late)


def _terms(say: Phrases, overview: Overview) -> list[Block]:
    empty = [_empty(say, shown.body, seat) for shown in overview.bodies for seat in shown.seats if seat.term is None]
    return _lines([*empty, *(_ending(say, ending) for ending in overview.endings)])


def _empty(say: Phrases, body: Body, seat: SeatShown) -> str:
    since = seat.vacancy.since if seat.vacancy else None
    due = seat.vacancy.fill_by(body) if seat.vacancy else None
    return say("overview.empty", body=body, constituency=seat.constituency, since=since, due=due)


def _ending(say: Phrases, ending: TermEnding) -> str:
    return say(f"overview.ending.{ending.kind}", ending=ending, last=last_day(ending.until))


def _actions(say: Phrases, overview: Overview) -> list[Block]:
    """How far what the plans say has come, all members taken together."""
    return [Text(progress_words(say, overview.actions))] if overview.actions.total else []


def _measured(say: Phrases, overview: Overview) -> list[Block]:
    if not overview.measured:
        return []
    head = tuple(say(f"overview.head.{column}") for column in COLUMNS)
    table = Table(say("overview.caption", year=overview.year), head, tuple(_row(say, one) for one in overview.measured))
    odd = (say("overview.odd", one=one) for one in overview.measured if one.behind or one.unnoted)
    return [table, *(Text(line, "subtle") for line in odd)]


def _row(say: Phrases, one: Measured) -> tuple[str, ...]:
    counts = (one.held, one.called, one.planned + one.unnoted, one.missing, one.cancelled)
    return one.title.in_(say.language), _rule(say, one.rule), *map(str, counts)


def _rule(say: Phrases, rule: MeetingCadence | EventCadence) -> str:
    if isinstance(rule, MeetingCadence):
        return say("charter.cadence", cadence=rule)
    return say("overview.event", window=window_words(say, rule))
