"""One maker per thing we tell: kind, about, occasion, recipient. Its key knows no channel.

The same notification posted again is the same: the key is unique in the outbox, so a repetition is harmless.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from alliance.absences import Absence
from alliance.agendas import AgendaItem
from alliance.handovers import Handover
from alliance.invitations import Invitation
from alliance.papers import Copy
from alliance.questions import Question
from alliance.reminders import Digest, Line, MissingAnswer
from alliance.seats import Ending, Vacancy

Repeat = Literal["harmless", "once"]
# A calendar that gets the same object again (UID, SEQUENCE and DTSTAMP as they were) changes nothing: RFC 5546 2.1.5.
# The same in a chat, a reminder or a paper once more is a message more.
HARMLESS = frozenset({"invitation"})


def repeat_of(kind: str) -> Repeat:
    """Return what it is to its reader if the same notification comes twice; only what is harmless is told again."""
    return "harmless" if kind in HARMLESS else "once"


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


ANSWERS = "answers"


def answer_reminder(
    missing: Sequence[MissingAnswer], day: date, recipient_id: int, expires_at: datetime
) -> Notification:
    """The one reminder of a day to whoever is asked for seats whose answers are missing, listing all of them."""
    facts: dict[str, object] = {"missing": [[m.meeting_id, m.revision, m.organisation_id, m.rung] for m in missing]}
    if len({m.meeting_id for m in missing}) == 1:
        facts["thread"] = f"meeting:{missing[0].meeting_id}"
    return Notification("answer_reminder", ANSWERS, day.isoformat(), recipient_id, facts, expires_at)


def missing_in(occasion: str, facts: Mapping[str, Any]) -> tuple[MissingAnswer, ...]:
    """The answers that a reminder of them lists; one of before it was one a day lists a single one."""
    if "missing" in facts:
        return tuple(MissingAnswer(*each) for each in facts["missing"])
    organisation, revision, rung = map(int, occasion.split(":"))
    return (MissingAnswer(int(facts["meeting"]), revision, organisation, rung),)


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


def issue_news(issue_id: int, occasion: str, recipient_id: int) -> Notification:
    """Tell somebody of a framework condition.

    ``occasion`` is ``raised``, or names the step (``step:12``), with ``:back`` once that was taken back.
    """
    return Notification(
        kind="issue_news",
        about=f"framework_issue:{issue_id}",
        occasion=occasion,
        recipient_id=recipient_id,
        facts={"issue": issue_id, "occasion": occasion},
        strand=f"framework_issue:{issue_id}/person:{recipient_id}",
    )


def own_data_asked(organisation_id: int, recipient_id: int, at: datetime) -> Notification:
    """Send somebody what is kept about a member, as they asked at an instant (aware UTC); twice in a second is once."""
    return Notification(
        kind="own_data",
        about=f"organisation:{organisation_id}",
        occasion=at.isoformat(timespec="seconds"),
        recipient_id=recipient_id,
        facts={"organisation": organisation_id},
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


def question_put(question: Question, recipient_id: int) -> Notification:
    """Ask somebody of the member that is asked."""
    return _of_question("question", question, recipient_id)


def question_answered(question: Question, recipient_id: int) -> Notification:
    """Tell somebody of the member that asked what was answered."""
    return _of_question("question_answered", question, recipient_id)


def question_unanswered(question: Question, recipient_id: int) -> Notification:
    """Tell the secretariat of a question that waits."""
    return _of_question("question_unanswered", question, recipient_id)


def _of_question(kind: str, question: Question, recipient_id: int) -> Notification:
    """Each is said once to each."""
    return Notification(kind, f"question:{question.id}", "once", recipient_id, {"question": question.id})


def actions_stale(organisation_id: int, numbers: tuple[int, ...], day: date, recipient_id: int) -> Notification:
    """Remind a member of actions of its plan that nobody has updated for a year; ``day`` (local) names the reminder."""
    facts = {"organisation": organisation_id, "numbers": list(numbers)}
    return Notification("actions_stale", f"plan_actions:{organisation_id}", day.isoformat(), recipient_id, facts)


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
