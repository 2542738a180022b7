"""``punkt``: an item of an agenda is added, edited, moved and removed; ``bilag``: files are put on it and taken off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from alliance.agendas import (
    LONGEST_HEADING,
    LONGEST_TEXT,
    AgendaItem,
    Direction,
    check_attachment,
    check_open,
    check_unissued,
    clean_media_type,
    clean_name,
    swapped,
)
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.messages import Message
from alliance.names import fold
from alliance.papers import ITEM_KINDS, ItemKind, PaperAttachment
from bot.commands.papers.agenda import draft, lines_of
from bot.commands.papers.drafting import as_proposal, begun, body_meeting, drawn_anew, issued_of, item_of, note_item
from bot.commands.papers.proposals import tell_proposer
from bot.context import CONFIRM, Command, Context, read_number
from bot.request import Upload
from storage.changes import agendas as changes
from storage.queries import agendas
from templates.makers.agenda_items import Trouble

TEXTS = ("heading", "public_heading", "summary", "case", "recommendation")
FIELDS = (*TEXTS, "kind", "closed", "file_closed")
UNTICKED = ("", "nej", "no", "0")
TICKED = "ja"
EMPTY_FORM: Mapping[str, str] = {"kind": "information"}


def resolved(ctx: Context) -> Context:
    """The request with the item it is about as ``#12``: people name one by what is printed, ``8`` or ``2/2027 8``.

    Without a meeting the next one is meant. Words that name no item stay as they are.
    """
    if not ctx.args or ctx.args[0].startswith("#"):
        return ctx
    bare = read_number(ctx.args[0]) is not None
    meeting, rest = body_meeting(ctx, () if bare else ctx.args)
    rest = ctx.args if bare else rest
    if not rest or read_number(rest[0]) is None:
        return ctx
    found = next((line.item.id for line in lines_of(ctx, meeting) if str(line.item.number) == rest[0]), None)
    if found is None:
        raise Refused("no_such_item", got=" ".join(ctx.args))
    return replace(ctx, args=(f"#{found}", *rest[1:]))


def handle(ctx: Context) -> Message:
    ctx = resolved(ctx)
    if ctx.args and ctx.args[0].startswith("#"):
        item, meeting = item_of(ctx, ctx.args[0])
        check_open(meeting, ctx.now)
        if item.state != "accepted":  # what a member proposes is answered before it is written on
            return ctx.write("proposal", meeting=meeting, proposal=as_proposal(ctx, item), asks=True)
        verb = VERBS.get(fold(ctx.args[1])) if len(ctx.args) > 1 else None
        return verb(ctx, item, meeting) if verb else _edit(ctx, item, meeting)
    meeting, _ = body_meeting(ctx, ctx.args)
    check_open(meeting, ctx.now)
    return _add(ctx, meeting)


def ticked(ctx: Context, key: str) -> bool:
    return fold(ctx.answers.get(key, "")) not in UNTICKED


# ------------------------------------------------------------------------------------------- reading the form


def _typed(ctx: Context) -> dict[str, str]:
    """What came with the form, every line break one character."""
    typed = ctx.typed(*FIELDS)
    for key in ("heading", "public_heading"):
        typed[key] = " ".join(typed[key].split())
    for key in ("closed", "file_closed"):
        typed[key] = TICKED if ticked(ctx, key) else ""
    return typed


def _standing_as(item: AgendaItem) -> dict[str, str]:
    """The item as its form shows it."""
    return {**{key: getattr(item, key) for key in TEXTS}, "kind": item.kind, "closed": TICKED if item.closed else ""}


def _errors(typed: Mapping[str, str]) -> dict[str, str]:
    errors = {key: _too_long(key) for key in TEXTS if len(typed[key]) > _longest(key)}
    if not typed["heading"]:
        errors["heading"] = "item_heading_missing"
    if typed["kind"] not in ITEM_KINDS:
        errors["kind"] = "item_kind_missing"
    if typed["closed"] and not typed["public_heading"]:
        errors["public_heading"] = "item_public_missing"
    elif typed["closed"] and fold(typed["public_heading"]) == fold(typed["heading"]):
        errors["public_heading"] = "item_public_same"
    return errors


def _longest(key: str) -> int:
    return LONGEST_HEADING if key.endswith("heading") else LONGEST_TEXT


def _too_long(key: str) -> str:
    return "item_heading_too_long" if key.endswith("heading") else "item_too_long"


def _said(item: AgendaItem, typed: Mapping[str, str]) -> AgendaItem:
    """The item as the form has it; a public heading belongs to a closed item only."""
    return replace(
        item,
        heading=typed["heading"],
        public_heading=typed["public_heading"] if typed["closed"] else "",
        summary=typed["summary"],
        case=typed["case"],
        recommendation=typed["recommendation"],
        kind=cast(ItemKind, typed["kind"]),
        closed=bool(typed["closed"]),
    )


def taken(ctx: Context, meeting: Meeting, item: AgendaItem | None = None) -> tuple[Upload | None, Trouble | None]:
    """The file that came with a form under a name that is safe, or why it cannot be kept; ``item`` is where it goes."""
    sent = ctx.files.get("file")
    if sent is None:
        return None, None
    file = Upload(clean_name(sent.name), clean_media_type(sent.media_type), sent.content)
    replaced = sum(attachment.size for attachment in _twins(item, file)) if item else 0
    attached = agendas.attached_bytes(ctx.connection, ctx.alliance.id, meeting.id) - replaced
    try:
        check_attachment(file.name, len(file.content), attached)
    except Refused as refusal:
        return None, (refusal.reason, refusal.facts)
    return file, None


def _choose_again(file: Upload | None) -> Trouble | None:
    """A form that comes back cannot bring the file that was chosen: no browser lets it."""
    return ("choose_again", {"name": file.name}) if file else None


# --------------------------------------------------------------------------------------------- adding and editing


def _add(ctx: Context, meeting: Meeting) -> Message:
    typed = _typed(ctx) if ctx.answers else {**dict.fromkeys(FIELDS, ""), **EMPTY_FORM}
    file, trouble = taken(ctx, meeting)
    errors = _errors(typed) if ctx.answers else {}
    if not ctx.answers or errors or trouble:
        return _form(ctx, meeting, None, typed, errors, trouble or _choose_again(file))
    items = begun(ctx, meeting)
    last = max((item.position for item in items), default=0)
    item = _said(AgendaItem(0, meeting.id, last + 1, "information", ""), typed)
    twin = next((old for old in items if old.state == "accepted" and _says(old) == _says(item)), None)
    if twin is None:
        number = changes.add_item(ctx.connection, ctx.alliance.id, item, ctx.actor.person.id, ctx.now)
        note_item(ctx, "item_added", replace(item, id=number))
    _put(ctx, twin.id if twin else number, file)
    return draft(ctx, meeting)


def _says(item: AgendaItem) -> tuple[object, ...]:
    """What an item says, wherever it stands: a second press of a button adds nothing."""
    return (*(getattr(item, key) for key in TEXTS), item.kind, item.closed)


def _edit(ctx: Context, item: AgendaItem, meeting: Meeting, changed_by: str = "") -> Message:
    return _form(ctx, meeting, item, _standing_as(item), {}, None, changed_by)


def _save(ctx: Context, item: AgendaItem, meeting: Meeting) -> Message:
    """Write what was typed, unless somebody else wrote meanwhile: then it is shown again, with nothing lost."""
    if not ctx.answers:
        return _edit(ctx, item, meeting)
    typed, (file, trouble) = _typed(ctx), taken(ctx, meeting, item)
    errors = _errors(typed)
    read = read_number(ctx.args[2].removeprefix("r")) if len(ctx.args) > 2 else None
    overtaken = read != item.revision and _says(_said(item, typed)) != _says(item)
    if errors or trouble or overtaken:
        writer = _writer(ctx, item) if overtaken else ""
        return _form(ctx, meeting, item, typed, errors, trouble or _choose_again(file), writer)
    after = _said(item, typed)
    if after != item:
        _write(ctx, item, after, "item_changed")
    _put(ctx, item.id, file)
    return draft(ctx, meeting)


def _writer(ctx: Context, item: AgendaItem) -> str:
    return agendas.last_writer(ctx.connection, ctx.alliance.id, item.id)


def _form(
    ctx: Context,
    meeting: Meeting,
    item: AgendaItem | None,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    trouble: Trouble | None,
    changed_by: str = "",
) -> Message:
    return ctx.write(
        "item_form",
        meeting=meeting,
        item=item,
        issued=item is not None and _is_issued(ctx, item, meeting),
        typed=typed,
        errors=errors,
        trouble=trouble,
        changed_by=changed_by,
    )


def _is_issued(ctx: Context, item: AgendaItem, meeting: Meeting) -> bool:
    try:
        check_unissued(item, [one.paper for one in issued_of(ctx, meeting)])
    except Refused:
        return True
    return False


def _write(ctx: Context, before: AgendaItem, after: AgendaItem, action: str) -> None:
    """Write an item; the transaction is ours alone, so that nobody can have written since we read."""
    written = changes.change_item(ctx.connection, ctx.alliance.id, before, after, ctx.actor.person.id, ctx.now)
    assert written
    note_item(ctx, action, after)


# ---------------------------------------------------------------------------------------------- moving, removing


def _move(direction: Direction) -> Callable[[Context, AgendaItem, Meeting], Message]:
    def move(ctx: Context, item: AgendaItem, meeting: Meeting) -> Message:
        check_unissued(item, [one.paper for one in issued_of(ctx, meeting)])
        items = agendas.items(ctx.connection, ctx.alliance.id, meeting.id)
        here, there = swapped(items, item, direction)
        check_unissued(there, [one.paper for one in issued_of(ctx, meeting)])
        _write(ctx, here, replace(here, position=there.position), "item_moved")
        changes.change_item(
            ctx.connection,
            ctx.alliance.id,
            there,
            replace(there, position=here.position),
            ctx.actor.person.id,
            ctx.now,
        )
        return draft(ctx, meeting)

    return move


def _remove(ctx: Context, item: AgendaItem, meeting: Meeting) -> Message:
    """Take an item off, once it is confirmed that it is that one."""
    check_unissued(item, [one.paper for one in issued_of(ctx, meeting)])
    if not ctx.args[2:] or fold(ctx.args[2]) not in CONFIRM:
        return ctx.write("item_remove", meeting=meeting, item=item)
    gone = replace(item, state="removed", reason="")
    _write(ctx, item, gone, "item_removed")
    tell_proposer(ctx, gone)
    return draft(ctx, meeting)


def _refresh(ctx: Context, item: AgendaItem, meeting: Meeting) -> Message:
    """Draw a standing item anew from the register; what was written there is in the form no more."""
    if (told := drawn_anew(ctx, item, meeting)) != item.summary:
        _write(ctx, item, replace(item, summary=told), "item_changed")
    again, _ = item_of(ctx, str(item.id))
    return _edit(ctx, again, meeting)


VERBS: dict[str, Callable[[Context, AgendaItem, Meeting], Message]] = {
    fold(name): verb
    for names, verb in (
        (("gem", "save"), _save),
        (("fjern", "remove"), _remove),
        (("op", "up"), _move("up")),
        (("ned", "down"), _move("down")),
        (("tal", "figures"), _refresh),
    )
    for name in names
}
REMOVE = ("fjern", "remove")


# ---------------------------------------------------------------------------------------------------- attachments


def handle_attachment(ctx: Context) -> Message:
    ctx = resolved(ctx)
    if not ctx.args or not ctx.args[0].startswith("#"):
        raise Refused("no_such_item", got=" ".join(ctx.args))
    item, meeting = item_of(ctx, ctx.args[0])
    if item.state != "accepted":
        raise Refused("no_such_item", got=ctx.args[0])
    check_open(meeting, ctx.now)
    if len(ctx.args) == 3 and fold(ctx.args[1]) in REMOVE:
        return _take_off(ctx, item, meeting, ctx.args[2])
    file, trouble = taken(ctx, meeting, item)
    if file is None:
        typed = {"file_closed": TICKED if ticked(ctx, "file_closed") else ""}
        return ctx.write("attachment_form", item=item, typed=typed, trouble=trouble)
    _put(ctx, item.id, file)
    return draft(ctx, meeting)


def _put(ctx: Context, item_id: int, file: Upload | None) -> None:
    """Put a file on an item, unless the very same already lies there; open instead of closed, it takes its place."""
    if file is None:
        return
    item, _ = item_of(ctx, str(item_id))
    twins, closed = _twins(item, file), ticked(ctx, "file_closed")
    if any(twin.closed == closed for twin in twins):
        return
    for twin in twins:
        _off(ctx, item, twin.id)
    number = changes.add_attachment(
        ctx.connection,
        ctx.alliance.id,
        item_id,
        name=file.name,
        media_type=file.media_type,
        content=file.content,
        closed=closed,
        person_id=ctx.actor.person.id,
        now=ctx.now,
    )
    note_item(ctx, "attachment_added", item, attachment=number, size=len(file.content))


def _take_off(ctx: Context, item: AgendaItem, meeting: Meeting, typed: str) -> Message:
    number = read_number(typed)
    if number not in {attachment.id for attachment in item.attachments} or number is None:
        raise Refused("no_such_attachment", got=typed)
    _off(ctx, item, number)
    return draft(ctx, meeting)


def _off(ctx: Context, item: AgendaItem, number: int) -> None:
    changes.remove_attachment(ctx.connection, ctx.alliance.id, number, ctx.now)
    note_item(ctx, "attachment_removed", item, attachment=number)


def _twins(item: AgendaItem, file: Upload) -> tuple[PaperAttachment, ...]:
    """The very same file where it already lies on an item, open or closed."""
    return tuple(a for a in item.attachments if (a.name, a.sha256) == (file.name, changes.digest(file.content)))


COMMAND = Command("item", ("punkt", "item"), "run_secretariat", handle, secretariat=True)
ATTACHMENT = Command("attachment", ("bilag", "attachment"), "run_secretariat", handle_attachment, secretariat=True)
