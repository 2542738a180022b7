"""Who may do what. A role is read off the offices held on the day; nobody has a role of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from alliance.handovers import Handover
from alliance.members import OfficeTerm, Person

Action = Literal["look", "answer", "act_for_member", "oversee", "run_secretariat"]


@dataclass(frozen=True)
class Actor:
    """A person and what they may act for on the day of the request.

    ``invited`` are the organisations for which they hold an invitation to a meeting ahead: who takes over an office
    before the meeting answers for it, before the office is theirs. ``advised`` are the members that the organisation in
    which they hold ``adviser_office`` serves: they see and act for them, on their behalf. ``handed`` is what colleagues
    handed to them: each lets them answer one obligation of a member, and nothing else of it.
    """

    person: Person
    terms: tuple[OfficeTerm, ...]
    secretariat: bool
    secretariat_office: str = "secretariat"
    invited: tuple[int, ...] = ()
    advised: tuple[int, ...] = ()
    adviser_office: str = ""
    handed: tuple[Handover, ...] = ()

    @property
    def member_terms(self) -> tuple[OfficeTerm, ...]:
        """The terms that speak for a member; working for a secretariat does not speak for its organisation."""
        return tuple(t for t in self.terms if t.office not in (self.secretariat_office, self.adviser_office))

    @property
    def own(self) -> tuple[int, ...]:
        """The organisations this person speaks for by an office there, each once."""
        return tuple(dict.fromkeys(term.organisation_id for term in self.member_terms))

    @property
    def organisations(self) -> tuple[int, ...]:
        """The organisations this person may act for, each once: their own, and those they advise."""
        return tuple(dict.fromkeys((*self.own, *self.advised)))

    @property
    def advises_from(self) -> tuple[int, ...]:
        """The organisations from which this person advises members, each once."""
        from_ = (term.organisation_id for term in self.terms if term.office == self.adviser_office)
        return tuple(dict.fromkeys(from_)) if self.adviser_office else ()

    def answers_for(self, organisation_id: int) -> bool:
        """Whether what an organisation is asked is the person's to answer: a member's own, or for who advises."""
        return organisation_id in self.advises_from or self.may("act_for_member", organisation_id)

    @property
    def in_office(self) -> bool:
        """Whether there is anything the person has to do with the alliance on the day."""
        return bool(self.terms or self.invited or self.handed)

    @property
    def helped(self) -> tuple[int, ...]:
        """The organisations of which this person was handed something, each once."""
        return tuple(dict.fromkeys(handover.organisation_id for handover in self.handed))

    def was_handed(self, obligation_id: int) -> bool:
        """Whether somebody handed this very obligation to the person."""
        return any(handover.obligation_id == obligation_id for handover in self.handed)

    def may(self, action: Action, organisation_id: int | None = None) -> bool:
        """Whether the person may do this (for this member)."""
        if action == "look":
            return True
        if self.secretariat:
            return True
        if action == "oversee":
            return bool(self.advised)
        if action == "answer" and organisation_id in self.invited:
            return True
        return action in ("answer", "act_for_member") and organisation_id in self.organisations
