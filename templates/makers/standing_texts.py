"""What is written into the standing items from what members owe: who takes part, and who is behind since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby

from alliance.participation import Turnout
from alliance.plans import Coverage
from templates.phrases import Phrases

MOST_NAMED = 30
"""Members that are named in an item; if there are more, they are counted here and stand in the annex."""


def participation_text(say: Phrases, turnout: Iterable[Turnout], day: date, *, annexed: bool) -> str:
    """Who is behind with what is done anew in each period, and since when; ``annexed``: an annex names them all."""
    lines = [line for one in turnout for line in _turnout(say, one, annexed)]
    intro = say("standing_item.participation.intro", day=day)
    return "\n".join([intro, *lines] if lines else [intro, say("standing_item.participation.none")])


def _turnout(say: Phrases, one: Turnout, annexed: bool) -> Iterable[str]:
    facts = {"number": one.requirement.number, "title": one.requirement.title, "period": one.period}
    if not one.behind:
        key = "awaited" if one.owing and one.due else "all"
        yield say(f"standing_item.participation.{key}", due=one.due, owing=one.owing, **facts)
        return
    for since, found in groupby(sorted(one.behind, key=lambda each: each[1]), key=lambda each: each[1]):
        names = tuple(name for name, _ in found)
        named = () if annexed and len(names) > MOST_NAMED else names
        key = "behind" if one.due else "standing"
        yield say(f"standing_item.participation.{key}", since=since, count=len(names), names=named, **facts)


def coverage_lines(say: Phrases, groups: Mapping[str, Coverage]) -> list[str]:
    """How the members' plans stand, area by area."""
    return [
        say("standing_item.progress.covered", group=name or say("board.no_group"), covered=covered)
        for name, covered in groups.items()
    ]
