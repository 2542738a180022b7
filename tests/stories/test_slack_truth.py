"""Messages in Slack keep up with the truth: what is answered elsewhere is said where the question stood."""

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
from scheduling.audit import check
from scheduling.deliver import send_due
from storage.changes import register as changes
from storage.engine import reading, writing
from storage.outbox import edits
from storage.outbox.steps import as_ms
from storage.queries import register, stories
from storage.queries.volumes import posted_after
from storage.seed import SECRETARY
from storage.tables import tables
from templates.phrases import Phrases
from tests.conftest import LETTERHEAD, Played, local
from tests.slack_server import Fault, Slack, running
from tests.workspace import TOKEN

COORDINATOR, MAYOR, ENGLISH = "klima@koege.example", "borgmester@koege.example", "klima@lejre.example"
ANNE, MARIE, LEA = "UANNE", "UMARIE", "ULEA"
DAY, LATER = "2027-02-26", "2027-02-26T10:00"
MEETING = "styregruppe 1/2027"
EXEMPT = {"why": "Ny plan i høring", "decided_by": "Styregruppen", "until": "31-12-2027"}
YES = "svar topmøde ja borgmester"


@dataclass
class Chat:
    """People who are written to in Slack, and what stands there."""

    played: Played
    slack: Slack

    def send(self, at: str) -> None:
        """Send what is due in Slack, with nothing planned meanwhile."""
        slack = SlackTransport(
            TOKEN,
            LETTERHEAD.sender,
            lambda parcel: dressed(parcel.message, Phrases(parcel.language)),
            api_url=self.slack.url,
        )
        now = local(at)
        self.slack.clock = lambda: now.timestamp()
        while send_due(self.played.engine, {"slack": slack}, lambda at=now: at):
            now += timedelta(seconds=2)  # a conversation takes a message a second

    def tick(self, at: str) -> None:
        self.played.plan(at)
        self.send(at)

    def say(self, who: str, words: str, at: str = LATER, **answers: str) -> Any:
        reply = self.played.say(who, words, at, answers or None)
        assert reply.done, reply.message
        return reply

    def read(self, user: str, n: int = 0) -> str:
        """The n-th message that stands in somebody's conversation, as its blocks show it."""
        return json.dumps(self.slack.posted(user)[n]["blocks"], ensure_ascii=False)

    def buttons(self, user: str, n: int = 0) -> list[str]:
        rows = [block for block in self.slack.posted(user)[n]["blocks"] if block["type"] == "actions"]
        return [element["value"] for row in rows for element in row["elements"] if "value" in element]

    def edits(self) -> list[tuple[str, str]]:
        return [(record.state, record.reason) for record in self.played.outbox() if record.kind == "edit"]


@pytest.fixture
def chat(played: Played) -> Iterator[Chat]:
    slack = Slack(open_house=False)
    with writing(played.engine) as connection:
        for mail, user in ((COORDINATOR, ANNE), (MAYOR, MARIE), (ENGLISH, LEA)):
            person = register.person_at(connection, 1, mail)
            assert person
            changes.add_address(connection, 1, person.id, "slack", f"T1/{user}", local(f"{DAY}T07:00"), verified=True)
            if mail == ENGLISH:
                changes.set_language(connection, 1, person.id, "en")
            slack.add_user(user, mail)
    with running(slack):
        yield Chat(played, slack)


def test_what_a_colleague_answered_on_the_web_is_said_where_the_question_stood(chat: Chat) -> None:
    chat.tick(f"{DAY}T08:00")
    before = len(chat.slack.posted())
    asked = chat.buttons(ANNE)
    assert any(words.startswith("svar topmøde") for words in asked) and any("indberet" in words for words in asked)
    chat.say(MAYOR, YES)
    assert chat.edits() and {state for state, _ in chat.edits()} == {"queued"}
    chat.send(LATER)
    assert len(chat.slack.posted()) == before, "nobody is notified"
    left = chat.buttons(ANNE)
    assert not any(words.startswith("svar topmøde") for words in left) and any("indberet" in words for words in left)
    told = chat.read(ANNE)
    assert "Marie" in told or "kommer" in told
    assert "1 er på plads" in told and "2027" in told
    assert chat.slack.posted(ANNE)[0]["metadata"]["event_payload"]["key"], "it can still be found by its key"


@pytest.mark.slow
def test_when_all_of_it_is_in_place_no_button_is_left_and_taking_it_back_brings_them_again(chat: Chat) -> None:
    chat.tick(f"{DAY}T08:00")
    listed = {line["requirement"] for r in chat.played.outbox() if r.recipient == f"T1/{ANNE}" for line in r.lines}
    numbers = {r.key: r.number for r in chat.played.alliance.charter.requirements}
    for requirement in sorted(listed - {"summit"}):
        words = f"for Køge: dispensation {numbers[requirement]}"
        chat.say(SECRETARY, words, **EXEMPT)
    chat.say(MAYOR, YES)
    chat.send(LATER)
    assert "alt i påmindelsen" in chat.read(ANNE) and chat.buttons(ANNE) == []
    with reading(chat.played.engine) as connection:
        settlement = tables["settlement"]
        mine = settlement.c.requirement == "report", settlement.c.kind == "dispensation"
        fact = connection.execute(settlement.select().where(*mine)).one()
    chat.say(SECRETARY, f"fortryd {fact.id}", f"{DAY}T11:00")
    chat.send(f"{DAY}T11:00")
    assert len(chat.buttons(ANNE)) >= 2, "what is owed again can be answered again, and the list is there"


def test_what_was_handed_over_stands_in_the_reminder_as_a_colleagues_and_comes_back(chat: Chat) -> None:
    chat.tick(f"{DAY}T08:00")
    (give,) = {words for words in chat.buttons(ANNE) if words.startswith("giv videre")}
    asked = {"mail": MAYOR, "name": "", "note": "Du kender tallene"}
    shown = chat.say(COORDINATOR, give, **asked)
    (form,) = [block for block in shown.message.blocks if isinstance(block, Form)]
    colleague = {ask.key: ask.value for section in form.sections for ask in section.asks}
    chat.say(COORDINATOR, form.buttons[0].words, **colleague)
    chat.send(LATER)
    assert give not in chat.buttons(ANNE) and "Du kender tallene" in chat.read(MARIE, -1)
    (decline,) = [words for words in chat.buttons(MARIE, -1) if words.startswith("afslå")]
    chat.say(MAYOR, decline, f"{DAY}T11:00")
    chat.send(f"{DAY}T11:00")
    assert give in chat.buttons(ANNE) and "kan ikke svare på det her" in chat.read(ANNE, -1)


def test_what_is_snoozed_stands_in_the_reminder_as_that_and_can_be_taken_back_there(chat: Chat) -> None:
    chat.tick(f"{DAY}T08:00")
    (snooze,) = [words for words in chat.buttons(ANNE) if words.startswith("udskyd")]
    chat.say(COORDINATOR, f"{snooze} 1 uge")
    chat.send(LATER)
    assert "minder jeg dig om igen den 5. marts 2027" in chat.read(ANNE)
    assert f"{snooze} fortryd" in chat.buttons(ANNE) and not any("indberet" in words for words in chat.buttons(ANNE))
    chat.say(COORDINATOR, f"{snooze} fortryd", f"{DAY}T11:00")
    chat.send(f"{DAY}T11:00")
    assert snooze in chat.buttons(ANNE) and any("indberet" in words for words in chat.buttons(ANNE))


def test_every_reader_is_told_in_their_own_language(chat: Chat) -> None:
    chat.tick(f"{DAY}T08:00")
    chat.say("borgmester@lejre.example", YES)
    chat.send(LATER)
    assert "in place" in chat.read(LEA) and "på plads" not in chat.read(LEA)


def test_of_several_changes_at_once_only_the_newest_words_leave(chat: Chat) -> None:
    chat.tick(f"{DAY}T08:00")
    chat.say(MAYOR, YES)
    chat.say(MAYOR, "svar topmøde nej", f"{DAY}T10:01")
    chat.send(f"{DAY}T10:02")
    states = chat.edits()
    assert ("withdrawn", "older_revision") in states and ("sent", "") in states
    assert len(chat.slack.asked("chat.update")) == len([state for state, _ in states if state == "sent"])
    assert "kommer ikke" in chat.read(ANNE)


def test_what_is_being_sent_just_then_is_edited_once_it_stands(chat: Chat) -> None:
    """Its words were found before the answer came."""
    chat.played.plan(f"{DAY}T08:00")
    deliveries = tables["delivery"]
    with writing(chat.played.engine) as connection:
        mine = deliveries.c.lane == f"slack:T1/{ANNE}"
        connection.execute(
            deliveries.update().where(mine).values(state="sending", ready_ms=as_ms(local(f"{DAY}T12:00")))
        )
    chat.say(SECRETARY, "for Køge: dispensation indberetning", **EXEMPT)
    chat.send(f"{DAY}T10:00")
    assert ("failed", "message_under_way") in chat.edits() and not chat.slack.asked("chat.update")


DROPS, DROPS_AFTER = Fault(drop=True), Fault(drop=True, done=True)
AWAY = Fault("internal_error", 500)
ENDINGS: dict[str, tuple[list[Fault], list[Fault], str, tuple[str, str]]] = {
    "it is found": ([DROPS_AFTER], [], "sent", ("sent", "")),
    "it is found after hours": ([DROPS_AFTER], [AWAY] * 2, "sent", ("sent", "")),
    "it never came, and is not true any more": ([DROPS], [], "withdrawn", ("withdrawn", "never_sent")),
    "nobody can say until the day is over": ([DROPS_AFTER], [AWAY] * 99, "given_up", ("withdrawn", "never_sent")),
    "its reader cannot be reached any more": (
        [DROPS, Fault("is_archived")], [], "given_up", ("given_up", "no_address"),
    ),
}  # fmt: skip
"""What befalls the message, and the questions after it; how it ends; how the edit of it ends."""


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_edit_ends_however_its_message_ends_and_is_tried_as_seldom_as_that(chat: Chat, ending: str) -> None:
    posts, asks, ends, edit_ends = ENDINGS[ending]
    chat.slack.plan("chat.postMessage", *posts)
    chat.slack.plan("conversations.history", *asks)
    chat.played.plan(f"{DAY}T08:00")
    with writing(chat.played.engine) as connection:  # nobody else's message meets what is planned for this one
        others = tables["delivery"].c.lane != f"slack:T1/{ANNE}"
        connection.execute(tables["delivery"].update().where(others).values(state="withdrawn"))
    chat.send(f"{DAY}T08:00")
    chat.say(SECRETARY, "for Køge: dispensation indberetning", f"{DAY}T08:01", **EXEMPT)
    for minutes in range(2, 51 * 60, 20):
        at = local(f"{DAY}T08:00") + timedelta(minutes=minutes)
        chat.send(f"{at:%Y-%m-%dT%H:%M}")
    mine = {(r.kind, r.state) for r in chat.played.outbox() if r.recipient == f"T1/{ANNE}" and r.kind == "reminder"}
    assert mine == {("reminder", ends)}
    assert {(state, reason.split(":")[0]) for state, reason in chat.edits()} == {edit_ends}
    tried = [row for row in chat.played.rows("transition") if row["reason"] == "message_under_way"]
    assert len(tried) <= 8, "it waits as long as its message does"


SLOW = pytest.mark.slow
CODES = ("cant_update_message", "edit_window_closed", "channel_not_found")


@pytest.mark.parametrize("code", ["message_not_found", *(pytest.param(code, marks=SLOW) for code in CODES)])
def test_what_cannot_be_changed_any_more_is_left_alone_and_alarms_nobody(chat: Chat, code: str) -> None:
    chat.tick(f"{DAY}T08:00")
    chat.slack.plan("chat.update", *[Fault(error=code)] * 5)
    chat.say(MAYOR, YES)
    chat.send(LATER)
    assert ("given_up", f"gone: {code}") in chat.edits()
    chat.tick(f"{DAY}T12:00")
    assert not [r for r in chat.played.outbox() if r.kind in ("undelivered", "alert")]
    with reading(chat.played.engine) as connection:
        assert register.unreachable_reasons(connection, 1) == {}


def test_an_edit_of_which_nobody_knows_is_made_again(chat: Chat) -> None:
    chat.tick(f"{DAY}T08:00")
    chat.slack.plan("chat.update", Fault(drop=True, done=True))
    chat.say(MAYOR, YES)
    chat.send(LATER)
    chat.send(f"{DAY}T10:10")
    assert {state for state, _ in chat.edits()} == {"sent"}
    assert not any(words.startswith("svar topmøde") for words in chat.buttons(ANNE))


@SLOW
def test_an_edit_is_no_reminder_and_leaves_the_audit_content(chat: Chat) -> None:
    chat.tick(f"{DAY}T08:00")
    with reading(chat.played.engine) as connection:
        before = stories.reminders_sent(connection, 1)
    chat.say(MAYOR, YES, "2027-02-27T10:00")
    chat.send("2027-02-27T10:05")  # a Saturday
    with reading(chat.played.engine) as connection:
        assert stories.reminders_sent(connection, 1) == before
    assert {state for state, _ in chat.edits()} == {"sent"}
    with reading(chat.played.engine) as connection:
        found = {finding.kind for finding in check(connection, chat.played.alliance, local("2027-02-27T10:06"))}
    assert not found & {"after_settling", "no_receipt", "twice_a_day"}


def test_who_is_written_to_by_mail_gets_no_edit(chat: Chat) -> None:
    chat.tick(f"{DAY}T08:00")
    chat.say("borgmester@solroed.example", YES)
    assert chat.edits() == []


# -------------------------------------------------------------------------------------------------- meetings


@pytest.fixture
def called(chat: Chat) -> Chat:
    """A steering meeting on 24 March, called: the mayor of Køge, who holds a seat, has it in her chat."""
    form = {"kind": "steering_group", "day": "24-03-2027", "starts": "10", "ends": "14", "place": "Rådhuset"}
    shown = chat.say(SECRETARY, "møde opret")
    chat.say(SECRETARY, button(shown, ""), **form)
    confirm(chat, f"møde indkald {MEETING}")
    chat.send(LATER)
    assert len(chat.buttons(MARIE)) == 3
    return chat


def confirm(chat: Chat, words: str) -> None:
    """What the secretariat is shown first, confirmed as it stands."""
    shown = chat.say(SECRETARY, words)
    forms = [block for block in shown.message.blocks if isinstance(block, Form)]
    typed = {ask.key: ask.value for form in forms for section in form.sections for ask in section.asks}
    chat.say(SECRETARY, button(shown, "Ja,"), **typed)


def button(reply: Any, part: str) -> str:
    for block in reply.message.blocks:
        for each in getattr(block, "buttons", ()) or getattr(block, "items", ()):
            if part in each.label:
                return str(each.words)
    raise AssertionError(reply.message)


def test_an_answer_given_elsewhere_takes_the_buttons_from_the_invitation(called: Chat) -> None:
    called.say(MAYOR, f"svar {MEETING} ja", f"{DAY}T11:00")
    called.send(f"{DAY}T11:00")
    told = called.read(MARIE)
    assert called.buttons(MARIE) == [] and "kommer" in told and "modtaget fra" in told and "kl. 11" in told


def test_a_meeting_that_is_moved_says_so_where_its_old_time_stood(called: Chat) -> None:
    confirm(called, f"møde flyt {MEETING} 14-04-2027 10-14")
    called.send(f"{DAY}T11:00")
    assert "er flyttet" in called.read(MARIE) and called.buttons(MARIE) == []
    assert len(called.buttons(MARIE, 1)) == 3, "the new invitation asks"


def test_a_meeting_that_is_cancelled_asks_nobody_any_more(called: Chat) -> None:
    confirm(called, f"møde aflys {MEETING} Sygdom")
    called.send(f"{DAY}T11:00")
    assert "er aflyst" in called.read(MARIE) and called.buttons(MARIE) == []


def test_a_reminder_follows_the_event_it_names_and_no_breaker_minds(chat: Chat) -> None:
    chat.tick(f"{DAY}T08:00")
    assert any(words.startswith("svar topmøde") for words in chat.buttons(ANNE))
    confirm(chat, "møde aflys topmøde 2027 Sygdom")
    chat.played.plan(f"{DAY}T10:01")
    chat.send(f"{DAY}T10:02")
    assert not any(words.startswith("svar topmøde") for words in chat.buttons(ANNE))
    with reading(chat.played.engine) as connection:
        assert posted_after(connection, 1, 0) == sum(r.kind != "edit" for r in chat.played.outbox())


def test_a_proposal_that_a_colleague_decided_asks_the_others_no_more(called: Chat) -> None:
    with writing(called.played.engine) as connection:
        person = register.person_at(connection, 1, SECRETARY)
        assert person
        changes.add_address(connection, 1, person.id, "slack", "T1/USISSE", local(LATER), verified=True)
        called.slack.add_user("USISSE", SECRETARY)
    typed = {"heading": "Fælles elbusser", "kind": "discussion", "case": "Flere kommuner vil købe ind sammen."}
    called.say(COORDINATOR, "foreslå 1/2027", **typed)
    called.send(LATER)
    (accept, _decline) = called.buttons("USISSE")
    called.say(SECRETARY, accept, f"{DAY}T11:00")
    called.send(f"{DAY}T11:00")
    assert called.buttons("USISSE") == [] and "optaget på dagsordenen" in called.read("USISSE")


def test_editing_what_stands_for_nobody_in_a_chat_posts_nothing(played: Played) -> None:
    with writing(played.engine) as connection:
        assert edits.settled(connection, 1, 1, "report", local(LATER)) == 0
        assert edits.answered(connection, 1, 1, 1, local(LATER)) == 0
        assert edits.meeting_changed(connection, 1, 1, local(LATER), []) == 0
