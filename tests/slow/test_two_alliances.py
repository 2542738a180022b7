"""Two alliances in one database for a year of ticks: nothing of one ever shows in the other."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, select
from starlette.routing import Route

from bot.request import Request
from bot.router import handle
from bot.web.app import demo_app
from bot.web.site import Demo
from storage.engine import reading, writing
from storage.mailbox import mailbox
from storage.queries import register
from storage.queries.register_faults import register_faults
from storage.seed_second import plant_second
from storage.tables import tables
from tests.conftest import Played, local
from tests.slow.life import Life
from tests.stories.conftest import Conversation
from tests.stories.test_second_alliance import KL, SECRETARIAT, Second, crossed

with warnings.catch_warnings():  # it would rather have a library that hardly anybody has yet
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

pytestmark = pytest.mark.slow

FIRST_SECRETARIAT, COORDINATOR, MAYOR = (
    "sekretariat@frederiksberg.example",
    "klima@odense.example",
    "borgmester@koege.example",
)
SECOND_MEMBER, ADVISER = "klimaalliance@odense.example", "adviser@kkr-syddanmark.example"
HERE, NOW = "http://127.0.0.1:8000", "2028-03-01T10:00"
WORDS = ("liste", "møde", "kontakter", "hjælp", "vedtægt", "papir", "tal", "indstillinger", "erfaringer", "spørgsmål")
OVERSEEN = ("status", "mangler 2", "journal", "omdeling 1/2027", "årshjul 2028", "planer", "rammevilkår", "opgaver")
FIRST_WORD, SECOND_WORD = "Tranemoseplanker", "Lærkebakkesten"  # what the people of each type, and nobody else says


@pytest.fixture(scope="module")
def lived(databases: Any) -> Iterator[Engine]:
    """Both, after a year in which both met, sent papers, shared, asked, raised, planned and were reminded."""
    from storage.engine import connect

    engine = connect(databases.copy(databases.demo()))
    with writing(engine) as connection:
        plant_second(connection)
    first, second = Conversation(Played(engine)), Conversation(Second(engine))
    lives = (
        Life(
            first,
            FIRST_SECRETARIAT,
            COORDINATOR,
            "Ringsted",
            MAYOR,
            "klima@glostrup.example",
            "styregruppe 1/2027",
            FIRST_WORD,
        ),
        Life(
            second,
            SECRETARIAT,
            SECOND_MEMBER,
            "Køge",
            KL,
            "klimaalliance@glostrup.example",
            "projektgruppe 3/2027",
            SECOND_WORD,
        ),
    )
    day = date(2027, 3, 1)
    while day < date(2028, 3, 1):
        first.at = second.at = f"{day}T08:30"
        first.played.tick(first.at)
        for life in lives:
            life.live(day)
        _also(first, second, day)
        day += timedelta(days=1 if day.day < 6 else 3)
    for life in lives:
        assert {"approve", "plan", "ask"} <= life.done
    yield engine
    engine.dispose()


def _also(first: Conversation, second: Conversation, day: date) -> None:
    """What is only said in one of them, and what is said every month."""
    if day == date(2027, 3, 4):
        assert first.say(COORDINATOR, "svar topmøde ja").done
    if day.day == 1:
        first.say(FIRST_SECRETARIAT, "for Odense: dispensation 4")
        second.say(SECRETARIAT, "dagsorden projektgruppe 4/2027")
        second.say(SECOND_MEMBER, "sprog en" if day.month % 2 else "sprog da")


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
            words.add(FIRST_WORD if alliance.key == "demo" else SECOND_WORD)
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


def test_no_part_of_a_mail_of_one_says_a_word_of_the_other(lived: Engine, only_in: dict[str, set[str]]) -> None:
    """Its head, its text, its page, its calendar and its papers."""
    counts: dict[str, Counter[str]] = {}
    with reading(lived) as connection:
        for alliance in register.alliances(connection):
            others = set().union(*(words for key, words in only_in.items() if key != alliance.key))
            counts[alliance.key] = Counter()
            for mail in mailbox(connection, alliance.id, None, limit=100_000):
                parsed = message_from_bytes(mail.content, policy=policy.default)
                assert shown("\n".join(map(str, parsed.values())), others) == set(), (alliance.key, mail.recipient)
                for part in parsed.walk():
                    if not part.is_multipart():
                        counts[alliance.key][part.get_content_type()] += 1
                        assert shown(text_of(part), others) == set(), (alliance.key, mail.recipient, part)
    for key, mails, papers in (
        ("demo", 500, 300),
        ("demo-klimaalliancen", 50, 5),
    ):  # papers of the other go to partners
        assert counts[key]["text/plain"] > mails and counts[key]["text/html"] > mails, counts
        assert counts[key]["text/calendar"] > 1 and counts[key]["application/pdf"] > papers, counts


def text_of(part: Any) -> str:
    """What a part of a mail says to who reads it."""
    content = part.get_content()
    return content if isinstance(content, str) else printed(content)


@cache
def printed(content: bytes) -> str:
    """What a paper or any other file says; what is packed is opened."""
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return content.decode("utf-8", "replace")


PEOPLE = {
    "demo": (FIRST_SECRETARIAT, COORDINATOR, MAYOR),
    "demo-klimaalliancen": (SECRETARIAT, KL, SECOND_MEMBER, ADVISER),
}


@pytest.mark.parametrize(("who", "own"), [(who, own) for own, people in PEOPLE.items() for who in people])
def test_no_answer_of_one_says_a_word_of_the_other(
    lived: Engine, only_in: dict[str, set[str]], who: str, own: str
) -> None:
    others = set().union(*(words for key, words in only_in.items() if key != own))
    talk = Conversation(Played(lived))
    talk.at = NOW
    for words in (*WORDS, *OVERSEEN):
        assert shown(talk.say(who, words).text, others) == set(), words


OF_BOTH = {"/", "/health", "/clock.json"}  # the demo's own: its first page offers everybody of either
NUMBERED = {"/obligations": "obligation", "/papers": "paper", "/meetings": "meeting", "/mailbox": "local_mail"}
SELDOM = {
    "demo": set[str](),
    "demo-klimaalliancen": {  # nothing is owed there, and the sample of few files may miss them
        "/obligations/{id:short}",
        "/papers/{id:short}/attachments/{number:short}",
        "/mailbox/{id:short}/attachments/{number:short}",
        "/mailbox/{id:short}/attachments/{number:short}/view",
    },
}
EMPTY_STATE = re.compile(r'class="(?:[^"]* )?state(?: [^"]*)?"[^>]*>\s*<')


@pytest.mark.parametrize("own", PEOPLE)
def test_no_page_of_one_says_a_word_of_the_other_and_every_status_is_words(
    lived: Engine, only_in: dict[str, set[str]], demo_rows: Callable[[str], list[int]], own: str
) -> None:
    """Every route there is, with the numbers of both; each must have opened for somebody."""
    others = set().union(*(words for key, words in only_in.items() if key != own))
    demo = Demo(lived, lambda: local(NOW), lambda moment: None, lambda: None)
    app, opened = demo_app(demo), set()
    routes = [r.path for r in app.routes if isinstance(r, Route) and "GET" in (r.methods or ())]
    with TestClient(app, base_url=HERE) as client:
        for who in PEOPLE[own]:
            client.cookies.clear()
            client.cookies.set("persona", who)
            for route in (route for route in routes if route not in OF_BOTH):
                for path in filled(route, demo_rows, lived, who):
                    answer = client.get(path)
                    assert shown(printed(answer.content), others) == set(), (who, path)
                    assert not EMPTY_STATE.search(answer.text if "html" in answer.headers["content-type"] else "")
                    opened |= {route} if answer.status_code == 200 else set()
    assert set(routes) - opened - OF_BOTH <= SELDOM[own]


def filled(route: str, rows: Callable[[str], list[int]], engine: Engine, who: str) -> Iterator[str]:
    """The addresses that a route has: a sample of the rows of both alliances, and what is found by searching."""
    if "{token}" in route:
        reply = handle(engine, Request(who, "kalender ny", {}, "web"), local(NOW), HERE)
        yield from re.findall(rf"{HERE}(/feeds/[\w-]+\.ics)", str(reply.message))
    elif "{id:" in route:
        known = rows(NUMBERED["/" + route.split("/")[1]])
        for number in known[:: max(1, len(known) // 60)]:
            yield re.sub(r"{number:short}", "1", route.replace("{id:short}", str(number)))
    elif "{year:" in route:
        yield from (route.replace("{year:short}", year) for year in ("2027", "2028"))
    elif route == "/act":
        yield "/act?say=liste"
    else:
        yield from (route, f"{route}?q=om&page=1", f"{route}?year=2027&q=indkøb")


def test_the_number_of_a_row_of_the_other_opens_nothing(lived: Engine) -> None:
    talk = Conversation(Played(lived))
    talk.at = NOW
    with reading(lived) as connection:
        first, second = (alliance.id for alliance in register.alliances(connection))
    for number in rows_of(lived, "obligation", first)[:20]:
        assert not talk.say(SECRETARIAT, f"vis {number}").done
    for number in rows_of(lived, "agenda_item", second)[:20]:
        assert not talk.say(FIRST_SECRETARIAT, f"punkt #{number}").done
    for number in rows_of(lived, "agenda_item", first)[:20]:
        assert not talk.say(SECRETARIAT, f"punkt #{number}").done


def rows_of(engine: Engine, name: str, alliance: int) -> list[int]:
    table = tables[name]
    with reading(engine) as connection:
        return list(connection.execute(select(table.c.id).where(table.c.alliance_id == alliance)).scalars())


@pytest.fixture
def demo_rows(lived: Engine) -> Callable[[str], list[int]]:
    """The ids of a table's rows, of both alliances."""

    def rows(name: str) -> list[int]:
        with reading(lived) as connection:
            return list(connection.execute(select(tables[name].c.id)).scalars())

    return rows
