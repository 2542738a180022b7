"""``referat skriv 2/2027 4``: what the minutes say of one item. Two can write at once, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from alliance.actions import DraftAction, renamed
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.messages import Message
from alliance.minutes import LONGEST_MINUTE, MOST_ACTIONS, Heard, ItemMinute, dissents_typed, read_dissents
from alliance.moments import read_day
from alliance.names import fold
from alliance.papers import Dissent
from bot.commands.papers.drafting import body_meeting
from bot.commands.papers.minuting import Desk, Owner, desk_of, owner_key, owners
from bot.context import Context
from storage.changes import minutes as changes
from storage.queries import minutes as queries
from storage.queries import register
from templates.makers.minute_forms import ItemPage

NEXT, PREVIOUS = ("naeste", "next"), ("forrige", "previous")
TEXTS = ("notes", "decision", "dissents")
LONGEST_ACTION = 300


def write(ctx: Context) -> Message:
    """The form of one item of a draft: kept in parts, item by item."""
    meeting, rest = body_meeting(ctx, ctx.args)
    desk = desk_of(ctx, meeting)
    desk.minutes.written()
    return item_page(ctx, desk, rest, "write")


def item_page(ctx: Context, desk: Desk, words: tuple[str, ...], verb: str) -> Message:
    """Show an item's form, or keep what was typed in it; ``verb`` is whether it is written or corrected."""
    asked = _read(desk, words)
    page = _Page(ctx, desk, asked.heard, verb, owners(ctx, desk.meeting))
    if not ctx.answers:
        return page.form(page.standing(), {})
    return page.keep(asked)


@dataclass(frozen=True)
class _Asked:
    """The item that is meant, the revision its form was made from (None: no form), and where to go afterwards."""

    heard: Heard
    seen: int | None = None
    step: int = 0


def _read(desk: Desk, words: Iterable[str]) -> _Asked:
    number, seen, step = None, None, 0
    for word in words:
        if stamp := re.fullmatch(r"r(\d{1,9})", word, re.ASCII):
            seen = int(stamp[1])
        elif fold(word) in (*NEXT, *PREVIOUS):
            step = 1 if fold(word) in NEXT else -1
        elif re.fullmatch(r"\d{1,4}", word, re.ASCII):
            number = int(word)
        else:
            raise Refused("no_such_number", got=word, meeting=desk.meeting, count=len(desk.heard))
    if not desk.heard:
        raise Refused("no_items_heard", meeting=desk.meeting)
    return _Asked(_first_unwritten(desk) if number is None else desk.item(number), seen, step)


def _first_unwritten(desk: Desk) -> Heard:
    return next((one for one in desk.heard if one.minute.empty), desk.heard[0])


@dataclass(frozen=True)
class _Page:
    """One item on its way from typed text to the minutes."""

    ctx: Context
    desk: Desk
    heard: Heard
    verb: str
    owners: Mapping[str, Owner]

    @property
    def meeting(self) -> Meeting:
        return self.desk.meeting

    def offered(self) -> dict[str, Owner]:
        """Who may be given an action of this item; of a closed one, only those who read closed items."""
        return {key: owner for key, owner in self.owners.items() if owner.closed or not self.heard.item.closed}

    def standing(self) -> dict[str, str]:
        """What stands in the minutes, as the form shows it."""
        minute = self.heard.minute
        typed = {"notes": minute.notes, "decision": minute.decision, "dissents": dissents_typed(minute.dissents)}
        for slot in range(MOST_ACTIONS):
            action = minute.actions[slot] if slot < len(minute.actions) else None
            typed |= self._slot(slot, action)
        return typed

    def _slot(self, slot: int, action: DraftAction | None) -> dict[str, str]:
        values = (action.what, owner_key(self.ctx, action), action.due.isoformat()) if action else ("", "", "")
        return {f"{key}_{slot + 1}": value for key, value in zip(("what", "owner", "due"), values, strict=True)}

    # ------------------------------------------------------------------------------------------- keeping it

    def keep(self, asked: _Asked) -> Message:
        """Keep what was typed, unless something is wrong with it or a colleague wrote something else meanwhile."""
        stored = self.standing()
        typed = {key: _plain(self.ctx.answers.get(key, value)) for key, value in stored.items()}
        newer: tuple[str, ...] = ()
        if asked.seen is not None and asked.seen < self.heard.minute.revision:  # an empty field takes over what came
            typed = {key: value or stored[key] for key, value in typed.items()}
            newer = tuple(key for key, value in stored.items() if value and value != typed[key])
        minute, errors = self._minute(typed)
        if newer or errors:
            return self.form(typed, errors, newer)
        if typed != stored:
            self._save(minute)
        return self._after(asked.step)

    def _minute(self, typed: Mapping[str, str]) -> tuple[ItemMinute, dict[str, Refused]]:
        """What was typed as it would be kept, and what is wrong with it, by field."""
        errors = {
            key: Refused("too_long", got=len(value), most=_most(key))
            for key, value in typed.items()
            if len(value) > _most(key)
        }
        actions = [self._action(slot, typed, errors) for slot in range(MOST_ACTIONS)]
        minute = replace(
            self.heard.minute,
            notes=typed["notes"],
            decision=typed["decision"],
            dissents=_dissents(typed["dissents"], errors),
            actions=renamed([action for action in actions if action], self.heard.minute.actions),
        )
        try:
            self.heard.written(minute)
        except Refused as refusal:
            errors["decision" if typed["decision"] else "dissents"] = refusal
        return minute, errors

    def _action(self, slot: int, typed: Mapping[str, str], errors: dict[str, Refused]) -> DraftAction | None:
        """The action of one row; None for an empty row, or one with an error."""
        what, who, by = (typed[f"{key}_{slot + 1}"] for key in ("what", "owner", "due"))
        if not (what or who or by):
            return None
        found: dict[str, Refused] = {} if what else {"what": Refused("action_what_missing")}
        owner = self.offered().get(who)
        if owner is None:
            found["owner"] = Refused("action_owner_missing", closed=self.heard.item.closed)
        due = self._due(by, found)
        errors |= {f"{key}_{slot + 1}": refusal for key, refusal in found.items()}
        if found or owner is None or due is None:
            return None
        return DraftAction(what, owner.organisation.id, owner.office, due)

    def _due(self, typed: str, errors: dict[str, Refused]) -> date | None:
        """The day it is due: not a day gone by, unless it stood there already, in whichever row."""
        try:
            due = read_day(typed, self.ctx.today)
        except Refused as refusal:
            errors["due"] = refusal if typed else Refused("action_due_missing")
            return None
        if due < self.ctx.today and due not in {action.due for action in self.heard.minute.actions}:
            errors["due"] = Refused("action_due_past", day=due)
        return due

    def _save(self, minute: ItemMinute) -> None:
        ctx, before = self.ctx, self.desk.minutes
        me = ctx.actor.person.id
        written = changes.write_item(ctx.connection, ctx.alliance.id, self.meeting.id, minute, me, ctx.now)
        assert written, "the minutes changed inside our own transaction"
        if before.revision == 0:
            changes.carry_forward(ctx.connection, ctx.alliance.id, before, before, me, ctx.now)
        number = self.heard.item.number
        ctx.note(f"minutes_{self.verb}", f"meeting:{self.meeting.id}", item=number, label=self.meeting.title.da)

    # ------------------------------------------------------------------------------------------ showing it

    def _after(self, step: int) -> Message:
        """The next item's form, or the receipt."""
        desk = desk_of(self.ctx, self.meeting)
        numbers = [one.item.number for one in desk.heard]
        wanted = numbers.index(self.heard.item.number) + step
        if step and 0 <= wanted < len(numbers):
            page = replace(self, desk=desk, heard=desk.heard[wanted])
            return page.form(page.standing(), {})
        written = sum(not one.minute.empty for one in desk.heard)
        saved = desk.item(self.heard.item.number)
        return self.ctx.write(
            "minute_kept", meeting=self.meeting, item=saved.item, written=written, count=len(numbers), verb=self.verb
        )

    def form(self, typed: Mapping[str, str], errors: Mapping[str, Refused], newer: tuple[str, ...] = ()) -> Message:
        item, numbers = self.heard.item, [one.item.number for one in self.desk.heard]
        comments = queries.comments(self.ctx.connection, self.ctx.alliance.id, self.meeting.id)
        page = ItemPage(
            self.meeting,
            item,
            self.verb,
            self.heard.minute.revision,
            self.heard.decides,
            item.number != numbers[0],
            item.number != numbers[-1],
            tuple((key, self._owner_words(owner)) for key, owner in self.offered().items()),
            tuple((comment.given_by, comment.text) for comment in comments if comment.item_id == item.id),
        )
        words = {key: self.ctx.say(f"refused.{error.reason}", **error.facts) for key, error in errors.items()}
        shown = words | {key: self._told(key, words.get(key, "")) for key in newer}
        return self.ctx.write("minute_form", page=page, typed=typed, errors=shown, by=self._writer() if newer else "")

    def _owner_words(self, owner: Owner) -> str:
        if owner.office == self.ctx.actor.secretariat_office:
            return self.ctx.say("minutes.secretariat")
        return owner.words(self.ctx.language)

    def _told(self, key: str, error: str) -> str:
        """What a colleague wrote meanwhile, beside what is wrong with one's own."""
        value = self.standing()[key]
        owner = self.owners.get(value)
        text = self._owner_words(owner) if key.startswith("owner") and owner else value
        theirs = self.ctx.say("minute_form.newer", by=self._writer(), text=text)
        return f"{error} {theirs}".strip()

    def _writer(self) -> str:
        minute = self.heard.minute
        people = register.people(self.ctx.connection, self.ctx.alliance.id, [minute.updated_by or 0])
        return next((person.name for person in people.values()), "")


def _plain(typed: str) -> str:
    return "\n".join(line.rstrip() for line in typed.strip().splitlines())


def _most(key: str) -> int:
    return LONGEST_MINUTE if key in TEXTS else LONGEST_ACTION


def _dissents(typed: str, errors: dict[str, Refused]) -> tuple[Dissent, ...]:
    try:
        return read_dissents(typed)
    except Refused as refusal:
        errors["dissents"] = refusal
        return ()
