"""The local chat page against the planted demo: what each page shows, changes and refuses."""

from __future__ import annotations

import csv
import io
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from alliance.accounts import Board, BoardRow
from alliance.alliances import Alliance
from alliance.members import Organisation
from alliance.names import danish_key
from bot.board_export import as_csv, as_json
from bot.mail.dress import Letterhead
from bot.mail.local import LocalMailTransport
from bot.request import Request as Ask
from bot.router import handle
from bot.web.app import Demo, demo_app
from bot.web.guards import MOST_BYTES
from bot.web.jumps import next_reminder_day
from scheduling import ticks
from storage import mailbox as mails
from storage.engine import connect, reading, writing
from storage.queries import accounts, journal, register
from storage.tables import tables
from templates.phrases import Phrases
from tests.databases import Databases

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8000"
COORDINATOR, MAYOR, SECRETARY = "klima@koege.example", "borgmester@koege.example", "sekretariat@frederiksberg.example"
LETTERHEAD = Letterhead("Tovholder", "tovholder@klimaalliancen.example", "", HERE)


def local(typed: str) -> datetime:
    return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo("Europe/Copenhagen"))


@dataclass
class Stage:
    """The demo's wiring as a test needs it: its clock is the database's."""

    engine: Engine
    played: tuple[int, int] | None = None
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    @property
    def alliance(self) -> Alliance:
        with reading(self.engine) as connection:
            return register.alliances(connection)[0]

    def now(self) -> datetime:
        now = self.alliance.demo_now
        assert now is not None
        return now

    def move_to(self, to: datetime) -> None:
        self.gate.wait(20)
        moments = list(ticks.mornings(self.alliance.charter.calendar, self.now(), to))
        ticks.play(self.engine, {"mail": LocalMailTransport(self.engine, LETTERHEAD)}, moments, self._show)
        self.played = None

    def _show(self, done: int, of: int) -> None:
        self.played = (done, of)

    def progress(self) -> tuple[int, int] | None:
        return self.played

    def app(self) -> Demo:
        return Demo(self.engine, self.now, self.move_to, self.progress)

    def everything(self) -> dict[str, list[str]]:
        with reading(self.engine) as connection:
            return {
                name: [str(row) for row in connection.execute(table.select().order_by(table.c.id))]
                for name, table in tables.items()
            }


@pytest.fixture(scope="module")
def reminded(databases: Databases) -> Iterator[str]:
    """The address of a database in which the first reminders have gone out; copy it, do not change it."""
    path = databases.copy(databases.demo())
    engine = connect(path)
    Stage(engine).move_to(local("2027-02-26T08:00"))
    engine.dispose()
    yield path
    databases.drop(path)


@pytest.fixture
def reminders_sent() -> None:
    """Asked for by a test that begins when the first reminders have gone out."""


@pytest.fixture
def stage(request: pytest.FixtureRequest, databases: Databases, copied: Callable[[str], Engine]) -> Stage:
    reminded = "reminders_sent" in request.fixturenames
    return Stage(copied(request.getfixturevalue("reminded") if reminded else databases.demo()))


@pytest.fixture
def client(stage: Stage) -> Iterator[TestClient]:
    with TestClient(demo_app(stage.app()), base_url=HERE, follow_redirects=False) as found:
        yield found


@pytest.fixture
def be(client: TestClient) -> Callable[[str], TestClient]:
    """Become somebody, by their address."""

    def become(address: str) -> TestClient:
        answer = client.post("/persona", data={"address": address})
        assert answer.status_code == 303, answer.text
        return client

    return become


class Outline(HTMLParser):
    """What a screen reader goes by: headings, ids, what points to them, labels and buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.points_to: list[str] = []
        self.landmarks: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if found.get("id"):
            self.ids.append(found["id"] or "")
        for name in ("for", "aria-labelledby", "aria-describedby"):
            self.points_to += (found.get(name) or "").split()
        if tag in ("main", "header", "footer", "nav", "aside"):
            self.landmarks.append(tag)


PAGES = {
    "": ("/", "/?q=koege", "/act?say=liste", "/mailbox", "/nowhere"),
    COORDINATOR: (
        "/",
        "/chat",
        "/chat?say=liste",
        "/mailbox",
        "/mailbox?to=nobody",
        "/board",
        "/act?say=liste",
        *("/year", "/mine", "/meetings", "/meetings?year=2030", "/meetings/1", "/influence", "/about"),
    ),
    SECRETARY: (
        *("/chat", "/mailbox", "/mailbox/1", "/mailbox/999", "/board", "/board?group=kkr&state=owing", "/year/2028"),
        *("/journal", "/outbox", "/obligations/1", "/mine", "/meetings", "/meetings/1", "/influence"),
    ),
}


@pytest.mark.usefixtures("reminders_sent")
@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("address", list(PAGES))
def test_every_page_is_whole_in_both_languages(stage: Stage, client: TestClient, address: str, language: str) -> None:
    if address:
        client.post("/persona", data={"address": address})
    client.post("/language", data={"language": language})
    for path in PAGES[address]:
        answer = client.get(path)
        outline = Outline(answer.text)
        assert f'<html lang="{language}">' in answer.text, path
        assert outline.headings[0] == 1 and outline.headings.count(1) == 1, path
        steps = zip(outline.headings, outline.headings[1:], strict=False)
        assert all(now <= before + 1 for before, now in steps), (path, outline.headings)
        assert len(outline.ids) == len(set(outline.ids)), path
        assert set(outline.points_to) <= set(outline.ids), path
        assert {"main", "header", "footer"} <= set(outline.landmarks), path
        assert answer.text.count("<title>") == 1 and 'class="skip"' in answer.text
        assert "{{" not in answer.text and "style=" not in _page_itself(answer.text), path


def _page_itself(page: str) -> str:
    """A page without the mail that it shows."""
    return re.sub(r'srcdoc="[^"]*"|<pre>.*?</pre>', "", page, flags=re.DOTALL)


def test_both_languages_say_the_same_things() -> None:
    da, en = ({key for key in Phrases(lang).keys() if key.startswith("page.")} for lang in ("da", "en"))  # noqa: SIM118
    assert da == en


# ------------------------------------------------------------------------------------------- the first page


def test_a_newcomer_sees_whom_to_be_and_what_to_try(client: TestClient) -> None:
    page = client.get("/").text
    names = re.findall(r'<option value="\d{4}"[^>]*>([^<]+)</option>', page)
    members = names[:98]
    assert len(names) == 2 * 98 and members == sorted(members, key=danish_key) and members[-1] == "Aarhus"
    assert page.count("<ol>") == 4
    assert "Bo Hede, Frederiksberg Kommune" in page
    assert '<option value="0259" selected>Køge' in page


def test_choosing_an_office_makes_you_the_one_who_holds_it(client: TestClient) -> None:
    answer = client.post("/persona", data={"municipality": "0259", "office": "mayor"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat")
    cookie = answer.headers["set-cookie"]
    assert MAYOR in cookie and "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert "borgmester, Køge" in client.get("/chat").text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"municipality": "0259", "office": "deputy_mayor"}, "Køge har ingen registreret som viceborgmester"),
        ({"municipality": "9999", "office": "mayor"}, "Den person kender vi ikke"),
        ({"address": "nobody@nowhere.example"}, "Den person kender vi ikke"),
        ({}, "Den person kender vi ikke"),
    ],
)
def test_a_person_who_is_not_there_is_said_kindly(client: TestClient, form: dict[str, str], says: str) -> None:
    answer = client.post("/persona", data=form)
    assert answer.status_code == 404 and says in answer.text and "set-cookie" not in answer.headers


def test_a_persons_name_or_municipality_finds_them(client: TestClient) -> None:
    page = client.get("/?q=k%C3%B8ge").text
    assert COORDINATOR in page and MAYOR in page
    assert "Ingen passer på" in client.get("/?q=zzzz").text


def test_a_wrong_cookie_leads_back_to_the_first_page(client: TestClient) -> None:
    client.cookies.set("persona", "gone@koege.example")
    assert client.get("/chat").headers["location"] == "/"
    assert client.get("/").status_code == 200


def test_whoever_has_chosen_no_language_reads_that_of_the_person_they_are(client: TestClient) -> None:
    client.post("/persona", data={"address": COORDINATOR})
    assert "Samtale" in client.get("/chat").text


def test_a_language_once_chosen_goes_along_to_whomever_one_is(stage: Stage, client: TestClient) -> None:
    client.post("/language", data={"language": "en", "to": "/"})
    assert "Welcome to Tovholder" in client.get("/").text
    client.post("/persona", data={"address": SECRETARY})
    assert "Conversation" in client.get("/chat").text
    client.post("/persona", data={"address": COORDINATOR})
    assert "Conversation" in client.get("/chat").text
    client.post("/language", data={"language": "da", "to": "/chat"})
    assert "Samtale" in client.get("/chat").text
    answer = client.post("/language", data={"language": "en", "to": "/chat"})
    assert answer.headers["location"] == "/chat"
    assert "Conversation" in client.get("/chat").text
    with reading(stage.engine) as connection:
        person = register.person_at(connection, stage.alliance.id, COORDINATOR)
        assert person and person.language == "en"
        newest = journal.entries(connection, stage.alliance.id, limit=1)[0]
    assert newest.action == "language_changed"


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "chat", "/\r\nx: y"])
def test_nobody_is_led_away_from_our_own_pages(client: TestClient, to: str) -> None:
    answer = client.post("/persona", data={"address": COORDINATOR, "to": to})
    assert answer.headers["location"] == "/chat"


# ----------------------------------------------------------------------------------------- the conversation


def test_somebody_who_has_said_nothing_sees_their_list_or_the_board(be: Callable[[str], TestClient]) -> None:
    assert "Sådan ser det ud torsdag den 25. februar 2027" in be(COORDINATOR).get("/chat").text
    assert "98 af 98 medlemmer mangler noget" in be(SECRETARY).get("/chat").text


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/chat", "/chat?say=svar%20topm%C3%B8de%20ja", "/act?say=svar%20topm%C3%B8de%20nej"])
@pytest.mark.parametrize("address", [COORDINATOR, SECRETARY])
def test_looking_changes_nothing(stage: Stage, be: Callable[[str], TestClient], address: str, path: str) -> None:
    someone = be(address)
    before = stage.everything()
    assert someone.get(path).status_code == 200
    assert stage.everything() == before


def test_words_in_the_address_only_fill_in_the_field(be: Callable[[str], TestClient]) -> None:
    page = be(COORDINATOR).get("/chat", params={"say": 'svar "topmøde" <b>'}).text
    assert 'value="svar &#34;topmøde&#34; &lt;b&gt;"' in page
    assert "Tryk Send, hvis du vil sende det" in page and "Tidligere i samtalen" not in page


def test_what_is_said_is_answered_and_stays_in_the_conversation(be: Callable[[str], TestClient]) -> None:
    someone = be(COORDINATOR)
    assert someone.post("/say", data={"_words": "hjælp"}).headers["location"] == "/chat#latest"
    someone.post("/say", data={"_words": "liste"})
    page = someone.get("/chat").text
    assert "Tidligere i samtalen" in page and '<span class="said">hjælp</span>' in page
    assert "Tidligere i samtalen" not in be(MAYOR).get("/chat").text


def test_a_long_conversation_forgets_its_beginning(be: Callable[[str], TestClient]) -> None:
    someone = be(COORDINATOR)
    for number in range(35):
        someone.post("/say", data={"_words": f"vrøvl{number}"})
    page = someone.get("/chat").text
    assert "vrøvl4<" not in page and "vrøvl5<" in page and "Vis 26 ældre" in page


def test_a_script_gets_the_summary_and_leaves_no_trace_in_the_conversation(
    stage: Stage, be: Callable[[str], TestClient]
) -> None:
    someone = be(COORDINATOR)
    someone.post("/say", data={"_words": "indberet"})
    keep = re.search(r'data-keep="([^"]+)"', someone.get("/chat").text)
    assert keep
    answer = someone.post(
        "/say", data={"_words": keep[1], "ghg_energy": "12.000,5"}, headers={"Accept": "application/json"}
    )
    assert answer.json()["done"] and answer.json()["summary"].startswith("Gemt: 1 af")
    page = someone.get("/chat").text
    assert keep[1] not in re.findall(r'class="said">([^<]*)', page)
    someone.post("/say", data={"_words": "indberet"})
    assert 'value="12.000,5"' in someone.get("/chat").text


def test_any_form_that_was_left_still_holds_what_was_typed_and_can_be_begun_anew(
    be: Callable[[str], TestClient],
) -> None:
    someone = be(COORDINATOR)
    someone.post("/say", data={"_words": "dokumenter 1"})
    keep = re.search(r'data-keep="([^"]+)"', someone.get("/chat").text)
    assert keep and keep[1].startswith("kladde dokumenter 1")
    sent = {"_words": keep[1], "what": "En plan på 4 sider"}
    assert someone.post("/say", data=sent, headers={"Accept": "application/json"}).json()["done"]
    assert "En plan på 4 sider" in someone.get("/chat").text, "the page as it was left"
    someone.post("/say", data={"_words": "dokumenter 1"})
    page = someone.get("/chat").text
    assert "En plan på 4 sider" in page and "Begynd forfra" in page
    someone.post("/say", data={"_words": f"forfra{keep[1].removeprefix('kladde')}"})
    assert "En plan på 4 sider" not in someone.get("/chat").text


def test_a_form_that_was_left_still_holds_what_was_kept(be: Callable[[str], TestClient]) -> None:
    someone = be(COORDINATOR)
    someone.post("/say", data={"_words": "indberet"})
    keep = re.search(r'data-keep="([^"]+)"', someone.get("/chat").text)
    assert keep
    kept = {"_words": keep[1], "ghg_energy": "", "ghg_energy._state": "unknown", "ghg_transport": "45,5"}
    someone.post("/say", data=kept, headers={"Accept": "application/json"})
    page = someone.get("/chat").text
    assert 'value="45,5"' in page and re.search('<option value="unknown" selected', page)


def test_a_form_of_the_past_cannot_be_sent_in_again(be: Callable[[str], TestClient]) -> None:
    someone = be(COORDINATOR)
    someone.post("/say", data={"_words": "indberet"})
    someone.post("/say", data={"_words": "svar topmøde"})
    page = someone.get("/chat").text
    assert 'name="ghg_total"' not in page and "Skemaet her er lukket" in page and 'name="response"' in page


def test_a_forms_button_stands_in_the_conversation_as_it_was_pressed(be: Callable[[str], TestClient]) -> None:
    someone = be(COORDINATOR)
    someone.post("/say", data={"_words": "indberet"})
    send = re.search(r'value="(indberet send[^"]+)"', someone.get("/chat").text)
    assert send
    someone.post("/say", data={"_words": send[1], "ghg_total": "400.000,5"})
    page = someone.get("/chat").text
    assert "</span> Indsend</h2>" in page and "2027-0259-v1" in page


def test_saying_something_as_nobody_leads_to_the_first_page(client: TestClient) -> None:
    assert client.post("/say", data={"_words": "liste"}).headers["location"] == "/chat"
    assert client.get("/chat").headers["location"] == "/"


def test_nothing_said_is_nothing_done(be: Callable[[str], TestClient]) -> None:
    someone = be(COORDINATOR)
    assert someone.post("/say", data={"_words": "  "}).status_code == 303
    assert "Sådan ser det ud lige nu" in someone.get("/chat").text


def test_the_quick_buttons_are_the_roles_own(be: Callable[[str], TestClient]) -> None:
    assert 'value="svar topmøde">Svar om topmødet' in be(COORDINATOR).get("/chat").text
    assert 'value="besked">Skriv til mange' in be(SECRETARY).get("/chat").text


# ------------------------------------------------------------------------------------------ links from mails


def test_a_link_asks_before_it_says_anything_and_says_it_as_the_mails_reader(
    stage: Stage, be: Callable[[str], TestClient]
) -> None:
    someone = be(SECRETARY)
    page = someone.get("/act", params={"say": "svar topmøde ja borgmester", "as": MAYOR}).text
    assert "borgmester, Køge" in page and "Du er lige nu Bo Hede" in page
    answer = someone.post("/act", data={"_words": "svar topmøde ja borgmester", "_as": MAYOR})
    assert answer.headers["location"] == "/chat#latest"
    page = someone.get("/chat").text
    assert "borgmester, Køge" in page and "Noteret for Klimatopmøde 2027" in page
    with reading(stage.engine) as connection:
        newest = journal.entries(connection, stage.alliance.id, limit=1)[0]
    assert (newest.action, newest.organisation, newest.on_behalf) == ("answered", "Køge", False)


def test_a_link_opened_by_a_stranger_waits_until_they_have_chosen(client: TestClient) -> None:
    page = client.get("/act?say=svar%20topm%C3%B8de").text
    onward = "/act?say=svar%20topm%C3%B8de"
    assert (
        f'href="/?to={quote(onward)}#choose"'.replace("&", "&amp;") in page
        and "<button class=" not in page.split("<main")[1]
    )
    front = client.get("/", params={"to": onward}).text
    assert f'name="to" value="{onward}"' in front
    chosen = client.post("/persona", data={"address": COORDINATOR, "to": onward})
    assert chosen.headers["location"] == onward
    assert "klimakoordinator, Køge" in client.get(onward).text


def test_a_link_that_says_nothing_is_told_so(be: Callable[[str], TestClient]) -> None:
    assert "Der står ikke noget i linket" in be(COORDINATOR).get("/act").text
    assert be(COORDINATOR).post("/act", data={}).headers["location"] == "/"


# ------------------------------------------------------------------------------------------------ the clock


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2027-02-25T09:00", date(2027, 2, 26)),  # twenty working days before the report is due
        ("2027-02-26T07:59", date(2027, 2, 26)),  # not yet eight: it is still to come
        ("2027-02-26T08:00", date(2027, 3, 12)),  # ten before
        ("2027-03-12T08:00", date(2027, 3, 19)),  # five before
        ("2027-03-19T12:00", date(2027, 3, 30)),  # Easter lies between
        ("2027-03-30T08:00", date(2027, 4, 1)),  # one after
        ("2027-04-01T08:00", date(2027, 4, 2)),  # twenty before the answers to the summit are due
        ("2027-01-04T09:00", date(2027, 2, 26)),  # the report has not even opened
    ],
)
def test_the_next_reminder_is_the_first_rung_still_to_come(stage: Stage, at: str, day: date) -> None:
    with reading(stage.engine) as connection:
        assert next_reminder_day(connection, stage.alliance, local(at).astimezone(UTC)) == day


@pytest.mark.slow
def test_moving_to_the_next_reminder_sends_it_and_says_how_many(stage: Stage, be: Callable[[str], TestClient]) -> None:
    someone = be(COORDINATOR)
    page = someone.get("/chat").text
    assert re.search(r'value="2027-02-26">Næste påmindelse', page)
    answer = someone.post("/clock", data={"to": "2027-02-26"})
    assert answer.headers["location"] == "/chat#clock"
    _wait(someone)
    page = someone.get("/chat").text
    assert "98 mails blev sendt" in page and "fredag den 26. februar 2027 kl. 08.00" in page
    assert "Venlig påmindelse: Køge" in page
    assert stage.now() == local("2027-02-26T08:00")
    assert "mails blev sendt" not in be(SECRETARY).get("/chat").text  # who moved nothing reads nothing of a move


def _wait(client: TestClient) -> None:
    for _ in range(600):
        if not client.get("/clock.json").json()["running"]:
            return
        threading.Event().wait(0.05)
    raise AssertionError("the clock is still moving")


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("2027-02-25", "Uret kan kun gå fremad"),  # eight o'clock today has passed
        ("2027-02-24", "Uret kan kun gå fremad"),
        ("2031-01-01", "mere end to år fremme"),
        ("i morgen", "Jeg kan ikke læse ”i morgen” som en dag"),
        ("", "som en dag"),
        ("9999-12-31", "mere end to år fremme"),
    ],
)
def test_a_day_the_clock_cannot_go_to_is_refused_in_words(
    stage: Stage, be: Callable[[str], TestClient], to: str, says: str
) -> None:
    before = stage.now()
    answer = be(COORDINATOR).post("/clock", data={"to": to})
    assert answer.status_code == 400 and says in answer.text
    assert stage.now() == before


@pytest.mark.slow
def test_a_long_move_shows_how_far_it_is_and_no_second_one_begins(
    stage: Stage, be: Callable[[str], TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.jumps.PATIENCE_SECONDS", 0.01)
    stage.gate.clear()
    stage.played = (3, 12)
    someone = be(COORDINATOR)
    someone.post("/clock", data={"to": "2027-02-26"})
    someone.post("/clock", data={"to": "2027-12-24"})
    page = someone.get("/chat").text
    assert '<progress aria-label="Uret flyttes' in page and "3 af 12 dage." in page and 'http-equiv="refresh"' in page
    assert someone.get("/clock.json").json() == {"running": True, "played": 3, "days": 12}
    stage.gate.set()
    _wait(someone)
    assert stage.now() == local("2027-02-26T08:00")


@pytest.mark.slow
def test_a_move_that_fails_is_told_and_can_be_tried_again(
    stage: Stage, be: Callable[[str], TestClient], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    someone = be(COORDINATOR)
    with monkeypatch.context() as patched:
        patched.setattr(ticks, "play", _fail)
        someone.post("/clock", data={"to": "2027-02-26"})
        _wait(someone)
    assert "Uret blev ikke flyttet helt" in someone.get("/chat").text
    assert "could not be moved" in caplog.text
    someone.post("/clock", data={"to": "2027-02-26"})
    _wait(someone)
    assert "98 mails blev sendt" in someone.get("/chat").text


def _fail(*_: object) -> None:
    raise RuntimeError("the disk is full")


# ---------------------------------------------------------------------------------------------- the mailbox


def test_an_empty_mailbox_says_how_to_fill_it(be: Callable[[str], TestClient]) -> None:
    assert "Der er ikke sendt noget endnu. Flyt uret frem" in be(COORDINATOR).get("/mailbox").text


@pytest.mark.usefixtures("reminders_sent")
def test_the_mailbox_shows_what_was_sent_newest_first_and_by_recipient(
    stage: Stage, be: Callable[[str], TestClient]
) -> None:
    someone = be(COORDINATOR)
    page = someone.get("/mailbox").text
    ids = [int(found) for found in re.findall(r'href="/mailbox/(\d+)"', page)]
    assert len(ids) == 50 and ids == sorted(ids, reverse=True)
    assert len(re.findall(r'href="/mailbox/\d+"', someone.get("/mailbox?page=2").text)) == 48
    mine = someone.get("/mailbox", params={"to": COORDINATOR}).text
    assert len(re.findall(r'href="/mailbox/\d+"', mine)) == 1 and "Køge Kommune" in mine
    assert re.findall(r'href="/mailbox/\d+"', someone.get("/mailbox?to=køge").text) == re.findall(
        r'href="/mailbox/\d+"', mine
    )


@pytest.mark.usefixtures("reminders_sent")
def test_a_mail_is_shown_in_a_frame_that_may_run_nothing(stage: Stage, be: Callable[[str], TestClient]) -> None:
    someone = be(SECRETARY)
    listed = someone.get("/mailbox", params={"to": COORDINATOR}).text
    number = re.search(r'href="/mailbox/(\d+)"', listed)
    assert number
    answer = someone.get(f"/mailbox/{number[1]}")
    frame = next(attrs for tag, attrs in Outline(answer.text).tags if tag == "iframe")
    assert frame["sandbox"] == "allow-top-navigation-by-user-activation"
    inside = Outline(frame["srcdoc"] or "")
    links = [attrs for tag, attrs in inside.tags if tag == "a"]
    assert links and all(link["target"] == "_top" for link in links)
    said = [link["href"] or "" for link in links if (link["href"] or "").startswith("/act?say=")]
    assert said and all(url.endswith("&as=klima%40koege.example") for url in said)
    assert "'unsafe-inline'" in answer.headers["content-security-policy"]
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert "Content-Type: multipart/alternative" in answer.text and "Søren Uldum" in answer.text


def test_only_the_mails_page_lets_a_style_stand_in_the_page(be: Callable[[str], TestClient]) -> None:
    for path in ("/", "/chat", "/board", "/mailbox", "/nowhere", "/static/app.js"):
        assert "unsafe-inline" not in be(SECRETARY).get(path).headers["content-security-policy"]


def test_an_attachment_is_kept_and_never_shown(stage: Stage, be: Callable[[str], TestClient]) -> None:
    sent = EmailMessage()
    sent["To"], sent["Subject"] = COORDINATOR, "<script>alert(1)</script>"
    sent.set_content("Hej")
    sent.add_attachment(b"<script>x</script>", maintype="text", subtype="html", filename="bilag å.html")
    with writing(stage.engine) as connection:
        mails.put(connection, stage.alliance.id, COORDINATOR, "<1@x.example>", stage.now(), sent.as_bytes())
    someone = be(COORDINATOR)
    page = someone.get("/mailbox/1").text
    assert "bilag å.html" in page and "<script>alert" not in page and "<iframe" not in page
    answer = someone.get("/mailbox/1/attachments/0")
    assert answer.content == b"<script>x</script>"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''bilag%20%C3%A5.html"
    assert someone.get("/mailbox/1/attachments/1").status_code == 404


@pytest.mark.parametrize("path", ["/mailbox/4711", "/mailbox/999999999", "/mailbox/4711/attachments/0"])
def test_a_mail_that_is_not_there_is_said_so(be: Callable[[str], TestClient], path: str) -> None:
    answer = be(COORDINATOR).get(path)
    assert answer.status_code == 404 and "Den mail findes ikke" in answer.text


@pytest.mark.slow
@pytest.mark.parametrize("digits", [10, 20, 5_000])
@pytest.mark.parametrize(
    "path", ["/obligations/{}", "/papers/{}", "/papers/{}.pdf", "/meetings/{}", "/mailbox/{}", "/year/{}"]
)
def test_a_number_that_nothing_has_is_a_page_that_is_not_there(
    be: Callable[[str], TestClient], path: str, digits: int
) -> None:
    answer = be(COORDINATOR).get(path.format("9" * digits))
    assert answer.status_code == 404 and "Siden findes ikke" in answer.text


# ------------------------------------------------------------------------------------------------ overviews


@pytest.mark.parametrize("path", ["/board", "/board.csv", "/board.json", "/journal", "/outbox"])
def test_the_overviews_are_the_secretariats(client: TestClient, be: Callable[[str], TestClient], path: str) -> None:
    nobody = client.get(path)
    assert nobody.status_code == 403 and "Vælg først, hvem du er" in nobody.text
    member = be(COORDINATOR).get(path)
    assert member.status_code == 403 and "Siden her er for sekretariatet" in member.text
    assert be(SECRETARY).get(path).status_code == 200


def test_the_boards_counts_add_up_to_the_members(be: Callable[[str], TestClient]) -> None:
    page = be(SECRETARY).get("/board?state=overdue").text  # whatever is shown, the counts are everybody's
    table = page.split('<table class="counts">')[1].split("</table>")[0]
    rows = [[int(number) for number in re.findall(r'class="count">(\d+)<', row)] for row in table.split("<tr>")[2:]]
    assert len(rows[0]) == 7
    assert [sum(column) for column in zip(*rows[:-1], strict=True)] == rows[-1] == [98] * 7


@pytest.mark.parametrize(
    ("query", "groups"),
    [
        ("", ["Region Midtjylland", "Region Nordjylland", "Region Syddanmark", "Region Østdanmark"]),
        ("?group=region", ["Region Midtjylland", "Region Nordjylland", "Region Syddanmark", "Region Østdanmark"]),
        (
            "?group=kkr",
            ["KKR Hovedstaden", "KKR Midtjylland", "KKR Nordjylland", "KKR Sjælland", "KKR Syddanmark"],
        ),
    ],
)
def test_the_board_is_grouped_and_holds_every_member_once(
    be: Callable[[str], TestClient], query: str, groups: list[str]
) -> None:
    grid = be(SECRETARY).get(f"/board{query}").text.split('<table class="grid">')[1]
    assert re.findall(r'scope="rowgroup"[^>]*><span>([^<]+)<', grid) == groups
    members = re.findall(r'<tr><th scope="row">([^<]+)', grid)
    assert len(members) == 98 and len(set(members)) == 98
    assert "Kolding" in members


def test_the_board_shows_only_what_was_asked_for(be: Callable[[str], TestClient]) -> None:
    grid = be(SECRETARY).get("/board?requirement=plan&state=owing").text.split('<table class="grid">')[1]
    members = re.findall(r'<tr><th scope="row">([^<]+)', grid)
    assert len(members) == 4 and grid.count("<td>") == 4
    assert "Ingen medlemmer passer på det" in be(SECRETARY).get("/board?state=overdue").text
    nonsense = be(SECRETARY).get("/board?requirement=nonsense&state=nonsense&group=nonsense").text
    assert nonsense.split('<table class="grid">')[1].count("<td>") == 98 * 7


def test_a_field_of_the_board_leads_to_its_story(be: Callable[[str], TestClient]) -> None:
    someone = be(SECRETARY)
    line = someone.get("/board").text.split('<tr><th scope="row">Køge')[1]
    field = re.search(r'href="(/obligations/\d+)"', line)
    assert field
    page = someone.get(field[1]).text
    assert "Pligten" in page and "Køge Kommune" in page and "Klimahandlingsplan" in page


def test_a_member_sees_the_story_of_its_own_obligations_only(stage: Stage, be: Callable[[str], TestClient]) -> None:
    with reading(stage.engine) as connection:
        today = stage.alliance.charter.calendar.day(stage.now())
        found = accounts.accounts(connection, stage.alliance, today)
    own = next(a.obligation.id for a in found if a.organisation.name == "Køge")
    other = next(a.obligation.id for a in found if a.organisation.name == "Aarhus")
    someone = be(COORDINATOR)
    assert someone.get(f"/obligations/{own}").status_code == 200
    refused = someone.get(f"/obligations/{other}")
    assert refused.status_code == 404 and "Jeg kan ikke finde nogen forpligtelse" in refused.text


@pytest.mark.parametrize(
    ("who", "asked", "status"),
    [
        (COORDINATOR, "", 200),
        (COORDINATOR, "?member=0259", 200),
        (COORDINATOR, "?member=0161", 404),  # Glostrup
        (COORDINATOR, "?member=9999", 404),
        (SECRETARY, "?member=0161", 200),
    ],
)
def test_what_is_kept_about_a_member_is_a_download_for_who_acts_for_it(
    be: Callable[[str], TestClient], who: str, asked: str, status: int
) -> None:
    answer = be(who).get(f"/data.zip{asked}")
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["content-type"] == "application/zip" and answer.headers["cache-control"] == "no-store"
        name = "glostrup" if "0161" in asked else "koege"
        assert f"{name}-data-2027-02-25.zip" in answer.headers["content-disposition"]
        assert answer.content.startswith(b"PK")


def test_my_list_leads_to_my_members_own_data(be: Callable[[str], TestClient]) -> None:
    assert 'href="/data.zip"' in be(COORDINATOR).get("/mine").text


def test_the_board_as_csv_has_a_line_for_every_member_and_requirement(be: Callable[[str], TestClient]) -> None:
    answer = be(SECRETARY).get("/board.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="status-2027-02-25.csv"'
    text = answer.content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(lines) == 98 * 7
    report = next(line for line in lines if line["medlem"] == "Køge" and line["krav nr."] == "2")
    assert (report["kommunekode"], report["frist"], report["status"]) == ("0259", "2027-03-31", "åben")
    assert (report["region"], report["KKR"]) == ("Region Østdanmark", "KKR Sjælland")


@pytest.mark.usefixtures("reminders_sent")
def test_the_board_as_json_says_the_same(stage: Stage, be: Callable[[str], TestClient]) -> None:
    lines = be(SECRETARY).get("/board.json").json()
    assert len(lines) == 98 * 7
    report = next(line for line in lines if line["code"] == "0259" and line["requirement"] == "report")
    assert report["state"] == "open" and report["due"] == "2027-03-31" and report["reminders"] == 1
    workshop = next(line for line in lines if line["code"] == "0259" and line["requirement"] == "workshop")
    assert workshop["period"] is None and workshop["due"] is None and workshop["reminders"] == 0


def test_a_cell_that_looks_like_a_formula_is_only_text(stage: Stage) -> None:
    organisation = Organisation(1, "0001", "=HYPERLINK(1)", "x", "municipality")
    board = Board(date(2027, 2, 25), stage.alliance.charter.requirements[:1], (BoardRow(organisation, {}),))
    assert "'=HYPERLINK(1)" in as_csv(board, (), "da")
    assert as_json(board, (), "da")[0]["member"] == "=HYPERLINK(1)"


def test_the_groups_of_the_exported_board_are_those_of_the_charter(stage: Stage) -> None:
    """A grouping that no catalog knows is called as its charter calls it."""
    organisation = Organisation(1, "0001", "Andeby", "x", "municipality", (("kkr", "KKR Nord"), ("coast", "Vest")))
    board = Board(date(2027, 2, 25), stage.alliance.charter.requirements[:1], (BoardRow(organisation, {}),))
    (line,) = csv.DictReader(io.StringIO(as_csv(board, ("coast",), "da").lstrip("\ufeff")), delimiter=";")
    assert line["coast"] == "Vest" and "KKR" not in line
    (found,) = as_json(board, ("coast",), "da")
    assert found["coast"] == "Vest" and "kkr" not in found


@pytest.mark.usefixtures("reminders_sent")
@pytest.mark.slow
def test_the_journal_and_the_outbox_are_paged_newest_first(stage: Stage, be: Callable[[str], TestClient]) -> None:
    stage.move_to(local("2027-03-12T08:00"))
    someone = be(SECRETARY)
    first, second = someone.get("/outbox").text, someone.get("/outbox?page=2").text
    assert 'href="/outbox?page=2"' in first and "12. marts 2027" in first
    assert "26. feb. 2027" in second and 'rel="prev"' in second
    assert "påmindelse" in first and "✓" not in first  # the mark is the style sheet's
    someone.post("/say", data={"_words": "for Køge: svar topmøde ja borgmester"})
    page = someone.get("/journal").text
    assert page.index("svarede på en indkaldelse") < page.index("tog en ny vedtægt i brug")
    assert re.search(r'href="/obligations/\d+">Klimatopmødet \(vis \d+\)<', page)


# ------------------------------------------------------------------------------------------------- the guards


def test_health(client: TestClient) -> None:
    assert client.get("/health").json() == {"ok": True, "now": "2027-02-25T08:00:00+00:00"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost:8000", 200),
        ("[::1]:8000", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("192.168.1.20:8000", 400),
    ],
)
def test_only_this_machines_names_are_answered(client: TestClient, host: str, status: int) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == status


@pytest.mark.slow
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": HERE}, 303),
        ({"Referer": f"{HERE}/chat"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Referer": "http://[::"}, 403),
        ({"Origin": "http://127.0.0.1:9000"}, 403),
        ({"Referer": "https://evil.example/127.0.0.1:8000"}, 403),
        ({"Origin": "https://evil.example", "Referer": f"{HERE}/chat"}, 403),
    ],
)
def test_a_form_from_another_site_is_turned_away(
    stage: Stage, be: Callable[[str], TestClient], headers: dict[str, str], status: int
) -> None:
    someone = be(COORDINATOR)
    before = stage.everything()
    answer = someone.post("/say", data={"_words": "svar topmøde ja borgmester"}, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert "Det kom fra en anden side" in answer.text and stage.everything() == before


def test_a_body_that_is_too_large_is_turned_away_whether_or_not_it_says_so(be: Callable[[str], TestClient]) -> None:
    someone = be(COORDINATOR)
    large = b"_words=" + b"x" * MOST_BYTES
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    def pieces() -> Iterator[bytes]:
        yield large[:500_000]
        yield large[500_000:]

    for content in (large, pieces()):
        answer = someone.post("/say", content=content, headers=form)
        assert answer.status_code == 413 and "1 MB" in answer.text
    assert someone.post("/say", content=large[:MOST_BYTES], headers=form).status_code == 303


@pytest.mark.parametrize("path", ["/", "/chat", "/nowhere", "/static/style.css", "/health"])
def test_every_answer_carries_the_security_headers(be: Callable[[str], TestClient], path: str) -> None:
    headers = be(COORDINATOR).get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';") and "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"


def test_a_page_that_is_not_there_or_not_to_be_opened_is_said_calmly(be: Callable[[str], TestClient]) -> None:
    someone = be(COORDINATOR)
    missing = someone.get("/nowhere")
    assert missing.status_code == 404 and "Siden findes ikke" in missing.text
    assert someone.get("/say").status_code == 405
    someone.post("/language", data={"language": "en"})
    assert "There is no such page" in someone.get("/static/nothing.css").text


def test_a_fault_of_ours_is_a_page_in_words_too(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no such column")

    client = TestClient(demo_app(stage.app()), base_url=HERE, raise_server_exceptions=False)
    monkeypatch.setattr("bot.web.visitors.register.known_at", broken)
    client.cookies.set("persona", COORDINATOR)
    answer = client.get("/chat")
    assert answer.status_code == 500
    assert "noget gik galt hos os" in answer.text and "no such column" not in answer.text


def test_a_database_without_an_alliance_says_what_to_do(new_database: Callable[[], Engine]) -> None:
    from storage.migrate import migrate

    engine = new_database()
    migrate(engine)
    demo = Demo(engine, lambda: local("2027-02-25T09:00"), lambda _: None, lambda: None)
    client = TestClient(demo_app(demo), base_url=HERE)
    for path in ("/", "/mailbox"):
        answer = client.get(path)
        assert answer.status_code == 503 and "make demo" in answer.text


# The year


def test_the_wheel_and_the_list_beside_it_say_the_same_by_the_same_numbers(client: TestClient) -> None:
    client.post("/persona", data={"address": COORDINATOR})
    page = client.get("/year").text
    numbers = re.findall(r'<text class="mark-number \w+"[^>]*>(\d+)</text>', page)
    listed = re.findall(r'<tr[^>]*><td class="count">(\d+)</td>', page)
    assert numbers == listed == [str(n) for n in range(1, 11)]
    assert "Klimatopmøde 2027" in page and "Frist: Årlig indberetning" in page
    assert "Frist: Klimatopmødet" in page  # the day by which everybody answers
    assert 'role="img" aria-labelledby="wheel-title wheel-text"' in page
    assert "Læg årshjulet" not in page  # that is the secretariat's


@pytest.mark.parametrize(("path", "status"), [("/year/2032", 200), ("/year/2033", 404), ("/year/2021", 404)])
def test_years_that_nobody_plans_are_not_there(client: TestClient, path: str, status: int) -> None:
    client.post("/persona", data={"address": SECRETARY})
    answer = client.get(path)
    assert answer.status_code == status and "Læg årshjulet" not in answer.text  # nobody plans that far ahead
    assert "Læg årshjulet for 2027" in client.get("/year").text


def test_a_year_that_is_planned_is_not_offered_to_be_planned(stage: Stage, client: TestClient) -> None:
    client.post("/persona", data={"address": SECRETARY})
    now = stage.now()
    shown = handle(stage.engine, Ask(SECRETARY, "årshjul 2027"), now).message
    words = next(b.words for block in shown.blocks for b in getattr(block, "items", ()))
    assert handle(stage.engine, Ask(SECRETARY, words), now).done
    assert "Læg årshjulet" not in client.get("/year").text
    listed = handle(stage.engine, Ask(SECRETARY, "møde"), now).message
    assert "Læg årshjulet" not in str(listed) and "Opret et møde" in str(listed)
    page = client.get("/year").text
    assert "planlagt, endnu ikke sendt til kalendere" in page and "planlagt, ikke indkaldt" in page


def test_the_wheel_is_for_people_of_the_alliance(client: TestClient) -> None:
    assert client.get("/year").status_code == 403
