"""One maker per thing we tell: kind, about, occasion, recipient. Its key knows no channel.

The same notification posted again is the same: the key is unique in the outbox, so a repetition is harmless.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from alliance.absences import Absence
from alliance.agendas import AgendaItem
from alliance.handovers import Handover
from alliance.invitations import Invitation
from alliance.papers import Copy
from alliance.reminders import Digest, Line, Rung
from alliance.seats import Ending, Vacancy


@dataclass(frozen=True)
class Notification:
    """Something to tell one person. ``facts`` are ids and the like, turned into words when it is sent.

    ``expires_at`` (aware UTC): past it the moment is gone and it is not sent any more. ``lines`` are the
    obligations a reminder lists. What shares a ``strand`` is sent in the order it was posted. Channels in ``not_by``
    are tried last: they are what it is about.
    """

    kind: str
    about: str
    occasion: str
    recipient_id: int
    facts: Mapping[str, object] = field(default_factory=dict)
    expires_at: datetime | None = None
    lines: tuple[Line, ...] = ()
    strand: str = ""
    not_by: tuple[str, ...] = ()


def reminder(digest: Digest, expires_at: datetime) -> Notification:
    """The one reminder a person gets on a day; it must leave before ``expires_at`` or not at all."""
    return Notification(
        kind="reminder",
        about="obligations",
        occasion=digest.day.isoformat(),
        recipient_id=digest.person_id,
        facts={"day": digest.day.isoformat()},
        expires_at=expires_at,
        lines=digest.lines,
    )


def recorded_on_behalf(obligation_id: int, occasion: str, recipient_id: int, what: str, by: str) -> Notification:
    """Tell a member that the secretariat noted something for it; ``occasion`` names the note."""
    return Notification(
        kind="recorded_on_behalf",
        about=f"obligation:{obligation_id}",
        occasion=occasion,
        recipient_id=recipient_id,
        facts={"obligation": obligation_id, "what": what, "by": by},
    )


def broadcast(text: str, audience: str, day: date, recipient_id: int, sender: str) -> Notification:
    """What the secretariat writes to many; the same text to the same audience on one day is said once."""
    digest = hashlib.sha256(f"{audience}\n{text}".encode()).hexdigest()[:16]
    return Notification(
        kind="broadcast",
        about=f"audience:{audience}",
        occasion=f"{day.isoformat()}:{digest}",
        recipient_id=recipient_id,
        facts={"text": text, "by": sender},
    )


def told_as(kind: str, facts: Mapping[str, object], paper: tuple[str, str] | None = None) -> str:
    """What a notification told its reader, more exactly than its kind: ``invitation_cancelled``, ``paper_agenda``.

    ``facts`` are those it was posted with; ``paper`` is the kind and the status of the paper that it is about.
    """
    if kind == "paper" and paper:
        sort, status = paper
        return f"paper_{sort}_{status}" if sort == "minutes" else f"paper_{sort}"
    if kind not in ("invitation", "invitation_in_chat") or not facts.get("method"):
        return kind
    if facts["method"] == "CANCEL":
        return f"{kind}_{'uninvited' if facts.get('uninvites') else 'cancelled'}"
    return f"{kind}_{'first' if facts.get('first') else 'moved' if facts.get('moved') else 'changed'}"


def strand_of(meeting_id: int, person_id: int) -> str:
    """Names what one person is told of one meeting: in order, so that a CANCEL never overtakes its REQUEST."""
    return f"meeting:{meeting_id}/person:{person_id}"


def invitation(told: Invitation, snapshot: Mapping[str, object]) -> Notification:
    """Tell one calendar what it should hold.

    ``snapshot`` is what the mail says, kept so that building it again gives the same bytes.
    """
    return Notification(
        kind="invitation",
        about=f"meeting:{told.meeting_id}",
        occasion=f"{told.method.lower()}:{told.sequence}:{told.stamp.isoformat()}",
        recipient_id=told.person_id,
        facts=snapshot,
        strand=strand_of(told.meeting_id, told.person_id),
    )


def paper_issued(
    paper_id: int, meeting_id: int, recipient_id: int, copy: Copy, occasion: str = "issued"
) -> Notification:
    """Tell one reader of a paper; which copy they may have is looked at again before it leaves.

    The papers of a meeting reach each reader in the order they were issued. ``occasion`` is ``issued``, or ``seated``
    for who came to read everything later.
    """
    return Notification(
        kind="paper",
        about=f"paper:{paper_id}",
        occasion=occasion,
        recipient_id=recipient_id,
        facts={"paper": paper_id, "copy": copy, "thread": f"meeting:{meeting_id}"},
        strand=f"papers:{meeting_id}/person:{recipient_id}",
    )


def proposal_decided(item: AgendaItem, state: str, recipient_id: int) -> Notification:
    """Tell who proposed an item what has become of it: ``state`` is the item's, or ``cancelled`` with its meeting."""
    return Notification(
        kind="proposal_decided",
        about=f"item:{item.id}",
        occasion=state,
        recipient_id=recipient_id,
        facts={"item": item.id, "thread": f"meeting:{item.meeting_id}", "state": state, "reason": item.reason},
        strand=f"item:{item.id}/person:{recipient_id}",
    )


def invitation_in_chat(told: Invitation, snapshot: Mapping[str, object], until: datetime) -> Notification:
    """Say the same in the chat of somebody who has one, with the answers one press away; the calendar has its mail."""
    mail = invitation(told, snapshot)
    return replace(mail, kind="invitation_in_chat", strand=f"{mail.strand}/chat", expires_at=until)


def answer_reminder(
    meeting_id: int, revision: int, rung: Rung, organisation_id: int, recipient_id: int, expires_at: datetime
) -> Notification:
    """Remind whoever is asked for a seat that its answer is missing; once a rung, and anew for another time."""
    return Notification(
        kind="answer_reminder",
        about=f"meeting:{meeting_id}",
        occasion=f"{organisation_id}:{revision}:{rung.offset}",
        recipient_id=recipient_id,
        facts={"meeting": meeting_id, "organisation": organisation_id, "thread": f"meeting:{meeting_id}"},
        expires_at=expires_at,
    )


def strand_of_edits(delivery_id: int) -> str:
    """Names the changes of one message, which leave in the order they were posted."""
    return f"edits:{delivery_id}"


def edit(delivery_id: int, recipient_id: int, after: int) -> Notification:
    """Have a message that was sent say what is true now, where it stands; ``after`` is the edit before, or 0."""
    return Notification(
        kind="edit",
        about=f"delivery:{delivery_id}",
        occasion=f"after:{after}",
        recipient_id=recipient_id,
        facts={"edits": delivery_id},
        strand=strand_of_edits(delivery_id),
    )


def sign_in(recipient_id: int, leads_to: str, at: datetime, expires_at: datetime) -> Notification:
    """Mail somebody a link to sign in by, asked for ``at``; ``leads_to`` is the page they were going to.

    Its secret is made when the mail is written: what is kept could open nothing.
    """
    facts = {"leads_to": leads_to, "expires_at": expires_at.isoformat()}
    return Notification("sign_in", f"person:{recipient_id}", at.isoformat(), recipient_id, facts, expires_at)


def link_used(link_id: int, recipient_id: int, facts: Mapping[str, object]) -> Notification:
    """Tell somebody what a link from a mail did in their name, whoever pressed it; ``facts`` hold the answer."""
    return Notification("link_used", f"link:{link_id}", "used", recipient_id, facts)


def alert(
    kind: str, day: date, facts: Mapping[str, object], recipient_id: int, not_by: tuple[str, ...] = ()
) -> Notification:
    """Tell the secretariat what the self-audit found of a kind; once a day a kind."""
    return Notification("alert", f"audit:{kind}", day.isoformat(), recipient_id, facts, not_by=not_by)


def nobody_instead(absence: Absence, recipient_id: int) -> Notification:
    """Tell the secretariat that somebody is away and nobody else is asked in their place."""
    since, last = absence.validity.since.isoformat(), absence.last.isoformat()
    return Notification(
        kind="nobody_instead",
        about=f"person:{absence.person_id}",
        occasion=f"{since}:{last}",
        recipient_id=recipient_id,
        facts={"person": absence.person_id, "since": since, "last": last},
    )


def address_corrected(
    person_id: int, by: int, organisation_id: int, address_id: int, recipient_id: int
) -> Notification:
    """Tell the secretariat that somebody corrected another's address: by it the other is known."""
    return Notification(
        kind="address_corrected",
        about=f"person:{person_id}",
        occasion=f"address:{address_id}",
        recipient_id=recipient_id,
        facts={"person": person_id, "by": by, "organisation": organisation_id, "address": address_id},
    )


def plan_news(organisation_id: int, occasion: str, recipient_id: int) -> Notification:
    """Tell somebody what happened to a member's plan.

    ``occasion`` names the step (``step:12``) or the version (``version:3``), with ``:back`` once it was taken back.
    """
    return Notification(
        kind="plan_news",
        about=f"organisation:{organisation_id}",
        occasion=occasion,
        recipient_id=recipient_id,
        facts={"organisation": organisation_id, "occasion": occasion},
        strand=f"plans:{organisation_id}/person:{recipient_id}",
    )


def handed_over(handover: Handover, day: date, rung: int | None) -> Notification:
    """Tell a colleague what was handed to them; that counts as the reminder of the rung that was reached by the day."""
    return Notification(
        kind="handed_over",
        about=f"handover:{handover.id}",
        occasion=day.isoformat(),
        recipient_id=handover.colleague_id,
        facts={"handover": handover.id},
        lines=(Line(handover.obligation_id, rung),),
        strand=f"handover:{handover.id}",
    )


def handed_back(handover: Handover) -> Notification:
    """Tell whoever handed something over that it is theirs again, because their colleague cannot."""
    facts = {"handover": handover.id}
    return Notification("handed_back", f"handover:{handover.id}", "ended", handover.giver_id, facts)


def taken_back(handover: Handover) -> Notification:
    """Tell a colleague that they need not do any more about something."""
    about = f"handover:{handover.id}"
    return Notification("taken_back", about, "ended", handover.colleague_id, {"handover": handover.id}, strand=about)


def undelivered(delivery_ids: tuple[int, ...], at: datetime, recipient_id: int) -> Notification:
    """Tell the secretariat who could not be reached with what; ``at`` (aware UTC) names the notice."""
    facts = {"deliveries": list(delivery_ids)}
    return Notification("undelivered", "outbox", at.isoformat(timespec="minutes"), recipient_id, facts)


def term_ends(ending: Ending, recipient_id: int) -> Notification:
    """Tell the secretariat that a chair's or a party's term ends; once a rung, whenever that is noticed."""
    facts = {"kind": ending.kind, "key": ending.key, "until": ending.until.isoformat()}
    about, occasion = f"{ending.kind}:{ending.key}", f"{ending.until.isoformat()}:{ending.months}"
    return Notification("term_ends", about, occasion, recipient_id, facts)


def seat_empty(vacancy: Vacancy, late: bool, recipient_id: int) -> Notification:
    """Tell the secretariat that a seat stands empty: once when it does, and once when it should have been filled."""
    since = vacancy.since.isoformat() if vacancy.since else ""
    facts = {"body": vacancy.body, "constituency": vacancy.constituency, "since": since, "late": late}
    about, occasion = f"seat:{vacancy.body}:{vacancy.constituency}", f"{since}:{'late' if late else 'empty'}"
    return Notification("seat_empty", about, occasion, recipient_id, facts)
