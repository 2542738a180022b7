"""Signing in by a link that is mailed: who gets one, what it opens, for how long, and what it tells nobody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from alliance.doors import IDLE, LONGEST, MOST_SIGN_INS, SIGN_IN_FOR
from storage.changes import register as changes
from storage.engine import reading, writing
from storage.queries import register
from storage.tables import tables
from tests.installation import URL, Installation, TestClient

COORDINATOR, MAYOR, SECRETARY = "klima@koege.example", "borgmester@koege.example", "sekretariat@frederiksberg.example"
STRANGER = "nobody@nowhere.example"


@pytest.fixture
def house(demo: Engine) -> Installation:
    return Installation(demo)


def ask(house: Installation, who: str, to: str = "") -> str:
    """Ask for a link, and have it mailed; returns where it leads."""
    house.browser().post("/sign-in", data={"address": who, "to": to})
    house.send()
    return house.link(who, "Log ind")


def is_in(browser: TestClient) -> bool:
    return browser.get("/chat").status_code == 200


# ------------------------------------------------------------------------------------------------- asking for a link


def test_whoever_is_in_an_office_gets_a_link_that_opens_the_pages(house: Installation) -> None:
    browser = house.sign_in(COORDINATOR)
    page = browser.get("/chat").text
    assert "klimakoordinator, Køge" in page and "Log ud" in page
    assert (
        "Postkasse" not in page
        and "prøveudgave" not in page.lower()
        and ">Uret<" not in page
        and "Skift person" not in page
    )


def test_the_answer_is_the_same_whether_the_address_is_known_or_not(house: Installation) -> None:
    known, unknown = (house.browser().post("/sign-in", data={"address": who}) for who in (COORDINATOR, STRANGER))
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert dict(known.headers) == dict(unknown.headers)
    house.send()
    assert len(house.mails(COORDINATOR)) == 1 and house.mails(STRANGER) == []


def test_what_is_no_address_is_said_at_the_field(house: Installation) -> None:
    for typed in ("", "koege", "a b@koege.example", "x@" + "y" * 260, "æ@koege.example"):
        answer = house.browser().post("/sign-in", data={"address": typed})
        assert answer.status_code == 400 and "Det ligner ikke en mailadresse" in answer.text, typed


def test_capitals_and_spaces_do_not_matter(house: Installation) -> None:
    house.browser().post("/sign-in", data={"address": f" {COORDINATOR.upper()} "})
    house.send()
    assert len(house.mails(COORDINATOR)) == 1


def test_nobody_without_an_office_gets_a_link(house: Installation) -> None:
    assert house.surely(SECRETARY, f"for Køge: fratræd {COORDINATOR}").done
    house.at = "2027-03-02T09:00"
    house.browser().post("/sign-in", data={"address": COORDINATOR})
    house.send()
    assert house.mails(COORDINATOR) == []


def test_nobodys_mailbox_is_filled(house: Installation) -> None:
    for _ in range(MOST_SIGN_INS + 3):
        assert house.browser().post("/sign-in", data={"address": COORDINATOR}).status_code == 200
        house.later += timedelta(seconds=1)
    house.send()
    assert len(house.mails(COORDINATOR)) == MOST_SIGN_INS


def test_whoever_asks_too_often_from_one_place_is_told_to_wait(house: Installation) -> None:
    browser = house.browser()
    answers = [browser.post("/sign-in", data={"address": f"{n}@nowhere.example"}) for n in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert "Vent nogle minutter" in answers[-1].text


def test_a_person_of_a_chat_gets_the_link_by_mail(house: Installation) -> None:
    with writing(house.engine) as connection:
        person = register.person_at(connection, house.alliance.id, COORDINATOR)
        assert person
        changes.add_address(connection, house.alliance.id, person.id, "slack", "T1/U1", house.now(), verified=True)
    assert ask(house, COORDINATOR).startswith("/sign-in/")


# ------------------------------------------------------------------------------------------------------- the link


def test_opening_the_link_changes_nothing_and_names_who_it_is_for(house: Installation) -> None:
    path = ask(house, COORDINATOR)
    before = house.everything()
    for _ in range(3):  # a scanner, a preview, the reader
        answer = house.browser().get(path)
        assert answer.status_code == 200 and "Log ind som" in answer.text and "set-cookie" not in answer.headers
        assert house.browser().head(path).status_code == 200
    assert house.everything() == before


def test_the_secret_stands_nowhere_in_the_database(house: Installation) -> None:
    browser = house.browser()
    path = ask(house, COORDINATOR)
    answer = browser.post(path)
    cookie = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    kept = "\n".join(line for rows in house.everything("local_mail").values() for line in rows)
    assert path.removeprefix("/sign-in/") not in kept and cookie not in kept and len(cookie) > 40


NOT_ANY_MORE = {
    "reused": lambda house, path: house.browser().post(path),
    "expired": lambda house, path: setattr(house, "later", SIGN_IN_FOR),
    "another was used": lambda house, path: house.browser().post(ask(house, COORDINATOR)),
    "left office": lambda house, path: house.surely(SECRETARY, f"for Køge: fratræd {COORDINATOR}"),
    "address ended": lambda house, path: end_address(house, COORDINATOR),
}


def end_address(house: Installation, address: str) -> None:
    with writing(house.engine) as connection:
        person = register.person_at(connection, house.alliance.id, address)
        assert person
        changes.end_addresses(connection, house.alliance.id, person.id, "mail", house.now())


@pytest.mark.parametrize("why", NOT_ANY_MORE)
def test_a_link_that_works_no_more_opens_nothing_and_offers_a_new_one(house: Installation, why: str) -> None:
    path = ask(house, COORDINATOR)
    NOT_ANY_MORE[why](house, path)
    for answer in (house.browser().get(path), house.browser().post(path)):
        assert answer.status_code == 410 and "set-cookie" not in answer.headers
        assert "Linket virker ikke længere" in answer.text and 'href="/sign-in"' in answer.text


def test_a_link_that_was_tampered_with_opens_nothing(house: Installation) -> None:
    path = ask(house, COORDINATOR)
    secret = path.removeprefix("/sign-in/")
    for wrong in (secret[:-1], secret + "x", secret.swapcase(), "x" * 43):
        assert house.browser().post(f"/sign-in/{wrong}").status_code == 410
    assert house.browser().post(path).status_code == 303


def test_nobody_goes_on_trying_links(house: Installation) -> None:
    browser = house.browser()
    codes = {browser.get(f"/sign-in/{n}").status_code for n in range(60)}
    assert codes == {410} and browser.get("/sign-in/61").status_code == 429
    assert browser.post("/act/62").status_code == 429


def test_reading_the_mail_verifies_the_address(house: Installation) -> None:
    with writing(house.engine) as connection:
        connection.execute(tables["address"].update().values(verified_at=None))
    house.sign_in(COORDINATOR)
    with reading(house.engine) as connection:
        verified = connection.execute(tables["address"].select().where(tables["address"].c.verified_at.is_not(None)))
        assert [row.value for row in verified] == [COORDINATOR]


def test_one_lands_where_one_was_going(house: Installation) -> None:
    asked = house.browser().get("/obligations/1")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?to=/obligations/1")
    assert 'value="/obligations/1"' in house.browser().get(asked.headers["location"]).text
    assert house.browser().post(ask(house, COORDINATOR, "/obligations/1")).headers["location"] == "/obligations/1"
    assert house.browser().post(ask(house, MAYOR, "//evil.example")).headers["location"] == "/chat"


# --------------------------------------------------------------------------------------------------- the session


def test_the_cookie_is_for_this_host_only_over_https_and_unseen_by_scripts(house: Installation) -> None:
    cookie = house.browser().post(ask(house, COORDINATOR)).headers["set-cookie"]
    assert cookie.startswith("__Host-tovholder=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} == set(cookie.split("; ")[1:])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("waits", "stays"),
    [
        ([IDLE - timedelta(seconds=1)], True),
        ([IDLE], False),
        ([timedelta(hours=11, minutes=59)] * 14, True),
        ([timedelta(hours=11, minutes=59)] * 15, False),
    ],
)
def test_a_session_ends_when_idle_and_after_a_week(house: Installation, waits: list[timedelta], stays: bool) -> None:
    browser = house.sign_in(COORDINATOR)
    found = True
    for wait in waits:
        house.later += wait
        found = is_in(browser)
    assert found == stays and (sum(waits, timedelta()) < LONGEST) == (stays or len(waits) == 1)


def test_looking_writes_nothing_within_a_quarter_of_an_hour(house: Installation) -> None:
    browser = house.sign_in(SECRETARY)
    before = house.everything()
    for path in (
        "/",
        "/chat",
        "/board",
        "/board.csv",
        "/journal",
        "/outbox",
        "/obligations/1",
        "/mine",
        "/meetings/1",
        "/nowhere",
    ):
        assert browser.get(path).status_code in (200, 303, 404), path
    assert house.everything() == before


ENDS = {
    "signed out": lambda house, browser: browser.post("/sign-out"),
    "left office": lambda house, browser: house.surely(SECRETARY, f"for Køge: fratræd {COORDINATOR}"),
    "address ended": lambda house, browser: end_address(house, COORDINATOR),
}


@pytest.mark.parametrize("how", ENDS)
def test_a_session_ends_with_what_it_stands_on(house: Installation, how: str) -> None:
    browser = house.sign_in(COORDINATOR)
    kept = dict(browser.cookies)
    assert is_in(browser)
    ENDS[how](house, browser)
    again = house.browser()
    again.cookies.update(kept)
    assert not is_in(again) and not is_in(browser)
    assert again.post("/say", data={"_words": "svar topmøde nej"}).status_code == 303 and house.answers() == []


def test_an_office_that_ends_on_a_day_ends_the_session_that_day(house: Installation) -> None:
    browser = house.sign_in(COORDINATOR)
    with writing(house.engine) as connection:
        table, tomorrow = tables["office_term"], house.now().date() + timedelta(days=1)
        person = register.person_at(connection, house.alliance.id, COORDINATOR)
        assert person
        mine = table.update().where(table.c.person_id == person.id)
        connection.execute(mine.values(valid_until=tomorrow))
    assert is_in(browser)
    house.at = "2027-03-02T00:30"
    assert browser.get("/chat").headers["location"] == "/sign-in"


def test_the_tick_forgets_sessions_and_links_that_are_over(house: Installation) -> None:
    house.sign_in(COORDINATOR)
    house.tick("2027-03-09T06:00")
    assert house.everything()["web_session"] == [] and len(house.everything()["sign_in_link"]) == 1
    house.tick("2027-04-09T06:00")
    assert house.everything()["sign_in_link"] == []


# ------------------------------------------------------------------------------------------------------ the pages


def test_what_is_said_is_answered_on_the_page_itself(house: Installation) -> None:
    browser = house.sign_in(COORDINATOR)
    answer = browser.post("/say", data={"_words": "svar topmøde ja borgmester"})
    assert answer.status_code == 200 and "Noteret" in answer.text and len(house.answers()) == 1
    assert browser.get("/say").headers["location"] == "/chat"


def test_ones_list_and_the_meetings_are_there_after_signing_in_and_settle_in_one_press(house: Installation) -> None:
    house.plan("2027-03-01T09:00", COORDINATOR)
    for path in ("/mine", "/meetings", "/meetings/1", "/influence", "/experience?q=varme"):
        assert house.browser().get(path).headers["location"].startswith("/sign-in")
    browser = house.sign_in(COORDINATOR, "/mine")
    assert "Klimatopmøde 2027" in browser.get("/meetings").text and browser.get("/meetings/1").status_code == 200
    page = browser.get("/mine").text
    words = re.findall(r'value="([^"]+)" class="primary">Ja, borgmesteren kommer', page)
    assert "Noteret" in browser.post("/say", data={"_words": words[0]}).text
    assert len(house.answers()) == 1


def test_the_secretariats_pages_are_the_secretariats(house: Installation) -> None:
    stranger, secretary, member = house.browser(), house.sign_in(SECRETARY), house.sign_in(COORDINATOR)
    for path in ("/board", "/board.csv", "/board.json", "/journal", "/outbox"):
        assert stranger.get(path).headers["location"] == f"/sign-in?to={path}"
        assert secretary.get(path).status_code == 200, path
        refused = member.get(path)
        assert (
            refused.status_code == 403 and "skriv til sekretariatet" in refused.text and "Til min liste" in refused.text
        ), path


def test_nothing_of_the_demo_is_there(house: Installation) -> None:
    browser = house.sign_in(SECRETARY)
    for path in ("/mailbox", "/mailbox/1", "/clock.json", "/persona", "/clock", "/act"):
        assert browser.get(path).status_code == 404, path
        assert browser.post(path, data={"address": MAYOR, "to": "2027-05-01"}).status_code == 404, path


def test_a_personas_cookie_makes_nobody_anybody(house: Installation) -> None:
    browser = house.browser()
    browser.cookies.set("persona", SECRETARY)
    assert browser.get("/board").status_code == 303


FOREIGN = (
    {"origin": "https://evil.example"},
    {"origin": "http://tovholder.example"},
    {"origin": "null"},
    {"origin": "https://tovholder.example:8443"},
    {"origin": "https://["},
    {"referer": "https://evil.example/x"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "origin": URL},
)
OURS = (
    {"origin": URL},
    {"origin": f"{URL}:443"},
    {"sec-fetch-site": "same-origin"},
    {"referer": f"{URL}/chat"},
    {},
)


def test_another_sites_form_changes_nothing(house: Installation) -> None:
    browser, path = house.sign_in(COORDINATOR), ask(house, MAYOR)
    before = house.everything()
    for headers in FOREIGN:
        for to in ("/say", "/sign-out", "/sign-in", path):
            answer = browser.post(to, data={"_words": "svar topmøde nej", "address": MAYOR}, headers=headers)
            assert answer.status_code == 403 and "Det kom fra en anden side" in answer.text, headers
    assert house.everything() == before


def test_our_own_forms_are_taken(house: Installation) -> None:
    browser = house.sign_in(COORDINATOR)
    for headers in OURS:
        answer = browser.post("/say", data={"_words": "hjælp"}, headers=headers)
        assert answer.status_code == 200 and "Hej Søren Uldum" in answer.text, headers


def test_another_host_is_not_answered_and_health_is(house: Installation) -> None:
    browser = house.browser()
    assert browser.get("/", headers={"host": "127.0.0.1"}).status_code == 400
    assert browser.get("/health", headers={"host": "127.0.0.1"}).status_code == 200


def test_every_page_has_the_headers_that_keep_it_safe(house: Installation) -> None:
    browser = house.sign_in(SECRETARY)
    for path in ("/", "/sign-in", "/chat", "/board", "/nowhere", "/static/app.js", "/sign-in/x", "/act/x"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self';" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["strict-transport-security"] and headers["x-content-type-options"] == "nosniff"
        assert (headers["referrer-policy"], headers["x-robots-tag"]) == ("same-origin", "noindex")


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_at_the_door_is_whole_in_both_languages(house: Installation, language: str) -> None:
    browser, path = house.browser(), ask(house, COORDINATOR)
    with writing(house.engine) as connection:
        connection.execute(tables["person"].update().values(language=language))
    browser.post("/language", data={"language": language})
    pages = [browser.get(p) for p in ("/", "/sign-in", path, "/sign-in/x", "/act/x", "/nowhere")]
    pages += [browser.post("/sign-in", data={"address": who}) for who in ("x", STRANGER)]
    for page in pages:
        assert f'<html lang="{language}">' in page.text and page.text.count("<h1>") == 1
        assert "{{" not in page.text and "style=" not in page.text and "onclick" not in page.text
        ids = re.findall(r' id="([^"]+)"', page.text)
        pointed = re.findall(r'(?:for|aria-describedby)="([^"]+)"', page.text)
        assert len(ids) == len(set(ids)) and set(pointed) <= set(ids)
