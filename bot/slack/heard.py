"""What Slack tells us, read: who did what, in which words, with which answers, and where an answer can be shown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.request import Request, Typed, Upload, about_chosen
from bot.slack.fields import answers_from, uploads_from
from bot.slack.modal import PAGE, STAMP, Carried, carried
from bot.slack.parts import LINK
from bot.slack.shown import shown_at

Body = Mapping[str, Any]
NO_FILES: Mapping[str, Upload] = {}
TIME = re.compile(r"[0-9]{1,11}(\.[0-9]{1,9})?")


@dataclass(frozen=True)
class Heard:
    """Somebody's words in Slack, before they become a request.

    ``team`` is the workspace we are installed in and ``user`` whoever spoke. ``trigger`` opens a modal within three
    seconds, ``response_url`` takes an answer for half an hour; either may be empty. ``view`` is the modal or page
    it was done in, ``page`` the page it turns to (0: none). ``key`` names what was done: the same when Slack
    repeats itself, which it does under other ids of its own; empty where it has no name. ``pressed`` is the receipt
    of the message whose button was pressed, as the way out writes it. ``typed_at`` is when somebody pressed or
    typed, by Slack's clock (aware UTC): what they typed may come in another order. ``ephemeral`` says that the
    pressed message was shown to one person only, which has no receipt; ``shown_at`` is when that was.
    """

    team: str
    user: str
    words: str
    answers: Mapping[str, str] = field(default_factory=dict)
    uploads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trigger: str = ""
    response_url: str = ""
    view: Body = field(default_factory=dict)
    page: int = 0
    key: str = ""
    pressed: str = ""
    typed_at: datetime | None = None
    shown_at: datetime | None = None
    ephemeral: bool = False

    @property
    def address(self) -> str:
        """How the register knows them: ``T1/U042``."""
        return f"{self.team}/{self.user}"

    @property
    def carried(self) -> Carried:
        return carried(self.view)

    @property
    def in_modal(self) -> bool:
        return self.view.get("type") == "modal"

    @property
    def as_it_stood(self) -> tuple[str, str]:
        """Which modal or page it was done in, and the name of what it showed then."""
        return _text(self.view, "id"), _text(self.view, "hash")

    @property
    def on_page(self) -> bool:
        """Whether it was done on somebody's page, or in a modal that lies on it."""
        return self.at_home or bool(self.carried.home)

    @property
    def at_home(self) -> bool:
        return self.view.get("type") == "home"


def commanded(body: Body) -> Heard:
    """A slash command."""
    return Heard(
        team=_text(body, "team_id"),
        user=_text(body, "user_id"),
        words=_text(body, "text"),
        trigger=_text(body, "trigger_id"),
        response_url=_text(body, "response_url"),
        key=_key("command", _text(body, "user_id"), _text(body, "trigger_id")),
    )


def pressed(body: Body) -> Heard | None:
    """A press on a button, or a change of a field; None where it asks nothing of us (a link that is followed)."""
    action: Body = next(iter(body.get("actions") or ()), {})
    view: Body = body.get("view") or {}
    name = _text(action, "action_id")
    if name.startswith(LINK):
        return None
    said = replace(_in_view(body, view), key=_press_key(body, action), pressed=_receipt(body))
    alone = (body.get("container") or {}).get("is_ephemeral") is True
    said = replace(said, typed_at=_at(_text(action, "action_ts")), shown_at=shown_at(name), ephemeral=alone)
    if name.startswith(PAGE):
        number = _text(action, "value")
        return _with(said, said.carried.again, int(number) if number.isdecimal() else 1)
    if action.get("type") == "button":
        return _with(said, _text(action, "value")) if action.get("value") else None
    return _with(said, said.carried.keep) if said.carried.keep else None


def handed_in(body: Body) -> Heard:
    """A modal that was sent in: its last page says the form's words, those before it turn to the next."""
    said = _in_view(body, body.get("view") or {})
    said = replace(said, key=_form_key("form", said))
    with_it = said.carried
    return _with(said, with_it.words) if with_it.last else _with(said, with_it.again, with_it.page + 1)


def shut(body: Body) -> Heard | None:
    """A modal that was closed: what was typed is kept, where its form keeps anything.

    A field that comes empty may be one of which Slack does not tell: what was kept in it as it was typed stays.
    """
    said = _in_view(body, body.get("view") or {})
    said = replace(said, key=_form_key("shut", said))
    said = replace(said, answers={key: value for key, value in said.answers.items() if value})
    return _with(said, said.carried.keep) if said.carried.keep and said.answers else None


def searched(body: Body) -> tuple[Heard, str, str]:
    """Somebody types in a list: the words that are answered with its form, the list's field, and what was typed."""
    said = _in_view(body, body.get("view") or {})
    return _with(said, said.carried.again), _text(body, "block_id"), _text(body, "value")


def about_chosen_member(said: Heard) -> Heard:
    """The same as if the member that was chosen in a form had been named before the words."""
    asked = about_chosen(Request(said.address, said.words, said.answers))
    return replace(said, words=asked.words, answers=asked.answers)


def as_request(heard: Heard, files: Mapping[str, Upload] = NO_FILES) -> Request:
    """What somebody asks of us; ``files`` are those that were fetched, by the field they were put in."""
    asked = Request(heard.address, heard.words, heard.answers, "slack", files, key=heard.key, pressed=heard.pressed)
    if heard.shown_at:
        return replace(asked, offered_at=heard.shown_at, overwrites=False)
    if heard.typed_at and heard.in_modal and heard.words == heard.carried.keep:
        return replace(asked, typed=Typed(STAMP.sub("", heard.words), heard.typed_at))
    return asked


def _press_key(body: Body, action: Body) -> str:
    """Who pressed what, where and when: the time of a press is Slack's own, and no two have the same."""
    place: Body = body.get("container") or {}
    where = _text(place, "view_id") or f"{_text(place, 'channel_id')}/{_text(place, 'message_ts')}"
    user = _text(body.get("user") or {}, "id")
    return _key("press", user, where, _text(action, "action_id"), _text(action, "action_ts"))


def _at(ts: str) -> datetime | None:
    """A time of Slack's, seconds since 1970; None for what is none."""
    return datetime.fromtimestamp(float(ts), UTC) if TIME.fullmatch(ts) else None


def _receipt(body: Body) -> str:
    """Where the pressed message stands: what is in a thread belongs to the message it hangs on."""
    place: Body = body.get("container") or {}
    channel, ts = _text(place, "channel_id"), _text(place, "thread_ts") or _text(place, "message_ts")
    return f"{channel} {ts}" if channel and ts else ""


def _form_key(what: str, said: Heard) -> str:
    """Which form, as it stood, with what in it: one that is corrected is another, also where Slack kept its hash."""
    filled = json.dumps([dict(said.answers), dict(said.uploads)], sort_keys=True)
    return _key(what, said.user, _text(said.view, "id"), _text(said.view, "hash"), filled)


def _key(*parts: str) -> str:
    """What tells something from all else that is done; empty where Slack does not say when it was done."""
    return " ".join(parts) if all(parts) else ""


def _in_view(body: Body, view: Body) -> Heard:
    user: Body = body.get("user") or {}
    state = view.get("state")
    return Heard(
        team=_text(body.get("team") or {}, "id") or _text(view, "app_installed_team_id") or _text(user, "team_id"),
        user=_text(user, "id"),
        words="",
        answers=answers_from(state) if view.get("type") == "modal" else {},
        uploads=uploads_from(state) if view.get("type") == "modal" else {},
        trigger=_text(body, "trigger_id"),
        response_url=_text(body, "response_url"),
        view=view,
    )


def _with(said: Heard, words: str, page: int = 0) -> Heard:
    return replace(said, words=words, page=page)


def _text(body: Body, key: str) -> str:
    value = body.get(key)
    return value if isinstance(value, str) else ""
