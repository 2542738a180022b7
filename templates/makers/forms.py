"""Pieces that several makers build with: questions, facts, rows of buttons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from alliance.charter import OfficeKind, Requirement
from alliance.messages import Ask, AskKind, Block, Button, Buttons, Choice, Facts, Form, Link, Message, Section
from alliance.obligations import Settlement
from alliance.tasks import is_once
from templates.makers.words import command
from templates.phrases import Phrases


def fact_pairs(*pairs: tuple[str, str]) -> Facts:
    """Facts without those that have nothing to say."""
    return Facts(tuple(pair for pair in pairs if pair[1]))


def requirement_name(say: Phrases, requirement: Requirement) -> str:
    """Return what a requirement, or what is owed once (an action, a task), is called in a sentence."""
    key = "fact.action" if is_once(requirement.key) else "fact.requirement"
    return say(key, number=requirement.number, title=requirement.title)


def office_choices(say: Phrases, offices: Iterable[OfficeKind]) -> tuple[Choice, ...]:
    return tuple(Choice(office.key, office.title.in_(say.language)) for office in offices)


def question(
    say: Phrases,
    path: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    kind: AskKind = "text",
    *,
    required: bool = False,
    choices: tuple[Choice, ...] = (),
) -> Ask:
    """The question ``<form>.<key>``; its label, hint and errors are in the catalog."""
    form, _, key = path.rpartition(".")
    hint, reason = f"{form}.hint.{key}", errors.get(key, "")
    return Ask(
        key,
        say(f"{form}.ask.{key}"),
        kind,
        typed.get(key, ""),
        say(hint) if say.has(hint) else "",
        choices=choices,
        required=required,
        error=say(f"form_error.{reason}") if reason else "",
    )


def choice_question(
    say: Phrases,
    path: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    choices: tuple[Choice, ...],
) -> Ask:
    return question(say, path, typed, errors, "choice", required=True, choices=choices)


def filled(say: Phrases, family: str, ask: Ask, values: Mapping[str, str], errors: Mapping[str, str]) -> Ask:
    """The question with what stands there already and what is wrong with it."""
    reason = errors.get(ask.key)
    error = say(f"{family}.{reason}") if reason else ""
    return Ask(
        ask.key,
        ask.label,
        ask.kind,
        values.get(ask.key, ""),
        ask.hint,
        choices=ask.choices,
        required=ask.required,
        error=error,
    )


def one_form(summary: str, note: str, asks: tuple[Ask, ...], label: str, words: str) -> Message:
    return Message(summary, (Form((Section(summary, asks, note),), (Button(label, words, "primary"),)),))


def button_row(*items: Button | Link) -> list[Block]:
    return [Buttons(items)] if items else []


def last_day(until: date | None) -> date | None:
    return until - timedelta(days=1) if until else None


def undo_button(say: Phrases, words: str, still: object = None) -> tuple[Button]:
    """Return the button that undoes a change by these words, as long as what it brought holds ``still``."""
    return (Button(say("undo.button"), words if still is None else f"{words} {say('words.if')} {still}"),)


def withdraw_button(say: Phrases, fact: Settlement) -> Button:
    return Button(say("fact.withdraw", id=fact.id), command(say, "withdraw", fact.id))
