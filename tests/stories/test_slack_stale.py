"""A press on a button that has been overtaken: it is said what came in already, and nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from alliance.messages import Form
from bot.slack.blocks import dressed
from bot.slack.transport import SlackTransport
from scheduling.deliver import send_due
from storage.changes import register as changes
from storage.engine import reading, writing
from storage.queries import register
from storage.seed import SECRETARY
from storage.tables import tables
from templates.phrases import Phrases
from tests.conftest import LETTERHEAD, Played, local
from tests.slack_server import Slack
from tests.workspace import TOKEN, Workspace, workspace

COORDINATOR, MAYOR = "klima@koege.example", "borgmester@koege.example"
ANNE, MARIE = "UANNE", "UMARIE"
SENT, ANSWERED, PRESSED = "2027-02-26T08:00", "2027-02-26T10:00", "2027-02-26T10:05"
MEETING = "styregruppe 1/2027"
FACTS = ("answer", "settlement", "report", "report_draft", "journal", "notification", "delivery")
EXEMPT = {"why": "Ny plan i høring", "decided_by": "Styregruppen", "until": "31-12-2027"}


@dataclass
class Room:
    """Messages with buttons that stand in Slack, and people who press them; ``at`` is what our clock shows."""

    played: Played
    slack: Workspace
    at: str = SENT

    def send(self, at: str) -> None:
        """Send what is due in Slack."""
        self.at, now = at, local(at)
        way = SlackTransport(
            TOKEN,
            LETTERHEAD.sender,
            lambda parcel: dressed(parcel.message, Phrases(parcel.language)),
            api_url=self.slack.slack.url,
        )
        while send_due(self.played.engine, {"slack": way}, lambda at=now: at):
            now += timedelta(seconds=2)

    def say(self, who: str, words: str, at: str, **answers: str) -> Any:
        reply = self.played.say(who, words, at, answers or None)
        assert reply.done, reply.message
        return reply

    def press(self, user: str, part: str, n: int = 0, at: str = PRESSED) -> str:
        """Press a button of the n-th message of somebody, as it stood before it was changed; returns the answer."""
        message = self.slack.slack.posted(user)[n]
        return self.press_in(user, self.standing[message["ts"]], part, message["ts"], at)

    def press_in(self, user: str, blocks: Any, part: str, ts: str, at: str) -> str:
        """Press a button in some blocks; without ``ts`` they were shown to one person only."""
        rows = [element for block in blocks for element in block.get("elements", []) if block["type"] == "actions"]
        found = next(element for element in rows if part in element.get("value", ""))
        self.at, before, opened = at, len(self.slack.responses), len(self.slack.slack.views)
        place: dict[str, Any] = {"channel_id": f"D{user}", "message_ts": ts or "1772000000.000001"}
        answered = self.slack.press(user, found, at={**place, "is_ephemeral": not ts})
        assert answered.status == 200
        said = self.slack.responses[before:] + [*self.slack.slack.views.values()][opened:]
        return json.dumps(said, ensure_ascii=False)

    def remember(self) -> None:
        """Keep what stands in Slack, as somebody's screen does whom an edit has not reached."""
        self.standing = {message["ts"]: message["blocks"] for message in self.slack.slack.posted()}

    def facts(self) -> list[list[Any]]:
        """All that people answered, and all that was told."""
        with reading(self.played.engine) as connection:
            return [[tuple(row) for row in connection.execute(tables[name].select())] for name in FACTS]


@pytest.fixture
def room(played: Played) -> Iterator[Room]:
    slack, made = Slack(open_house=False), Room(played, None)  # type: ignore[arg-type]
    with writing(played.engine) as connection:
        for mail, user in ((COORDINATOR, ANNE), (MAYOR, MARIE)):
            person = register.person_at(connection, 1, mail)
            assert person
            changes.add_address(
                connection, 1, person.id, "slack", f"T1/{user}", local("2027-02-26T07:00"), verified=True
            )
            slack.add_user(user, mail)
    with workspace(played.engine, lambda: local(made.at), slack) as made.slack:
        yield made


@pytest.fixture
def reminded(room: Room) -> Room:
    """The reminder of the morning, with a button for each thing it names."""
    room.played.plan(SENT)
    room.send(SENT)
    room.remember()
    return room


@pytest.fixture
def invited(room: Room) -> Room:
    """An invitation to a steering meeting, with yes, no and perhaps."""
    typed = {"kind": "steering_group", "day": "24-03-2027", "starts": "10", "ends": "14", "place": "Rådhuset"}
    room.say(SECRETARY, words(room.say(SECRETARY, "møde opret", SENT)), SENT, **typed)
    shown = room.say(SECRETARY, f"møde indkald {MEETING}", SENT)
    room.say(SECRETARY, words(shown, "Ja,"), SENT, **filled(shown))
    room.send(SENT)
    room.remember()
    return room


def words(reply: Any, part: str = "") -> str:
    for block in reply.message.blocks:
        for each in getattr(block, "buttons", ()) or getattr(block, "items", ()):
            if part in each.label:
                return str(each.words)
    raise AssertionError(reply.message)


def filled(reply: Any) -> dict[str, str]:
    forms = [block for block in reply.message.blocks if isinstance(block, Form)]
    return {ask.key: ask.value for form in forms for section in form.sections for ask in section.asks}


RECEIVED = "er allerede modtaget fra"
OF_THE_REMINDER = [
    ("svar topmøde ja", MAYOR, "svar topmøde ja borgmester", {}, RECEIVED),
    ("svar topmøde ja", MAYOR, "svar topmøde nej", {}, RECEIVED),
    ("svar topmøde", MAYOR, "svar topmøde nej", {}, RECEIVED),
    ("svar topmøde ja", SECRETARY, "for Køge: svar topmøde nej", {}, RECEIVED),
    ("indberet", SECRETARY, "for Køge: dispensation indberetning", EXEMPT, "Du behøver ikke gøre noget"),
    ("dokumenter", SECRETARY, "for Køge: dispensation declaration", EXEMPT, "Du behøver ikke gøre noget"),
]


def test_a_stale_button_of_a_reminder_says_what_came_in_and_changes_nothing(reminded: Room) -> None:
    for pressed, who, said, answers, told in OF_THE_REMINDER:
        reminded.say(who, said, ANSWERED, **answers)
        before = reminded.facts()
        assert told in reminded.press(ANNE, pressed), (pressed, said)
        assert reminded.facts() == before, (pressed, said)


def test_a_stale_button_of_an_invitation_says_what_was_answered_and_changes_nothing(invited: Room) -> None:
    invited.say(MAYOR, f"svar {MEETING} måske", ANSWERED)
    before = invited.facts()
    for pressed in ("ja", "nej", "måske"):
        told = invited.press(MARIE, f"svar {MEETING} {pressed}")
        assert "har svaret" in told and "kommer måske" in told, pressed
    assert invited.facts() == before


def test_a_button_of_a_meeting_that_was_cancelled_since_says_so(invited: Room) -> None:
    shown = invited.say(SECRETARY, f"møde aflys {MEETING} Sygdom", ANSWERED)
    invited.say(SECRETARY, words(shown, "Ja,"), ANSWERED, **filled(shown))
    before = invited.facts()
    assert "aflyst" in invited.press(MARIE, f"svar {MEETING} ja")
    assert invited.facts() == before


def test_a_proposal_that_a_colleague_decided_says_so_to_whoever_presses_after_them(invited: Room) -> None:
    with writing(invited.played.engine) as connection:
        person = register.person_at(connection, 1, SECRETARY)
        assert person
        changes.add_address(connection, 1, person.id, "slack", "T1/USISSE", local(SENT), verified=True)
        invited.slack.slack.add_user("USISSE", SECRETARY)
    typed = {"heading": "Fælles elbusser", "kind": "discussion", "case": "Flere kommuner vil købe ind sammen."}
    invited.say(COORDINATOR, "foreslå 1/2027", SENT, **typed)
    invited.send(SENT)
    invited.remember()
    (number,) = {row.id for row in items(invited) if row.state == "proposed"}
    invited.say(SECRETARY, f"forslag {number} optag", ANSWERED)
    before = invited.facts()
    for verb in ("optag", "afvis"):
        assert "har allerede fået svar" in invited.press("USISSE", f"forslag {number} {verb}")
    assert invited.facts() == before


def items(room: Room) -> list[Any]:
    with reading(room.played.engine) as connection:
        return list(connection.execute(tables["agenda_item"].select()))


def test_a_stale_button_of_what_only_one_person_sees_says_what_came_in_and_is_replaced(reminded: Room) -> None:
    """Nobody can change such an answer afterwards, and it has no receipt: its buttons say themselves when they came."""
    reminded.at = SENT
    shown = reminded.slack.command(ANNE, "liste").said["blocks"]
    reminded.say(MAYOR, "svar topmøde nej", ANSWERED)
    before = reminded.facts()
    assert RECEIVED in reminded.press_in(ANNE, shown, "svar topmøde ja", "", PRESSED)
    assert reminded.facts() == before
    assert reminded.slack.responses[-1]["replace_original"] is True


def test_a_button_of_a_meeting_that_was_moved_since_it_was_shown_says_so(invited: Room) -> None:
    invited.at = SENT
    shown = (
        invited.slack.command(MARIE, f"svar {MEETING}").said.get("blocks")
        or invited.slack.command(MARIE, "møder").said["blocks"]
    )
    stale = next(one for block in shown for one in block.get("elements", []) if "svar" in one.get("value", ""))
    moved = invited.say(SECRETARY, f"møde flyt {MEETING} 31-03-2027", ANSWERED)
    if any(isinstance(block, Form) for block in moved.message.blocks):
        invited.say(SECRETARY, words(moved, "Ja,"), ANSWERED, **filled(moved))
    before = invited.facts()
    assert "blev spurgt" in invited.press_in(MARIE, [{"type": "actions", "elements": [stale]}], "svar", "", PRESSED)
    assert invited.facts() == before


def test_the_answer_to_a_stale_press_offers_the_way_to_change_it(reminded: Room) -> None:
    """Below what stands the button is fresh: who presses that one has seen what stands."""
    reminded.say(MAYOR, "svar topmøde nej", ANSWERED)
    told = reminded.press(ANNE, "svar topmøde ja")
    blocks = json.loads(told)[0]["blocks"]
    opened = reminded.press_in(ANNE, blocks, "svar topmøde", "1772999999.000001", PRESSED)
    assert '"type": "modal"' in opened


def test_what_still_stands_after_an_edit_is_no_stale_button(reminded: Room) -> None:
    reminded.say(SECRETARY, "for Køge: dispensation indberetning", ANSWERED, **EXEMPT)
    reminded.send(ANSWERED)
    reminded.remember()
    assert RECEIVED not in reminded.press(ANNE, "svar topmøde ja")
    assert len(reminded.played.rows("answer")) == 1


def test_what_is_typed_is_meant_whatever_stands(reminded: Room) -> None:
    reminded.say(MAYOR, "svar topmøde nej", ANSWERED)
    reminded.at = PRESSED
    assert "kommer" in reminded.slack.command(ANNE, "svar topmøde ja borgmester").text
    assert len(reminded.played.rows("answer")) == 2
