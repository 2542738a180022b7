"""Two alliances in one database for a year of ticks: nothing of one ever shows in the other."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.web.app import demo_app
from bot.web.site import Demo
from storage.engine import reading, writing
from storage.mailbox import mailbox
from storage.queries import register
from storage.queries.register_faults import register_faults
from storage.seed_second import plant_second
from tests.conftest import Played, local
from tests.stories.conftest import Conversation
from tests.stories.test_second_alliance import KL, SECRETARIAT, Second, confirmed, crossed

with warnings.catch_warnings():  # it would rather have a library that hardly anybody has yet
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

pytestmark = pytest.mark.slow

FIRST_SECRETARIAT, COORDINATOR = "sekretariat@frederiksberg.example", "klima@odense.example"
HERE = "http://127.0.0.1:8000"
WORDS = ("liste", "møde", "kontakter", "hjælp", "vedtægt", "papir", "tal", "indstillinger")
OVERSEEN = ("status", "mangler 2", "journal", "omdeling 1/2027", "årshjul 2028")


@pytest.fixture(scope="module")
def lived(databases: Any) -> Iterator[Engine]:
    """Both, after a year in which both called meetings, answered, were reminded and went on."""
    from storage.engine import connect

    engine = connect(databases.copy(databases.demo()))
    with writing(engine) as connection:
        plant_second(connection)
    first, second = Conversation(Played(engine)), Conversation(Second(engine))
    day = date(2027, 3, 1)
    while day < date(2028, 3, 1):
        first.at = second.at = f"{day}T08:30"
        first.played.tick(first.at)
        _live(first, second, day)
        day += timedelta(days=1 if day.day < 6 else 3)
    yield engine
    engine.dispose()


def _live(first: Conversation, second: Conversation, day: date) -> None:
    """What people of either say on a day."""
    if day == date(2027, 3, 2):
        assert confirmed(second, "møde indkald projektgruppe 2/2027").done
        assert confirmed(second, "møde indkald forretningsudvalg 1/2027").done
        assert first.say(FIRST_SECRETARIAT, "årshjul 2027").done
    if day == date(2027, 3, 4):
        assert first.say(COORDINATOR, "svar topmøde ja").done
        assert second.say(KL, "svar projektgruppe 2/2027 ja").done
    if day.day == 1:
        first.say(FIRST_SECRETARIAT, "for Odense: dispensation 4")
        second.say(SECRETARIAT, "dagsorden projektgruppe 3/2027")
        second.say("klimaalliance@odense.example", "sprog en" if day.month % 2 else "sprog da")


@pytest.fixture(scope="module")
def only_in(lived: Engine) -> dict[str, set[str]]:
    """Words that belong to one alliance: names of its people and bodies, and addresses."""
    found = {}
    with reading(lived) as connection:
        for alliance in register.alliances(connection):
            terms = register.office_terms(connection, alliance.id)
            people = register.people(connection, alliance.id, {term.person_id for term in terms})
            addresses = register.addresses(connection, alliance.id)
            words = {person.name for person in people.values()}
            words |= {address.value for each in addresses.values() for address in each}
            words |= {body.name.da for body in alliance.charter.bodies} | {
                c.title.da for c in alliance.charter.meetings
            }
            found[alliance.key] = words
    shared = set.intersection(*found.values())
    return {key: words - shared for key, words in found.items()}


def shown(text: str, words: set[str]) -> set[str]:
    """Those of the words that stand in a text."""
    return {word for word in words if word in text and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)}


def test_no_row_of_one_points_at_a_row_of_the_other(lived: Engine) -> None:
    with reading(lived) as connection:
        assert crossed(connection) == []


def test_after_a_year_nothing_stands_in_either_register_that_cannot_be(lived: Engine) -> None:
    with reading(lived) as connection:
        for alliance in register.alliances(connection):
            assert register_faults(connection, alliance, date.min) == ()


def test_no_mail_of_one_says_a_word_of_the_other(lived: Engine, only_in: dict[str, set[str]]) -> None:
    counts = {}
    with reading(lived) as connection:
        for alliance in register.alliances(connection):
            others = set().union(*(words for key, words in only_in.items() if key != alliance.key))
            mails = mailbox(connection, alliance.id, None, limit=100_000)
            counts[alliance.key] = len(mails)
            for mail in mails:
                parsed = message_from_bytes(mail.content, policy=policy.default)
                said = "\n".join([*map(str, parsed.values()), parsed.get_body(("plain",)).get_content()])  # type: ignore
                assert shown(said, others) == set(), (alliance.key, mail.recipient)
    assert counts["demo"] > 500 and counts["demo-klimaalliancen"] > 5


@pytest.mark.parametrize(
    ("who", "own"),
    [
        (FIRST_SECRETARIAT, "demo"),
        (COORDINATOR, "demo"),
        (SECRETARIAT, "demo-klimaalliancen"),
        (KL, "demo-klimaalliancen"),
    ],
)
def test_no_answer_and_no_page_of_one_says_a_word_of_the_other(
    lived: Engine, only_in: dict[str, set[str]], who: str, own: str
) -> None:
    others = set().union(*(words for key, words in only_in.items() if key != own))
    talk = Conversation(Played(lived))
    talk.at = "2028-03-01T10:00"
    for words in (*WORDS, *OVERSEEN):
        assert shown(talk.say(who, words).text, others) == set(), words
    demo = Demo(lived, lambda: local(talk.at), lambda moment: None, lambda: None)
    with TestClient(demo_app(demo), base_url=HERE) as client:
        client.cookies.set("persona", who)
        for path in (
            "/chat",
            "/board",
            "/board.csv",
            "/board.json",
            "/journal",
            "/outbox",
            "/mailbox",
            "/mailbox?page=2",
        ):
            assert shown(client.get(path).text, others) == set(), path
        for number in range(1, 400, 7):
            assert shown(client.get(f"/papers/{number}").text, others) == set()
            assert shown(client.get(f"/obligations/{number}").text, others) == set()


def test_the_number_of_a_row_of_the_other_opens_nothing(lived: Engine, demo_rows: Callable[[str], list[int]]) -> None:
    talk = Conversation(Played(lived))
    talk.at = "2028-03-01T10:00"
    for number in demo_rows("obligation")[:20]:
        assert not talk.say(SECRETARIAT, f"vis {number}").done
    for number in demo_rows("agenda_item")[:20]:
        assert not talk.say(FIRST_SECRETARIAT, f"punkt #{number}").done


@pytest.fixture
def demo_rows(lived: Engine) -> Callable[[str], list[int]]:
    """The ids of a table's rows: obligations are all of the first alliance, agenda items all of the second."""
    from storage.tables import tables

    def rows(name: str) -> list[int]:
        with reading(lived) as connection:
            return list(connection.execute(tables[name].select().with_only_columns(tables[name].c.id)).scalars())

    return rows
