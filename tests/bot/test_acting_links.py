"""Buttons of mails as links that act: for one person, about one thing, once; and nothing else whatever happens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from alliance.doors import ACTS_FOR, KEPT
from alliance.messages import Form
from bot.commands import COMMANDS
from bot.router import command_of
from bot.unsent import STAMP
from bot.web.links import ACTS
from storage import doors
from storage.changes import register as changes
from storage.doors import Door, Offer
from storage.engine import connect, reading, writing
from storage.queries import register
from storage.tables import tables
from tests.conftest import local
from tests.databases import Databases
from tests.installation import URL, Installation
from tests.stories.conftest import forget

COORDINATOR, MAYOR, SECRETARY = "klima@koege.example", "borgmester@koege.example", "sekretariat@frederiksberg.example"
COMES, OTHERWISE, REPORT, LIST = "Ja, borgmesteren kommer", "Andet svar", "Indberet", "Se det hele på din liste"
SAYS = "svar topmøde ja borgmester"
YES, MEETING = "Ja, jeg kommer", "styregruppe 1/2027"
REMINDED = "2027-02-26T08:00"


@pytest.fixture(scope="module")
def played(databases: Databases) -> Iterator[dict[str, str]]:
    """Databases to be copied: one in which the first reminders were mailed, one in which a meeting was called."""
    made = {name: databases.copy(databases.demo()) for name in ("reminded", "called")}
    reminded, called = (Installation(connect(path)) for path in made.values())
    reminded.plan(REMINDED, COORDINATOR)
    reminded.send()
    steering = {"kind": "steering_group", "day": "24-03-2027", "starts": "10", "ends": "14", "place": "Rådhuset"}
    called.say(SECRETARY, "møde opret", **steering)
    confirm(called, f"møde indkald {MEETING}")
    called.send()
    for house in (reminded, called):
        house.engine.dispose()
    yield made
    for path in made.values():
        databases.drop(path)


def confirm(house: Installation, words: str) -> None:
    """Let the secretariat say something that is previewed, and confirm it."""
    shown = house.say(SECRETARY, words)
    fields = [
        ask for block in shown.message.blocks if isinstance(block, Form) for s in block.sections for ask in s.asks
    ]
    (confirms,) = set(re.findall(r"words='([^']*bekræft [^']*)'", str(shown.message)))
    assert house.say(SECRETARY, confirms, **{ask.key: ask.value for ask in fields}).done


@pytest.fixture
def reminded(played: dict[str, str], copied: Callable[[str], Engine]) -> Installation:
    """The first reminders have gone out by mail."""
    return Installation(copied(played["reminded"]), REMINDED)


@pytest.fixture
def called(played: dict[str, str], copied: Callable[[str], Engine]) -> Installation:
    """The steering group has been called by mail."""
    return Installation(copied(played["called"]))


def fill(house: Installation, who: str, words: str, **answers: str) -> None:
    """Say something that is answered with a form, fill it in and send it, and confirm it where that is asked."""
    shown = house.say(who, words)
    for form in (block for _ in range(2) for block in shown.message.blocks if isinstance(block, Form)):
        filled = {ask.key: ask.value for section in form.sections for ask in section.asks}
        shown = house.say(who, form.buttons[0].words, **(filled | {k: v for k, v in answers.items() if k in filled}))
    assert shown.done


def press(house: Installation, path: str, words: str = "", **answers: str) -> Any:
    """Open a link as a browser that knows nothing, and press what it offers."""
    browser = house.browser()
    shown = browser.get(path)
    offered = re.findall(r'name="_words" value="([^"]+)"', shown.text)
    assert words or offered, shown.text
    return browser.post(path, data={"_words": words or offered[0], **answers})


# -------------------------------------------------------------------------------------------------- what it does


@pytest.mark.slow
def test_pressing_a_mails_button_says_its_words_as_whom_it_was_mailed_to(reminded: Installation) -> None:
    path = reminded.link(COORDINATOR, COMES)
    shown = reminded.browser().get(path).text
    assert (
        "Du svarer som" in shown and "klimakoordinator, Køge" in shown and COMES in shown and "Intet er sket" in shown
    )
    answer = press(reminded, path)
    assert answer.status_code == 200 and "Tak, det er noteret" in answer.text
    assert len(reminded.answers()) == 1 and reminded.answers()[0].endswith(" mail")


@pytest.mark.slow
def test_a_mail_has_its_links_in_both_of_its_parts(reminded: Installation) -> None:
    mail = reminded.mails(COORDINATOR)[0]
    text = mail.get_body(preferencelist=("plain",))
    assert text and f"{COMES}: {URL}{reminded.link(COORDINATOR, COMES)}" in " ".join(text.get_content().split())
    assert "skriv:" not in text.get_content() and "say=" not in str(mail)


def test_every_button_is_a_link_of_its_own_and_none_stands_in_the_database(reminded: Installation) -> None:
    links = reminded.links(reminded.mails(COORDINATOR)[0])
    assert len(links) > 2 and len(set(links.values())) == len(links)
    kept = "\n".join(line for rows in reminded.everything("local_mail").values() for line in rows)
    assert not [path for path in links.values() if path.removeprefix("/act/") in kept]


@pytest.mark.slow
def test_opening_a_link_changes_nothing_whoever_follows_it(reminded: Installation) -> None:
    before = reminded.everything()
    for path in reminded.links(reminded.mails(COORDINATOR)[0]).values():
        for _ in range(2):
            assert reminded.browser().get(path).status_code == 200
        assert reminded.browser().head(path).status_code == 200
    assert reminded.everything() == before


def test_a_form_is_filled_in_by_the_link_that_opens_it(reminded: Installation) -> None:
    path = reminded.link(COORDINATOR, OTHERWISE)
    shown = reminded.browser().get(path).text
    assert "Her er skemaet fra mailen" in shown and 'name="attendee"' in shown
    wrong = press(reminded, path, response="yes", attendee="", office="")
    assert wrong.status_code == 200 and 'role="alert"' in wrong.text and reminded.answers() == []
    done = press(reminded, path, response="yes", attendee="Bo Holm", office="mayor")
    assert "Tak, det er noteret" in done.text and reminded.answers() == ["yes Bo Holm mail"]
    assert reminded.browser().get(path).text.count("Det er allerede modtaget") >= 1


def test_what_is_typed_into_the_form_of_a_link_is_kept_and_the_link_goes_on(reminded: Installation) -> None:
    path = reminded.link(COORDINATOR, REPORT)
    browser = reminded.browser()
    keep = re.search(r'data-keep="([^"]+)"', browser.get(path).text)
    assert keep
    kept = browser.post(
        path, data={"_words": keep[1], "ghg_energy": "12.000,5"}, headers={"accept": "application/json"}
    )
    assert kept.json()["done"] and kept.json()["summary"].startswith("Gemt")
    assert 'value="12.000,5"' in reminded.browser().get(path).text


def test_pressed_by_many_at_once_it_is_done_once(reminded: Installation) -> None:
    path = reminded.link(COORDINATOR, "Dokumentér")
    kind = re.findall(r'<option value="([^"]+)"', reminded.browser().get(path).text)[0]

    before = len(reminded.everything()["settlement"])
    words = re.findall(r'name="_words" value="([^"]+)"', reminded.browser().get(path).text)[0]
    with ThreadPoolExecutor(4) as pool:
        posts = [{"_words": words, "kind": kind, "what": f"Nummer {n}", "since": "2027-01-15"} for n in range(4)]
        pages = list(pool.map(lambda sent: reminded.browser().post(path, data=sent).text, posts))
    assert sum("Tak, det er noteret" in page for page in pages) == 1
    assert len(reminded.everything()["settlement"]) == before + 1
    assert "\n".join(reminded.everything()["journal"]).count("link_used") == 1


def test_a_report_is_sent_in_by_the_link_in_as_many_steps_as_it_takes(reminded: Installation) -> None:
    path, browser = reminded.link(COORDINATOR, REPORT), reminded.browser()
    assert browser.post(path, data={"_words": "indberet gem 2027 r0", "ghg_total": "9.000.000"}).status_code == 303
    page = browser.get(path).text
    assert 'value="9.000.000"' in page
    typed = {"_words": "indberet send 2027 r1", "ghg_total": "9.000.000"}
    asks = browser.post(path, data=typed)
    assert "Det her skal rettes" in asks.text and "kort forklaring" in asks.text
    done = browser.post(path, data={**typed, "ghg_total.note": "Nyt varmeværk"})
    assert "Tak, det er noteret" in done.text and len(reminded.everything()["report"]) == 1
    assert "Det er allerede modtaget" in browser.get(path).text


@pytest.mark.slow
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_of_a_link_is_whole_and_in_its_readers_language(reminded: Installation, language: str) -> None:
    with writing(reminded.engine) as connection:
        connection.execute(tables["person"].update().values(language=language))
    links = list(reminded.links(reminded.mails(COORDINATOR)[0]).values())
    pages = [reminded.browser().get(path).text for path in links]
    pages += [press(reminded, reminded.link(COORDINATOR, COMES)).text]
    pages += [reminded.browser().get(reminded.link(COORDINATOR, COMES)).text]
    reminded.later = ACTS_FOR
    pages += [reminded.browser().get(path).text for path in links[:1]]
    for page in pages:
        assert f'<html lang="{language}">' in page and page.count("<h1>") == 1
        assert "{{" not in page and "style=" not in page and 'action="/language"' not in page
        ids = re.findall(r' id="([^"]+)"', page)
        assert len(ids) == len(set(ids))


# ------------------------------------------------------------------------------------------------- what it does not


def expired(house: Installation, path: str) -> str:
    house.later = ACTS_FOR
    return path


def reused(house: Installation, path: str) -> str:
    assert press(house, path).status_code == 200
    return path


def left_office(house: Installation, path: str) -> str:
    house.surely(SECRETARY, f"for Køge: fratræd {COORDINATOR}")
    return path


def address_ended(house: Installation, path: str) -> str:
    with writing(house.engine) as connection:
        person = register.person_at(connection, house.alliance.id, COORDINATOR)
        assert person
        changes.end_addresses(connection, house.alliance.id, person.id, "mail", house.now())
    return path


def moved_to_another_member(house: Installation, path: str) -> str:
    with writing(house.engine) as connection:
        person = register.person_at(connection, house.alliance.id, COORDINATOR)
        other = register.organisation_by_code(connection, house.alliance.id, "0265", house.now().date())
        assert person and other
        mine = tables["office_term"].c.person_id == person.id
        connection.execute(tables["office_term"].update().where(mine).values(organisation_id=other.id))
    return path


def tampered(house: Installation, path: str) -> str:
    return path[:-2] + ("aa" if not path.endswith("aa") else "bb")


NOTHING: dict[str, tuple[Callable[[Installation, str], str], int, str]] = {
    "expired": (expired, 410, "Linket er udløbet"),
    "reused": (reused, 200, "Det er allerede modtaget"),
    "left office": (left_office, 410, "Linket gælder ikke længere"),
    "address ended": (address_ended, 410, "Linket gælder ikke længere"),
    "another member's now": (moved_to_another_member, 409, "Dine opgaver er ændret"),
    "tampered": (tampered, 404, "Linket virker ikke"),
    "cut off by a mail program": (lambda house, path: path[:20], 404, "Linket virker ikke"),
    "one for signing in": (lambda house, path: path.replace("/act/", "/sign-in/"), 410, "Linket virker ikke længere"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", NOTHING)
def test_a_link_that_works_no_more_changes_nothing_and_says_why_and_how_to_go_on(
    reminded: Installation, case: str
) -> None:
    change, status, says = NOTHING[case]
    path = change(reminded, reminded.link(COORDINATOR, COMES))
    before = reminded.everything()
    for answer in (reminded.browser().get(path), reminded.browser().post(path, data={"_words": SAYS})):
        assert answer.status_code == status and says in answer.text
        assert 'name="_words"' not in answer.text
        assert case in ("left office", "address ended") or "/sign-in" in answer.text
    assert reminded.everything() == before


OTHER_WORDS = (
    "svar topmøde nej",
    "svar",
    "for Roskilde: svar topmøde ja borgmester",
    "indberet",
    "liste",
    "fratræd klima@koege.example",
    "kladde indberet",
    "forfra svar topmøde",
    "",
)


def test_a_link_says_nothing_but_its_own_words(reminded: Installation) -> None:
    path, before = reminded.link(COORDINATOR, COMES), reminded.everything()
    for words in OTHER_WORDS:
        assert reminded.browser().post(path, data={"_words": words}).status_code == 403, words
    assert reminded.everything() == before


def test_a_link_speaks_for_no_other_member_than_it_was_written_about(reminded: Installation) -> None:
    answer = press(reminded, reminded.link(COORDINATOR, COMES), for_member="Roskilde")
    assert answer.status_code == 200 and "Køge Kommune" in answer.text and "Roskilde" not in answer.text


def test_a_link_opens_no_other_page(reminded: Installation) -> None:
    browser, path = reminded.browser(), reminded.link(COORDINATOR, COMES)
    browser.get(path)
    browser.post(path, data={"_words": SAYS})
    assert not browser.cookies
    for page in ("/chat", "/board", "/obligations/1", "/papers/1"):
        assert browser.get(page).status_code == 303
    assert browser.post("/say", data={"_words": "svar topmøde nej"}).status_code == 303


def test_another_sites_form_presses_no_link(reminded: Installation) -> None:
    path, before = reminded.link(COORDINATOR, COMES), reminded.everything()
    answer = reminded.browser().post(path, data={"_words": SAYS}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403 and reminded.everything() == before


def test_a_button_that_shows_more_than_one_thing_asks_its_reader_to_sign_in(reminded: Installation) -> None:
    path, before = reminded.link(COORDINATOR, LIST), reminded.everything()
    shown = reminded.browser().get(path).text
    assert "Log ind for at se mere" in shown and "Klimatopmøde" not in shown
    assert reminded.browser().post(path, data={"_words": "liste"}).text.count("Klimatopmøde") == 0
    assert reminded.everything() == before
    to, address = (re.findall(rf'name="{name}" value="([^"]+)"', shown)[-1] for name in ("to", "address"))
    reminded.browser().post("/sign-in", data={"to": to, "address": address})
    reminded.send()
    assert reminded.browser().post(reminded.link(COORDINATOR, "Log ind")).headers["location"] == "/chat?say=liste"


# -------------------------------------------------------------------------------------- each command that acts so

MEMBER, RINGSTED, NEW = "klima@solroed.example", "klima@ringsted.example", "bo@koege.example"
DONE = {
    "title": "Varme",
    "track": "reduction",
    "theme": "energy",
    "owner": "Chefen",
    "due": "1.6.2028",
    "state": "done",
}
ITEM = {"heading": "Fælles indkøb", "kind": "discussion", "case": "Flere kommuner vil gerne."}


def mailed(house: Installation, who: str) -> None:
    """Send what waits for one address, and forget the rest: others take long."""
    house.later += timedelta(minutes=1)
    with writing(house.engine) as connection:
        forget(connection, tables["delivery"].c.lane != f"mail:{who}")
    house.send()


def documented(house: Installation) -> None:
    path = house.link(COORDINATOR, "Dokumentér")
    kind = re.findall(r'<option value="([^"]+)"', house.browser().get(path).text)[0]
    press(house, path, kind=kind, what="Deklarationen er vedtaget", since="2027-01-15")


def handed_over(house: Installation) -> None:
    fill(house, COORDINATOR, f"giv videre indberetning {NEW}", name="Bo Lund", mail=NEW)


def asked(house: Installation) -> None:
    assert house.say(COORDINATOR, "spørg Ringsted: Hvordan fik I udlejerne med?").done


def gone_stale(house: Installation) -> None:
    """An action of a year ago, and the morning on which the coordinator is reminded of it."""
    fill(house, COORDINATOR, "handling ny", **DONE | {"state": "under_way"})
    with writing(house.engine) as connection:
        connection.execute(tables["plan_action"].update().values(recorded_at=house.now() - timedelta(days=400)))
    house.plan("2027-03-01T08:00", COORDINATOR)


def proposed(house: Installation) -> None:
    fill(house, MEMBER, f"foreslå {MEETING}", **ITEM)


def published(house: Installation) -> None:
    assert house.say(SECRETARY, f"dagsorden {MEETING}").done
    confirm(house, f"dagsorden udsend {MEETING}")


def circulated(house: Installation) -> None:
    published(house)
    house.at = "2027-03-24T15:00"
    held = house.say(SECRETARY, f"møde afhold {MEETING}")
    seats = {"presence_" + number: "present" for number in set(re.findall(r"presence_(\d+)", str(held.message)))}
    fill(house, SECRETARY, f"møde afhold {MEETING}", **seats)
    for number in (1, 2):
        fill(house, SECRETARY, f"referat skriv {MEETING} {number}", decision="Godkendt.")
    confirm(house, f"referat udsend {MEETING}")


@dataclass(frozen=True)
class Acting:
    """A button of a mail: what has happened before, who was mailed, its label, what is typed, the table it changes."""

    who: str
    label: str
    table: str
    typed: dict[str, str] = field(default_factory=dict)
    happened: Callable[[Installation], None] | None = None
    begins: str = "reminded"


ACTING = {
    "rsvp": Acting(COORDINATOR, COMES, "answer"),
    "report": Acting(COORDINATOR, REPORT, "report", {"ghg_total": "410250,5"}),
    "evidence": Acting(COORDINATOR, "Dokumentér", "settlement", {"what": "Et bevis", "since": "2027-01-15"}),
    "withdraw": Acting(COORDINATOR, "ortryd", "settlement", happened=documented),
    "take_back": Acting(NEW, "Giv det tilbage", "handover", happened=handed_over),
    "question": Acting(RINGSTED, "Svar", "question", {"answer": "Vi begyndte med de store."}, asked),
    "plan_action": Acting(COORDINATOR, "Opdat", "plan_action", DONE, gone_stale),
    "proposal": Acting(SECRETARY, "Optag", "agenda_item", {}, proposed, "called"),
    "propose": Acting(MEMBER, "Foreslå et punkt", "agenda_item", ITEM, published, "called"),
    "comment": Acting(MAYOR, "Skriv en bemærkning", "comment", {"item": "1", "text": "Nej."}, circulated, "called"),
}


def test_every_command_that_acts_from_a_mail_is_tried_here() -> None:
    assert set(ACTING) == set(ACTS)


@pytest.mark.slow
@pytest.mark.parametrize("command", ACTING)
def test_each_command_that_acts_does_it_once_from_its_mail(
    command: str, played: dict[str, str], copied: Callable[[str], Engine]
) -> None:
    how = ACTING[command]
    house = Installation(copied(played[how.begins]), REMINDED if how.begins == "reminded" else "2027-03-01T09:00")
    if how.happened:
        how.happened(house)
        mailed(house, how.who)
    (path,) = {path for said, path in house.links(house.mails(how.who)[0]).items() if how.label in said}
    before = house.everything()
    assert command_of(words_of(house, path))[0] == command
    shown = house.browser().get(path).text
    assert house.everything() == before
    kinds = re.findall(r'<option value="([^"]+)"', shown)
    done = press(house, path, **({"kind": kinds[0]} if command == "evidence" else {}), **how.typed)
    assert done.status_code == 200 and "Tak, det er noteret" in done.text
    after = house.everything()
    assert after[how.table] != before[how.table]
    again = house.browser().get(path)
    assert "Det er allerede modtaget" in again.text and 'name="_words"' not in again.text
    assert house.everything() == after


def words_of(house: Installation, path: str) -> str:
    with reading(house.engine) as connection:
        link = doors.acting(connection, path.removeprefix("/act/"))
    assert link
    return link.words


OTHERS = {command.key: command.names[0] for command in COMMANDS if command.key not in ACTS}


@pytest.mark.slow
@pytest.mark.parametrize("command", OTHERS)
def test_every_other_command_asks_its_reader_to_sign_in(reminded: Installation, command: str) -> None:
    said = OTHERS[command]
    with writing(reminded.engine) as connection:
        person = register.person_at(connection, reminded.alliance.id, SECRETARY)
        assert person
        (address,) = register.addresses(connection, reminded.alliance.id, [person.id])[person.id]
        door = Door(0, reminded.alliance.id, person.id, address.id, SECRETARY)
        until = reminded.now() + ACTS_FOR
        doors.add_acting(connection, door, [Offer("secret", said, "En knap")], (), reminded.now(), until)
    before = reminded.everything()
    for answer in (
        reminded.browser().get("/act/secret"),
        reminded.browser().post("/act/secret", data={"_words": said}),
    ):
        assert answer.status_code == 200 and "Log ind for at se mere" in answer.text
    assert reminded.everything() == before


# ------------------------------------------------------------------------------------------------------- passed on


def test_a_link_that_was_passed_on_cannot_answer_for_another(reminded: Installation) -> None:
    path, colleague = reminded.link(COORDINATOR, COMES), reminded.sign_in(MAYOR)
    before = reminded.everything()
    for answer in (colleague.get(path), colleague.post(path, data={"_words": SAYS})):
        assert answer.status_code == 403 and "Linket er til en anden" in answer.text
        assert "/chat?say=svar" in answer.text  # as themselves
    assert reminded.everything() == before


def test_whoever_was_mailed_a_link_is_told_what_was_done_with_it_and_can_change_it(reminded: Installation) -> None:
    press(reminded, reminded.link(COORDINATOR, COMES))
    reminded.later += timedelta(minutes=1)
    reminded.send()
    receipt = reminded.mails(COORDINATOR)[0]
    assert str(receipt["Subject"]).startswith("Kvittering: ") and COMES in str(receipt.get_body(("plain",)))
    (path,) = reminded.links(receipt).values()
    done = press(reminded, path, response="no", attendee="", office="")
    assert "Tak, det er noteret" in done.text and [said[:3] for said in reminded.answers()] == ["yes", "no "]


def test_what_was_documented_by_a_link_is_undone_by_the_receipts(reminded: Installation) -> None:
    path = reminded.link(COORDINATOR, "Dokumentér")
    kind = re.findall(r'<option value="([^"]+)"', reminded.browser().get(path).text)[0]
    done = press(reminded, path, kind=kind, what="Deklarationen er vedtaget", since="2027-01-15")
    assert "Tak, det er noteret" in done.text
    reminded.later += timedelta(minutes=1)
    reminded.send()
    receipt = reminded.links(reminded.mails(COORDINATOR)[0])
    undo = next(path for label, path in receipt.items() if "ortryd" in label)
    assert "Tak, det er noteret" in press(reminded, undo).text
    table = tables["settlement"]
    with reading(reminded.engine) as connection:
        newest = connection.execute(table.select().order_by(table.c.id.desc())).first()
    assert newest and newest.what == "Deklarationen er vedtaget" and newest.withdrawn_at


def test_no_receipt_is_mailed_to_whoever_is_signed_in(reminded: Installation) -> None:
    path, browser = reminded.link(COORDINATOR, COMES), reminded.sign_in(COORDINATOR)
    assert "Tak, det er noteret" in browser.post(path, data={"_words": SAYS}).text
    before = len(reminded.mails(COORDINATOR))
    reminded.send()
    assert len(reminded.mails(COORDINATOR)) == before and len(reminded.answers()) == 1


def test_the_journal_tells_what_was_done_by_a_link(reminded: Installation) -> None:
    press(reminded, reminded.link(COORDINATOR, COMES))
    page = reminded.sign_in(SECRETARY).get("/journal").text
    assert "svarede med en knap i en mail" in page and "loggede ind på siden" in page


# ------------------------------------------------------------------------------------------- what came in meanwhile


def test_an_older_button_shows_what_stands_before_it_changes_it(reminded: Installation) -> None:
    path = reminded.link(COORDINATOR, COMES)
    reminded.at = "2027-03-01T12:00"
    assert reminded.say(MAYOR, "svar topmøde nej").done
    shown = reminded.browser().get(path).text
    assert "Sådan står det nu" in shown and "Ja, ændr det" in shown
    assert len(reminded.answers()) == 1
    assert "Tak, det er noteret" in press(reminded, path).text
    assert [said[:3] for said in reminded.answers()] == ["no ", "yes"]


def test_the_same_answer_again_is_said_to_stand(reminded: Installation) -> None:
    path = reminded.link(COORDINATOR, COMES)
    assert reminded.say(MAYOR, "svar topmøde ja borgmester").done
    shown = reminded.browser().get(path)
    assert "Sådan står det nu" in shown.text and 'name="_words"' not in shown.text


def test_a_seat_is_answered_by_the_mail_that_asked(called: Installation) -> None:
    assert "Tak, det er noteret" in press(called, called.link(MAYOR, YES)).text
    assert [said[:3] for said in called.answers()] == ["yes"]


def test_an_answer_to_a_time_that_was_moved_is_none_and_the_newer_mail_answers(called: Installation) -> None:
    path = called.link(MAYOR, YES)
    called.later += timedelta(minutes=5)
    confirm(called, f"møde flyt {MEETING} 14-04-2027 10-14")
    before = called.everything()
    for answer in (called.browser().get(path), called.browser().post(path, data={"_words": f"svar {MEETING} ja"})):
        assert answer.status_code == 409 and "Mødet er flyttet" in answer.text and "14. april" in answer.text
        assert "/sign-in?to=" in answer.text
    assert called.everything() == before
    called.later += timedelta(minutes=5)
    called.send()
    newest = called.link(MAYOR, YES)
    assert newest != path and "Tak, det er noteret" in press(called, newest).text


def test_a_meeting_in_another_place_keeps_the_links(called: Installation) -> None:
    path = called.link(MAYOR, YES)
    called.later += timedelta(minutes=5)
    with writing(called.engine) as connection:
        connection.execute(tables["meeting"].update().values(place="Et andet sted"))
    assert "Tak, det er noteret" in press(called, path).text


def test_a_meeting_that_was_called_off_is_said_to_be(called: Installation) -> None:
    path = called.link(MAYOR, YES)
    confirm(called, f"møde aflys {MEETING} For få kan komme")
    answer = called.browser().get(path)
    assert answer.status_code == 409 and "aflyst" in answer.text and 'name="_words"' not in answer.text
    assert called.browser().post(path, data={"_words": f"svar {MEETING} ja"}).status_code == 409
    assert called.answers() == []


# ----------------------------------------------------------------------------------------------- two alliances


def other_alliance(house: Installation, *, office: bool) -> Door:
    """A younger alliance where the same address is somebody else's; where none is meant, the older is asked first."""
    since = house.now().date() - timedelta(days=1)
    with writing(house.engine) as connection:
        other = changes.add_alliance(connection, "other", "dk2020", since, None)
        town = changes.add_municipality(connection, other, "0101", "Andeby", "Andeby Kommune", ())
        person = changes.add_person(connection, other, "En Anden", "da")
        address = changes.add_address(connection, other, person, "mail", COORDINATOR, house.now(), verified=True)
        if office:
            changes.add_office_term(connection, other, town, "mayor", person, since, None, house.now())
        door = Door(0, other, person, address, COORDINATOR)
        until = house.now() + ACTS_FOR
        doors.add_acting(connection, door, [Offer("secret", SAYS, COMES)], (), house.now(), until)
    return door


def test_a_link_says_nothing_in_an_alliance_that_knows_the_same_address(reminded: Installation) -> None:
    """Said without the alliance, its words would be an answer of Køge: the older alliance is asked first."""
    other_alliance(reminded, office=True)
    before = reminded.everything()
    for answer in (
        reminded.browser().get("/act/secret"),
        reminded.browser().post("/act/secret", data={"_words": SAYS}),
    ):
        assert answer.status_code == 409 and "Køge" not in answer.text
    assert reminded.everything() == before
    assert press(reminded, reminded.link(COORDINATOR, COMES)).status_code == 200 and len(reminded.answers()) == 1


def test_signing_in_leads_into_the_alliance_whose_link_it_was(reminded: Installation) -> None:
    other_alliance(reminded, office=True)
    reminded.browser().post("/sign-in", data={"address": COORDINATOR})
    reminded.send()
    links = reminded.links(reminded.mails(COORDINATOR)[0])
    pages = {label: path for label, path in links.items() if label.startswith("Log ind i")}
    shown = {label: reminded.browser().get(path).text for label, path in pages.items()}
    own, others = (next(label for label in pages if town in label) for town in ("Køge", "Andeby"))  # of one name
    assert ("En Anden" in shown[own], "En Anden" in shown[others]) == (False, True)
    browser = reminded.browser()
    browser.post(pages[others])
    assert "En Anden" in browser.get("/chat").text and "Køge" not in browser.get("/chat").text


def test_a_link_of_an_alliance_where_one_has_no_office_does_nothing(reminded: Installation) -> None:
    other_alliance(reminded, office=False)
    before = reminded.everything()
    for answer in (
        reminded.browser().get("/act/secret"),
        reminded.browser().post("/act/secret", data={"_words": SAYS}),
    ):
        assert answer.status_code == 410 and "En Anden" in answer.text
    assert reminded.everything() == before


# ----------------------------------------------------------------------------------------------------- afterwards


def test_the_tick_forgets_links_long_after_they_worked(reminded: Installation) -> None:
    made, table = reminded.everything()["acting_link"], tables["acting_link"]
    later = "2027-02-27T06:00"
    ends = local(later) - KEPT
    with writing(reminded.engine) as connection:
        first, second, *_ = connection.execute(table.select().order_by(table.c.id)).scalars()
        for number, at in ((first, ends - timedelta(seconds=1)), (second, ends)):
            connection.execute(table.update().where(table.c.id == number).values(expires_at=at))
    reminded.plan(later, COORDINATOR)
    assert len(reminded.everything()["acting_link"]) == len(made) - 1


def test_a_mail_that_is_written_again_carries_links_that_work_as_well(reminded: Installation) -> None:
    first, delivery = reminded.link(COORDINATOR, COMES), tables["delivery"]
    with writing(reminded.engine) as connection:
        mail = tables["local_mail"].c.recipient == COORDINATOR
        connection.execute(tables["local_mail"].delete().where(mail))
        once_more = {"state": "queued", "ready_ms": 0, "sent_at": None, "expires_ms": None}
        mine = delivery.c.lane == f"mail:{COORDINATOR}"
        connection.execute(delivery.update().where(mine).values(once_more))
    reminded.send()
    again = reminded.link(COORDINATOR, COMES)
    assert first != again and reminded.browser().get(again).status_code == 200
    assert "Tak, det er noteret" in press(reminded, first).text


def test_stamps_do_not_make_other_words() -> None:
    assert STAMP.sub("", "kladde r3 indberet 2027") == "kladde indberet 2027"
