"""What makes two notifications the same: kind, about, occasion and recipient, and never the channel."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime

import pytest

from alliance.notifications import Notification, broadcast, recorded_on_behalf, reminder
from alliance.reminders import Digest, Line

EXPIRES = datetime(2027, 3, 12, 15, tzinfo=UTC)
FRIDAY, MONDAY = date(2027, 3, 12), date(2027, 3, 15)


def key(notification: Notification) -> tuple[str, str, str, int]:
    return (notification.kind, notification.about, notification.occasion, notification.recipient_id)


def digest(day: date = FRIDAY, person: int = 70, *lines: Line) -> Digest:
    return Digest(person, day, lines or (Line(1, -10),))


def test_a_notification_knows_no_channel() -> None:
    assert not {field.name for field in fields(Notification)} & {"channel", "address", "transport"}


def test_a_person_has_one_reminder_a_day_whatever_it_lists() -> None:
    one, other = (
        reminder(digest(FRIDAY, 70, *lines), EXPIRES) for lines in ([Line(1, -10)], [Line(2, 5), Line(1, -5)])
    )
    assert key(one) == key(other) == ("reminder", "obligations", "2027-03-12", 70)
    assert one.lines != other.lines


@pytest.mark.parametrize("other", [digest(MONDAY), digest(person=71)])
def test_another_day_or_another_person_is_another_reminder(other: Digest) -> None:
    assert key(reminder(other, EXPIRES)) != key(reminder(digest(), EXPIRES))


def test_a_reminder_carries_its_lines_its_day_and_the_instant_it_is_too_late() -> None:
    made = reminder(digest(FRIDAY, 70, Line(1, -10), Line(2, None)), EXPIRES)
    assert made.lines == (Line(1, -10), Line(2, None))
    assert made.facts == {"day": "2027-03-12"}
    assert made.expires_at == EXPIRES


def test_each_note_made_on_behalf_is_told_once_to_each() -> None:
    one = recorded_on_behalf(4, "settlement:9", 70, "Klimaplan", "Sofie")
    again = recorded_on_behalf(4, "settlement:9", 70, "Klimaplan, rettet", "Sofie")
    assert key(one) == key(again) == ("recorded_on_behalf", "obligation:4", "settlement:9", 70)
    others = [
        recorded_on_behalf(5, "settlement:9", 70, "Klimaplan", "Sofie"),
        recorded_on_behalf(4, "settlement:10", 70, "Klimaplan", "Sofie"),
        recorded_on_behalf(4, "settlement:9", 71, "Klimaplan", "Sofie"),
    ]
    assert key(one) not in map(key, others)
    assert one.facts == {"obligation": 4, "what": "Klimaplan", "by": "Sofie"}
    assert one.expires_at is None


def test_the_same_words_to_the_same_people_on_one_day_are_said_once() -> None:
    one, again = (broadcast("Husk topmødet", "members", FRIDAY, 70, sender) for sender in ("Sofie", "Anders"))
    assert key(one) == key(again)
    assert one.facts == {"text": "Husk topmødet", "by": "Sofie"}


@pytest.mark.parametrize(
    ("text", "audience", "day", "recipient"),
    [
        ("Husk topmødet!", "members", FRIDAY, 70),
        ("Husk topmødet", "coordinators", FRIDAY, 70),
        ("Husk topmødet", "members", MONDAY, 70),
        ("Husk topmødet", "members", FRIDAY, 71),
    ],
)
def test_other_words_people_or_days_are_another_broadcast(text: str, audience: str, day: date, recipient: int) -> None:
    one = broadcast("Husk topmødet", "members", FRIDAY, 70, "Sofie")
    assert key(broadcast(text, audience, day, recipient, "Sofie")) != key(one)


def test_audience_and_words_cannot_run_into_each_other() -> None:
    assert key(broadcast("b\nc", "a", FRIDAY, 70, "S")) != key(broadcast("c", "a\nb", FRIDAY, 70, "S"))


def test_two_kinds_about_the_same_never_share_a_key() -> None:
    made = [
        reminder(digest(), EXPIRES),
        recorded_on_behalf(1, FRIDAY.isoformat(), 70, "x", "y"),
        broadcast("x", "y", FRIDAY, 70, "z"),
    ]
    assert len({key(each) for each in made}) == len({each.kind for each in made}) == 3
