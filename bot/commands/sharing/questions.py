"""``spørgsmål``: what my member was asked and has asked; ``spørgsmål 3 svar …`` answers one."""

from __future__ import annotations

from dataclasses import replace

from alliance.errors import Refused
from alliance.messages import Message
from alliance.names import fold
from alliance.notifications import question_answered
from alliance.questions import LONGEST, Question
from bot.commands.sharing.asking import contacts, shown, speaks_for
from bot.context import Command, Context, NotTheirs, read_number
from bot.paging import WORDS, asked_page, page_of
from storage.changes import questions as changes
from storage.queries import actors, questions, register

ANSWER, BACK = ("svar", "answer"), ("fortryd", "undo")
ON_A_PAGE = 10


def handle(ctx: Context) -> Message:
    verb = fold(ctx.args[1]) if len(ctx.args) > 1 else ""
    asked, number = asked_page(ctx.args)
    if not asked or fold(asked[0]) in WORDS:
        return _list(ctx, number)
    one = _one(ctx)
    if verb in ANSWER:
        return _answer(ctx, one)
    if verb in BACK:
        return _back(ctx, one)
    return shown(ctx, one.id)


def _one(ctx: Context) -> Question:
    """The one whose number was given; to whoever it does not concern it is not there."""
    number = read_number(ctx.args[0])
    one = questions.question(ctx.connection, ctx.alliance.id, number) if number else None
    if one is None or not (speaks_for(ctx, one.asking_id) or speaks_for(ctx, one.asked_id)):
        raise NotTheirs("question_none", got=ctx.args[0])
    return one


def _list(ctx: Context, number: int) -> Message:
    mine = [ctx.member.id] if ctx.member else [*ctx.actor.organisations, *ctx.actor.advises_from]
    everybodys = ctx.actor.secretariat and ctx.member is None
    found = questions.questions(ctx.connection, ctx.alliance.id, None if everybodys else mine)
    page = page_of(found, number, ON_A_PAGE)
    ids = {id_ for one in page.rows for id_ in (one.asking_id, one.asked_id)}
    members = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, ids)
    return ctx.write(
        "questions",
        questions=tuple((one, members[one.asking_id], members[one.asked_id]) for one in page.rows),
        waiting=sum(one.state == "open" and (everybodys or one.asked_id in mine) for one in found),
        total=len(found),
        days=tuple(one.days_to_answer for one in found if one.days_to_answer is not None),
        page=page.number,
        pages=page.pages,
        mine=tuple(mine),
        member=ctx.member.name if ctx.member else "",
    )


def _answer(ctx: Context, one: Question) -> Message:
    if not speaks_for(ctx, one.asked_id):
        raise NotTheirs("question_not_yours", id=one.id)
    _check_open(one)
    text = ctx.answers.get("answer", " ".join(ctx.args[2:])).strip()
    error = "answer_missing" if "answer" in ctx.answers and not text else ""
    error = "question_long" if len(text) > LONGEST else error
    members = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, {one.asking_id, one.asked_id})
    if error or not text:
        return ctx.write(
            "answer_form",
            question=one,
            asking=members[one.asking_id],
            typed={"answer": text},
            errors={"answer": error} if error else {},
        )
    changes.answer_question(ctx.connection, ctx.alliance.id, one.id, text, ctx.actor.person.id, ctx.now)
    _note(replace(ctx, member=members[one.asked_id]), "question_answered", one)
    ctx.post_each(question_answered(one, person) for person in _hear(ctx, one))
    return shown(ctx, one.id, "answered")


def _check_open(one: Question) -> None:
    """Raise Refused for what is answered or taken back."""
    if one.state == "withdrawn":
        raise Refused("question_back", id=one.id)
    if one.state == "answered":
        raise Refused("question_is_answered", id=one.id, by=one.answered_by_name, at=one.answered_at)


def _hear(ctx: Context, one: Question) -> tuple[int, ...]:
    """Who hears the answer: whoever asked, as long as they speak for the member; else, or beside them, its contact."""
    person = register.people(ctx.connection, ctx.alliance.id, [one.asked_by])[one.asked_by]
    still = actors.actor(ctx.connection, ctx.alliance, person, ctx.today).may("act_for_member", one.asking_id)
    own = (one.asked_by,) if still else ()
    others = contacts(ctx, one.asking_id) if one.on_behalf or not own else ()
    return tuple(each for each in dict.fromkeys((*own, *others)) if each != ctx.actor.person.id)


def _back(ctx: Context, one: Question) -> Message:
    if not speaks_for(ctx, one.asking_id):
        raise NotTheirs("question_not_yours_to_take", id=one.id)
    _check_open(one)
    changes.withdraw_question(ctx.connection, ctx.alliance.id, one.id, ctx.actor.person.id, ctx.now)
    members = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, [one.asking_id])
    _note(replace(ctx, member=members[one.asking_id]), "question_withdrawn", one)
    return shown(ctx, one.id, "taken_back")


def _note(ctx: Context, action: str, one: Question) -> None:
    found = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, [one.asked_id])
    ctx.note(action, f"question:{one.id}", label=ctx.say("question.named", id=one.id, asked=found[one.asked_id].name))


COMMAND = Command("question", ("spørgsmål", "spoergsmaal", "question", "questions"), "look", handle, of_any=True)
