"""Invitations answered, and who came. An answer is kept for ever; the one that counts is worked out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from alliance.charter import Grade, Requirement

Response = Literal["yes", "no", "tentative"]


@dataclass(frozen=True)
class Answer:
    """What a member answered for a meeting. ``office`` is of who comes; ``given_by`` is who said so.

    ``for_person`` holds the seat or office that was answered for: a successor is asked anew. ``source`` is the channel;
    ``on_behalf`` when the secretariat noted what it was told. Instants are aware UTC.
    """

    id: int
    meeting_id: int
    organisation_id: int
    response: Response
    office: str
    attendee: str
    revision: int
    given_at: datetime
    given_by: int
    source: str
    on_behalf: bool
    for_person: int | None = None


def winning(answers: Iterable[Answer], revision: int, holder: int | None = None) -> Answer | None:
    """The answer that counts for this revision: the newest one that answers it; older revisions ask again.

    With a ``holder``, only what was answered for that person: who takes over a seat is asked anew.
    """
    current = [a for a in answers if a.revision == revision and holder in (None, a.for_person)]
    return max(current, key=lambda answer: (answer.given_at, answer.id), default=None)


def grade(requirement: Requirement, office: str) -> Grade | None:
    """How far somebody in this office meets the attendance rule (U10); None if the rule does not know the office."""
    return dict(requirement.attendance).get(office)


def meets(requirement: Requirement, answer: Answer) -> bool:
    """Whether the answer, if it comes true, meets the requirement; otherwise it is kept and shown so."""
    return answer.response == "yes" and grade(requirement, answer.office) in ("fulfilled", "noted")


@dataclass(frozen=True)
class Presence:
    """Who sat at the table for an organisation: ``attendee`` is a name, ``recorded_at`` aware UTC."""

    organisation_id: int
    presence: Literal["present", "apologies", "absent"]
    attendee: str
    recorded_at: datetime


@dataclass(frozen=True)
class Count:
    """How a meeting stands: answers so far, or who came; ``quorum`` is how many seats must be taken."""

    seats: int
    coming: int
    quorum: int

    @property
    def quorate(self) -> bool:
        return self.coming >= self.quorum
