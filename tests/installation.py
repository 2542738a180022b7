"""A real installation as a test plays it: its clock, its mails, and browsers that know nothing of each other.

The app is the real one, asked through ASGI over https; mails are real MIME, and lie in the mailbox of the database.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from html import unescape

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.routing import Mount

from alliance.alliances import Alliance
from alliance.messages import Button, Buttons
from bot.asgi import app
from bot.mail.dress import Letterhead
from bot.mail.local import LocalMailTransport
from bot.request import Reply, Request
from bot.router import handle
from bot.web.app import pages_app
from scheduling import ticks
from scheduling.deliver import send_due
from storage import mailbox
from storage.engine import reading, writing
from storage.queries import register
from storage.tables import tables
from tests.conftest import local
from tests.stories.conftest import forget

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

URL = "https://tovholder.example"
LINK = re.compile(r'<a href="(?P<url>https?://[^/"]+)(?P<path>/[^"]+)"[^>]*>(?P<label>[^<]+)</a>')


def confirming(shown: Reply) -> str:
    """The words of the button that confirms a preview."""
    rows = (block for block in shown.message.blocks if isinstance(block, Buttons))
    return next(b.words for row in rows for b in row.items if isinstance(b, Button) and " bekræft " in b.words)


@dataclass
class Installation:
    """The planted alliance as a real one; ``at`` is the Danish civil time, moved by hand."""

    engine: Engine
    at: str = "2027-03-01T09:00"
    later: timedelta = timedelta()
    url: str = URL
    app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        with writing(self.engine) as connection:
            connection.execute(tables["alliance"].update().values(demo_now=None))
        self.app = app(lambda: {"ok": True}, Mount("/", pages_app(self.engine, self.now, self.url)))

    def now(self) -> datetime:
        return local(self.at) + self.later

    @property
    def alliance(self) -> Alliance:
        with reading(self.engine) as connection:
            return register.alliances(connection)[0]

    def browser(self) -> TestClient:
        """A browser without any cookie."""
        return TestClient(self.app, base_url=self.url, follow_redirects=False)

    # ------------------------------------------------------------------------------------------------- mails

    def tick(self, at: str) -> None:
        """One ring of the clock at a Danish civil time; what is due is mailed."""
        self.at, self.later = at, timedelta()
        ticks.tick(self.engine, self._ways(), self.now)

    def plan(self, at: str, only: str) -> None:
        """Post what is due at a Danish civil time, and forget what is not for one address: others take long."""
        self.at, self.later = at, timedelta()
        ticks.plan(self.engine, self.now())
        with writing(self.engine) as connection:
            forget(connection, tables["delivery"].c.lane != f"mail:{only}")

    def send(self) -> None:
        send_due(self.engine, self._ways(), self.now)

    def _ways(self) -> dict[str, LocalMailTransport]:
        letterhead = Letterhead("Tovholder", "tovholder@klimaalliancen.example", "", self.url, acting=True)
        return {"mail": LocalMailTransport(self.engine, letterhead)}

    def mails(self, to: str) -> list[EmailMessage]:
        """Everything that was mailed to somebody, newest first."""
        with reading(self.engine) as connection:
            ids = [alliance.id for alliance in register.alliances(connection)]
            found = [mail for id_ in ids for mail in mailbox.mailbox(connection, id_, to, limit=1000)]
        found.sort(key=lambda mail: mail.id, reverse=True)
        return [BytesParser(policy=default).parsebytes(mail.content) for mail in found]

    def links(self, mail: EmailMessage) -> dict[str, str]:
        """The paths that the links of a mail lead to on our site, by what they are labelled."""
        page = mail.get_body(preferencelist=("html",))
        assert page
        found = LINK.finditer(page.get_content())
        return {unescape(link["label"]): link["path"] for link in found if link["url"] == self.url}

    def link(self, to: str, label: str) -> str:
        """Where the link with this label leads, in the newest mail to somebody that has it."""
        found = [links[label] for mail in self.mails(to) if label in (links := self.links(mail))]
        assert found, f"no link {label!r} in what was mailed to {to}"
        return found[0]

    # --------------------------------------------------------------------------------------- what people do

    def say(self, who: str, words: str, **answers: str) -> Reply:
        """What somebody says on another channel."""
        return handle(self.engine, Request(who, words, answers, "cli"), self.now())

    def surely(self, who: str, words: str) -> Reply:
        """Say something that is shown first, and confirm it."""
        return self.say(who, confirming(self.say(who, words)))

    def sign_in(self, who: str, to: str = "") -> TestClient:
        """A browser in which somebody has signed in by the link that was mailed to them."""
        browser = self.browser()
        browser.post("/sign-in", data={"address": who, "to": to})
        self.send()
        answer = browser.post(self.link(who, "Log ind"))
        assert answer.status_code == 303, answer.text
        return browser

    # --------------------------------------------------------------------------------------- what is then true

    def everything(self, *without: str) -> dict[str, list[str]]:
        """Every row of every table as text."""
        with reading(self.engine) as connection:
            return {
                name: list(map(str, connection.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY id')))
                for name in tables
                if name not in without
            }

    def answers(self) -> list[str]:
        with reading(self.engine) as connection:
            rows = connection.execute(tables["answer"].select().order_by(tables["answer"].c.id))
            return [f"{row.response} {row.attendee} {row.source}".strip() for row in rows]
