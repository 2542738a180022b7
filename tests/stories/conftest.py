"""A conversation as a channel would have it: words are said, offered buttons pressed, forms filled in and sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, select

from alliance.members import Address, Person
from alliance.messages import Ask, Button, Buttons, Form, Table
from bot.plain import plain
from bot.request import Reply
from storage.engine import reading, writing
from storage.queries import accounts, journal, register
from storage.queries.register_faults import register_faults
from storage.tables import tables


def forget(connection: Connection, which: ColumnElement[bool]) -> None:
    """Let deliveries be as if they had never been posted."""
    delivery, transition = tables["delivery"], tables["transition"]
    gone = select(delivery.c.id).where(which)
    connection.execute(transition.delete().where(transition.c.delivery_id.in_(gone)))
    connection.execute(delivery.delete().where(which))


class Said:
    """A reply with what a reader sees of it."""

    def __init__(self, reply: Reply) -> None:
        self.reply, self.message, self.done = reply, reply.message, reply.done
        self.summary = reply.message.summary

    @property
    def text(self) -> str:
        """Everything as one line, however it was wrapped."""
        return " ".join(plain(self.message, width=10_000).split())

    @property
    def form(self) -> Form:
        return next(block for block in self.message.blocks if isinstance(block, Form))

    @property
    def is_form(self) -> bool:
        return any(isinstance(block, Form) for block in self.message.blocks)

    def asks(self) -> dict[str, Ask]:
        return {ask.key: ask for section in self.form.sections for ask in section.asks}

    def ask(self, key: str) -> Ask:
        return self.asks()[key]

    def errors(self) -> dict[str, str]:
        return {key: ask.error for key, ask in self.asks().items() if ask.error}

    def buttons(self) -> list[Button]:
        found: list[Any] = []
        for block in self.message.blocks:
            if isinstance(block, Buttons):
                found += block.items
            if isinstance(block, Form):
                found += block.buttons
        return [item for item in found if isinstance(item, Button)]

    def offered(self) -> list[str]:
        return [button.words for button in self.buttons()]

    def button(self, part: str) -> Button:
        """The one button whose label or words contain the part."""
        found = [b for b in self.buttons() if part in b.label or part in b.words]
        assert found, f"no button {part!r} among {[(b.label, b.words) for b in self.buttons()]}"
        return found[0]

    def tables(self) -> list[Table]:
        return [block for block in self.message.blocks if isinstance(block, Table)]

    def rows(self) -> list[tuple[str, ...]]:
        return [row for table in self.tables() for row in table.rows]


class Conversation:
    """The demo, and who says what in it. ``at`` is the Danish civil time of whatever is said next."""

    def __init__(self, played: Any) -> None:
        self.played, self.engine = played, played.engine
        self.at = "2027-03-01T09:00"

    def say(self, who: str, words: str, **answers: str) -> Said:
        return Said(self.played.say(who, words, self.at, answers))

    def hand_in(self, who: str, words: str, answers: dict[str, str]) -> Said:
        return Said(self.played.say(who, words, self.at, answers))

    def press(self, who: str, said: Said, part: str) -> Said:
        return self.say(who, said.button(part).words)

    def send(self, who: str, said: Said, part: str = "", /, **filled: str) -> Said:
        """Fill in fields of a form, leave the others as they stand, and press its first (or another) button."""
        button = said.button(part) if part else said.form.buttons[0]
        return self.hand_in(who, button.words, self.filled(said, **filled))

    def sure(self, who: str, said: Said) -> Said:
        """Confirm what a preview shows, with what stands in its form."""
        words = next((w for w in said.offered() if " bekræft " in w or " confirm " in w), None)
        if words is None:
            return said  # there was nothing to confirm
        return self.hand_in(who, words, self.filled(said) if said.is_form else {})

    def enter(self, who: str, form: Said, /, **filled: str) -> Said:
        """Send in a form that is shown first, and confirm it."""
        return self.sure(who, self.send(who, form, **filled))

    def surely(self, who: str, words: str) -> Said:
        """Say something that is shown first, and confirm it."""
        return self.sure(who, self.say(who, words))

    def filled(self, said: Said, **filled: str) -> dict[str, str]:
        standing = {key: ask.value for key, ask in said.asks().items()}
        assert set(filled) <= set(standing), f"no field {set(filled) - set(standing)} in the form"
        return standing | filled

    # ------------------------------------------------------------------------------ what is then true

    def dump(self, *without: str) -> dict[str, list[str]]:
        return {name: rows for name, rows in self.played.dump().items() if name not in without}

    def changed(self, before: dict[str, list[str]]) -> set[str]:
        """The tables that differ from an earlier dump."""
        return {name for name, rows in self.dump().items() if rows != before[name]}

    def standing(self, member: str, requirement: str) -> str:
        """How a member's newest obligation for a requirement stands on the day."""
        return self.account(member, requirement).standing.state

    def account(self, member: str, requirement: str) -> Any:
        alliance = self.played.alliance
        with reading(self.engine) as connection:
            found = accounts.accounts(connection, alliance, self.day())
        mine = [a for a in found if a.organisation.name == member and a.requirement.key == requirement]
        return max(mine, key=lambda account: account.obligation.period.start)

    def settlements(self, member: str, requirement: str) -> tuple[Any, ...]:
        account = self.account(member, requirement)
        with reading(self.engine) as connection:
            found = accounts.settlements_of(connection, self.played.alliance.id, [account.organisation.id])
        return found.get((account.organisation.id, requirement), ())

    def journal(self) -> list[Any]:
        """Every entry, newest first."""
        with reading(self.engine) as connection:
            return list(journal.entries(connection, self.played.alliance.id, limit=10_000))

    def day(self) -> Any:
        return datetime.fromisoformat(self.at).date()

    def person(self, address: str) -> Person:
        with reading(self.engine) as connection:
            found = register.person_at(connection, self.played.alliance.id, address)
        assert found, f"nobody is at {address}"
        return found

    def addresses(self, person_id: int) -> tuple[Address, ...]:
        with reading(self.engine) as connection:
            return register.addresses(connection, self.played.alliance.id, [person_id]).get(person_id, ())

    def change(self, work: Callable[[Any, int], Any]) -> Any:
        """Do something to the database that no command does."""
        with writing(self.engine) as connection:
            return work(connection, self.played.alliance.id)

    def told(self, kind: str) -> list[Any]:
        """The deliveries of a kind of notification."""
        return [record for record in self.played.outbox() if record.kind == kind]


@pytest.fixture
def sound_register(talk: Conversation) -> Iterator[None]:
    """Whatever was said, nothing stands in the register afterwards that cannot be."""
    yield
    with reading(talk.engine) as connection:
        assert register_faults(connection, talk.played.alliance, date.min) == ()


@pytest.fixture
def talk(played: Any) -> Iterator[Conversation]:
    yield Conversation(played)
