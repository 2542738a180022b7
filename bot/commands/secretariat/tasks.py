"""``opgaver``: what the secretariat sets itself to do. ``opgave ny Nyhedsbrev hver måned den 5.`` adds a task.

``opgave 4 udført``, ``flyt 12. marts``, ``til bo@køge.example``, ``slut`` and ``igen`` change task 4.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from alliance.errors import Refused
from alliance.members import Person
from alliance.messages import Message
from alliance.moments import read_day
from alliance.names import danish_key, fold
from alliance.obligations import Settlement
from alliance.recurrences import Recurrence, read_recurrence, split_task
from alliance.tasks import LONGEST, Task, TaskDay, TaskShown, due_of, next_due
from alliance.validity import Validity
from bot.context import Command, Context, NotTheirs, read_number
from bot.paging import asked_page, page_of
from bot.undoing import check_still, split_condition
from storage.changes import tasks as changes
from storage.changes.facts import add_settlement
from storage.queries import accounts, actors, register, tasks

NEW = ("ny", "new", "tilfoej", "add")
TO = ("til", "to")
NOBODY = ("ingen", "nobody")
FIELDS = ("what", "when", "owner")
PAGE_SIZE = 20


def show_all(ctx: Context) -> Message:
    """Every task that runs, by when it is due next, so many at a time."""
    _check_secretariat(ctx)
    shown = sorted(_shown(ctx), key=lambda one: (one.due or date.max, one.task.id))
    page = page_of(shown, asked_page(ctx.args)[1], PAGE_SIZE)
    return ctx.write("tasks", day=ctx.today, shown=page.rows, count=len(shown), page=page.number, pages=page.pages)


def handle(ctx: Context) -> Message:
    if not ctx.args:
        return show_all(ctx)
    if fold(ctx.args[0]) in NEW:
        _check_secretariat(ctx)
        return _new(ctx, ctx.args[1:])
    number = read_number(ctx.args[0].lstrip("oO#").rstrip("."))
    found = tasks.task(ctx.connection, ctx.alliance.id, number) if number else None
    what = _CHANGES.get(fold(ctx.args[1])) if len(ctx.args) > 1 else _look
    if not ctx.actor.secretariat and not (found and what is _done and _was_handed(ctx, found[0])):
        raise NotTheirs("task_not_yours")
    if found is None:
        raise Refused("task_unknown", got=ctx.args[0])
    if what is None:
        raise Refused("task_what", got=" ".join(ctx.args[1:]), number=found[0].id)
    return what(ctx, *found, ctx.args[2:])


def _check_secretariat(ctx: Context) -> None:
    if not ctx.actor.secretariat:
        raise NotTheirs("task_not_yours")


def _was_handed(ctx: Context, task: Task) -> bool:
    days = tasks.days_of(ctx.connection, ctx.alliance.id, task.id)
    return any(ctx.actor.was_handed(day.obligation_id) for day in days)


# ------------------------------------------------------------------------------------------------ what there is


def _shown(ctx: Context) -> list[TaskShown]:
    running = tasks.running(ctx.connection, ctx.alliance.id)
    first: dict[int, date] = {}
    for day in tasks.open_days(ctx.connection, ctx.alliance.id):
        first.setdefault(day.task.id, day.due)
    people = _colleagues(ctx)
    return [_one_shown(ctx, task, last, first.get(task.id), people) for task, last in running]


def _one_shown(ctx: Context, task: Task, last: date | None, open_: date | None, people: dict[int, Person]) -> TaskShown:
    owner = people[task.owner_id].name if task.owner_id in people else ""
    due = open_ or (None if task.ended else next_due(task, last, ctx.alliance.charter.calendar, ctx.today))
    return TaskShown(task, owner, due, open_ is not None)


def _colleagues(ctx: Context) -> dict[int, Person]:
    """Who works for the secretariat today, in Danish order of names."""
    ids = actors.secretariat_people(ctx.connection, ctx.alliance, ctx.today)
    found = register.people(ctx.connection, ctx.alliance.id, ids).values()
    return {person.id: person for person in sorted(found, key=lambda person: danish_key(person.name))}


def _open_days(ctx: Context, task: Task) -> list[TaskDay]:
    found = tasks.open_days(ctx.connection, ctx.alliance.id)
    return [day for day in found if day.task.id == task.id]


def _told(ctx: Context, task_id: int, what: str, **more: object) -> Message:
    """The task as it stands now, after what was done with it."""
    found = tasks.task(ctx.connection, ctx.alliance.id, task_id)
    assert found is not None
    task, last = found
    open_ = [day.due for day in _open_days(ctx, task)]
    shown = _one_shown(ctx, task, last, min(open_, default=None), _colleagues(ctx))
    facts: dict[str, object] = {"on": None, "undo": "", "still": None, "shifted": False} | more
    return ctx.write("task_told", what=what, shown=shown, open_days=tuple(open_), day=ctx.today, **facts)


def _look(ctx: Context, task: Task, last: date | None, words: tuple[str, ...]) -> Message:
    return _told(ctx, task.id, "ended_before" if task.ended else "shown")


# ---------------------------------------------------------------------------------------------------- a new one


def _new(ctx: Context, words: tuple[str, ...]) -> Message:
    """From one line, or from the form; what cannot be read stands in the form."""
    if words and not ctx.answers:
        owner = _owner(ctx, words[-1]) if "@" in words[-1] else None
        return _add(ctx, *split_task(words[:-1] if owner else words, ctx.today), owner)
    typed = {key: ctx.answers.get(key, "").strip() for key in FIELDS}
    if not ctx.answers:
        return _form(ctx, typed, {})
    errors = {"what": "task_what_missing"} if not typed["what"] else {}
    try:
        when = read_recurrence(typed["when"], ctx.today)
    except Refused as refusal:
        return _form(ctx, typed, {**errors, "when": refusal.reason})
    if len(typed["what"]) > LONGEST:
        errors["what"] = "task_long"
    if errors:
        return _form(ctx, typed, errors)
    return _add(ctx, typed["what"], when, _colleagues(ctx).get(read_number(typed["owner"]) or 0))


def _form(ctx: Context, typed: dict[str, str], errors: dict[str, str]) -> Message:
    people = tuple((str(person.id), person.name) for person in _colleagues(ctx).values())
    return ctx.write("task_form", typed=typed, errors=errors, people=people)


def _owner(ctx: Context, typed: str) -> Person:
    """The colleague in the secretariat who is meant, by mail address or name."""
    people = _colleagues(ctx)
    known = register.person_at(ctx.connection, ctx.alliance.id, typed)
    if known and known.id in people:
        return people[known.id]
    wanted = fold(typed)
    meant = [p for p in people.values() if fold(p.name) == wanted or wanted in fold(p.name).split()]
    if len(meant) != 1:
        raise Refused("task_owner", got=typed, known=tuple(person.name for person in people.values()))
    return meant[0]


def _add(ctx: Context, what: str, when: Recurrence, owner: Person | None) -> Message:
    if len(what) > LONGEST:
        raise Refused("task_long", most=LONGEST)
    twin = next((t for t, _ in tasks.running(ctx.connection, ctx.alliance.id) if _says(t) == (what, when)), None)
    if twin:
        return _told(ctx, twin.id, "twin")
    owner_id = owner.id if owner else None
    added = changes.add_task(ctx.connection, ctx.alliance.id, what, when, owner_id, ctx.actor.person.id, ctx.now)
    _open(ctx)
    ctx.note("task_added", f"task:{added}", label=what)
    shifted = not ctx.alliance.charter.calendar.is_working_day(when.first)
    return _told(ctx, added, "added", undo="end", shifted=shifted)


def _says(task: Task) -> tuple[str, Recurrence]:
    return task.what, task.recurrence


def _open(ctx: Context) -> None:
    """Let come up what has: nobody is reminded today of what they wrote today."""
    before = {day.id for day in tasks.open_days(ctx.connection, ctx.alliance.id)}
    changes.open_tasks(ctx.connection, ctx.alliance, ctx.today, ctx.now)
    fresh = [day for day in tasks.open_days(ctx.connection, ctx.alliance.id) if day.id not in before]
    changes.leave_until_tomorrow(ctx.connection, ctx.alliance.id, fresh, ctx.today)


# ------------------------------------------------------------------------------------------------------- changes


def _done(ctx: Context, task: Task, last: date | None, words: tuple[str, ...]) -> Message:
    """The day that is named, else the oldest that is open; ahead of its time only where the day is named."""
    _check_runs(task)
    wanted = read_day(" ".join(words), ctx.today) if words else None
    open_ = _open_days(ctx, task)
    day = next((one for one in open_ if wanted in (None, one.due)), None)
    if day is None and wanted is not None and wanted in {d.due for d in _settled(ctx, task)}:
        return _told(ctx, task.id, "done_before", on=wanted)
    if day is None:
        coming = next_due(task, last, ctx.alliance.charter.calendar, ctx.today)
        if wanted is None and coming:
            return _told(ctx, task.id, "not_open", on=coming)
        if wanted is None or wanted != coming:
            raise Refused("task_no_day", got=wanted, what=task.what)
        day = _ahead(ctx, task, last)
    if not ctx.actor.secretariat and not ctx.actor.was_handed(day.obligation_id):
        raise NotTheirs("task_not_yours")
    added = _settle(ctx, day)
    ctx.note("task_done", f"task:{task.id}", label=task.what, due=day.due.isoformat())
    return _told(ctx, task.id, "done", on=day.due, undo="withdraw", still=added)


def _check_runs(task: Task) -> None:
    if task.ended:
        raise Refused("task_ended", what=task.what, number=task.id)


def _settled(ctx: Context, task: Task) -> list[TaskDay]:
    open_ = {day.id for day in _open_days(ctx, task)}
    return [day for day in tasks.days_of(ctx.connection, ctx.alliance.id, task.id) if day.id not in open_]


def _ahead(ctx: Context, task: Task, last: date | None) -> TaskDay:
    """The next day of it, which has not come up yet, written down now."""
    calendar = ctx.alliance.charter.calendar
    planned = task.recurrence.after(last)
    while planned is not None and due_of(planned, calendar) < ctx.today:
        planned = task.recurrence.after(planned)
    home = actors.secretariat_home(ctx.connection, ctx.alliance, ctx.today)
    if planned is None or home is None:
        raise Refused("task_no_day", got=None, what=task.what)
    day = TaskDay(0, task, planned, due_of(planned, calendar))
    return changes.open_day(ctx.connection, ctx.alliance, day, home, ctx.today, ctx.now)


def _settle(ctx: Context, day: TaskDay) -> int:
    ids = [day.obligation_id]
    found = accounts.accounts(ctx.connection, ctx.alliance, max(ctx.today, day.due), obligation_ids=ids)
    account = found[0]
    fact = Settlement(
        id=0,
        obligation_id=day.obligation_id,
        organisation_id=account.organisation.id,
        requirement=day.key,
        kind="evidence",
        result="fulfilled",
        what=day.task.what,
        link="",
        validity=Validity(ctx.today),
        recorded_at=ctx.now,
        recorded_by=ctx.actor.person.id,
        evidence="done",
    )
    return add_settlement(ctx.connection, ctx.alliance.id, fact)


def _move(ctx: Context, task: Task, last: date | None, words: tuple[str, ...]) -> Message:
    """Another day instead of the oldest that is open, or of the next; all others stay where they are."""
    _check_runs(task)
    words, condition = split_condition(words)
    typed = " ".join(word for word in words if fold(word) not in TO) or ctx.answers.get("due", "").strip()
    if not typed:
        return _move_form(ctx, task, "", "day_wrong" if ctx.answers else "")
    open_ = {str(day.id): day for day in _open_days(ctx, task)}
    check_still(condition, condition if condition in open_ else "")
    day = open_[condition] if condition in open_ else next(iter(open_.values()), None)
    try:
        wanted = _coming(ctx, typed, condition)
    except Refused as refusal:
        if not ctx.answers:
            raise
        return _move_form(ctx, task, typed, "task_past" if refusal.reason == "task_past" else "day_wrong")
    due = due_of(wanted, ctx.alliance.charter.calendar)
    day = day or _ahead(ctx, task, last)
    if day.due == due:
        return _told(ctx, task.id, "moved_before", on=due)
    home = actors.secretariat_home(ctx.connection, ctx.alliance, ctx.today)
    if home is None:
        raise Refused("task_no_day", got=due, what=task.what)
    me = ctx.actor.person.id
    moved = changes.move_day(ctx.connection, ctx.alliance, day, due, home, ctx.today, me, ctx.now)
    changes.leave_until_tomorrow(ctx.connection, ctx.alliance.id, [moved], ctx.today)
    ctx.note("task_moved", f"task:{task.id}", label=task.what, before=day.due.isoformat(), due=due.isoformat())
    return _told(ctx, task.id, "moved", on=due, undo=f"{day.due:%d-%m-%Y}", still=moved.id, shifted=due != wanted)


def _coming(ctx: Context, typed: str, condition: str | None) -> date:
    """The day that was typed; one that is over only where a move is undone."""
    wanted = read_day(typed, ctx.today)
    if wanted < ctx.today and condition is None:
        raise Refused("task_past", got=wanted)
    return wanted


def _move_form(ctx: Context, task: Task, typed: str, error: str) -> Message:
    errors = {"due": error} if error else {}
    return ctx.write("task_move_form", task=task, typed={"due": typed}, errors=errors)


def _give(ctx: Context, task: Task, last: date | None, words: tuple[str, ...]) -> Message:
    _check_runs(task)
    typed = " ".join(words)
    if not typed:
        raise Refused("task_owner", got="", known=tuple(person.name for person in _colleagues(ctx).values()))
    owner = None if fold(typed) in NOBODY else _owner(ctx, typed)
    if (owner.id if owner else None) != task.owner_id:
        changes.give_task(ctx.connection, ctx.alliance.id, task, owner.id if owner else None, ctx.now)
        ctx.note("task_given", f"task:{task.id}", label=task.what, to=owner.name if owner else "")
    return _told(ctx, task.id, "given")


def _end(ctx: Context, task: Task, last: date | None, words: tuple[str, ...]) -> Message:
    if task.ended:
        return _told(ctx, task.id, "ended_before")
    changes.end_task(ctx.connection, ctx.alliance.id, task, ctx.actor.person.id, ctx.now)
    ctx.note("task_ended", f"task:{task.id}", label=task.what)
    return _told(ctx, task.id, "ended", undo="resume")


def _resume(ctx: Context, task: Task, last: date | None, words: tuple[str, ...]) -> Message:
    if task.ended:
        changes.resume_task(ctx.connection, ctx.alliance.id, task, ctx.now)
        _open(ctx)
        ctx.note("task_resumed", f"task:{task.id}", label=task.what)
    return _told(ctx, task.id, "resumed")


Change = Callable[[Context, Task, "date | None", "tuple[str, ...]"], Message]
_CHANGES: dict[str, Change] = {
    fold(word): change
    for change, words in (
        (_done, ("udført", "færdig", "løst", "done")),
        (_move, ("flyt", "move")),
        (_give, (*TO, "ejer", "owner")),
        (_end, ("slut", "stop", "end")),
        (_resume, ("igen", "again")),
        (_look, ("vis", "show")),
    )
    for word in words
}

TASKS = Command("tasks", ("opgaver", "tasks"), "run_secretariat", show_all, secretariat=True)
TASK = Command("task", ("opgave", "task"), "look", handle, secretariat=True, answers=True)
