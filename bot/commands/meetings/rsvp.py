"""``svar topmøde ja``: answer an invitation. The answer stops the reminder; coming is what meets the requirement."""

from __future__ import annotations

from dataclasses import dataclass, replace

from alliance.accounts import Account
from alliance.attendance import Answer, Response, meets, winning
from alliance.charter import OfficeKind, Requirement
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.messages import Message
from alliance.names import fold
from bot.commands.meetings.names import of_body
from bot.commands.meetings.seat_answer import answer_seat, answerable, reads_as, words_beside
from bot.context import Command, Context, read_number
from bot.undoing import UNDO
from storage.changes import facts
from storage.queries import meetings, register

RESPONSES: dict[str, Response] = {
    "ja": "yes",
    "yes": "yes",
    "nej": "no",
    "no": "no",
    "maaske": "tentative",
    "maybe": "tentative",
    "tentative": "tentative",
}


@dataclass(frozen=True)
class _Typed:
    response: str = ""
    attendee: str = ""
    office: str = ""

    @property
    def fields(self) -> dict[str, str]:
        return {"response": self.response, "attendee": self.attendee, "office": self.office}


def handle(ctx: Context) -> Message:
    seat = of_body(ctx, ctx.args)
    if seat:
        meeting, words = seat
        ctx.check_not_moved(meeting)
        return answer_seat(ctx, meeting, reads_as(words, RESPONSES), words_beside(words[1:]))
    if not ctx.args and not ctx.answers and not ctx.helps:
        return _what(ctx)
    requirement, meeting = ctx.event(ctx.args[0] if ctx.args else "")
    if ctx.now >= meeting.starts_at:
        title = requirement.title.in_(ctx.language)
        raise Refused("meeting_over", title=title, day=ctx.alliance.charter.calendar.day(meeting.starts_at))
    ctx.check_not_moved(meeting)
    account = ctx.account(requirement)
    ctx.check_theirs(account, "answer")
    if ctx.overtaken(account):
        return ctx.already(account)
    if len(ctx.args) == 3 and fold(ctx.args[1]) in UNDO:
        return _undo(ctx, requirement, meeting, account, read_number(ctx.args[2]))
    current = account.standing.answer
    typed = _typed(ctx, meeting)
    if not ctx.answers and not any(typed.fields.values()):
        return _form(ctx, requirement, meeting, current, typed, {})
    errors = _errors(ctx, typed)
    if errors:
        return _form(ctx, requirement, meeting, current, typed, errors)
    answer = _answer(ctx, meeting, typed)
    if current and _same(current, answer):
        return ctx.already(account)
    return _save(ctx, requirement, meeting, account, answer)


def _what(ctx: Context) -> Message:
    """Nothing was named: what there is to answer for the member."""
    events = []
    for requirement in ctx.alliance.charter.requirements_on(ctx.today):
        if requirement.event and requirement.settled_by == "attendance" and requirement.event_word:
            try:
                _, meeting = ctx.event(requirement.event_word.in_(ctx.language))
            except Refused:
                continue  # there is none this year
            if meeting.starts_at > ctx.now:
                events.append(meeting)
    found = (*events, *answerable(ctx))
    return ctx.write("answer_what", organisation=ctx.organisation, meetings=found, prefix=ctx.prefix)


def _save(ctx: Context, requirement: Requirement, meeting: Meeting, account: Account, answer: Answer) -> Message:
    """Keep an answer, tell the member of it where somebody else gave it, and say how it is undone."""
    added = facts.add_answer(ctx.connection, ctx.alliance.id, answer)
    ctx.note("answered", f"obligation:{account.obligation.id}", response=answer.response, office=answer.office)
    earlier = account.standing.answer is not None
    receipt = _receipt(ctx, requirement, meeting, answer, undo=added if earlier else 0)
    if ctx.on_behalf:
        ctx.tell_member(account, f"answer:{added}", receipt.summary)
    return receipt


def _undo(ctx: Context, requirement: Requirement, meeting: Meeting, account: Account, number: int | None) -> Message:
    """Let the answer before count again, given anew; nothing that came since the one that is undone is lost."""
    member = ctx.organisation.id
    given = meetings.answers(ctx.connection, ctx.alliance.id, meeting.id, [member]).get(member, ())
    current = account.standing.answer
    before = winning((each for each in given if current and each.id < current.id), meeting.revision)
    if current is None or current.id != number or before is None:
        raise Refused("undo_overtaken")
    again = replace(before, id=0, given_at=ctx.now, given_by=ctx.actor.person.id, source=ctx.channel)
    return _save(ctx, requirement, meeting, account, replace(again, on_behalf=ctx.on_behalf))


def _typed(ctx: Context, meeting: Meeting) -> _Typed:
    """What was said, in the form or in words: ``svar topmøde ja borgmester`` means whoever holds that office."""
    if ctx.answers:
        return _Typed(*(ctx.answers.get(key, "").strip() for key in ("response", "attendee", "office")))
    if len(ctx.args) < 2:
        return _Typed()
    response = RESPONSES.get(fold(ctx.args[1]), "")
    who = " ".join(ctx.args[2:] if response else ctx.args[1:])
    office = ctx.office(who) if who else None
    if office is None:
        return _Typed(response, who)
    return _Typed(response, _holder(ctx, office, meeting), office.key)


def _holder(ctx: Context, office: OfficeKind, meeting: Meeting) -> str:
    """The name of who holds the office on the day of the meeting, as far as we know."""
    holder = _holder_id(ctx, office.key, meeting)
    people = register.people(ctx.connection, ctx.alliance.id, [holder] if holder else [])
    return next((person.name for person in people.values()), "")


def _holder_id(ctx: Context, office: str, meeting: Meeting) -> int | None:
    day = ctx.alliance.charter.calendar.day(meeting.starts_at)
    holders = register.offices_on(ctx.connection, ctx.alliance.id, day).holders(ctx.organisation.id, office)
    return next(iter(holders), None)


def _errors(ctx: Context, typed: _Typed) -> dict[str, str]:
    errors = {}
    if typed.response not in ("yes", "no", "tentative"):
        errors["response"] = "response_missing"
    if typed.response == "yes" and not typed.attendee:
        errors["attendee"] = "attendee_missing"
    known = {office.key for office in ctx.alliance.charter.offices}
    if typed.response != "no" and typed.office not in known and (typed.office or typed.response == "yes"):
        errors["office"] = "office_missing"
    return errors


def _answer(ctx: Context, meeting: Meeting, typed: _Typed) -> Answer:
    coming = typed.response != "no"
    return Answer(
        id=0,
        meeting_id=meeting.id,
        organisation_id=ctx.organisation.id,
        response=RESPONSES.get(typed.response, "tentative"),
        office=typed.office if coming else "",
        attendee=typed.attendee if coming else "",
        revision=meeting.revision,
        given_at=ctx.now,
        given_by=ctx.actor.person.id,
        source=ctx.channel,
        on_behalf=ctx.on_behalf,
        for_person=_holder_id(ctx, typed.office, meeting) if coming else None,
    )


def _same(current: Answer, answer: Answer) -> bool:
    told = (current.response, current.office, current.attendee)
    return told == (answer.response, answer.office, answer.attendee)


def _form(
    ctx: Context,
    requirement: Requirement,
    meeting: Meeting,
    current: Answer | None,
    typed: _Typed,
    errors: dict[str, str],
) -> Message:
    return ctx.write(
        "rsvp_form",
        organisation=ctx.organisation,
        meeting=meeting,
        requirement=requirement,
        offices=tuple(ctx.alliance.charter.office(key) for key, _ in requirement.attendance),
        answer=current,
        typed=typed.fields,
        errors=errors,
        prefix=ctx.prefix,
    )


def _receipt(ctx: Context, requirement: Requirement, meeting: Meeting, answer: Answer, undo: int) -> Message:
    office = ctx.alliance.charter.office(answer.office).title.in_(ctx.language) if answer.office else ""
    return ctx.write(
        "rsvp_receipt",
        organisation=ctx.organisation,
        meeting=meeting,
        requirement=requirement,
        answer=answer,
        office_title=office,
        meets=meets(requirement, answer),
        undo=undo,
        unkept=_unkept(ctx, answer),
        prefix=ctx.prefix,
    )


def _unkept(ctx: Context, answer: Answer) -> str:
    """What was said beside a no: nobody comes, and there is no field that it would stand in."""
    said = answer.response == "no" and not ctx.answers and fold(ctx.args[1]) not in UNDO
    return words_beside(ctx.args[2:]) if said else ""


COMMAND = Command("rsvp", ("svar", "rsvp", "tilmeld", "answer"), "answer", handle, about_member=True, answers=True)
