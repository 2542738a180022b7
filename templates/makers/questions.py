"""What one member asks another: the forms, one question, the list, and what is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median_low

from alliance.members import Organisation
from alliance.messages import Button, Buttons, Message, Table, Text
from alliance.questions import Question
from templates import formats
from templates.makers.forms import button_row, fact_pairs, one_form
from templates.makers.forms import question as field
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases

Listed = tuple[Question, Organisation, Organisation]
"""A question, who asks and who is asked."""
ONE_BY_ONE, SHORT = 5, 120
COLUMNS = ("number", "asking", "asked", "text", "day", "state")


def _words(say: Phrases, one: Question, verb: str = "") -> str:
    return command(say, "question", one.id, *([say(f"words.{verb}")] if verb else []))


@maker("ask_form")
def ask_form(
    say: Phrases,
    *,
    asking: Organisation,
    asked: Organisation,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    on_behalf: bool,
    prefix: str,
    adviser: bool = False,
) -> Message:
    """``adviser``: whoever advises the member is asked, and not another member."""
    asks = (field(say, "ask_form.text", typed, errors, "long", required=True),)
    summary = say("ask_form.summary", asked=asked.official_name)
    note = say("ask_form.note", asking=asking.official_name, on_behalf=on_behalf, adviser=adviser)
    whom = say("words.adviser") if adviser else asked.name
    return one_form(summary, note, asks, say("ask_form.send"), command(say, "ask", whom, prefix=prefix))


@maker("answer_form")
def answer_form(
    say: Phrases, *, question: Question, asking: Organisation, typed: Mapping[str, str], errors: Mapping[str, str]
) -> Message:
    asks = (field(say, "answer_form.answer", typed, errors, "long", required=True),)
    summary = say("answer_form.summary", asking=asking.official_name)
    form = one_form(summary, "", asks, say("answer_form.send"), _words(say, question, "answer_verb"))
    return Message(summary, (Text(say("question.quoted", text=question.text)), *form.blocks))


@maker("question")
def question(
    say: Phrases,
    *,
    question: Question,
    asking: Organisation,
    asked: Organisation,
    contact: str,
    answers: bool,
    asks: bool,
    said: str = "",
) -> Message:
    """One as it stands; ``answers`` and ``asks``: the reader speaks for the member that is asked, that asks."""
    named = {"id": question.id, "asking": asking.official_name, "asked": asked.official_name, "contact": contact}
    summary = say(f"question.said.{said}" if said else "question.summary", **named)
    facts = fact_pairs(
        (say("question.label.asking"), say("question.by", member=asking.official_name, name=question.asked_by_name)),
        (say("question.label.asked"), asked.official_name),
        (say("question.label.text"), question.text),
        (say("question.label.day"), formats.moment(question.asked_at, say.language, say.zone)),
        (say("question.label.state"), say(f"question.state.{question.state}")),
        (say("question.label.answer"), question.answer),
        (say("question.label.answered"), _answered(say, question)),
    )
    buttons = []
    if question.state == "open" and answers:
        buttons.append(Button(say("question.answer"), _words(say, question, "answer_verb"), "primary"))
    if question.state == "open" and asks:
        buttons.append(Button(say("question.take_back"), _words(say, question, "undo")))
    buttons.append(Button(say("question.rest"), command(say, "question")))
    return Message(summary, (Text(summary), facts, Buttons(tuple(buttons))))


def _answered(say: Phrases, one: Question) -> str:
    if one.answered_at is None:
        return ""
    return say("question.answered_by", name=one.answered_by_name, at=one.answered_at, days=one.days_to_answer)


@maker("questions")
def questions(
    say: Phrases,
    *,
    questions: tuple[Listed, ...],
    waiting: int,
    total: int,
    page: int,
    pages: int,
    mine: tuple[int, ...],
    member: str,
    days: tuple[int, ...] = (),
) -> Message:
    """What was asked, newest first, a page at a time; ``mine`` are those for whom the reader may answer.

    ``days`` is how long each answer took, in whole days.
    """
    prefix = f"{say('words.for')} {member}: " if member else ""
    summary = say("questions.summary", waiting=waiting, total=total, page=page, pages=pages, member=member)
    buttons = [
        Button(say("questions.answer", id=one.id), _words(say, one, "answer_verb"))
        for one, _asking, asked in questions
        if one.state == "open" and asked.id in mine
    ][:ONE_BY_ONE]
    buttons += [
        Button(say("questions.see", id=one.id), _words(say, one))
        for one, _asking, asked in questions[:ONE_BY_ONE]
        if one.state != "open" or asked.id not in mine
    ]
    for way, number in (("newer", page - 1), ("older", page + 1)):
        if 1 <= number <= pages:
            words = command(say, "question", say("words.page"), number, prefix=prefix)
            buttons.append(Button(say(f"experiences.{way}"), words))
    if not questions:
        return Message(summary, (Text(summary), Text(say("questions.how"), "subtle"), *button_row(*buttons)))
    head = tuple(say(f"questions.head.{column}") for column in COLUMNS)
    table = Table(say("questions.caption"), head, tuple(_row(say, *each) for each in questions))
    took = [Text(say("questions.took", n=len(days), days=median_low(days)), "subtle")] if days else []
    return Message(summary, (Text(summary), table, *took, *button_row(*buttons)))


def _row(say: Phrases, one: Question, asking: Organisation, asked: Organisation) -> tuple[str, ...]:
    short = one.text if len(one.text) <= SHORT else one.text[:SHORT].rstrip() + " …"
    day = formats.short_moment(one.asked_at, say.language, say.zone)
    return str(one.id), asking.name, asked.name, short, day, say(f"question.state.{one.state}")


# --------------------------------------------------------------------------------------------------- what is told


@maker("question_asked")
def question_asked(say: Phrases, *, question: Question, asking: Organisation, asked: Organisation) -> Message:
    """To whom it is put: what is asked, and the button that answers."""
    summary = say("question_told.asked", asking=asking.official_name)
    by = say("question_told.by", name=question.asked_by_name, at=question.asked_at)
    button = Button(say("question.answer"), _words(say, question, "answer_verb"), "primary")
    said = Text(say("question.quoted", text=question.text))
    return Message(summary, (Text(summary), said, Text(by, "subtle"), Buttons((button,))))


@maker("question_answered")
def question_answered(say: Phrases, *, question: Question, asking: Organisation, asked: Organisation) -> Message:
    summary = say("question_told.answered", asked=asked.official_name)
    facts = fact_pairs(
        (say("question.label.text"), question.text),
        (say("question.label.answer"), question.answer),
        (say("question.label.answered"), _answered(say, question)),
    )
    return Message(summary, (Text(summary), facts))


@maker("question_unanswered")
def question_unanswered(say: Phrases, *, question: Question, asking: Organisation, asked: Organisation) -> Message:
    """To the secretariat: what waits, and for whom."""
    named = {"asking": asking.official_name, "asked": asked.official_name}
    summary = say("question_told.unanswered", **named)
    by = say("question_told.by", name=question.asked_by_name, at=question.asked_at)
    then = Text(say("question_told.then", **named))
    said = Text(say("question.quoted", text=question.text))
    contacts = command(say, "contacts", prefix=f"{say('words.for')} {asked.name}: ")
    buttons = (Button(say("question_told.contacts"), contacts), Button(say("question.see"), _words(say, question)))
    return Message(summary, (Text(summary), said, Text(by, "subtle"), then, Buttons(buttons)))
