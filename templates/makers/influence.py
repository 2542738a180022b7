"""The framework conditions that members raise: the list, one of them, and what is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from alliance.influence import LONGEST_HEADING, OUTCOMES, Issue, IssueStep, PolicyAsk
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.messages import Ask, Block, Button, Choice, Form, Message, Section, Table, Text
from alliance.words import Words
from templates import formats
from templates.makers.forms import button_row, fact_pairs
from templates.makers.kinds import maker
from templates.makers.meeting_words import command_name
from templates.makers.words import command
from templates.phrases import Phrases, listed

ONE_BY_ONE = 5
"""So many of a list are offered as buttons."""
MOST_NAMED = 12
SHORT = 60
"""Characters of a heading on a button."""
Typed = Mapping[str, str]


def shortened(text: str, most: int = SHORT) -> str:
    """A text in one line that fits where there is little room."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def pages(say: Phrases, name: str, asked: Sequence[str], number: int, more: bool) -> list[Button]:
    """The buttons to the pages before and after this one."""
    found = [(number - 1, "earlier")] if number > 1 else []
    found += [(number + 1, "further")] if more else []
    return [
        Button(say(f"influence.{key}"), command(say, name, *asked, say("words.influence.page"), page))
        for page, key in found
    ]


@maker("framework")
def framework(
    say: Phrases,
    *,
    issues: tuple[Issue, ...],
    count: int,
    of: int,
    start: int,
    asked: str,
    everything: bool,
    number: int,
    day: date,
    raises: bool,
) -> Message:
    """One page of the list; ``of`` is how many there are in all, ``start`` how many stand before the first shown."""
    summary = say("framework.summary", count=count, of=of, asked=asked, everything=everything)
    raise_one = [Button(say("framework.do.new"), command(say, "framework", say("words.framework_verb.new")), "primary")]
    whole = [Button(say("framework.do.all"), command(say, "framework", say("words.influence.all")))]
    open_ones = [Button(say("framework.do.open"), command(say, "framework"))]
    ways = [*(raise_one if raises else []), *(whole if of > count else open_ones if everything or asked else [])]
    ways.append(Button(say("framework.do.asks"), command(say, "policy_ask")))
    if not issues:
        return Message(summary, (Text(summary), Text(say("framework.what"), "subtle"), *button_row(*ways)))
    words = (*((say("words.influence.all"),) if everything else ()), *((asked,) if asked else ()))
    ways += pages(say, "framework", words, number, start + len(issues) < count)
    each = [Button(_label(issue), command(say, "framework", issue.number)) for issue in issues[:ONE_BY_ONE]]
    hint = Text(say("framework.hint", words=command(say, "framework", issues[0].number)), "subtle")
    table = issues_table(say, issues, day)
    return Message(summary, (Text(summary), table, hint, *button_row(*each), *button_row(*ways)))


def _label(issue: Issue) -> str:
    return f"{issue.number}: {shortened(issue.heading)}"


def issues_table(say: Phrases, issues: Sequence[Issue], day: date) -> Table:
    """The issues with who raised them, how many stand behind them, and how they stand."""
    head = tuple(say(f"framework.head.{column}") for column in ("number", "what", "by", "support", "state"))
    rows = tuple(
        (str(one.number), one.heading, one.organisation, str(len(one.supporters)), state_words(say, one, day))
        for one in issues
    )
    return Table(say("framework.caption"), head, rows)


def state_words(say: Phrases, issue: Issue, day: date) -> str:
    """How an issue stands, with the day of what stands last."""
    last, state = issue.last, issue.state(day)
    return say(f"framework.state.{state}", day=last.day if last else day)


@maker("framework_issue")
def framework_issue(
    say: Phrases,
    *,
    issue: Issue,
    day: date,
    titles: Mapping[int, Words],
    supports: bool,
    supported: tuple[str, ...],
    withdraws: bool,
    decides: bool,
    asks: tuple[PolicyAsk, ...],
    next_meeting: Meeting | None,
    said: str = "",
) -> Message:
    """An issue from end to end. ``supports``: the reader may stand behind it; ``supported``: for whom they do.

    ``asks`` are what the alliance has asked of somebody because of it; ``titles`` the meetings by id.
    """
    summary = say("framework.one", number=issue.number, heading=issue.heading, state=state_words(say, issue, day))
    summary = f"{say(f'framework.said.{said}')} {summary}" if said else summary
    facts = fact_pairs(
        (say("framework.label.by"), say("framework.by", issue=issue)),
        (say("framework.label.support"), supporters_words(say, issue)),
        (say("framework.label.state"), state_words(say, issue, day)),
        (say("framework.label.asks"), "; ".join(say("framework.ask", ask=ask) for ask in asks)),
    )
    blocks: list[Block] = [Text(summary), Text(issue.heading, "heading"), Text(issue.text), facts]
    blocks += _history(say, issue, titles)
    buttons = _own_buttons(say, issue, supports, supported, withdraws)
    buttons += _secretariat_buttons(say, issue, day, next_meeting) if decides else []
    buttons.append(Button(say("framework.do.list"), command(say, "framework")))
    return Message(summary, (*blocks, *button_row(*buttons)))


def supporters_words(say: Phrases, issue: Issue) -> str:
    """Who stands behind it: the names of a few, of many the first and how many more."""
    names = tuple(one.organisation for one in issue.supporters)
    if len(names) > MOST_NAMED:
        return say("framework.supported_by_many", names=", ".join(names[:MOST_NAMED]), more=len(names) - MOST_NAMED)
    return listed(names, say.language) if names else say("framework.supported_by_nobody")


def _history(say: Phrases, issue: Issue, titles: Mapping[int, Words]) -> list[Block]:
    rows = tuple(
        (formats.short_day(step.day, say.language), step_words(say, step, titles), _one_line(step.words))
        for step in issue.steps
    )
    head = tuple(say(f"framework.head.{column}") for column in ("day", "happened", "words"))
    return [Table(say("framework.history"), head, rows)] if rows else []


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "–"


def step_words(say: Phrases, step: IssueStep, titles: Mapping[int, Words]) -> str:
    """What happened: on which agenda it was put, or what became of it."""
    title = titles.get(step.meeting_id or 0)
    return say(f"framework.step.{step.kind}", meeting=title.in_(say.language) if title else "", stands=step.stands)


def _verb(say: Phrases, issue: Issue, verb: str, *args: object, prefix: str = "") -> str:
    return command(say, "framework", issue.number, say(f"words.framework_verb.{verb}"), *args, prefix=prefix)


def _own_buttons(
    say: Phrases, issue: Issue, supports: bool, supported: tuple[str, ...], withdraws: bool
) -> list[Button]:
    found = [Button(say("framework.do.support"), _verb(say, issue, "support"), "primary")] if supports else []
    for name in supported[:ONE_BY_ONE]:
        words = _verb(say, issue, "support", say("words.framework_verb.not"), prefix=f"{say('words.for')} {name}: ")
        found.append(Button(say("framework.do.support_no_more", name=name), words))
    return found + ([Button(say("framework.do.withdraw"), _verb(say, issue, "withdraw"))] if withdraws else [])


def _secretariat_buttons(say: Phrases, issue: Issue, day: date, meeting: Meeting | None) -> list[Button]:
    last, state = issue.last, issue.state(day)
    found: list[Button] = []
    if state in ("raised", "discussed") and meeting is not None:
        label = say("framework.do.put_on", meeting=meeting)
        found.append(Button(label, _verb(say, issue, "on", command_name(say, meeting)), "primary"))
    if issue.pending(day):
        found.append(Button(say("framework.do.decide"), _verb(say, issue, "decide")))
    if state in ("taken_up", "sent_on"):
        words = command(say, "policy_ask", say("words.policy_ask_verb.new"), issue.number)
        found.append(Button(say("framework.do.ask"), words, "primary"))
    if last is not None and last.kind != "planned":
        found.append(Button(say("framework.do.undo"), _verb(say, issue, "undo", f"s{last.id}")))
    return found


@maker("framework_withdrawn")
def framework_withdrawn(say: Phrases, *, issue: Issue) -> Message:
    summary = say("framework.withdrawn", number=issue.number, heading=issue.heading)
    return Message(summary, (Text(summary), *button_row(Button(say("framework.do.list"), command(say, "framework")))))


# -------------------------------------------------------------------------------------------------------- forms


def ask_field(say: Phrases, form: str, key: str, typed: Typed, errors: Typed, **more: object) -> Ask:
    """A question of one of the forms about influence; its label, hint and errors are in the catalog."""
    hint, reason = f"{form}.hint.{key}", errors.get(key, "")
    return Ask(
        key,
        say(f"{form}.ask.{key}"),
        value=typed.get(key, ""),
        hint=say(hint) if say.has(hint) else "",
        error=say(f"influence_error.{reason}") if reason else "",
        **more,  # type: ignore[arg-type]
    )


@maker("framework_form")
def framework_form(
    say: Phrases, *, organisation: Organisation, typed: Typed, errors: Typed, prefix: str, another: bool
) -> Message:
    """A new framework condition; ``another``: it is raised on the organisation's behalf."""
    summary = say("framework_form.summary", organisation=organisation.name)
    asks = (
        ask_field(say, "framework_form", "heading", typed, errors, required=True),
        ask_field(say, "framework_form", "text", typed, errors, kind="long", required=True),
    )
    words = command(say, "framework", say("words.framework_verb.new"), prefix=prefix)
    send = Button(say("framework_form.send"), words, "primary")
    noted = [Text(say("framework_form.another", organisation=organisation.name), "subtle")] if another else []
    form = Form((Section(summary, asks, say("framework_form.note")),), (send,))
    return Message(summary, (*noted, form))


@maker("framework_outcome_form")
def framework_outcome_form(say: Phrases, *, issue: Issue, typed: Typed, errors: Typed) -> Message:
    summary = say("framework_outcome_form.summary", number=issue.number, heading=issue.heading)
    choices = tuple(Choice(key, say(f"framework_outcome_form.outcome.{key}")) for key in OUTCOMES)
    family = "framework_outcome_form"
    asks = (
        ask_field(say, family, "outcome", typed, errors, kind="choice", required=True, choices=choices),
        ask_field(say, family, "words", typed, errors, kind="long"),
    )
    send = Button(say(f"{family}.send"), _verb(say, issue, "decide"), "primary")
    return Message(summary, (Form((Section(summary, asks, say(f"{family}.note")),), (send,)),))


# --------------------------------------------------------------------------------------------------- what is told


@maker("issue_news")
def issue_news(
    say: Phrases, *, issue: Issue, step: IssueStep | None, meeting: str, taken_back: bool, decides: bool
) -> Message:
    """What became of an issue (``step`` None: it was raised); ``decides``: its reader is of the secretariat."""
    happened = step.kind if step else "raised"
    summary = say(f"issue_news.{happened}", issue=issue, meeting=meeting)
    summary = say("issue_news.taken_back", what=summary) if taken_back else summary
    words = issue.text if step is None else "" if taken_back else step.words
    said = [Text(words)] if words else []
    by, at = (step.recorded_by_name, step.recorded_at) if step else (issue.raised_by_name, issue.raised_at)
    noted = Text(say("issue_news.noted", by=by, at=at), "subtle")
    buttons = [Button(say("issue_news.see"), command(say, "framework", issue.number), "primary")]
    if step is None and decides:
        buttons.append(Button(say("framework.do.decide"), _verb(say, issue, "decide")))
    return Message(summary, (Text(summary), *said, noted, *button_row(*buttons)))


# ---------------------------------------------------------------------------------------------------- on an agenda


def item_texts(say: Phrases, issue: Issue) -> dict[str, str]:
    """The agenda item that an issue becomes: its heading, the case with who stands behind it, what is recommended."""
    heading = say("framework_item.heading", heading=issue.heading)
    return {
        "heading": heading[: LONGEST_HEADING + 50],
        "case": say("framework_item.case", issue=issue, supporters=supporters_words(say, issue)),
        "recommendation": say("framework_item.recommendation"),
    }
