"""Somebody who owes asks to be reminded later: what they hear, and what everybody else does."""

from __future__ import annotations

import asyncio
import email
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import select

from scheduling.audit import check
from scheduling.deliver import deliver_one
from storage.engine import reading, writing
from storage.tables import tables
from tests.conftest import Played, local
from tests.storage.small_alliance import Post
from tests.stories.conftest import forget as forget_deliveries

COORDINATOR, MAYOR = "klima@koege.example", "borgmester@koege.example"
SECRETARIAT = "sekretariat@frederiksberg.example"
FIRST = "2027-02-26"  # twenty working days before the report is due


@pytest.fixture
def reminded(talk: Any) -> Any:
    """On the morning of the first rung, when everybody's reminder lies in the outbox."""
    talk.played.plan(f"{FIRST}T08:00")
    talk.at = f"{FIRST}T09:00"
    return talk


def number(talk: Any, requirement: str = "report") -> int:
    found: int = talk.account("Køge", requirement).obligation.id
    return found


def letters(played: Played, address: str) -> list[str]:
    """Subject and text of every reminder in a mailbox, oldest first."""
    texts = []
    for letter in reversed(played.letters(address)):
        mail = email.message_from_bytes(letter.content, policy=default)
        assert isinstance(mail, EmailMessage)
        body = mail.get_body(("plain",))
        assert body is not None
        texts.append(f"{mail['Subject']} {body.get_content()}")
    return texts


def test_a_button_of_the_list_asks_until_when_and_a_press_hides_it(reminded: Any) -> None:
    asked = reminded.press(COORDINATOR, reminded.say(COORDINATOR, "liste"), f"udskyd {number(reminded)}")
    assert "Fristen er" in asked.text and "flytter sig ikke" in asked.text
    hidden = reminded.press(COORDINATOR, asked, "05-03-2027")
    assert "igen fredag den 5. marts 2027" in hidden.summary
    listed = reminded.say(COORDINATOR, "liste")
    assert "Jeg minder dig ikke om det før fredag den 5. marts 2027" in listed.text
    assert "udskudt 1 ting" in reminded.say(COORDINATOR, "indstillinger").text
    back = reminded.press(COORDINATOR, listed, "igen")
    assert "som før" in back.summary
    assert "ikke om det før" not in reminded.say(COORDINATOR, "liste").text
    assert [entry.action for entry in reminded.journal()][:2] == ["snooze_ended", "snoozed"]


WAYS = (
    "udskyd {n} 1 uge",
    "mind mig om {n} om en uge",
    "mind mig om 7 dage om {n}",
    "remind me of {n} in 1 week",
    "snooze {n} 05-03-2027",
    "udskyd nr {n} til 5. marts 2027",
    "for Køge: udskyd 2 1 uge",
    "udskyd indberetning 1 uge",
)


def test_it_is_said_in_many_ways(reminded: Any) -> None:
    for words in WAYS:
        said = reminded.say(COORDINATOR, words.format(n=number(reminded)))
        assert "fredag den 5. marts 2027" in said.summary, words
        reminded.say(COORDINATOR, f"udskyd {number(reminded)} fortryd")


def test_a_day_is_typed_into_the_form_and_what_is_wrong_stands_at_it(reminded: Any) -> None:
    asked = reminded.say(COORDINATOR, f"udskyd {number(reminded)}")
    wrong = reminded.send(COORDINATOR, asked, until_day="snart")
    assert set(wrong.errors()) == {"until_day"} and wrong.ask("until_day").value == "snart"
    assert set(reminded.send(COORDINATOR, wrong, until_day=FIRST).errors()) == {"until_day"}
    hidden = reminded.send(COORDINATOR, wrong, until_day="2027-12-24")
    assert "tirsdag den 30. marts 2027" in hidden.summary and "længere kan det ikke vente" in hidden.summary


REFUSED = (
    ("2027-03-30T09:00", "udskyd {n}", "kan ikke vente længere"),
    ("2027-04-02T09:00", "udskyd {n} 1 uge", "kan ikke udskydes"),
    ("2027-03-01T09:00", "udskyd {n} 01-03-2027", "fra i morgen"),
    ("2027-03-01T09:00", "udskyd {n} snart", "som en dato"),
)


def test_what_cannot_be_snoozed_is_refused_with_words(reminded: Any) -> None:
    for at, words, part in REFUSED:
        reminded.at = at
        said = reminded.say(COORDINATOR, words.format(n=number(reminded)))
        assert not said.done and part in said.text, words
    assert reminded.played.rows("snooze") == []


def test_the_secretariat_hears_whose_reminders_they_are_and_what_it_can_do_instead(reminded: Any) -> None:
    for words in (f"udskyd {number(reminded)} 1 uge", f"for Køge: udskyd {number(reminded)} 1 uge"):
        said = reminded.say(SECRETARIAT, words)
        assert not said.done and "men til" in said.text and said.offered() == ["for Køge: dispensation"]


def test_without_more_words_it_asks_what_and_offers_what_has_a_deadline_ahead(reminded: Any) -> None:
    asked = reminded.say(COORDINATOR, "udskyd")
    assert asked.done and f"udskyd {number(reminded)}" in asked.offered()
    assert reminded.say(COORDINATOR, asked.offered()[0]).is_form
    assert "ikke noget med en frist" in reminded.say(SECRETARIAT, "udskyd").text


def test_only_who_is_reminded_of_it_can_snooze_it(reminded: Any) -> None:
    for who in (MAYOR, SECRETARIAT):
        said = reminded.say(who, f"udskyd {number(reminded)} 1 uge")
        assert not said.done and "går ikke til dig" in said.text


def test_pressed_twice_it_is_written_down_once(reminded: Any) -> None:
    for _ in range(2):
        assert reminded.say(COORDINATOR, f"udskyd {number(reminded)} 1 uge").done
    assert len(reminded.played.rows("snooze")) == 1
    reminded.say(COORDINATOR, f"udskyd {number(reminded)} 2 uger")
    assert [row["ended_at"] is None for row in reminded.played.rows("snooze")] == [False, True]


@pytest.mark.slow
def test_one_reminder_comes_when_it_ends_and_the_rest_of_the_digest_comes_meanwhile(reminded: Any) -> None:
    """The rung of 12 March is passed over; the summit's comes on its day, without the report."""
    reminded.played.tick(f"{FIRST}T08:30")
    reminded.say(COORDINATOR, f"udskyd {number(reminded)} 22-03-2027")
    for day in ("2027-03-12", "2027-03-15", "2027-03-19", "2027-03-22", "2027-03-23"):
        reminded.played.tick(f"{day}T08:00")
    told = letters(reminded.played, COORDINATOR)[1:]
    assert len([text for text in told if "indberetning" in text.lower()]) == 1, told
    assert "indberetning" in told[-1].lower()


def test_a_reminder_in_the_outbox_is_withdrawn_with_the_reason(reminded: Any) -> None:
    reminded.say(COORDINATOR, f"udskyd {number(reminded)} 1 uge")
    assert (sending(reminded).state, sending(reminded).reason) == ("withdrawn", "snoozed")
    explained = reminded.say(SECRETARIAT, f"hvorfor {COORDINATOR} 2").text
    assert "har udskudt det" in explained and "fredag den 5. marts 2027" in explained


def test_a_reminder_in_the_outbox_loses_one_line_and_keeps_the_rest(reminded: Any) -> None:
    assert reminded.say(COORDINATOR, f"udskyd {number(reminded, 'summit')} 8 uger").done
    sent = sending(reminded)
    lines = {line["requirement"] for line in sent.lines}
    assert sent.state == "sent" and "report" in lines and "declaration" in lines and "summit" not in lines


def test_everybody_else_sees_that_it_is_owed(reminded: Any) -> None:
    owing = reminded.say(SECRETARIAT, "mangler 2").text
    reminded.say(COORDINATOR, f"udskyd {number(reminded)} 1 uge")
    assert reminded.standing("Køge", "report") == "open"
    assert reminded.say(SECRETARIAT, "mangler 2").text == owing
    shown = reminded.say(SECRETARIAT, f"vis {number(reminded)}").text
    assert "mindes ikke om det før den 5. marts 2027" in shown and "udskød sine egne påmindelser" in shown


def test_what_was_settled_meanwhile_is_not_told_when_it_ends(reminded: Any) -> None:
    reminded.say(COORDINATOR, f"udskyd {number(reminded)} 1 uge")
    reminded.send(COORDINATOR, reminded.say(COORDINATOR, "indberet"), ghg_total="410250,5")
    reminded.played.plan("2027-03-05T08:00")
    assert newest(reminded).occasion == FIRST
    assert "allerede modtaget" in reminded.say(COORDINATOR, f"udskyd {number(reminded)} 1 uge").text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("until", "told", "gaps"),
    [("15-03-2027", False, 0), ("12-03-2027", False, 1), ("12-03-2027", True, 0)],
)
def test_the_audit_knows_what_waits_and_what_should_have_been_told(
    reminded: Any, until: str, told: bool, gaps: int
) -> None:
    """On Friday 12 March a rung is reached; whoever snoozed longer is no gap, whoever's ended is one if not told."""
    reminded.say(COORDINATOR, f"udskyd {number(reminded)} {until}")
    reminded.played.plan("2027-03-12T08:00")
    if not told and gaps:
        forget(reminded, "2027-03-12")
    with reading(reminded.engine) as connection:
        found = check(connection, reminded.played.alliance, local("2027-03-12T16:00"), ("mail",))
    mine = [one for one in found if one.kind == "gap" and one.facts["obligation"] == number(reminded)]
    assert len(mine) == gaps


def newest(talk: Any) -> Any:
    """The coordinator's newest reminder."""
    return [r for r in talk.played.outbox() if r.kind == "reminder" and r.recipient == COORDINATOR][-1]


def sending(talk: Any) -> Any:
    """What becomes of the coordinator's reminder when it is about to leave."""
    (mine,) = [r for r in talk.played.outbox() if r.kind == "reminder" and r.recipient == COORDINATOR]
    ways = {"mail": Post(can_be_asked=False)}
    asyncio.run(deliver_one(talk.engine, ways, mine.id, lambda: local(f"{FIRST}T09:01")))
    return next(r for r in talk.played.outbox() if r.id == mine.id)


def forget(talk: Any, day: str) -> None:
    """As if nobody had planned anything that day."""
    notification, delivery, line = tables["notification"], tables["delivery"], tables["reminder_line"]
    with writing(talk.engine) as connection:
        ids = select(notification.c.id).where(notification.c.occasion == day)
        forget_deliveries(connection, delivery.c.notification_id.in_(ids))
        connection.execute(line.delete().where(line.c.notification_id.in_(ids)))
        connection.execute(notification.delete().where(notification.c.occasion == day))


def test_one_that_was_taken_back_today_is_told_at_the_next_occasion_and_is_no_gap(reminded: Any) -> None:
    reminded.say(COORDINATOR, f"udskyd {number(reminded)} 2 uger")
    reminded.played.plan("2027-03-12T08:00")
    reminded.at = "2027-03-12T10:00"
    reminded.say(COORDINATOR, f"udskyd {number(reminded)} fortryd")
    with reading(reminded.engine) as connection:
        found = check(connection, reminded.played.alliance, local("2027-03-12T16:00"), ("mail",))
    assert [one for one in found if one.kind == "gap" and one.facts["obligation"] == number(reminded)] == []
    reminded.played.plan("2027-03-15T08:00")
    assert [line["rung"] for line in newest(reminded).lines if line["requirement"] == "report"] == [-10]
