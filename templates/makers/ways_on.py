"""What a refusal offers to do instead: the commands of its buttons, where one of them is the way on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from templates.makers.meeting_words import command_name, meeting_words
from templates.makers.minute_forms import minutes_words
from templates.makers.words import command
from templates.phrases import Phrases

Facts = Mapping[str, Any]


def ways_on(say: Phrases, reason: str, facts: Facts) -> tuple[str, ...]:
    """Return the words of the buttons under a refusal; nothing where none is the way on."""
    return _WAYS[reason](say, facts) if reason in _WAYS else ()


def _of_meeting(name: str) -> Callable[[Phrases, Facts], tuple[str, ...]]:
    return lambda say, facts: (command(say, name, command_name(say, facts["meeting"])),)


def _of_minutes(verb: str) -> Callable[[Phrases, Facts], tuple[str, ...]]:
    return lambda say, facts: (minutes_words(say, verb, facts["meeting"]),)


def _exemption(say: Phrases, facts: Facts) -> tuple[str, ...]:
    member = facts["organisation"]
    return (command(say, "exemption", prefix=f"{say('words.for')} {member}: "),) if member else ()


def _undecided(say: Phrases, facts: Facts) -> tuple[str, ...]:
    return tuple(minutes_words(say, "write", facts["meeting"], number) for number in facts["numbers"])


_WAYS: dict[str, Callable[[Phrases, Facts], tuple[str, ...]]] = {
    "not_held": lambda say, facts: (meeting_words(say, "hold", facts["meeting"]),),
    "minutes_not_circulated": _of_minutes("circulate"),
    "minutes_approved": _of_minutes("correct"),
    "undecided_items": _undecided,
    "agenda_published": _of_meeting("supplement"),
    "agenda_not_published": _of_meeting("agenda_publish"),
    "agenda_empty": _of_meeting("item"),
    "nothing_to_supplement": _of_meeting("agenda"),
    "unknown_meeting": lambda say, facts: tuple(command(say, "meeting", name) for name in facts["calls"]),
    "snooze_not_asked": _exemption,
    "yes_to_what": lambda say, _facts: (command(say, "list"),),
    "task_when": lambda say, facts: (command(say, "task", say("words.task_new")),),
    "task_unknown": lambda say, facts: (command(say, "tasks"),),
    "task_no_day": lambda say, facts: (command(say, "tasks"),),
    "task_ended": lambda say, facts: (command(say, "task", facts["number"], say("words.task_again")),),
    "task_not_yours": lambda say, facts: (command(say, "list"),),
}
