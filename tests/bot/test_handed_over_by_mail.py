"""Somebody without an office or a chat answers what a colleague handed to them, from the mail alone and signed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from alliance.messages import Form
from storage.engine import connect
from tests.databases import Databases
from tests.installation import Installation

COORDINATOR, NEW = "klima@koege.example", "bo@koege.example"
REPORT, DECLINE, GIVE, LIST = "Indberet", "Giv det tilbage", "Giv videre", "Se det hele på din liste"


@pytest.fixture(scope="module")
def given(databases: Databases) -> Iterator[str]:
    """A database to be copied, in which Køge's report was handed to somebody new, who was mailed."""
    made = databases.copy(databases.demo())
    house = Installation(connect(made))
    house.at = "2027-02-25T09:00"  # the day before anybody is reminded
    hand_over(house)
    house.send()
    house.engine.dispose()
    yield made
    databases.drop(made)


@pytest.fixture
def house(given: str, copied: Callable[[str], Engine]) -> Installation:
    return Installation(copied(given), "2027-02-25T10:00")


def hand_over(house: Installation) -> None:
    shown = house.say(COORDINATOR, f"giv videre indberetning {NEW}", name="Bo Lund", mail=NEW, note="Du har tallene")
    (form,) = [block for block in shown.message.blocks if isinstance(block, Form)]
    filled = {ask.key: ask.value for section in form.sections for ask in section.asks}
    assert house.say(COORDINATOR, form.buttons[0].words, **filled).done


def press(house: Installation, path: str, **answers: str) -> Any:
    browser = house.browser()
    offered = re.findall(r'name="_words" value="([^"]+)"', browser.get(path).text)
    return browser.post(path, data={"_words": offered[0], **answers})


@pytest.mark.slow
def test_the_mail_says_who_what_why_and_until_when_and_its_button_reports(house: Installation) -> None:
    mail = house.mails(NEW)[0]
    text = mail.get_body(preferencelist=("plain",)).get_content()  # type: ignore[union-attr]
    assert "Søren Uldum beder dig svare på" in str(mail["subject"])
    assert all(part in text for part in ("Hej Bo Lund", "Du har tallene", "31. marts 2027"))
    done = press(house, house.link(NEW, REPORT), ghg_total="410250,5")
    assert done.status_code == 200 and "2027-0259-v1" in done.text and "Tak, det er noteret" in done.text


def test_declined_by_the_mails_button_it_is_the_givers_and_the_other_button_does_nothing(house: Installation) -> None:
    report = house.link(NEW, REPORT)
    assert "er givet tilbage" in press(house, house.link(NEW, DECLINE)).text
    house.send()
    assert "Bo Lund har givet" in str(house.mails(COORDINATOR)[0]["subject"])
    before = house.everything("web_session", "journal", "form_draft")
    gone = house.browser().post(report, data={"_words": "for Køge: indberet send", "ghg_total": "1"})
    assert gone.status_code == 410 and "ikke har mere" in gone.text
    assert house.everything("web_session", "journal", "form_draft") == before


def test_signed_in_they_see_that_one_thing_and_no_page_of_the_secretariats(house: Installation) -> None:
    browser = house.sign_in(NEW)
    browser.post("/say", data={"_words": "liste"})
    page = browser.get("/chat").text
    assert "Du har tallene" in page and "Du er Bo Lund i" in page
    assert "Topmøde" not in page.partition('id="latest"')[2]
    assert [browser.get(path).status_code for path in ("/board", "/journal", "/outbox")] == [403, 403, 403]


def test_once_it_is_taken_back_nobody_can_sign_in_and_who_has_is_nobody(house: Installation) -> None:
    browser = house.sign_in(NEW)
    assert browser.get("/chat").status_code == 200
    house.say(COORDINATOR, "tag tilbage indberetning")
    assert browser.get("/chat").status_code in (303, 403)
    before = len(house.mails(NEW))
    house.browser().post("/sign-in", data={"address": NEW})
    house.send()
    subjects = [str(mail["subject"]) for mail in house.mails(NEW)[: len(house.mails(NEW)) - before]]
    assert subjects and all("tilbage" in subject for subject in subjects)


def test_handing_over_from_a_mail_asks_to_sign_in_first(house: Installation) -> None:
    press(house, house.link(NEW, DECLINE))
    house.send()
    before = house.everything("web_session")
    shown = house.browser().get(house.link(COORDINATOR, GIVE))
    assert "Log ind for at se mere" in shown.text and house.everything("web_session") == before
