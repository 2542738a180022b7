"""Political influence as a page: the framework conditions that members raise, and what the alliance asks of whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from alliance.influence import Issue, PolicyAsk, by_wait, by_weight
from alliance.messages import Button
from alliance.words import Words
from bot.commands.influence.record import spoken_for
from bot.context import Context
from bot.web.site import Site
from bot.web.visitors import asking
from storage.engine import reading
from storage.queries import influence as queries
from storage.queries import meetings
from templates.makers.influence import state_words, supporters_words
from templates.makers.policy_asks import answer_button, answer_state
from templates.makers.words import command


@dataclass(frozen=True)
class IssueLine:
    """A framework condition of the page. ``words`` show it in the conversation, ``meeting`` is where it stands last."""

    number: int
    heading: str
    text: str
    by: str
    supporters: str
    state: str
    reason: str
    meeting: tuple[int, str] | None
    words: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class AskLine:
    """An ask of the page; ``issue`` is the number of the condition it is about, if that is shown, else 0."""

    ask: PolicyAsk
    state: str
    late: bool
    issue: int
    words: str
    buttons: tuple[Button, ...]


def influence(site: Site, request: Request) -> Response:
    """``/influence``: both registers; what waits first, and what has become of the rest."""
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        ctx = asking(connection, reader.known, reader.now)
        known = queries.influence(connection, ctx.alliance)
        mine = {one.id for one in spoken_for(ctx)}
        titles = {m.id: m.title for m in meetings.meetings(connection, ctx.alliance)}
    lines = [(one.pending(ctx.today), _issue(ctx, one, mine, titles)) for one in by_weight(known.issues, ctx.today)]
    return site.page(
        request,
        reader,
        "influence",
        waiting=[line for pending, line in lines if pending],
        settled=[line for pending, line in lines if not pending],
        asks=[_ask(ctx, ask, {one.number for one in known.issues}) for ask in by_wait(known.asks, ctx.today)],
        do_raise=_raise(ctx) if mine or ctx.actor.secretariat else None,
        do_ask=_write(ctx) if ctx.actor.secretariat else None,
    )


def _raise(ctx: Context) -> Button:
    words = command(ctx.phrases, "framework", ctx.say("words.framework_verb.new"))
    return Button(ctx.say("framework.do.new"), words, "primary")


def _write(ctx: Context) -> Button:
    words = command(ctx.phrases, "policy_ask", ctx.say("words.policy_ask_verb.new"))
    return Button(ctx.say("policy_ask.do.new"), words, "primary")


def _issue(ctx: Context, issue: Issue, mine: set[int], titles: Mapping[int, Words]) -> IssueLine:
    say, last = ctx.phrases, issue.last
    words = command(say, "framework", issue.number)
    at = (last.meeting_id if last else None) or 0
    support = Button(say("framework.do.support"), f"{words} {say('words.framework_verb.support')}", "primary")
    supports = issue.pending(ctx.today) and any(not issue.backed_by(one) for one in mine)
    return IssueLine(
        issue.number,
        issue.heading,
        issue.text,
        issue.organisation,
        supporters_words(say, issue),
        state_words(say, issue, ctx.today),
        last.words if last else "",
        (at, titles[at].in_(say.language)) if at in titles else None,
        words,
        (support,) if supports else (),
    )


def _ask(ctx: Context, ask: PolicyAsk, issues: Collection[int]) -> AskLine:
    say = ctx.phrases
    notes = ctx.actor.secretariat and ask.answer is None
    late = ask.state(ctx.today) == "unanswered"
    words = command(say, "policy_ask", ask.number)
    issue = ask.issue if ask.issue in issues else 0
    buttons = (answer_button(say, ask),) if notes else ()
    return AskLine(ask, answer_state(say, ask, ctx.today), late, issue or 0, words, buttons)
