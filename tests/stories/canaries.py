"""A meeting in which every closed field holds a word of its own, who is there to look, and everything they can see.

The words have no vowels, so that nothing hyphenates them, and are long enough not to turn up by chance.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import html
import io
import quopri
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from email import message_from_bytes, policy
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import pypdf
from sqlalchemy import select, update
from starlette.routing import Route

from bot.request import Request, Upload
from bot.router import handle
from bot.web.app import Demo, demo_app
from storage.changes import register
from storage.engine import reading, writing
from storage.queries.register import alliances
from storage.tables import tables
from tests.conftest import local

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE, MEETING = "http://127.0.0.1:8000", "1/2027"
SECRETARIAT, MAYOR = "sekretariat@frederiksberg.example", "borgmester@koege.example"
PROXY, OBSERVER = "borgmestersekretaer@frederiksberg.example", "observatoer@concito.example"
FORMER = "borgmester@middelfart.example"
STEERING = {"the secretariat": SECRETARIAT, "a steering mayor": MAYOR, "who acts for one": PROXY}
OTHERS = {
    "a coordinator without a seat": "klima@solroed.example",
    "the coordinator of a seat": "klima@koege.example",
    "a mayor without a seat": "borgmester@solroed.example",
    "who acts for a mayor without a seat": "borgmestersekretaer@aarhus.example",
    "an observer": OBSERVER,
    "who held a seat until yesterday": FORMER,
    "nobody we know": "fremmed@example.org",
}
FIELDS = (
    *("heading", "summary", "case", "recommendation", "file", "file_name", "on_open", "on_open_name"),
    *("more_heading", "more_summary", "more_case", "more_recommendation", "more_file", "more_file_name", "later_case"),
    *("proposal_heading", "proposal_case", "unissued_heading", "unissued_decision", "notes", "decision", "dissent"),
    *("who_dissents", "action", "draft_only", "comment", "corrected_decision", "corrected_action", "evidence"),
)
WORD = {field: f"qzxvk{number:02d}jwt" for number, field in enumerate(FIELDS)}
FIELD = {word: field for field, word in WORD.items()}
NUMBERED = (
    "/obligations/{id:short}",
    "/year/{year:short}",
    "/mailbox/{id:short}",
    "/mailbox/{id:short}/attachments/{number:short}",
    "/mailbox/{id:short}/attachments/{number:short}/view",
    "/meetings/{id:short}",
    "/meetings/{id:short}.ics",
    "/papers/{id:short}",
    "/papers/{id:short}.pdf",
    "/papers/{id:short}/attachments/{number:short}",
    "/feeds/{token}.ics",
)
"""The pages with a number in their address, all of which are looked at; a new one has to be put here and there."""


# ------------------------------------------------------------------------------------------------- the search


def found(content: bytes | str) -> set[str]:
    """The fields whose words are in it, however they are wrapped: as text, in codings, inside a PDF."""
    return set(_found(content.encode() if isinstance(content, str) else content))


@lru_cache(maxsize=20_000)  # everybody gets the same files
def _found(data: bytes) -> frozenset[str]:
    return frozenset(FIELD[word.decode()] for view in _views(data) for word in _WORDS.findall(view))


_WORDS = re.compile(rb"qzxvk\d\djwt")


def _views(data: bytes) -> Iterator[bytes]:
    for part in (data, *_inside(data)):
        for plain in _plain(part):
            yield plain.lower()


def _plain(data: bytes) -> Iterator[bytes]:
    text = data.decode("utf-8", "replace")
    yield data
    yield data.replace(b"\x00", b"")  # UTF-16
    yield re.sub(rb"\r?\n[ \t]?", b"", data)  # folded lines of a header or a calendar object
    yield quopri.decodestring(data)
    yield html.unescape(unquote(text)).encode()
    for run in re.findall(rb"[A-Za-z0-9+/_-]{12,}", data.replace(b"\r\n", b"").replace(b"\n", b"")):
        yield from _coded(run)


def _coded(run: bytes) -> Iterator[bytes]:
    """A run of letters and digits as what it may be in base64 (from any place) and in hexadecimal digits."""
    for start in range(4):
        body = run[start:].translate(bytes.maketrans(b"-_", b"+/"))
        yield base64.b64decode(body[: len(body) // 4 * 4])
    for digits in re.findall(rb"(?:[0-9a-fA-F]{2}){6,}", run):
        yield binascii.unhexlify(digits)


def _inside(data: bytes) -> Iterator[bytes]:
    """What is packed in a paper, or in the file of everything about a municipality."""
    if data.startswith(b"%PDF"):
        yield from _inside_pdf(data)
    elif data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from map(packed.read, packed.namelist())


def _inside_pdf(data: bytes) -> Iterator[bytes]:
    """A PDF's text, its metadata, its files, and every stream and string in it."""
    read = pypdf.PdfReader(io.BytesIO(data))
    yield "".join(page.extract_text() for page in read.pages).encode()
    yield repr(read.metadata).encode() + repr(sorted(read.attachments)).encode()
    for number in range(len(read.xref_objStm) + sum(map(len, read.xref.values())) + 1):
        one = pypdf.generic.IndirectObject(number, 0, read).get_object()
        if isinstance(one, pypdf.generic.StreamObject):
            yield one.get_data()
        yield repr(one).encode()


def contents(value: Any) -> Iterator[bytes]:
    """Everything in an answer, of whatever blocks it is made: its texts, its buttons' words, its files."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, str):
        yield value.encode()
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from contents(getattr(value, field.name))
    elif isinstance(value, dict):
        yield from contents([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from contents(one)


# ------------------------------------------------------------------------------------------------- the meeting


class Stage:
    """The demo while the meeting is played; ``at`` is the Danish civil time."""

    def __init__(self, talk: Any) -> None:
        self.talk, self.engine, self.played = talk, talk.engine, talk.played
        self.app = demo_app(Demo(self.engine, lambda: local(self.at), lambda _: None, lambda: None))

    @property
    def at(self) -> str:
        return str(self.talk.at)

    def scenes(self) -> Iterator[str]:
        """Play the meeting to each point at which somebody might look; yields its name."""
        self._cast()
        self._plan()
        yield "an agenda is being written"
        self._publish()
        yield "the agenda is out"
        self._supplement()
        yield "a supplement is out"
        self._hold()
        yield "minutes are being written"
        self._circulate()
        yield "the draft is out for comments"
        self._approve()
        yield "the minutes are approved"
        self._correct()
        yield "a correction is out"
        self._remind()
        yield "an action is reminded of, and done"

    def _cast(self) -> None:
        """An observer, and a seat that is lost on the day the agenda goes out."""
        self.talk.at = "2027-03-01T09:00"
        with writing(self.engine) as connection:
            alliance, seat, now = alliances(connection)[0], tables["seat_term"], local(self.at)
            concito = register.add_organisation(connection, alliance.id, "C001", "Concito", "Concito", "organisation")
            register.add_membership(connection, alliance.id, concito, "observer", date(2024, 1, 1), None, now)
            person = register.add_person(connection, alliance.id, "Olga Observatør", "da")
            register.add_address(connection, alliance.id, person, "mail", OBSERVER, now, verified=True)
            office = alliance.charter.body("steering_group").observer_office
            register.add_office_term(connection, alliance.id, concito, office, person, date(2024, 1, 1), None, now)
            lost = seat.c.constituency == "KKR Syddanmark"
            connection.execute(update(seat).where(lost).values(valid_until=date(2027, 3, 11)))

    def _plan(self) -> None:
        form = self.talk.say(SECRETARIAT, "møde opret")
        when = {"day": "24-03-2027", "starts": "10", "ends": "12", "place": "Rådhuset"}
        self.do(form.form.buttons[0].words, kind="steering_group", **when)
        self.confirm(f"møde indkald styregruppe {MEETING}")
        self.say(SECRETARIAT, f"dagsorden {MEETING}")
        closed = Upload(f"{WORD['on_open_name']}.txt", "text/plain", WORD["on_open"].encode())
        self.do(f"punkt {MEETING}", heading="Åbent punkt", kind="decision", recommendation="At det vedtages.")
        self.do(f"bilag #{self.item('Åbent punkt')}", {"file": closed}, file_closed="ja")
        self.do(f"bilag #{self.item('Åbent punkt')}", {"file": Upload("Åbent bilag.txt", "text/plain", b"alle")})
        self.do(f"punkt {MEETING}", {"file": _file("file", "file_name")}, **_closed("", "Kontraktsag"))
        self.do(f"punkt {MEETING}", heading="Senere lukket", kind="decision")
        self.do(f"foreslå {MEETING}", who="klima@koege.example", heading="Elbusser", kind="discussion", case="Indkøb.")
        proposed = self.item("Elbusser")
        self.do(f"forslag {proposed} optag")
        told = {"heading": WORD["proposal_heading"], "case": WORD["proposal_case"]}
        form = self.talk.say(SECRETARIAT, f"punkt #{proposed}")
        assert self.talk.send(SECRETARIAT, form, closed="ja", public_heading="Et indkøb", **told).done
        self.deliver()

    def _publish(self) -> None:
        self.talk.at = "2027-03-11T09:00"
        self.confirm(f"dagsorden udsend {MEETING}")
        self.deliver()

    def _supplement(self) -> None:
        """A closed item more, and new words in the one that is out. Another is closed afterwards and told to nobody."""
        self.talk.at = "2027-03-12T09:00"
        self.do(f"punkt {MEETING}", {"file": _file("more_file", "more_file_name")}, **_closed("more_", "En sag til"))
        form = self.talk.say(SECRETARIAT, f"punkt #{self.item(WORD['heading'])}")
        assert self.talk.send(SECRETARIAT, form, case=WORD["later_case"]).done
        self.confirm(f"tillæg {MEETING}", reason="Sagen kom sent.")
        self.deliver()
        form = self.talk.say(SECRETARIAT, f"punkt #{self.item('Senere lukket')}")
        told = {"heading": WORD["unissued_heading"], "public_heading": "Lukket under mødet"}
        assert self.talk.send(SECRETARIAT, form, closed="ja", **told).done

    def _hold(self) -> None:
        self.talk.at = "2027-03-24T13:00"
        form = self.talk.say(SECRETARIAT, f"møde afhold styregruppe {MEETING}")
        present = {key: "present" for key in form.asks() if key.startswith("presence_")}
        assert self.talk.send(SECRETARIAT, form, **present).done
        self.talk.at = "2027-03-30T09:00"
        for number, heading in self.numbers().items():
            notes = WORD["draft_only"] if heading == "Åbent punkt" else "Drøftet."
            form = self.talk.say(SECRETARIAT, f"referat skriv {MEETING} {number}")
            decision = {"decision": "Vedtaget."} if "decision" in form.asks() else {}
            assert self.talk.send(SECRETARIAT, form, notes=notes, **decision).done
        self.write("heading", notes=WORD["notes"], decision=WORD["decision"])
        self.write("heading", dissents=f"{WORD['who_dissents']}: {WORD['dissent']}")
        self.write("heading", what_1=WORD["action"], owner_1="0259:mayor", due_1="2027-04-12")
        number = self.number("Senere lukket", WORD["unissued_heading"])
        form = self.talk.say(SECRETARIAT, f"referat skriv {MEETING} {number}")
        assert self.talk.send(SECRETARIAT, form, decision=WORD["unissued_decision"]).done

    def _circulate(self) -> None:
        self.confirm(f"referat udsend {MEETING}")
        form = self.talk.say(MAYOR, f"bemærk {MEETING}")
        number = str(self.number(WORD["heading"]))
        assert self.talk.send(MAYOR, form, item=number, text=WORD["comment"]).done
        self.deliver()

    def _approve(self) -> None:
        self.talk.at = "2027-03-31T09:00"
        number = self.number("Åbent punkt")
        form = self.talk.say(SECRETARIAT, f"referat skriv {MEETING} {number}")
        assert self.talk.send(SECRETARIAT, form, notes="Der var enighed.").done
        self.confirm(f"referat godkend {MEETING}")
        self.deliver()

    def _correct(self) -> None:
        self.talk.at = "2027-04-01T09:00"
        self.write("heading", "ret", decision=WORD["corrected_decision"], what_1=WORD["corrected_action"])
        self.confirm(f"referat ret {MEETING}", reason="Et beløb var forkert.")
        self.deliver()

    def _remind(self) -> None:
        self.talk.at = "2027-04-09T08:30"
        self.deliver()
        self.do("dokumenter A1", who=MAYOR, kind="partly", what=WORD["evidence"])
        self.deliver()

    # ------------------------------------------------------------------------------------------ how it is played

    def say(self, who: str, words: str, files: Any = None, **answers: str) -> Any:
        return self.played.say(who, words, self.at, answers, files)

    def do(self, words: str, files: Any = None, who: str = SECRETARIAT, **answers: str) -> None:
        reply = self.say(who, words, files, **answers)
        assert reply.done, (words, reply.message)

    def confirm(self, words: str, **typed: str) -> None:
        """Look first, fill in what is asked for, and confirm."""
        shown = self.talk.say(SECRETARIAT, words)
        if typed:
            shown = self.talk.send(SECRETARIAT, shown, **typed)
        step = self.talk.send if shown.is_form else self.talk.press
        assert step(SECRETARIAT, shown, "bekræft").done, words

    def write(self, word: str, verb: str = "skriv", **typed: str) -> None:
        form = self.talk.say(SECRETARIAT, f"referat {verb} {MEETING} {self.number(WORD[word])}")
        sent = self.talk.send(SECRETARIAT, form, **typed)
        assert sent.done and not sent.is_form, sent.text

    def deliver(self) -> None:
        """Let what is due leave, to the people who look and to nobody else: the others' mails take a minute."""
        self.played.plan(self.at)
        delivery, address = tables["delivery"], tables["address"]
        with writing(self.engine) as connection:
            cast = select(address.c.id).where(address.c.value.in_([*STEERING.values(), *OTHERS.values()]))
            others = delivery.c.address_id.not_in(cast), delivery.c.state == "queued"
            connection.execute(update(delivery).where(*others).values(state="withdrawn"))
        self.played.tick(self.at)

    def item(self, heading: str) -> int:
        item = tables["agenda_item"]
        with reading(self.engine) as connection:
            number: int = connection.execute(select(item.c.id).where(item.c.heading == heading)).scalar_one()
        return number

    def numbers(self) -> dict[int, str]:
        """The headings of the items in the minutes by their numbers."""
        rows = [row for row in self.talk.say(SECRETARIAT, f"referat {MEETING}").rows() if row[0].strip(".").isdigit()]
        return {int(row[0].strip(".")): row[1] for row in rows}

    def number(self, *headings: str) -> int:
        return next(number for number, said in self.numbers().items() if any(h in said for h in headings))

    # ------------------------------------------------------------------------------------------- what they see

    def seen(self, who: str, commands: Iterable[str], paths: Iterable[str]) -> dict[str, set[str]]:
        """Every place where somebody finds a word, with the fields that they find."""
        places = {f"say {words}": self._said(who, words) for words in commands}
        with TestClient(self.app, base_url=HERE, follow_redirects=False) as client:
            client.post("/persona", data={"address": who})
            for path in (*paths, *self._own_mail(who), *self._feed(who)):
                answer = client.get(path)
                places[path] = found(answer.content) | found(repr(answer.headers.raw))
        for mail in self.played.letters(who):
            places[f"mail {mail.id}"] = _in_mail(mail.content)
        return {place: fields for place, fields in places.items() if fields}

    def _said(self, who: str, words: str) -> set[str]:
        reply = self.played.say(who, words, self.at)
        return set().union(*map(found, contents(reply.message)))

    def _own_mail(self, who: str) -> Iterator[str]:
        yield f"/mailbox?to={who}"
        for mail in self.played.letters(who):
            yield from (f"/mailbox/{mail.id}", f"/mailbox/{mail.id}/attachments/0/view")
            yield from (f"/mailbox/{mail.id}/attachments/{number}" for number in range(3))

    def _feed(self, who: str) -> list[str]:
        reply = handle(self.engine, Request(who, "kalender ny"), local(self.at), HERE)
        return re.findall(r"/feeds/[\w-]+\.ics", repr(reply.message))

    def paths(self) -> list[str]:
        """The address of every page, with every number that could lead to one."""
        known = [route.path for route in self.app.routes if isinstance(route, Route) and "GET" in (route.methods or ())]
        assert {path for path in known if "{" in path} == set(NUMBERED)
        fixed = [path for path in known if "{" not in path]
        files = range(1, self._count("attachment") + 2)
        attached = [f"{paper}/attachments/{file}" for paper in self.papers()[::2] for file in files]
        fixed += [f"/year/{year}" for year in (2026, 2027, 2028)]
        return [
            *fixed,
            *self.papers(),
            *self.meetings(),
            *attached,
            *(f"/obligations/{number}" for number in self._obligations()),
        ]

    def papers(self) -> list[str]:
        """The pages and files of every paper, and of one more that is not there."""
        return [f"/papers/{n}{kind}" for n in range(1, self._count("paper") + 2) for kind in ("", ".pdf")]

    def meetings(self) -> list[str]:
        """The pages of every meeting, and of one more that is not there, with what is fetched from them."""
        numbers = range(1, self._count("meeting") + 2)
        return ["/meetings", "/mine", *(f"/meetings/{n}{kind}" for n in numbers for kind in ("", ".ics"))]

    def _count(self, name: str) -> int:
        with reading(self.engine) as connection:
            return len(connection.execute(select(tables[name].c.id)).all())

    def _obligations(self) -> list[int]:
        """What is owed because of the meeting, and some that is not."""
        obligation = tables["obligation"]
        with reading(self.engine) as connection:
            rows = connection.execute(select(obligation.c.id, obligation.c.requirement)).all()
        return [row.id for row in rows if row.requirement.startswith("action:")] + [row.id for row in rows[:2]]


def _file(content: str, name: str) -> Upload:
    return Upload(f"{WORD[name]}.txt", "text/plain", WORD[content].encode())


def _closed(prefix: str, public: str) -> dict[str, str]:
    """The fields of a closed item, each with its own word."""
    said = {field: f"Om {WORD[prefix + field]}." for field in ("summary", "case", "recommendation")}
    return {"heading": WORD[f"{prefix}heading"], "kind": "decision", "closed": "ja", "public_heading": public, **said}


def _in_mail(content: bytes) -> set[str]:
    """What a mail has in its headers, its parts, their names and their decoded contents."""
    fields = found(content)
    for part in message_from_bytes(content, policy=policy.default).walk():
        fields |= found(repr(part.items()) + str(part.get_filename()))
        body = part.get_payload(decode=True)
        fields |= found(body) if isinstance(body, bytes) else set()
    return fields
