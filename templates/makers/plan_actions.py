"""The actions of climate action plans: the list, one of them with its history, the form, and what is told of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from alliance.members import Organisation
from alliance.messages import Ask, AskKind, Block, Button, Buttons, Choice, Message, Table, Text
from alliance.plan_actions import STATES, TRACKS, PlanAction, Progress
from alliance.standards import Point
from templates import formats
from templates.makers.forms import button_row, fact_pairs, one_form
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases

Listed = tuple[tuple[PlanAction, str], ...]
"""Actions, each with what its member is called."""
ONE_BY_ONE = 5
"""So many of a list are offered as buttons."""
COLUMNS = ("number", "member", "title", "track", "owner", "due", "state", "updated")


def _words(say: Phrases, action: PlanAction, verb: str = "", *args: object) -> str:
    return command(say, "plan_action", action.number, *([say(f"words.plan_action_verb.{verb}")] if verb else []), *args)


def _new_button(say: Phrases, prefix: str) -> Button:
    return Button(
        say("plan_action.do.new"), command(say, "plan_action", say("words.plan_action_verb.new"), prefix=prefix)
    )


def progress_words(say: Phrases, found: Progress) -> str:
    """How far the actions of a plan, or of many, have come; that there are none."""
    return say("plan_action.progress", found=found)


def last_words(say: Phrases, found: Progress) -> str:
    """When an action was updated last, and by whom; an empty text where there is none."""
    return _updated(say, found.last) if found.last else ""


def _updated(say: Phrases, action: PlanAction) -> str:
    return say("plan_action.updated", at=action.recorded_at, by=action.recorded_by_name)


def _state(say: Phrases, action: PlanAction, day: date, stale: bool) -> str:
    said = say(f"plan_action.state.{action.state}")
    return say("plan_action.stands", said=said, late=action.is_late(day), stale=stale)


def actions_table(
    say: Phrases, actions: Listed, day: date, stale: Collection[int], *, one_member: bool = True
) -> Table:
    """The actions with how they stand; without the column of members where all are one's."""
    columns = tuple(column for column in COLUMNS if column != "member" or not one_member)
    rows = []
    for action, member in actions:
        cells = {
            "number": str(action.number),
            "member": member,
            "title": action.title,
            "track": say(f"plan_action.track.{action.track}"),
            "owner": action.owner,
            "due": formats.short_day(action.due, say.language),
            "state": _state(say, action, day, action.number in stale),
            "updated": formats.short_moment(action.recorded_at, say.language, say.zone),
        }
        rows.append(tuple(cells[column] for column in columns))
    head = tuple(say(f"plan_action.head.{column}") for column in columns)
    return Table(say("plan_actions.caption"), head, tuple(rows))


def _about(say: Phrases, organisation: Organisation) -> str:
    return f"{say('words.for')} {organisation.name}: "


def _see(say: Phrases, actions: Iterable[PlanAction]) -> list[Button]:
    return [Button(say("plan_actions.see", number=one.number), _words(say, one)) for one in actions]


@maker("plan_actions")
def plan_actions(
    say: Phrases,
    *,
    actions: Listed,
    progress: Progress,
    stale: Collection[int],
    of: int,
    asked: str,
    page: int,
    pages: int,
    day: date,
    organisation: Organisation | None,
    theirs: bool,
    prefix: str,
) -> Message:
    """A page of the list: ``of`` is how many there are when none is left out, ``progress`` counts what was found.

    ``organisation`` is the member whose they are, None for several; ``theirs``: the reader may add one.
    """
    member = organisation.official_name if organisation else ""
    counted = {"count": progress.total, "of": of, "asked": asked, "page": page, "pages": pages}
    summary = say("plan_actions.summary", member=member, **counted)
    ways = [_new_button(say, prefix)] if theirs else []
    # Words alone ask for everybody's; about one member they need its name.
    about = _about(say, organisation) if organisation else ""
    turn = (*((asked,) if asked else ()), say("words.page"))
    for way, number in (("earlier", page - 1), ("later", page + 1)):
        if 1 <= number <= pages:
            ways.append(Button(say(f"plan_actions.{way}"), command(say, "plan_actions", *turn, number, prefix=about)))
    if asked:
        ways.append(Button(say("plan_actions.all"), command(say, "plan_actions", prefix=about)))
    elif progress.stale and progress.stale < progress.total:
        word = say("words.plan_actions_of.stale")
        ways.append(Button(say("plan_actions.stale"), command(say, "plan_actions", word, prefix=about)))
    if organisation:
        ways.append(Button(say("plan.see"), command(say, "plan", prefix=prefix)))
        word = say("words.plan_actions_of.all")
        ways.append(Button(say("plan_actions.everybodys"), command(say, "plan_actions", word)))
    if not actions:
        return Message(summary, (Text(summary), *button_row(*ways)))
    said = Text(progress_words(say, progress))
    table = actions_table(say, actions, day, stale, one_member=organisation is not None)
    each = _see(say, (action for action, _ in actions[:ONE_BY_ONE]))
    return Message(summary, (Text(summary), said, table, Buttons((*each, *ways))))


def of_plan(
    say: Phrases, actions: tuple[PlanAction, ...], found: Progress, day: date, stale: Collection[int]
) -> list[Block]:
    """On the page of a plan: how far its actions have come, and the first of them."""
    if not found.total:
        return [Text(progress_words(say, found), "subtle")]
    table = actions_table(say, tuple((one, "") for one in actions), day, stale)
    return [Text(say("plan_action.of_plan"), "heading"), Text(progress_words(say, found)), table]


def plan_buttons(say: Phrases, found: Progress, *, theirs: bool, prefix: str) -> list[Button]:
    """The ways from a plan to its actions."""
    whole = [Button(say("plan_action.do.all"), command(say, "plan_actions", prefix=prefix))] if found.total else []
    return [*whole, *([_new_button(say, prefix)] if theirs else [])]


# ------------------------------------------------------------------------------------------------- one of them


@maker("plan_action")
def plan_action(
    say: Phrases,
    *,
    entries: tuple[PlanAction, ...],
    organisation: Organisation,
    theme: str,
    day: date,
    stale: bool,
    theirs: bool,
    said: str = "",
) -> Message:
    """An action as its newest entry says it, what was said of it before, and what the reader can do."""
    action = entries[0]
    named = say("plan_action.summary", action=action, organisation=organisation.official_name)
    summary = f"{say(f'plan_action.said.{said}')} {named}" if said else named
    facts = fact_pairs(
        (say("plan_action.head.title"), action.title),
        (say("plan_action.head.track"), say(f"plan_action.track.{action.track}")),
        (say("plan_action.head.theme"), theme),
        (say("plan_action.head.owner"), action.owner),
        (say("plan_action.head.due"), formats.day(action.due, say.language)),
        (say("plan_action.head.state"), _state(say, action, day, stale)),
        (say("plan_action.head.note"), action.note),
        (say("plan_action.head.updated"), _updated(say, action)),
    )
    blocks: list[Block] = [Text(summary), facts]
    if len(entries) > 1:
        blocks.append(_history(say, entries))
    row = f"#{action.id}"
    buttons = [Button(say("plan_action.do.update"), _words(say, action, "update", row), "primary")] if theirs else []
    if theirs and action.is_open:
        buttons.append(Button(say("plan_action.do.done"), _words(say, action, "done", row)))
    if theirs and stale:
        buttons.append(Button(say("plan_action.do.unchanged"), _words(say, action, "unchanged", row)))
    if theirs:
        buttons.append(Button(say("plan_action.do.undo"), _words(say, action, "undo", f"h{action.id}")))
    whole = command(say, "plan_actions", prefix=_about(say, organisation))
    buttons.append(Button(say("plan_action.do.all"), whole))
    return Message(summary, (*blocks, Buttons(tuple(buttons))))


def _history(say: Phrases, entries: tuple[PlanAction, ...]) -> Table:
    rows = tuple(
        (
            formats.short_moment(one.recorded_at, say.language, say.zone),
            say(f"plan_action.state.{one.state}"),
            one.recorded_by_name,
            " ".join(one.note.split()) or "–",
        )
        for one in entries
    )
    head = tuple(say(f"plan_action.head.{column}") for column in ("updated", "state", "by", "note"))
    return Table(say("plan_action.history"), head, rows)


@maker("plan_action_gone")
def plan_action_gone(say: Phrases, *, action: PlanAction, organisation: Organisation, prefix: str) -> Message:
    """The only entry of an action was taken back."""
    summary = say("plan_action.gone", action=action, organisation=organisation.official_name)
    rest = Button(say("plan_action.do.all"), command(say, "plan_actions", prefix=prefix))
    return Message(summary, (Text(summary), Buttons((rest,))))


# ------------------------------------------------------------------------------------------------------- the form


@maker("plan_action_form")
def plan_action_form(
    say: Phrases,
    *,
    organisation: Organisation,
    old: PlanAction | None,
    themes: tuple[Point, ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
    on_behalf: bool,
) -> Message:
    """A new action, or how one (``old``) stands by now."""

    def ask(key: str, kind: AskKind = "text", required: bool = True, choices: tuple[Choice, ...] = ()) -> Ask:
        hint, reason = f"plan_action_form.hint.{key}", errors.get(key, "")
        return Ask(
            key,
            say(f"plan_action_form.ask.{key}"),
            kind,
            typed.get(key, ""),
            say(hint) if say.has(hint) else "",
            choices=choices,
            required=required,
            error=say(f"plan_action_error.{reason}") if reason else "",
        )

    tracks = tuple(Choice(key, say(f"plan_action.track.{key}")) for key in TRACKS)
    states = tuple(Choice(key, say(f"plan_action.state.{key}")) for key in STATES)
    known = tuple(Choice(theme.key, theme.title.in_(say.language)) for theme in themes)
    asks = (
        ask("title"),
        ask("track", "choice", choices=tracks),
        *((ask("theme", "choice", required=False, choices=known),) if known else ()),
        ask("owner"),
        ask("due", "date"),
        ask("state", "choice", choices=states),
        ask("note", "long", required=False),
    )
    summary = say("plan_action_form.update" if old else "plan_action_form.first", action=old, organisation=organisation)
    note = say("plan_action_form.note", organisation=organisation.official_name, on_behalf=on_behalf)
    words = command(say, "plan_action", say("words.plan_action_verb.new"), prefix=prefix)
    words = _words(say, old, "update", f"#{old.id}") if old else words
    return one_form(summary, note, asks, say("plan_action_form.send"), words)


# --------------------------------------------------------------------------------------------------- what is told


@maker("actions_stale")
def actions_stale(say: Phrases, *, organisation: Organisation, actions: tuple[PlanAction, ...]) -> Message:
    """To the member: which of its actions nothing was heard of for a year, and how to say what is so."""
    summary = say("actions_stale.summary", organisation=organisation.official_name, count=len(actions))
    lines = [say("actions_stale.line", action=one) for one in actions[:ONE_BY_ONE]]
    if len(actions) > ONE_BY_ONE:
        lines.append(say("actions_stale.more", count=len(actions) - ONE_BY_ONE))
    said = (Text(summary), Text("\n".join(lines)), Text(say("actions_stale.why"), "subtle"))
    update = [Button(say("actions_stale.update", number=one.number), _words(say, one, "update")) for one in actions[:2]]
    words = command(say, "plan_actions", say("words.plan_actions_of.stale"), prefix=_about(say, organisation))
    return Message(summary, (*said, Buttons((*update, Button(say("actions_stale.see"), words)))))


def waiting_actions(say: Phrases, count: int, members: int) -> list[Block]:
    """On the secretariat's own list: how many actions nothing was heard of for a year, and the way to them."""
    if not count:
        return []
    words = command(say, "plan_actions", say("words.plan_actions_of.stale"))
    said = Text(say("plan_actions.waiting", count=count, members=members))
    see = Button(say("plan_actions.waiting_see"), words)
    return [Text(say("plan_actions.waiting_heading"), "heading"), said, Buttons((see,))]
