"""Which meeting the words mean: ``2/2027``, ``styregruppe 2/2027``, ``styregruppe``, ``topmøde 2027``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.names import fold
from bot.context import Context
from storage.queries import meetings

MOST_NAMED = 8
LABEL = re.compile(r"(\d{1,2})/(\d{4})", re.ASCII)
LONGEST_NAME = 5
"""Words of what a meeting is called: ``Møde i den administrative projektstyregruppe``."""
YEAR = re.compile(r"\d{4}", re.ASCII)


def named(ctx: Context, args: tuple[str, ...]) -> tuple[Meeting, tuple[str, ...]]:
    """The meeting that the first words name, and the words after it.

    A body without a number means its next meeting, an event without a year this year's. Raises
    Refused(``unknown_meeting``) that lists those there are, Refused(``several_meetings``) for a number that two bodies
    have given.
    """
    known = meetings.meetings(ctx.connection, ctx.alliance)
    kind, rest = kind_of(ctx, args)
    found = [m for m in known if not kind or m.kind == kind]
    label = LABEL.fullmatch(rest[0]) if rest else None
    if label:
        wanted = tuple(map(int, label.groups()))
        found, rest = [m for m in found if m.of_body and (m.number, m.year) == wanted], rest[1:]
    elif rest and kind and YEAR.fullmatch(rest[0]):
        found, rest = [m for m in found if m.year == int(rest[0])], rest[1:]
    elif not kind:
        found = []
    if label and len({m.kind for m in found}) > 1:
        names = tuple(f"{m.word.in_(ctx.language)} {m.label}" for m in found)
        raise Refused("several_meetings", got=args[0], known=names)
    meeting = _meant(ctx, found)
    if meeting is None:
        ahead = tuple(m for m in known if m.state != "cancelled" and m.ends_at > ctx.now)[:MOST_NAMED]
        names, calls = (tuple(m.title.in_(ctx.language) for m in ahead), tuple(m.named_in(ctx.language) for m in ahead))
        raise Refused("unknown_meeting", got=" ".join(args), known=names, calls=calls)
    return meeting, rest


def of_body(ctx: Context, args: tuple[str, ...]) -> tuple[Meeting, tuple[str, ...]] | None:
    """As ``named``, but None where the words mean an event, or nothing that we know of."""
    kind, _ = kind_of(ctx, args)
    bodies = {cadence.body for cadence in ctx.alliance.charter.meetings}
    if kind in bodies or (args and LABEL.fullmatch(args[0])):
        return named(ctx, args)
    return None


def kind_of(ctx: Context, args: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The body or event that the first words name, and the words after it; an empty text for none."""
    known = [(kind, {_indefinite(name) for name in names}) for kind, names in _names(ctx)]
    for cut in range(min(LONGEST_NAME, len(args)), 0, -1):
        typed = _indefinite(" ".join(args[:cut]))
        for kind, names in known:
            if typed in names:
                return kind, args[cut:]
    return "", args


def _indefinite(name: str) -> str:
    """A name as it is compared: ``styregruppen`` is ``styregruppe``, and ``the steering group`` has no article."""
    return fold(name).removeprefix("the ").removesuffix("n")


def _names(ctx: Context) -> Iterable[tuple[str, list[str]]]:
    charter = ctx.alliance.charter
    for cadence in charter.meetings:
        body = charter.body(cadence.body)
        words = (body.word, body.name, body.short_name, cadence.title)
        yield body.key, [body.key, *(w for word in words for w in (word.da, word.en))]
    for event in charter.events:
        yield event.key, [event.key, event.title.da, event.title.en, event.word.da, event.word.en]


def _meant(ctx: Context, found: list[Meeting]) -> Meeting | None:
    """Of those that fit: the one that stands and comes next, else the newest."""
    standing = [m for m in found if m.state != "cancelled"]
    ahead = [m for m in standing if m.ends_at > ctx.now]
    if ahead:
        return ahead[0]
    rest = standing or found
    return rest[-1] if rest else None
