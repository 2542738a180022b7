"""What a command is handed: who asks, for which member, with which words, in which transaction."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from alliance.accounts import Account, Story
from alliance.actions import action_id, typed_id
from alliance.alliances import Alliance
from alliance.charter import OfficeKind, Requirement
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.messages import Message
from alliance.names import fold
from alliance.notifications import Notification, recorded_on_behalf
from alliance.obligations import Settlement
from alliance.roles import Action, Actor
from alliance.tasks import task_day_id
from alliance.words import Words
from bot.request import Upload
from storage import journal, outbox
from storage.queries import accounts, meetings, register, stories
from storage.queries.journal import entries
from templates import write
from templates.phrases import Phrases

CONFIRM = ("bekraeft", "confirm")  # what confirms a preview, folded


class NotTheirs(Refused):
    """Somebody asked for what belongs to another member: refused as if it were not there, and written down."""


def read_number(typed: str) -> int | None:
    """The number of a thing of ours, or None if it is not one we could have given."""
    return int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else None


def split_period(args: tuple[str, ...]) -> tuple[str, str]:
    """The words without the period they end in, and its label: ``3b 2027``, ``5b 2025-27``; none is an empty label."""
    if len(args) > 1 and re.fullmatch(r"[0-9]{4}(-[0-9]{2})?", args[-1]):
        return " ".join(args[:-1]), args[-1]
    return " ".join(args), ""


@dataclass(frozen=True)
class Context:
    """One request. ``args`` are the words after the command, ``member`` the municipality it is about, if any.

    ``asked_at`` (aware UTC) is when the message said what it says now whose button was pressed; None for anything else.
    ``offered_at`` (aware UTC) is when a mail offered the words; None where they were not offered by one. ``reads`` is
    told which language whoever asked reads from now on.
    """

    connection: Connection
    alliance: Alliance
    actor: Actor
    now: datetime
    channel: str
    args: tuple[str, ...]
    answers: Mapping[str, str]
    member: Organisation | None = None
    url: str = ""
    files: Mapping[str, Upload] = field(default_factory=dict)
    asked_at: datetime | None = None
    offered_at: datetime | None = None
    reads: Callable[[str], None] = lambda language: None

    @property
    def language(self) -> str:
        return self.actor.person.language

    @cached_property
    def today(self) -> date:
        """The local day of the request."""
        return self.alliance.charter.calendar.day(self.now)

    @property
    def organisation(self) -> Organisation:
        """The member the request is about; the router sees to it that there is one."""
        assert self.member is not None
        return self.member

    @property
    def on_behalf(self) -> bool:
        """Whether a secretariat acts for a member that it does not belong to."""
        own = (*self.actor.own, *self.actor.invited)
        return self.member is not None and self.member.id not in own and not self.helps

    @property
    def helps(self) -> bool:
        """Whether the person may answer for the member only what a colleague handed to them."""
        if self.member is None or self.member.id not in self.actor.helped:
            return False
        return not self.actor.may("act_for_member", self.member.id)

    def noted_for(self, account: Account) -> bool:
        """Whether something is noted on a member's behalf; what the secretariat itself owes, it notes for itself."""
        return self.on_behalf and account.requirement.asks != (self.actor.secretariat_office,)

    @property
    def prefix(self) -> str:
        """What stands before a command in a button, so that it is about the same member: ``for Køge: `` or nothing."""
        if self.member is None or self.actor.organisations == (self.member.id,):
            return ""
        return f"for {self.member.name}: "

    def prefix_for(self, organisation: Organisation) -> str:
        return "" if self.actor.organisations == (organisation.id,) else f"for {organisation.name}: "

    def write(self, kind: str, **facts: Any) -> Message:
        return write(kind, self.language, zone=self.alliance.charter.zone, **facts)

    @property
    def phrases(self) -> Phrases:
        """The catalog of the reader's language."""
        return Phrases(self.language, self.alliance.charter.zone)

    def say(self, key: str, **facts: Any) -> str:
        return self.phrases(key, **facts)

    def check_secretariat(self) -> None:
        """Raise NotTheirs for whoever is not of the secretariat, so that it is written down that it was tried."""
        if not self.actor.secretariat:
            raise NotTheirs("secretariat_only")

    def typed(self, *keys: str) -> dict[str, str]:
        """What was typed into the fields of a form, each without space around it and with one kind of line end."""
        return {key: "\n".join(self.answers.get(key, "").strip().splitlines()) for key in keys}

    def note(self, action: str, about: str = "", **facts: object) -> None:
        """Write this act into the journal."""
        journal.write_down(
            self.connection,
            self.alliance.id,
            self.now,
            action,
            person_id=self.actor.person.id,
            organisation_id=self.member.id if self.member else None,
            on_behalf=self.on_behalf,
            about=about,
            facts=facts,
        )

    def post(self, notification: Notification) -> bool:
        """Post something to the outbox, in this transaction; returns whether it was new."""
        return outbox.post(self.connection, self.alliance.id, notification, self.now) is not None

    def post_each(self, notifications: Iterable[Notification]) -> int:
        """Post many to the outbox, in this transaction; returns how many were new."""
        return len(outbox.post_each(self.connection, self.alliance.id, tuple(notifications), self.now))

    def tell_member(self, account: Account, occasion: str, what: str) -> None:
        """Tell the people who are asked for this that the secretariat noted something for them; never oneself."""
        offices = register.offices_on(self.connection, self.alliance.id, self.today)
        for person in offices.asked(
            account.organisation.id, account.requirement.asks, account.obligation.id, account.requirement.owner
        ):
            if person != self.actor.person.id:
                self.post(recorded_on_behalf(account.obligation.id, occasion, person, what, self.actor.person.name))

    # ------------------------------------------------------------------------------ reading what it is about

    def accounts(self) -> tuple[Account, ...]:
        """Everything the member owes and owed, as it stands today."""
        return accounts.accounts(self.connection, self.alliance, self.today, organisation_ids=[self.organisation.id])

    def account(self, requirement: Requirement, period: str = "") -> Account:
        """The member's account for a requirement: of that period, else the newest. Refused if nothing is owed."""
        found = self._of_period(requirement, period) if period else self.accounts()
        wanted = [a for a in found if a.requirement.key == requirement.key]
        if wanted:
            return max(wanted, key=lambda account: account.obligation.period.start)
        title = requirement.title.in_(self.language)
        opens = requirement.opens.in_year(self.today.year) if requirement.opens else None
        if opens and opens > self.today and not period:
            raise Refused("not_open_yet", title=title, opens=opens)
        if period:
            labels = sorted(
                {a.obligation.period.label for a in self.accounts() if a.requirement.key == requirement.key}
            )
            raise Refused("no_such_period", title=title, got=period, known=tuple(labels))
        raise Refused("nothing_owed", title=title, organisation=self.organisation.name)

    def _of_period(self, requirement: Requirement, label: str) -> list[Account]:
        """The member's account for a period, also one that is over and settled."""
        keys = accounts.requirement_keys(self.connection, self.alliance.id)
        ids = [id for id, key in keys.items() if key == requirement.key]
        own = [self.organisation.id]
        found = accounts.accounts(self.connection, self.alliance, self.today, organisation_ids=own, obligation_ids=ids)
        return [account for account in found if account.obligation.period.label == label]

    def came_since(self, at: datetime | None) -> bool:
        """Whether something came in after the question was put whose button was pressed: it is not overwritten."""
        return self.asked_at is not None and at is not None and at > self.asked_at

    def check_theirs(self, account: Account, action: Action = "act_for_member") -> None:
        """Raise NotTheirs for whoever may do this for the member only where it was handed to them, if this was not."""
        theirs = not self.helps or self.actor.may(action, account.organisation.id)
        if not theirs and not self.actor.was_handed(account.obligation.id):
            raise NotTheirs("not_handed", title=account.requirement.title.in_(self.language))

    def overtaken(self, account: Account) -> bool:
        """Whether a button was pressed under a question that has been answered since it was put.

        What was handed over is the giver's again once it is in place.
        """
        if self.helps and account.standing.by is not None:
            return True
        by, answer = account.standing.by, account.standing.answer
        return self.came_since(by.recorded_at if by else answer.given_at if answer else None)

    def check_not_moved(self, meeting: Meeting) -> None:
        """Raise Refused for an answer that was offered before the meeting was moved: it was meant for the old time."""
        at = self.offered_at
        noted = entries(self.connection, self.alliance.id, about=f"meeting:{meeting.id}") if at else ()
        if any(each.at > at and each.facts.get("asks_again") for each in noted if at):
            raise Refused("meeting_moved", meeting=meeting)

    def already(self, account: Account) -> Message:
        """Say that it is in place already, by whom and when, and how it is changed."""
        return self.write("already_settled", story=self.story(account), prefix=self.prefix)

    def standing_twin(self, fact: Settlement) -> Settlement | None:
        """The fact that stands already and says the very same: a second press of a button changes nothing."""
        found = accounts.settlements_of(self.connection, self.alliance.id, [fact.organisation_id])
        return next(
            (
                old
                for old in found.get((fact.organisation_id, fact.requirement), ())
                if old.withdrawn_at is None and _says(old) == _says(fact)
            ),
            None,
        )

    def story(self, account: Account) -> Story:
        return stories.stories(self.connection, self.alliance, [account], self.today)[0]

    def requirement(self, typed: str) -> Requirement:
        """A requirement by its number, key or title, however it is typed; ``A12`` is an action one may act for."""
        if agreed := self._agreed(typed):
            return agreed
        known = self.alliance.charter.requirements_on(self.today)
        wanted = fold(typed)
        for requirement in known:
            names = (requirement.number, requirement.key, requirement.title.da, requirement.title.en)
            if wanted and wanted in {fold(name) for name in names}:
                return requirement
        close = [r for r in known if len(wanted) > 3 and _begins_a_word(wanted, (r.title.da, r.title.en))]
        if len(close) == 1:
            return close[0]
        listed = tuple(f"{r.number} ({r.title.in_(self.language)})" for r in known)
        raise Refused("unknown_requirement", got=typed, known=listed)

    def _agreed(self, typed: str) -> Requirement | None:
        """The action that is meant, if the person may act for whoever owes it: to others it is not there."""
        number = typed_id(typed)
        if number is None:
            return None
        keys = accounts.requirement_keys(self.connection, self.alliance.id)
        ids = [id for id, key in keys.items() if action_id(key) == number]
        found = accounts.accounts(self.connection, self.alliance, self.today, obligation_ids=ids)
        mine = [a.requirement for a in found if self.may_see(a)]
        return mine[0] if mine else None

    def may_see(self, account: Account) -> bool:
        """Whether the person acts for whoever owes it, or was handed it."""
        mine = self.actor.may("act_for_member", account.organisation.id)
        if task_day_id(account.requirement.key) is not None:  # the secretariat's own, and not its municipality's
            mine = self.actor.secretariat
        return mine or self.actor.was_handed(account.obligation.id)

    def event(self, typed: str, period: str = "") -> tuple[Requirement, Meeting]:
        """The requirement and the meeting that an event's name means: of that period, else this year's."""
        events = [r for r in self.alliance.charter.requirements_on(self.today) if r.event]
        for requirement in events:
            word = requirement.event_word or Words("", "")
            names = {requirement.event or "", word.da, word.en}
            if requirement.settled_by == "attendance" and fold(typed) in {fold(n) for n in names}:
                return requirement, self._meeting(requirement, int(period[:4]) if period else self.today.year)
        words = (r.event_word for r in events if r.settled_by == "attendance" and r.event_word)
        known = tuple(word.in_(self.language) for word in words)
        raise Refused("unknown_event", got=typed, known=known)

    def _meeting(self, requirement: Requirement, year: int) -> Meeting:
        found = meetings.meeting_of_year(self.connection, self.alliance, requirement.event or "", year)
        if found is None:
            raise Refused("no_meeting", title=requirement.title.in_(self.language), year=year)
        return found

    def office(self, typed: str) -> OfficeKind | None:
        """An office by its key or title in either language."""
        for office in self.alliance.charter.offices:
            if fold(typed) in {fold(office.key), fold(office.title.da), fold(office.title.en)}:
                return office
        return None


def _begins_a_word(wanted: str, titles: Iterable[str]) -> bool:
    """Whether what was typed, or its first letters, begins a word of a title: ``indberetning``."""
    words = [word for title in titles for word in fold(title).split()]
    return any(word.startswith(wanted[:5]) for word in words)


def _says(fact: Settlement) -> tuple[object, ...]:
    """What a fact says, whoever recorded it and when."""
    return (fact.obligation_id, fact.kind, fact.evidence, fact.what, fact.link, fact.validity, fact.decided_by)


@dataclass(frozen=True)
class Command:
    """Something Tovholder can be asked. ``names`` in Danish, ASCII and English; ``about_member``: it needs one.

    ``of_any``: what it shows of any member is for everybody; it looks itself who may do more. ``answers``: it answers
    one obligation and checks whose that is, so that who was handed it may say it, too. ``own_words``: people's own
    words stand right after it, and a name among them is not whom it is about.
    """

    key: str
    names: tuple[str, ...]
    needs: Action
    handle: Callable[[Context], Message]
    about_member: bool = False
    secretariat: bool = False
    of_any: bool = False
    answers: bool = False
    own_words: bool = False
