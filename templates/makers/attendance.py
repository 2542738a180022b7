"""Answers to an invitation, and who came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from alliance.attendance import Answer
from alliance.charter import OfficeKind, Requirement
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.messages import Ask, Block, Button, Buttons, Choice, Facts, Form, Message, Section, Text
from alliance.obligations import Settlement
from templates import formats
from templates.makers.forms import (
    choice_question,
    fact_pairs,
    filled,
    office_choices,
    one_form,
    question,
    requirement_name,
    undo_button,
    withdraw_button,
)
from templates.makers.kinds import maker
from templates.makers.words import GRADES, answer_words, coming_button, command, event_word
from templates.phrases import Phrases

NOBODY = "none"  # the office of a member from which nobody came


@maker("rsvp_form")
def rsvp_form(
    say: Phrases,
    *,
    organisation: Organisation,
    meeting: Meeting,
    requirement: Requirement,
    offices: tuple[OfficeKind, ...],
    answer: Answer | None,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> Message:
    """Whether the member comes, and who; says kindly whose coming counts."""
    facts = {"organisation": organisation.official_name, "title": meeting.title.in_(say.language)}
    summary = say("rsvp.summary", answer_by=meeting.answer_by, **facts)
    send = command(say, "rsvp", event_word(say, requirement), prefix=prefix)
    form = Form(
        (Section("", _rsvp_asks(say, offices, _rsvp_values(answer, typed), errors)),),
        (Button(say("rsvp.send"), send, "primary"),),
    )
    counting = _counting(say, requirement, offices)
    quick = coming_button(say, requirement, prefix)
    blocks: list[Block] = [Text(say("rsvp.heading", **facts), "heading"), _meeting(say, meeting, answer)]
    if quick and not answer:
        blocks.append(Buttons((quick,)))
    if counting.pairs:
        blocks += [Text(say("rsvp.counting", number=requirement.number)), counting]
    return Message(summary, (*blocks, form))


def _meeting(say: Phrases, meeting: Meeting, answer: Answer | None) -> Facts:
    return fact_pairs(
        (
            say("rsvp.label.when"),
            formats.span(meeting.starts_at, meeting.ends_at, say.language, say.zone),
        ),
        (say("rsvp.label.where"), meeting.place),
        (say("rsvp.label.answer_by"), formats.long_day(meeting.answer_by, say.language)),
        (say("rsvp.label.answer"), answer_words(say, answer) if answer else ""),
    )


def _counting(say: Phrases, requirement: Requirement, offices: Iterable[OfficeKind]) -> Facts:
    """Grade by grade, the offices whose coming counts so."""
    grades = dict(requirement.attendance)
    titles = {
        grade: [office.title.in_(say.language) for office in offices if grades.get(office.key) == grade]
        for grade in GRADES
    }
    return fact_pairs(*((say(f"rsvp.grade.{grade}"), say("rsvp.either", titles=titles[grade])) for grade in GRADES))


def _rsvp_values(answer: Answer | None, typed: Mapping[str, str]) -> Mapping[str, str]:
    if any(typed.values()) or answer is None:
        return typed
    return {"response": answer.response, "attendee": answer.attendee, "office": answer.office}


def _rsvp_asks(
    say: Phrases, offices: Iterable[OfficeKind], values: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[Ask, ...]:
    responses = tuple(Choice(key, say(f"rsvp.choice.{key}")) for key in ("yes", "no", "tentative"))
    titles = tuple(Choice(office.key, office.title.in_(say.language)) for office in offices)
    asks = (
        Ask("response", say("rsvp.ask.response"), "choice", choices=responses, required=True),
        Ask("attendee", say("rsvp.ask.attendee"), hint=say("rsvp.ask.attendee_hint")),
        Ask("office", say("rsvp.ask.office"), "choice", choices=titles),
    )
    return tuple(filled(say, "rsvp.error", ask, values, errors) for ask in asks)


@maker("rsvp_receipt")
def rsvp_receipt(
    say: Phrases,
    *,
    organisation: Organisation,
    meeting: Meeting,
    requirement: Requirement,
    answer: Answer,
    office_title: str,
    meets: bool,
    prefix: str,
    undo: int = 0,
    unkept: str = "",
) -> Message:
    """What was noted, what it means for the requirement, and how to change it.

    ``undo`` is the answer's id where there was one before it, which can count again.
    ``unkept`` are words that came with it and have no place in it.
    """
    told = say(f"rsvp.told.{answer.response}", attendee=answer.attendee, office=office_title)
    names = {"organisation": organisation.official_name, "title": meeting.title.in_(say.language)}
    summary = say("rsvp.noted", told=told, **names)
    key = "meets" if meets else f"falls_short.{answer.response}"
    meaning = say(f"rsvp.{key}", number=requirement.number, duty=requirement.duty)
    change = command(say, "rsvp", event_word(say, requirement), prefix=prefix)
    back = undo_button(say, f"{change} {say('words.undo')} {undo}") if undo else ()
    return Message(
        summary,
        (
            Text(summary),
            _meeting(say, meeting, None),
            Text(meaning),
            *([Text(say("rsvp.unkept", words=unkept), "warning")] if unkept else []),
            Text(say("rsvp.coming_counts", answer_by=meeting.answer_by), "subtle"),
            Buttons((Button(say("rsvp.change"), change), *back)),
        ),
    )


# ------------------------------------------------------------------------------------------------ evidence


@maker("attendance_form")
def attendance_form(
    say: Phrases,
    *,
    organisation: Organisation,
    meeting: Meeting,
    requirement: Requirement,
    period_label: str,
    offices: tuple[OfficeKind, ...],
    answer: Answer | None,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> Message:
    nobody = Choice(NOBODY, say("attendance_form.nobody"))
    known = {**_from_answer(answer), **typed}
    asks = (
        choice_question(say, "attendance_form.office", known, errors, (*office_choices(say, offices), nobody)),
        question(say, "attendance_form.attendee", known, errors),
    )
    summary = say("attendance_form.summary", organisation=organisation, meeting=meeting)
    note = say("attendance_form.note", answer=answer)
    words = command(say, "attendance", event_word(say, requirement), period_label, prefix=prefix)
    return one_form(summary, note, asks, say("attendance_form.send"), words)


def _from_answer(answer: Answer | None) -> dict[str, str]:
    if not answer or answer.response == "tentative":
        return {}
    if answer.response == "no":
        return {"office": NOBODY}
    return {"office": answer.office, "attendee": answer.attendee}


@maker("attendance_receipt")
def attendance_receipt(
    say: Phrases,
    *,
    organisation: Organisation,
    meeting: Meeting,
    requirement: Requirement,
    period_label: str,
    settlement: Settlement,
    office_title: str,
    prefix: str,
) -> Message:
    facts = {"organisation": organisation, "meeting": meeting, "requirement": requirement_name(say, requirement)}
    result = say(f"fact.result.{settlement.result}")
    summary = say("attendance_receipt.summary", **facts, office=office_title, result=result)
    correct = command(say, "attendance", event_word(say, requirement), period_label, prefix=prefix)
    buttons = (Button(say("attendance_receipt.correct"), correct), withdraw_button(say, settlement))
    graded = [say(f"attendance_receipt.{settlement.result}")] if settlement.result in ("noted", "partial") else []
    note = Text(say("attendance_receipt.note", fact=settlement), "subtle")
    return Message(summary, (Text(summary), *map(Text, graded), note, Buttons(buttons)))
