"""Somebody who is in two alliances by one address: one mail, a link to each, and a switch that mixes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from alliance.doors import LONGEST, MOST_SIGN_INS
from bot.web.app import Demo, demo_app
from storage.changes import register as changes
from storage.engine import connect, reading, writing
from storage.queries import register
from storage.seed import DEMO_START
from storage.tables import tables
from tests.databases import Databases
from tests.installation import Installation, TestClient

BOTH, ONE = "klima@koege.example", "klima@lejre.example"
KEY, BACK = "demo-klimaalliancen", "demo"


@pytest.fixture(scope="module")
def planted(databases: Databases) -> Iterator[str]:
    """The demo, and a younger alliance in which the same address is somebody's; to be copied."""
    made = databases.copy(databases.demo())
    engine = connect(made)
    since = date(2024, 1, 1)
    with writing(engine) as connection:
        other = changes.add_alliance(connection, KEY, "klimaalliancen", since, DEMO_START)
        town = changes.add_municipality(connection, other, "0259", "Køge", "Køge Kommune", ())
        person = changes.add_person(connection, other, "Henrik Damborg", "da")
        changes.add_address(connection, other, person, "mail", BOTH, DEMO_START, verified=False)
        changes.add_office_term(connection, other, town, "climate_coordinator", person, since, None, DEMO_START)
    engine.dispose()
    yield made
    databases.drop(made)


@pytest.fixture
def house(planted: str, copied: Callable[[str], Engine]) -> Installation:
    return Installation(copied(planted))


def names(house: Installation) -> dict[str, str]:
    """What the alliances are called, by key."""
    with reading(house.engine) as connection:
        return {one.key: one.charter.name.da for one in register.alliances(connection)}


def ask(house: Installation, who: str = BOTH) -> None:
    house.browser().post("/sign-in", data={"address": who})
    house.send()


def enter(house: Installation, key: str) -> TestClient:
    """A browser in which they signed in by the link to one of the two."""
    ask(house)
    browser = house.browser()
    assert browser.post(house.link(BOTH, f"Log ind i {names(house)[key]}")).status_code == 303
    return browser


def here(browser: TestClient) -> str:
    return browser.get("/chat").text.partition("<main")[0]


def test_one_mail_names_both_with_a_link_to_each(house: Installation) -> None:
    ask(house)
    (mail,) = house.mails(BOTH)
    assert mail["subject"] == "Dine links til at logge ind i Tovholder"
    labels = {label for label in house.links(mail) if label.startswith("Log ind")}
    assert labels == {f"Log ind i {name}" for name in names(house).values()}
    ask(house, ONE)
    (alone,) = house.mails(ONE)
    assert alone["subject"] == "Dit link til at logge ind i Tovholder" and "Log ind" in house.links(alone)


@pytest.mark.slow
@pytest.mark.parametrize(("key", "other"), [(BACK, KEY), (KEY, BACK)])
def test_each_link_leads_to_its_own_and_the_switch_to_the_other_and_back(
    house: Installation, key: str, other: str
) -> None:
    browser = enter(house, key)
    for inside, outside in ((key, other), (other, key), (key, other)):
        assert f"i {names(house)[inside]}</p>" in here(browser)
        assert f'value="{outside}"' in here(browser) and f'value="{inside}"' not in here(browser)
        assert browser.post("/alliance", data={"alliance": outside}).status_code == 303


def test_the_other_link_still_works_and_its_mailbox_is_proven(house: Installation) -> None:
    enter(house, BACK)
    browser = house.browser()
    assert browser.post(house.link(BOTH, f"Log ind i {names(house)[KEY]}")).status_code == 303
    rows = house.everything()["address"]
    assert sum(BOTH in row for row in rows) == 2


def test_what_is_said_after_the_switch_is_said_there(house: Installation) -> None:
    browser = enter(house, BACK)
    said = browser.post("/say", data={"_words": "liste"}).text
    assert "Årlig indberetning" in said
    browser.post("/alliance", data={"alliance": KEY})
    there = browser.get("/chat").text.partition("<main")[2]
    assert "Årlig indberetning" not in there
    assert "Årlig indberetning" not in browser.post("/say", data={"_words": "liste"}).text


WRONG = ({"alliance": KEY}, {"alliance": "nowhere"}, {})


def test_nobody_switches_to_where_they_are_not(house: Installation) -> None:
    browser = house.sign_in(ONE)
    assert "/alliance" not in here(browser)
    before = house.everything()
    for data in WRONG:
        answer = browser.post("/alliance", data=data)
        assert answer.status_code == 403 and "kan du ikke skifte til" in answer.text
    assert house.browser().post("/alliance", data={"alliance": KEY}).status_code == 303  # to sign in
    foreign = browser.post("/alliance", data={"alliance": KEY}, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403 and house.everything() == before


def test_who_has_left_the_other_cannot_switch_any_more(house: Installation) -> None:
    browser = enter(house, BACK)
    assert f'value="{KEY}"' in here(browser)
    with writing(house.engine) as connection:
        second = register.alliances(connection)[1]
        person = register.person_at(connection, second.id, BOTH)
        assert person
        mine = tables["office_term"].c.person_id == person.id
        connection.execute(tables["office_term"].update().where(mine).values(valid_until=house.now().date()))
    assert "/alliance" not in here(browser)
    assert browser.post("/alliance", data={"alliance": KEY}).status_code == 403
    house.later += timedelta(minutes=1)
    ask(house)
    assert house.mails(BOTH)[0]["subject"] == "Dit link til at logge ind i Tovholder"


@pytest.mark.slow
def test_switching_makes_a_session_no_longer(house: Installation) -> None:
    browser = enter(house, BACK)
    for _ in range(int(LONGEST / timedelta(hours=11)) + 1):
        house.later += timedelta(hours=11)
        current = KEY if f'value="{KEY}"' in here(browser) else BACK
        answer = browser.post("/alliance", data={"alliance": current})
    assert answer.headers["location"].startswith("/sign-in") and browser.get("/chat").status_code == 303


def test_asked_for_again_and_again_nobodys_mailbox_is_filled(house: Installation) -> None:
    for _ in range(MOST_SIGN_INS + 2):
        house.browser().post("/sign-in", data={"address": BOTH})
        house.later += timedelta(seconds=1)
    house.send()
    assert len(house.mails(BOTH)) == MOST_SIGN_INS


def test_in_the_demo_a_cookie_says_which_until_somebody_else_is_played(
    planted: str, copied: Callable[[str], Engine]
) -> None:
    engine = copied(planted)
    demo = Demo(engine, lambda: DEMO_START, lambda to: None, lambda: None)
    with TestClient(demo_app(demo), base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        client.post("/persona", data={"address": BOTH})
        first = here(client)
        assert client.post("/alliance", data={"alliance": KEY}).status_code == 303
        assert here(client) != first and f'value="{BACK}"' in here(client)
        client.post("/act", data={"_words": "hjælp", "_as": BOTH})
        assert f'value="{BACK}"' in here(client)
        client.post("/persona", data={"address": BOTH})
        assert here(client) == first
