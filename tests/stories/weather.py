"""Bad weather at Slack: which requests of which methods fail and how, and a person who puts up with it.

Everything that befalls is counted, so it ends: the weather clears, the sender runs on, and what then stands must be
what would have come of it anyway. A seed names a weather, a story and a way in, and plays it again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select

from alliance.deliveries import OPEN_STATES
from alliance.pacing import Rate
from bot.mail.local import LocalMailTransport
from bot.request import Upload
from bot.slack.blocks import dressed
from bot.slack.modal import carried
from bot.slack.tiers import Tiers
from bot.slack.transport import EVENT, SlackTransport
from scheduling import ticks
from scheduling.deliver import send_due
from storage.changes import register as changes
from storage.engine import reading, writing
from storage.queries import register
from storage.tables import tables
from templates.phrases import Phrases
from tests.conftest import LETTERHEAD, Played, local
from tests.slack_checks.reading import bare, read, sent_back
from tests.slack_server import Fault, Slack, too_many
from tests.stories.channels import InSlack, button_in, put
from tests.stories.scripts import COORDINATOR, MAYOR, MEETING, SECRETARIAT, Stage, planned
from tests.workspace import TOKEN, Answered, workspace

USERS = {COORDINATOR: "UANNE", MAYOR: "UMAYOR", SECRETARIAT: "USISSE"}
TIMEOUT, HANGS = 0.8, 1.6  # seconds: what we wait, and what Slack makes us wait where it hangs
TRIES = 8
AHEAD = timedelta(hours=7)
"""How far the sender runs on after each tick: what has failed five times is tried again after four hours."""

FILES = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal")
SENDERS = (
    *("conversations.open", "chat.postMessage", "chat.update", "conversations.history", "conversations.replies"),
    *FILES,
)
SHOWERS = ("views.open", "views.update", "views.push", "views.publish")
BOTH = ("auth.test",)
FETCHERS = ("files.info", "download")
SOCKETS = ("apps.connections.open",)
PASSING: Mapping[str, Fault] = {
    "too many, for 1.5 seconds": too_many("1.5"),
    "too many": too_many(None),
    "500": Fault("internal_error", 500),
    "500 in plain words": Fault(status=500, body="no", content_type="text/plain"),
    "503 as a page": Fault(status=503, body="<html>Slack is away</html>"),
    "503 as broken JSON": Fault(status=503, body="{", content_type="application/json"),
    "200 in plain words": Fault(body="ok", content_type="text/plain"),
    "hangs": Fault(hang=HANGS),
    "hangs, and does it": Fault(hang=HANGS, done=True),
    "drops": Fault(drop=True),
    "drops, and does it": Fault(drop=True, done=True),
    "fails, and does it": Fault("fatal_error", done=True),
    "service_unavailable": Fault("service_unavailable"),
}
NO_SCOPE = Fault("missing_scope", more={"needed": "chat:write", "provided": "im:write"})
TOKENS: Mapping[str, Fault] = {
    "invalid_auth": Fault("invalid_auth"),
    "account_inactive": Fault("account_inactive"),
    "missing_scope": NO_SCOPE,
}
TRIGGERS = {"expired_trigger_id": Fault("expired_trigger_id"), **TOKENS}
CHANNELS = {"channel_not_found": Fault("channel_not_found"), **TOKENS}
FOR_GOOD: Mapping[str, Mapping[str, Fault]] = {
    "views.open": TRIGGERS,
    "views.push": TRIGGERS,
    "views.update": {"not_found": Fault("not_found"), **TOKENS},
    "files.info": {"file_not_found": Fault("file_not_found"), **TOKENS},
    "apps.connections.open": TOKENS,
    "auth.test": TOKENS,
    "conversations.open": {"user_not_found": Fault("user_not_found"), **TOKENS},
    "chat.postMessage": CHANNELS,
    "chat.update": {"message_not_found": Fault("message_not_found"), **CHANNELS},
}
"""What a method may answer that no second try helps against, besides what passes.

Whoever's page cannot be shown for good has nothing to press on it, so that is not among it.
"""
SORRY = bare("noget gik galt hos os")


# ------------------------------------------------------------------------------------------------------ the weather


@dataclass(frozen=True)
class Cloud:
    """The first ``most`` of every ``each``-th request of a method fail by the fault of this name."""

    method: str
    fault: str
    most: int
    each: int = 1

    @property
    def for_good(self) -> bool:
        return self.fault not in PASSING

    def made(self) -> Fault:
        return FOR_GOOD[self.method][self.fault] if self.for_good else PASSING[self.fault]


@dataclass
class Weather:
    """What befalls the requests to Slack, counted by method."""

    clouds: tuple[Cloud, ...]
    arrived: Counter[str] = field(default_factory=Counter)
    befell: Counter[str] = field(default_factory=Counter)

    def befalls(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        self.arrived[method] += 1
        for cloud in self.clouds:
            if cloud.method == method and self.arrived[method] % cloud.each == 0 and self.befell[method] < cloud.most:
                self.befell[method] += 1
                return cloud.made()
        return None

    @property
    def for_good(self) -> bool:
        return any(cloud.for_good for cloud in self.clouds)

    @property
    def loses_letters(self) -> bool:
        """Whether something that is sent goes another way, as it should."""
        return any(cloud.for_good and cloud.method in (*SENDERS, *BOTH) for cloud in self.clouds)


@dataclass(frozen=True)
class Forecast:
    """What a seed stands for."""

    seed: int
    story: str
    way: str
    clouds: tuple[Cloud, ...]


WRITTEN = (
    "auth.test",
    "conversations.open",
    "chat.postMessage",
    "conversations.history",
    "views.open",
    "views.publish",
)
CALLS: Mapping[str, tuple[str, ...]] = {
    "story_1": ("auth.test", "views.open", "views.publish"),
    "morning": (*WRITTEN, "chat.update"),
    "story_3": (*WRITTEN, "chat.update"),
    "papers": (*WRITTEN, *FILES, *FETCHERS, "conversations.replies"),
    "handing_over": WRITTEN,
    "on_the_page": ("auth.test", *SHOWERS),
}
"""What each story asks of Slack, also where something fails."""
TYPED = ("story_1", "story_3")
"""The stories in which whoever has a mail instead can type what its button would have said."""


def forecast(seed: int) -> Forecast:
    """The weather of a seed: of the methods that a story calls some fail, for a while, in one of all ways they can."""
    chance = Random(seed)
    story, way = chance.choice(sorted(CALLS)), chance.choice(("http", "http", "socket"))
    methods = [*CALLS[story], *(SOCKETS if way == "socket" else ())]
    clouds = []
    for method in chance.sample(methods, k=chance.randint(1, min(5, len(methods)))):
        lasting = method in FOR_GOOD and chance.random() < 0.3 and (method in SHOWERS or story in TYPED)
        fault = chance.choice(sorted(FOR_GOOD[method] if lasting else PASSING))
        each = 1 if method in SOCKETS else chance.choice((1, 1, 2, 3))  # a connection is opened once
        clouds.append(Cloud(method, fault, chance.randint(1, 3), each))
    return Forecast(seed, story, way, tuple(clouds))


# ------------------------------------------------------------------------------------------------------- the people


@dataclass
class Patient(InSlack):
    """Somebody at Slack's window in bad weather: does again what came to nothing, and goes by what is shown.

    They put up with being told that it did not work; never with being shown nothing.
    """

    who: str = ""

    def say(self, who: str, words: str) -> None:
        self._do(who, lambda: self.workspace.command(self.users[who], words))

    def press(self, who: str, part: str) -> None:
        self._press(who, button_in(self.blocks, part))

    def ask_in_form(self, who: str, words: str) -> None:
        """Press a button in a form with what was typed into it."""
        self._press(who, {"type": "button", "action_id": "say:0", "value": words})

    def visit(self, who: str) -> None:
        """Open their page: Slack tells us of it again until we have heard it."""
        self.view = {}

        def told() -> Answered:
            for _ in range(TRIES):
                answered = self.workspace.visit(self.users[who])
                if answered.status != 503:
                    break
            return answered

        self._do(who, told)

    def _press(self, who: str, button: Mapping[str, Any], view: Mapping[str, Any] | None = None) -> None:
        stood = view or ({**self.view, "state": sent_back([self.view])} if self.view else None)
        self._do(who, lambda: self.workspace.press(self.users[who], button, stood))

    def answer(self, who: str, message: Mapping[str, Any], part: str) -> None:
        if "blocks" not in message:
            self.say(who, part)  # it came by mail
            return
        self.view = {}
        self._press(who, button_in(message["blocks"], part))

    def fill(self, who: str, part: str = "", files: Mapping[str, Upload] | None = None, **answers: str) -> None:
        for _ in range(TRIES):
            self.who = who
            assert self.has_form(), f"there is no form in what is shown: {self.seen()}"
            self._fill(who, part, files or {}, answers)
            if not any("hentes fra Slack" in said for said in self.errors.values()):
                return
        raise AssertionError("the file could never be fetched")

    def _fill(self, who: str, part: str, files: Mapping[str, Upload], answers: Mapping[str, str]) -> None:
        form = self.view
        values: dict[str, Any] = sent_back([form])["values"]
        for key, value in answers.items():
            put(values, key, value)
        for key, file in files.items():
            id_ = self.workspace.slack.put(file.name, file.content, file.media_type)
            values[f"ask:{key}"]["typed"]["files"] = [{"id": id_}]
        if part not in form["submit"]["text"] and part not in carried(form).words:
            self._press(who, button_in(self.blocks, part), {**form, "state": {"values": values}})
        else:
            self._do(who, lambda: self.workspace.hand_in(self.users[who], form, values))

    def has_form(self) -> bool:
        """Whether there is a form, opened by its button where it could not be opened at once."""
        for _ in range(TRIES):
            way_in = [
                b for block in self.blocks for b in block.get("elements", ()) if b.get("action_id", "")[:5] == "open:"
            ]
            if "submit" in self.view or not way_in:
                break
            self._press(self.who, way_in[0])
        return "submit" in self.view

    def _do(self, who: str, act: Callable[[], Answered]) -> None:
        """Do something until it is answered with more than an apology; something is shown each time."""
        self.who = who
        for _ in range(TRIES):
            stood = self.view, self.blocks
            self._look(act)
            if SORRY not in self.seen():
                return
            self.view, self.blocks = stood
        raise AssertionError("nothing but apologies")

    def _look(self, act: Callable[[], Answered]) -> None:
        slack, spoken = self.workspace.slack, len(self.workspace.responses)
        before = {id_: view["hash"] for id_, view in slack.views.items()}
        answered = act()
        assert answered.status == 200, answered
        told = answered.said
        fresh = [view for id_, view in slack.views.items() if view["hash"] != before.get(id_)]
        modals, homes = ([view for view in fresh if view["type"] == kind] for kind in ("modal", "home"))
        words = [
            *told.get("blocks", ()),
            *(b for one in self.workspace.responses[spoken:] for b in one.get("blocks", ())),
        ]
        self.errors = told.get("errors", {})
        if self.errors:
            return
        if modals:
            self._show(modals[-1])
        elif told.get("response_action") == "update" and "Filen er på vej" not in str(told):
            self._show({**told["view"], "id": self.view["id"]})
        elif words:
            self.view, self.blocks = {}, words
        elif homes:
            self._show(homes[-1])
        else:
            raise AssertionError(f"nothing was shown of what was done: {self.workspace.slack.calls[-6:]}")


@dataclass
class Weathered(Stage):
    """A stage in some weather: what could not be sent to Slack at all came by mail."""

    def prompt(self, who: str, words: str) -> dict[str, Any]:
        found = [message for message in self.sent(who) if words in str(message.get("blocks"))]
        assert found or self.played.letters(who), f"nothing of {words!r} came to {who}"
        return found[-1] if found else {}


# -------------------------------------------------------------------------------------------------------- the stage


@dataclass
class Ended:
    """What there is when the weather has cleared: our rows, what stands in Slack, and what befell."""

    rows: dict[str, list[dict[str, Any]]]
    messages: dict[str, list[dict[str, Any]]]
    weather: Weather
    trouble: str


@contextmanager
def in_weather(played: Played, weather: Weather, way: str) -> Iterator[tuple[Weathered, Callable[[], Ended]]]:
    """The demo with three people who are reached in Slack, and a way to ask what it is when all has been sent."""
    clock, sender = {"at": "2027-02-25T09:00"}, {"at": local("2027-02-25T09:00")}
    with writing(played.engine) as connection:
        for mail, user in USERS.items():
            person = register.person_at(connection, 1, mail)
            assert person
            changes.add_address(connection, 1, person.id, "slack", f"T1/{user}", local(clock["at"]), verified=True)
    slack = Slack(open_house=False, befalls=weather.befalls, clock=lambda: sender["at"].timestamp())
    for mail, user in USERS.items():
        slack.add_user(user, mail)

    def ways() -> dict[str, Any]:
        chat = SlackTransport(
            TOKEN,
            LETTERHEAD.sender,
            lambda p: dressed(p.message, Phrases(p.language)),
            api_url=slack.url,
            timeout=TIMEOUT,
            tiers=Tiers(played.engine, lambda: sender["at"]),
        )
        chat.rate, chat.at_once = Rate(lane_gap_ms=10), 1  # type: ignore[misc]
        return {"slack": chat, "mail": LocalMailTransport(played.engine, LETTERHEAD)}

    def tick(at: str) -> None:
        run_on(sender["at"] + AHEAD)  # nobody stops sending because a story leaps to its next day
        clock["at"] = at
        sender["at"] = max(sender["at"], local(at))
        ticks.plan(played.engine, local(at), move_clock=True, channels=("slack", "mail"))
        run_on(local(at) + AHEAD)

    def run_on(until: datetime) -> None:
        """Send until nothing is left that is due by then, whatever it takes of the sender's own time."""
        for _ in range(200):
            send_due(played.engine, ways(), lambda: sender["at"])
            due = next_due(played)
            if due is None or due > until:
                return
            sender["at"] = max(sender["at"] + timedelta(seconds=7), due)
        raise AssertionError(f"what is due is never sent: {played.outbox()}")

    def ended() -> Ended:
        run_on(local(clock["at"]) + 2 * AHEAD)
        patience = time.monotonic() + 5  # whether there is a connection is looked at four times a second
        while made.app.trouble() and time.monotonic() < patience:
            time.sleep(0.05)
        return Ended({n: played.rows(n) for n in tables}, slack.messages, weather, made.app.trouble())

    with workspace(played.engine, lambda: local(clock["at"]), slack, by_socket=way == "socket") as made:
        yield Weathered(played, Patient(made, USERS), tick, lambda mail: slack.posted(USERS[mail])), ended


# ------------------------------------------------------------------------------- stories that are short enough


def morning(stage: Stage) -> None:
    """The second story: a prompt, answered where it stands; nobody hears again of what they have settled."""
    stage.tick("2027-02-26T08:00")
    (prompt,) = stage.sent(COORDINATOR)
    stage.channel.answer(COORDINATOR, prompt, "indberet 2027")
    stage.channel.fill(COORDINATOR, ghg_total="410250,5")
    stage.expect("2027-0259-v1")
    stage.channel.answer(COORDINATOR, prompt, "borgmester")
    stage.expect("Noteret")
    stage.tick("2027-03-12T08:00")
    assert len(stage.sent(COORDINATOR)) == 1


def papers(stage: Stage) -> None:
    """The fourth story until the agenda is read: a closed item with a file, papers as files."""
    people = stage.channel
    stage.tick("2027-02-25T09:30")
    planned(stage)
    people.say(SECRETARIAT, f"møde indkald {MEETING}")
    stage.confirm(SECRETARIAT)
    people.say(SECRETARIAT, "dagsorden 1/2027")
    people.say(SECRETARIAT, "punkt 1/2027")
    item = {"heading": "Opsigelse af kontrakten", "kind": "decision", "closed": "ja", "recommendation": "At opsige."}
    paper = Upload("Nordlys.txt", "text/plain", b"Leverancen udebliver.")
    people.fill(SECRETARIAT, files={"file": paper}, **item)
    stage.expect("Et lukket punkt skal have en overskrift")
    people.fill(SECRETARIAT, files={"file": paper}, **item, public_heading="En kontrakt")
    stage.expect("Opsigelse af kontrakten")
    people.say(SECRETARIAT, "dagsorden udsend 1/2027")
    stage.confirm(SECRETARIAT, "Udsend nu")
    stage.tick("2027-02-25T10:00")
    people.answer(MAYOR, stage.prompt(MAYOR, "papir"), "papir")
    stage.expect("Opsigelse af kontrakten")


def on_the_page(stage: Stage) -> None:
    """Somebody answers and reports from their page, and asks within a form for what is not to be had."""
    people = stage.channel
    assert isinstance(people, Patient)
    people.visit(COORDINATOR)
    people.press(COORDINATOR, "Ja, borgmesteren kommer")
    stage.expect("Noteret", "Rikke Toft")
    if people.view["type"] == "modal":
        people.press(COORDINATOR, "Ret svaret")
        assert people.has_form()
        people.ask_in_form(COORDINATOR, "dokumenter 99")
        stage.expect("99")
    people.visit(COORDINATOR)
    people.press(COORDINATOR, "Indberet")
    people.fill(COORDINATOR, ghg_total="mange")
    stage.expect("mange")
    people.fill(COORDINATOR, ghg_total="410250,5")
    stage.expect("2027-0259-v1")


def next_due(played: Played) -> datetime | None:
    """When the next of what is not sent yet is due."""
    delivery = tables["delivery"]
    with reading(played.engine) as connection:
        soonest = connection.scalar(select(func.min(delivery.c.ready_ms)).where(delivery.c.state.in_(OPEN_STATES)))
    return None if soonest is None else datetime.fromtimestamp(soonest / 1000, tz=local("2027-01-01T00:00").tzinfo)


def twice(messages: Mapping[str, list[dict[str, Any]]]) -> list[object]:
    """What stands more than once in a conversation: parts of a parcel by their key, files by the thread they are in."""
    found: Counter[object] = Counter()
    for channel, many in messages.items():
        for one in many:
            metadata = one.get("metadata") or {}
            if metadata.get("event_type") == EVENT:
                found[channel, metadata["event_payload"]["key"], metadata["event_payload"].get("part")] += 1
            found.update((channel, one.get("thread_ts"), file["name"]) for file in one.get("files", ()))
    return [what for what, times in found.items() if times > 1]


def texts(messages: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    """What people read in their conversations, in no order."""
    return {
        channel: sorted(one.get("text", "") + read(one.get("blocks") or []) for one in many)
        for channel, many in messages.items()
    }
