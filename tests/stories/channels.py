"""Two ways to say the same: a browser on the page, and a person in Slack. A script drives either (``scripts``)."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Protocol

from bot.request import Upload
from bot.slack.modal import carried
from tests.slack_checks.reading import read, sent_back
from tests.workspace import Workspace

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

VOID = frozenset({"input", "br", "hr", "img", "meta", "link"})


class Channel(Protocol):
    """What somebody can do on a channel. ``who`` is their mail address; what they see is the newest answer."""

    def say(self, who: str, words: str) -> None: ...

    def press(self, who: str, part: str) -> None:
        """Press the button of the newest answer whose label or words contain the part."""

    def fill(self, who: str, part: str = "", files: Mapping[str, Upload] = ..., **answers: str) -> None:
        """Fill in fields of the newest answer's form, leave the others, and press its first button or another."""

    def answer(self, who: str, message: Mapping[str, Any], part: str) -> None:
        """Press a button of a message that was sent to them (as it stands in Slack)."""

    def seen(self) -> str:
        """All that the newest answer shows, without spaces."""

    def has_form(self) -> bool: ...


def button_in(blocks: list[Any], part: str) -> dict[str, Any]:
    """The first button in some blocks whose label or words contain the part."""
    rows = [e for block in blocks if block["type"] == "actions" for e in block["elements"]]
    found = [e for e in rows if part in e["text"]["text"] or part in e.get("value", "")]
    assert found, f"no button {part!r} among {[(e['text']['text'], e.get('value')) for e in rows]}"
    return found[0]


# ------------------------------------------------------------------------------------------------------ the page


@dataclass
class Fields:
    """One form of a page, as a browser has it before anybody touches it."""

    held: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class Latest(HTMLParser):
    """The newest answer of the page: its words and its forms."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Fields] = []
        self.text = ""
        self._depth = self._inside = 0
        self._select = self._area = ""
        self._in_button = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self._depth += tag not in VOID
        if told.get("id") == "latest":
            self._inside = self._depth
        if not self._inside:
            return
        if tag == "form":
            self.forms.append(Fields())
        elif tag == "input" and "name" in told:
            self._input(told)
        elif tag in ("select", "textarea"):
            self._select, self._area = (told["name"], "") if tag == "select" else ("", told["name"])
            self.forms[-1].names.add(told["name"])
            self.forms[-1].held += [(told["name"], "")]
        elif tag == "option" and "selected" in told:
            self.forms[-1].held[-1] = (self._select, told["value"])
        elif tag == "button":
            self.forms[-1].buttons.append((told.get("value", ""), ""))
            self._in_button = True

    def _input(self, told: dict[str, str]) -> None:
        form, kind = self.forms[-1], told.get("type", "text")
        form.names.add(told["name"])
        if kind not in ("file", "checkbox", "radio") or "checked" in told:
            form.held.append((told["name"], told.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if self._depth == self._inside:
            self._inside = 0
        self._depth -= tag not in VOID
        self._area = "" if tag == "textarea" else self._area
        self._in_button = self._in_button and tag != "button"

    def handle_data(self, data: str) -> None:
        if not self._inside:
            return
        self.text += data
        if self._area:
            name, before = self.forms[-1].held[-1]
            self.forms[-1].held[-1] = (name, (before + data).removeprefix("\n"))
        if self._in_button:
            words, label = self.forms[-1].buttons[-1]
            self.forms[-1].buttons[-1] = (words, label + data)


@dataclass
class Page:
    """A browser on the demo's page."""

    client: TestClient
    latest: Latest = field(default_factory=Latest)

    def say(self, who: str, words: str) -> None:
        self._post(who, [("_words", words)])

    def press(self, who: str, part: str) -> None:
        buttons = [button for form in self.latest.forms for button in form.buttons]
        found = [words for words, label in buttons if part in label or part in words]
        assert found, f"no button {part!r} among {buttons}"
        form = next(form for form in self.latest.forms if found[0] in [words for words, _ in form.buttons])
        self._post(who, [*form.held, ("_words", found[0])])

    def fill(self, who: str, part: str = "", files: Mapping[str, Upload] | None = None, **answers: str) -> None:
        (form,) = [form for form in self.latest.forms if form.names]
        assert {*answers, *(files or {})} <= form.names, (answers, form.names)
        words = next(words for words, label in form.buttons if part in label or part in words)
        held = [(name, value) for name, value in form.held if name.removesuffix("._state") not in answers]
        self._post(who, [*held, *answers.items(), ("_words", words)], files)

    def answer(self, who: str, message: Mapping[str, Any], part: str) -> None:
        words = button_in(message["blocks"], part)["value"]
        assert self.client.post("/act", data={"_words": words, "_as": who}).status_code == 303
        self._look()

    def seen(self) -> str:
        return "".join(self.latest.text.split())

    def has_form(self) -> bool:
        return any(form.names for form in self.latest.forms)

    def _post(self, who: str, pairs: list[tuple[str, str]], files: Mapping[str, Upload] | None = None) -> None:
        assert self.client.post("/persona", data={"address": who}).status_code == 303
        data: dict[str, list[str]] = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        sent = {name: (file.name, file.content, file.media_type) for name, file in (files or {}).items()}
        assert self.client.post("/say", data=data, files=sent or None).status_code == 303
        self._look()

    def _look(self) -> None:
        self.latest = Latest()
        self.latest.feed(self.client.get("/chat").text)


# ----------------------------------------------------------------------------------------------------------- Slack


@dataclass
class InSlack:
    """Somebody at Slack's window; ``users`` are the accounts by mail address."""

    workspace: Workspace
    users: Mapping[str, str]
    blocks: list[Any] = field(default_factory=list)
    view: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def say(self, who: str, words: str) -> None:
        said = self._watched(lambda: self.workspace.command(self.users[who], words).said)
        if said:
            self.view, self.blocks = {}, [*said["blocks"], *self.blocks]

    def press(self, who: str, part: str) -> None:
        view = {**self.view, "state": sent_back([self.view])} if self.view else None
        button = button_in(self.blocks, part)
        self._watched(lambda: self.workspace.press(self.users[who], button, view))

    def fill(self, who: str, part: str = "", files: Mapping[str, Upload] | None = None, **answers: str) -> None:
        values: dict[str, Any] = sent_back([self.view])["values"]
        for key, value in answers.items():
            put(values, key, value)
        for key, file in (files or {}).items():
            id_ = self.workspace.slack.put(file.name, file.content, file.media_type)
            values[f"ask:{key}"]["typed"]["files"] = [{"id": id_}]
        if part not in self.view["submit"]["text"] and part not in carried(self.view).words:
            button, view = button_in(self.blocks, part), {**self.view, "state": {"values": values}}
            self._watched(lambda: self.workspace.press(self.users[who], button, view))
            return
        told = self._watched(lambda: self.workspace.hand_in(self.users[who], self.view, values).said)
        self.errors = told.get("errors", {})
        if told["response_action"] == "update":
            self._show({**told["view"], "id": self.view["id"]})

    def answer(self, who: str, message: Mapping[str, Any], part: str) -> None:
        button = button_in(message["blocks"], part)
        self._watched(lambda: self.workspace.press(self.users[who], button))

    def seen(self) -> str:
        return read([self.view.get("title", {}), *self.blocks]) + "".join("".join(self.errors.values()).split())

    def has_form(self) -> bool:
        return "submit" in self.view

    def _watched(self, act: Any) -> Any:
        """Do something, and look at what is opened, updated or said then."""
        slack, said = self.workspace.slack, len(self.workspace.responses)
        before = {id_: view["hash"] for id_, view in slack.views.items()}
        told = act()
        fresh = [view for id_, view in slack.views.items() if view["hash"] != before.get(id_)]
        modals = [view for view in fresh if view["type"] == "modal"]
        spoken = [block for one in self.workspace.responses[said:] for block in one.get("blocks", ())]
        self.errors = {}
        if modals:
            self._show(modals[-1])
        elif spoken:
            self.view, self.blocks = {}, spoken
        elif not self.view:
            self.blocks = []
        return told

    def _show(self, view: dict[str, Any]) -> None:
        self.view, self.blocks = view, view["blocks"]


def put(values: dict[str, Any], key: str, value: str) -> None:
    """Write an answer into the field that asks for it."""
    element = values[f"ask:{key}"]["typed"]
    option = {"value": f"={value}"} if value else None
    match element["type"]:
        case "plain_text_input":
            element["value"] = value
        case "datepicker":
            element["selected_date"] = value
        case "checkboxes":
            element["selected_options"] = [option] if option else []
        case _:
            element["selected_option"] = option
