"""The secretariat's own tasks: the list, a new one, another day, and what was done with one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from alliance.messages import Block, Button, Buttons, Choice, Form, Message, Section, Table, Text
from alliance.recurrences import LAST, Recurrence
from alliance.tasks import Task, TaskShown
from templates import formats
from templates.makers.forms import button_row, fact_pairs, question
from templates.makers.kinds import maker
from templates.makers.words import command, due_words
from templates.phrases import Phrases

MOST_BUTTONS = 5


def often_words(say: Phrases, when: Recurrence) -> str:
    """Return how often: ``hver måned den 5.``"""
    last, weekday = when.day == LAST, when.first.weekday()
    return say(f"task.every.{when.every}", first=when.first, day=when.day, last=last, weekday=weekday)


def _done_button(say: Phrases, task: Task, due: date, label: str) -> Button:
    words = command(say, "task", task.id, say("words.task_done"), f"{due:%d-%m-%Y}")
    return Button(label, words, "primary")


def _new_button(say: Phrases) -> Button:
    return Button(say("task.button.new"), command(say, "task", say("words.task_new")))


@maker("tasks")
def tasks(say: Phrases, *, day: date, shown: tuple[TaskShown, ...], count: int, page: int, pages: int) -> Message:
    """A page of the tasks that run, the next due first, with a button for each that can be done now."""
    late = sum(one.open and one.due is not None and one.due < day for one in shown)
    summary = say("tasks.summary", count=count, late=late, pages=pages)
    new = _new_button(say)
    if not shown:
        return Message(summary, (Text(summary), Text(say("tasks.what"), "subtle"), Buttons((new,))))
    head = tuple(say(f"tasks.head.{column}") for column in ("number", "what", "often", "due", "owner"))
    table = Table(say("tasks.caption", page=page, pages=pages), head, tuple(_row(say, one, day) for one in shown))
    open_ = [one for one in shown if one.open and one.due]
    done = [
        _done_button(say, one.task, one.due, say("tasks.done", what=one.task.what))
        for one in open_[:MOST_BUTTONS]
        if one.due
    ]
    ways = [new]
    if page < pages:
        ways.append(Button(say("tasks.next"), command(say, "tasks", say("words.tasks_page"), page + 1)))
    if page > 1:
        ways.append(Button(say("tasks.before"), command(say, "tasks", say("words.tasks_page"), page - 1)))
    hint = Text(say("tasks.hint", words=command(say, "task", shown[0].task.id)), "subtle")
    return Message(summary, (Text(summary), table, *button_row(*done), hint, Buttons(tuple(ways))))


def _row(say: Phrases, one: TaskShown, day: date) -> tuple[str, ...]:
    due = formats.short_day(one.due, say.language) if one.due else say("tasks.never")
    late = one.open and one.due is not None and one.due < day
    owner = one.owner or say("tasks.anybody")
    return (
        str(one.task.id),
        one.task.what,
        often_words(say, one.task.recurrence),
        say("tasks.due", due=due, late=late),
        owner,
    )


@maker("task_form")
def task_form(
    say: Phrases, *, typed: Mapping[str, str], errors: Mapping[str, str], people: tuple[tuple[str, str], ...]
) -> Message:
    """What is to be done, when, and by whom if by somebody in particular."""
    asks = [
        question(say, "task_form.what", typed, errors, required=True),
        question(say, "task_form.when", typed, errors, required=True),
    ]
    if len(people) > 1:
        choices = tuple(Choice(id_, name) for id_, name in people)
        asks.append(question(say, "task_form.owner", typed, errors, "choice", choices=choices))
    words = command(say, "task", say("words.task_new"))
    section = Section(say("task_form.section"), tuple(asks), say("task_form.note"))
    return Message(say("task_form.summary"), (Form((section,), (Button(say("task_form.send"), words, "primary"),)),))


@maker("task_move_form")
def task_move_form(say: Phrases, *, task: Task, typed: Mapping[str, str], errors: Mapping[str, str]) -> Message:
    """To which day the next time of it is moved."""
    ask = question(say, "task_move_form.due", typed, errors, "date", required=True)
    words = command(say, "task", task.id, say("words.task_move"))
    summary = say("task_move_form.summary", what=task.what)
    section = Section(summary, (ask,), say("task_move_form.note"))
    return Message(summary, (Form((section,), (Button(say("task_move_form.send"), words, "primary"),)),))


@maker("task_told")
def task_told(
    say: Phrases,
    *,
    what: str,
    shown: TaskShown,
    open_days: tuple[date, ...],
    day: date,
    on: date | None,
    undo: str,
    still: object,
    shifted: bool,
) -> Message:
    """How a task stands after ``what`` was done with it: ``on`` is the day that it was done with.

    ``shifted`` where the day that was asked for is none of work, and made room.

    ``undo`` is ``end``, ``resume``, ``withdraw`` (of the fact ``still``), or the day it was due before, which undoes a
    move as long as the moved day ``still`` stands.
    """
    task, owner = shown.task, shown.owner
    summary = say(f"task_told.{what}", what=task.what, number=task.id, on=on, owner=owner)
    late = tuple(formats.short_day(one, say.language) for one in open_days if one < day)
    facts = fact_pairs(
        (say("task_told.label.number"), str(task.id)),
        (say("task_told.label.often"), often_words(say, task.recurrence)),
        (say("task_told.label.due"), due_words(say, shown.due, day) if shown.due and not task.ended else ""),
        (say("task_told.label.late"), ", ".join(late) if len(late) > 1 else ""),
        (say("task_told.label.owner"), owner),
    )
    blocks: list[Block] = [Text(summary), facts]
    if shifted:
        blocks.append(Text(say("task_told.working_days"), "subtle"))
    return Message(summary, (*blocks, Buttons(_ways(say, what, shown, on, undo, still))))


def _ways(say: Phrases, what: str, shown: TaskShown, on: date | None, undo: str, still: object) -> tuple[Button, ...]:
    task, found = shown.task, list[Button]()
    if task.ended:
        resume = command(say, "task", task.id, say("words.task_again"))
        label = "undo.button" if undo else "task.button.again"
        return Button(say(label), resume), Button(say("task.button.list"), command(say, "tasks"))
    if what == "not_open" and on:
        found.append(_done_button(say, task, on, say("task.button.done_ahead", due=on)))
    elif shown.open and shown.due and what != "done":
        found.append(_done_button(say, task, shown.due, say("task.button.done")))
    found += _undo(say, task, undo, still)
    if what in ("shown", "twin"):
        found.append(Button(say("task.button.move"), command(say, "task", task.id, say("words.task_move"))))
        found.append(Button(say("task.button.end"), command(say, "task", task.id, say("words.task_end"))))
    return (*found, Button(say("task.button.list"), command(say, "tasks")))


def _undo(say: Phrases, task: Task, undo: str, still: object) -> list[Button]:
    if not undo:
        return []
    if undo == "withdraw":
        words = command(say, "withdraw", still)
    elif undo == "end":
        words = command(say, "task", task.id, say("words.task_end"))
    else:
        words = command(say, "task", task.id, say("words.task_move"), undo, say("words.if"), still)
    return [Button(say("undo.button"), words)]
