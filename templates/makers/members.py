"""What a member asks for: the list, the report, the answer to an invitation, evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from alliance.accounts import DraftSoFar, Story
from alliance.attendance import Answer
from alliance.charter import EvidenceKind, Grade, Indicator, OfficeKind, Requirement
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.messages import (
    Ask,
    Block,
    Button,
    Buttons,
    Choice,
    Facts,
    Form,
    Link,
    Message,
    Section,
    Table,
    Text,
)
from alliance.numbers import Ambiguous, parse_number
from alliance.obligations import Settlement, Standing
from alliance.reports import DATA_YEAR, MEANT, NOTE, NOTHING, UNKNOWN, Figure, Problem, Report
from templates import formats
from templates.makers.kinds import maker
from templates.makers.words import (
    answer_words,
    coming_button,
    command,
    draft_words,
    due_words,
    event_word,
    meeting_words,
    settle_buttons,
    so_far,
    standing_words,
    story_heading,
)
from templates.phrases import Phrases

Stories = tuple[tuple[str, Story], ...]
Change = tuple[Indicator, Decimal, Decimal, Decimal | None]
UNEXPLAINED = ("ambiguous", "conflict")  # doubts that a choice answers, not a note
GRADES: tuple[Grade, ...] = ("fulfilled", "noted", "partial")


def _pairs(*pairs: tuple[str, str]) -> Facts:
    """Facts without those that have nothing to say."""
    return Facts(tuple(pair for pair in pairs if pair[1]))


# ------------------------------------------------------------------------------------------------ the list


@maker("my_list")
def my_list(say: Phrases, *, person: str, day: date, stories: Stories) -> Message:
    """What somebody's offices owe: deadlines first, then standing duties, then how the rest stands."""
    owed = [(prefix, story) for prefix, story in stories if story.account.standing.owes]
    dated = [(prefix, story) for prefix, story in owed if story.account.obligation.due]
    standing = [(prefix, story) for prefix, story in owed if not story.account.obligation.due]
    rest = [story for _, story in stories if not story.account.standing.owes]
    summary = _list_summary(say, day, dated, len(standing))
    blocks: list[Block] = [Text(say("my_list.greeting", person=person, day=day, summary=summary))]
    for prefix, story in dated:
        blocks += _owed(say, prefix, story, day)
    if standing:
        blocks.append(Text(say("my_list.standing"), "heading"))
        for prefix, story in standing:
            blocks += [Text(story_heading(say, story)), *_settle(say, prefix, story)]
    return Message(summary, (*blocks, *_rest(say, rest)))


def _list_summary(say: Phrases, day: date, dated: list[tuple[str, Story]], standing: int) -> str:
    dues = [due for _, story in dated if (due := story.account.obligation.due)]
    if dues:
        return say("my_list.summary", n=len(dues), due=min(dues), late=min(dues) < day)
    return say("my_list.summary_standing", n=standing) if standing else say("my_list.summary_none")


def _owed(say: Phrases, prefix: str, story: Story, day: date) -> list[Block]:
    obligation = story.account.obligation
    facts = _pairs(
        (say("story.label.meeting"), meeting_words(say, story)),
        (say("story.label.due"), due_words(say, obligation.due, day) if obligation.due else ""),
        (say("story.label.opens"), formats.day(obligation.opens, say.language)),
        (say("story.label.so_far"), so_far(say, story)),
    )
    return [Text(story_heading(say, story), "heading"), facts, *_settle(say, prefix, story)]


def _settle(say: Phrases, prefix: str, story: Story) -> list[Block]:
    buttons = settle_buttons(say, story.account, prefix)
    return [Buttons(buttons)] if buttons else []


def _rest(say: Phrases, stories: list[Story]) -> list[Block]:
    if not stories:
        return []
    head = tuple(say(f"my_list.head.{name}") for name in ("number", "requirement", "standing", "how"))
    rows = tuple(
        (
            str(story.account.obligation.id),
            story_heading(say, story),
            standing_words(say, story.account.standing),
            _how(say, story),
        )
        for story in stories
    )
    hint = say("my_list.hint", words=command(say, "show", stories[0].account.obligation.id))
    return [Table(say("my_list.rest"), head, rows), Text(hint, "subtle")]


def _how(say: Phrases, story: Story) -> str:
    """What settled it, and who noted it when; else the answer that waits to come true."""
    standing = story.account.standing
    if standing.by:
        return _fact(say, standing.by)
    return answer_words(say, standing.answer) if standing.answer else say("settled.nothing")


def _fact(say: Phrases, fact: Settlement) -> str:
    key = "settled.on_behalf" if fact.on_behalf else "settled.by_member"
    noted = say(key, name=fact.recorded_by_name, at=fact.recorded_at)
    decided = say("settled.decided", who=fact.decided_by) if fact.decided_by else ""
    return "; ".join(part for part in (fact.what, decided, noted) if part)


@maker("already_settled")
def already_settled(say: Phrases, *, story: Story, prefix: str = "") -> Message:
    """The answer to a button that has been overtaken: it is in place, by whom and when."""
    account = story.account
    key = "settled.received" if _received(account.standing) else "settled.not_needed"
    summary = say(key, title=account.requirement.title, organisation=account.organisation.official_name)
    facts = _pairs(
        (say("settled.label.standing"), standing_words(say, account.standing)),
        (say("settled.label.how"), _how(say, story)),
    )
    buttons = [Button(say("settled.see"), command(say, "show", account.obligation.id))]
    if account.requirement.settled_by == "report":
        words = command(say, "report", account.obligation.period.label, prefix=prefix)
        buttons.append(Button(say("settled.change_report"), words))
    if account.requirement.settled_by == "attendance" and not account.standing.by:
        words = command(say, "rsvp", event_word(say, account.requirement), prefix=prefix)
        buttons.append(Button(say("settled.change_answer"), words))
    return Message(summary, (Text(summary), facts, Buttons(tuple(buttons))))


def _received(standing: Standing) -> bool:
    fact = standing.by
    return standing.answer is not None if fact is None else fact.result not in ("absent", "exempt")


# ---------------------------------------------------------------------------------------------- the report


@maker("report_form")
def report_form(
    say: Phrases,
    *,
    organisation: Organisation,
    report_year: int,
    due: date | None,
    indicators: tuple[Indicator, ...],
    answers: Mapping[str, str],
    problems: tuple[Problem, ...],
    previous: Report | None,
    draft: DraftSoFar | None,
    revision: int,
    prefix: str,
    version: int,
    checked: bool,
) -> Message:
    """The form of the yearly report. Problems are shown once somebody tried to submit; a conflict always."""
    shown = [problem for problem in problems if checked or problem.reason == "conflict"]
    keep = command(say, "report_keep", report_year, f"r{revision}", prefix=prefix)
    send = command(say, "report_send", report_year, f"r{revision}", prefix=prefix)
    form = Form(
        _report_sections(say, indicators, answers, shown, previous),
        (Button(say("report.send"), send, "primary"), Button(say("report.keep"), keep)),
        keep,
    )
    about = {"organisation": organisation.official_name, "year": report_year}
    summary = say("report.summary_stopped" if shown else "report.summary", due=due, **about)
    blocks: list[Block] = [
        Text(say("report.heading", **about), "heading"),
        _report_facts(say, due, draft, version),
        Text(say("report.four_answers"), "subtle"),
        *_report_warning(say, shown),
    ]
    return Message(summary, (*blocks, form))


def _report_facts(say: Phrases, due: date | None, draft: DraftSoFar | None, version: int) -> Facts:
    return _pairs(
        (say("story.label.due"), formats.long_day(due, say.language) if due else ""),
        (say("report.label.so_far"), draft_words(say, draft) if draft else say("story.so_far.nothing")),
        (say("report.label.version"), say("report.version", version=version) if version > 1 else ""),
    )


def _report_warning(say: Phrases, shown: list[Problem]) -> list[Block]:
    if not shown:
        return []
    refused = {problem.field for problem in shown if problem.severity == "refused"}
    asked = {problem.field for problem in shown} - refused
    return [Text(say("report.warning", refused=len(refused), asked=len(asked)), "warning")]


def _report_sections(
    say: Phrases,
    indicators: Iterable[Indicator],
    answers: Mapping[str, str],
    problems: list[Problem],
    previous: Report | None,
) -> tuple[Section, ...]:
    """The data year first, then the indicators by sector, in the order in which sectors first appear."""
    sectors: dict[str, list[Ask]] = {}
    for indicator in indicators:
        own = [problem for problem in problems if problem.field == indicator.key]
        asks = sectors.setdefault(indicator.sector_title.in_(say.language), [])
        asks += _indicator_asks(say, indicator, answers, own, previous)
    year = _data_year_ask(say, answers, [problem for problem in problems if problem.field == DATA_YEAR])
    sections = [Section(say("report.about"), (year,))]
    return (*sections, *(Section(title, tuple(asks)) for title, asks in sectors.items()))


def _data_year_ask(say: Phrases, answers: Mapping[str, str], problems: list[Problem]) -> Ask:
    return Ask(
        DATA_YEAR,
        say("report.data_year"),
        "number",
        answers.get(DATA_YEAR, ""),
        hint=say("report.data_year_hint"),
        required=True,
        error=_error(say, problems, ""),
    )


def _indicator_asks(
    say: Phrases,
    indicator: Indicator,
    answers: Mapping[str, str],
    problems: list[Problem],
    previous: Report | None,
) -> list[Ask]:
    unit = indicator.unit.in_(say.language)
    figure = Ask(
        indicator.key,
        indicator.label.in_(say.language),
        "number" if indicator.kind == "number" else "long",
        answers.get(indicator.key, ""),
        hint=_hint(say, indicator, previous),
        unit=unit,
        choices=_not_numbers(say) if indicator.kind == "number" else (),
        required=indicator.level == "required",
        error=_error(say, problems, unit),
    )
    return [
        figure,
        *_meant_asks(say, indicator, answers, problems),
        *_note_asks(say, indicator, answers, problems),
    ]


def _not_numbers(say: Phrases) -> tuple[Choice, ...]:
    return Choice(UNKNOWN, say("report.choice.unknown")), Choice(NOTHING, say("report.choice.nothing"))


def _hint(say: Phrases, indicator: Indicator, previous: Report | None) -> str:
    figure = previous.figure(indicator.key) if previous else None
    last = ""
    if previous and figure:
        told = _told(say, figure, indicator.unit.in_(say.language))
        last = say("report.last", year=previous.data_year, told=told)
    return " ".join(part for part in (indicator.hint.in_(say.language), last) if part)


def _told(say: Phrases, figure: Figure | None, unit: str) -> str:
    """A figure in words: its number with unit, its text, or which of the other three answers it is."""
    if figure is None:
        return say("figures.not_answered")
    if figure.state != "value":
        return say(f"figures.{figure.state}")
    return figure.text if figure.value is None else _measure(say, figure.value, unit)


def _measure(say: Phrases, value: object, unit: str) -> str:
    return say("figures.measure", value=value, unit=unit).strip()


def _error(say: Phrases, problems: Iterable[Problem], unit: str) -> str:
    return " ".join(say(f"report.problem.{problem.reason}", unit=unit, **dict(problem.facts)) for problem in problems)


def _meant_asks(say: Phrases, indicator: Indicator, answers: Mapping[str, str], problems: list[Problem]) -> list[Ask]:
    """Which of two numbers was meant; asked as long as an answer to it is needed or has been given."""
    key = indicator.key + MEANT
    asked = any(problem.reason == "ambiguous" for problem in problems)
    options = _options(indicator, answers) if asked or answers.get(key) else ()
    if not options:
        return []
    choices = tuple(Choice(str(option), _option(say, option)) for option in options)
    label = say("report.meant", label=indicator.label)
    return [Ask(key, label, "choice", answers.get(key, ""), choices=choices)]


def _option(say: Phrases, option: Decimal) -> str:
    return say("report.option", option=option, whole=option == option.to_integral_value())


def _options(indicator: Indicator, answers: Mapping[str, str]) -> tuple[Decimal, ...]:
    try:
        parse_number(answers.get(indicator.key, ""), indicator.unit.da)
    except Ambiguous as doubt:
        return doubt.options
    except Refused:
        return ()
    return ()


def _note_asks(say: Phrases, indicator: Indicator, answers: Mapping[str, str], problems: list[Problem]) -> list[Ask]:
    """A note where one is wanted, typed already, or asked for; otherwise the form stays short."""
    key = indicator.key + NOTE
    asked = any(problem.severity == "asked" and problem.reason not in UNEXPLAINED for problem in problems)
    if not (asked or answers.get(key) or indicator.level == "expected"):
        return []
    label = say("report.explanation" if asked else "report.note", label=indicator.label)
    return [Ask(key, label, "text", answers.get(key, ""))]


@maker("report_draft_saved")
def report_draft_saved(
    say: Phrases, *, organisation: Organisation, report_year: int, answered: int, asked: int, prefix: str
) -> Message:
    """Confirms that what was typed is kept, and leads back to it."""
    facts = {"organisation": organisation.official_name, "year": report_year}
    summary = say("report.kept", answered=answered, asked=asked, **facts)
    on = Button(say("report.go_on"), command(say, "report", report_year, prefix=prefix), "primary")
    return Message(summary, (Text(say("report.kept_until", summary=summary)), Buttons((on,))))


@maker("report_receipt")
def report_receipt(
    say: Phrases,
    *,
    organisation: Organisation,
    report: Report,
    indicators: tuple[Indicator, ...],
    changes: tuple[Change, ...],
    result: str,
    prefix: str,
) -> Message:
    """Reference, version, whether the requirement is met, and how the figures moved."""
    summary = say(
        "receipt.summary",
        organisation=organisation.official_name,
        year=report.report_year,
        reference=report.reference,
    )
    facts = Facts(
        (
            (say("receipt.label.reference"), report.reference),
            (say("receipt.label.version"), say("receipt.version", version=report.version)),
            (say("receipt.label.at"), formats.moment(report.submitted_at, say.language, say.zone)),
            (say("receipt.label.by"), _submitted_by(say, report)),
            (say("receipt.label.data_year"), str(report.data_year)),
            (
                say("receipt.label.answered"),
                say("receipt.answered", n=len(report.figures), of=len(indicators)),
            ),
        )
    )
    blocks: list[Block] = [Text(summary), facts, Text(say(f"receipt.result.{result}"))]
    return Message(summary, (*blocks, *_changes(say, changes), _receipt_buttons(say, report, prefix)))


def _submitted_by(say: Phrases, report: Report) -> str:
    if report.on_behalf:
        return say("receipt.on_behalf", name=report.submitted_by_name)
    return report.submitted_by_name


def _changes(say: Phrases, changes: tuple[Change, ...]) -> list[Block]:
    if not changes:
        return []
    head = tuple(say(f"receipt.head.{name}") for name in ("indicator", "before", "now", "change"))
    rows = []
    for indicator, before, now, pct in changes:
        unit = indicator.unit.in_(say.language)
        rows.append(
            (
                indicator.label.in_(say.language),
                _measure(say, before, unit),
                _measure(say, now, unit),
                say("receipt.change", before=before, now=now, pct=pct),
            )
        )
    return [Table(say("receipt.changes"), head, tuple(rows))]


def _receipt_buttons(say: Phrases, report: Report, prefix: str) -> Buttons:
    year = report.report_year or report.data_year
    see = Button(say("receipt.see"), command(say, "figures", year, prefix=prefix))
    correct = Button(say("receipt.correct"), command(say, "report", year, prefix=prefix))
    return Buttons((see, correct))


@maker("report_versions")
def report_versions(
    say: Phrases,
    *,
    organisation: Organisation,
    report_year: int,
    versions: tuple[Report, ...],
    history: tuple[Report, ...],
    indicators: tuple[Indicator, ...],
    prefix: str = "",
) -> Message:
    """What has been reported for a year, in every version, and the total of earlier accounts."""
    facts = {"organisation": organisation.official_name, "year": report_year}
    if versions:
        summary = say("figures.summary", n=len(versions), reference=versions[0].reference, **facts)
        tables = [_figures(say, versions[0], indicators), _versions(say, versions)]
    else:
        summary, tables = say("figures.summary_none", **facts), []
    label = say("figures.correct" if versions else "figures.begin")
    button = Button(label, command(say, "report", report_year, prefix=prefix))
    return Message(summary, (Text(summary), *tables, *_history(say, history, indicators), Buttons((button,))))


def _figures(say: Phrases, report: Report, indicators: Iterable[Indicator]) -> Table:
    head = tuple(say(f"figures.head.{name}") for name in ("indicator", "figure", "note"))
    rows = []
    for indicator in indicators:
        figure = report.figure(indicator.key)
        told = _told(say, figure, indicator.unit.in_(say.language))
        rows.append((indicator.label.in_(say.language), told, figure.note if figure else ""))
    return Table(say("figures.newest", version=report.version, year=report.data_year), head, tuple(rows))


def _versions(say: Phrases, versions: Iterable[Report]) -> Table:
    head = tuple(say(f"figures.head.{name}") for name in ("version", "reference", "at", "by"))
    rows = tuple(
        (
            str(report.version),
            report.reference,
            formats.short_moment(report.submitted_at, say.language, say.zone),
            _submitted_by(say, report),
        )
        for report in versions
    )
    return Table(say("figures.versions"), head, rows)


def _history(say: Phrases, history: tuple[Report, ...], indicators: Iterable[Indicator]) -> list[Block]:
    total = next((indicator for indicator in indicators if indicator.level == "required"), None)
    if total is None or not history:
        return []
    unit = total.unit.in_(say.language)
    rows = tuple((str(report.data_year), _told(say, report.figure(total.key), unit)) for report in history)
    head = (say("figures.head.data_year"), total.label.in_(say.language))
    return [Table(say("figures.history"), head, rows)]


# ------------------------------------------------------------------------------------------ the invitation


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
    return _pairs(
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
    return _pairs(*((say(f"rsvp.grade.{grade}"), say("rsvp.either", titles=titles[grade])) for grade in GRADES))


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
    return tuple(_filled(say, "rsvp.error", ask, values, errors) for ask in asks)


def _filled(say: Phrases, family: str, ask: Ask, values: Mapping[str, str], errors: Mapping[str, str]) -> Ask:
    """The question with what stands there already and what is wrong with it."""
    reason = errors.get(ask.key)
    error = say(f"{family}.{reason}") if reason else ""
    return Ask(
        ask.key,
        ask.label,
        ask.kind,
        values.get(ask.key, ""),
        ask.hint,
        choices=ask.choices,
        required=ask.required,
        error=error,
    )


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
) -> Message:
    """What was noted, what it means for the requirement, and how to change it."""
    told = say(f"rsvp.told.{answer.response}", attendee=answer.attendee, office=office_title)
    names = {"organisation": organisation.official_name, "title": meeting.title.in_(say.language)}
    summary = say("rsvp.noted", told=told, **names)
    key = "meets" if meets else f"falls_short.{answer.response}"
    meaning = say(f"rsvp.{key}", number=requirement.number, duty=requirement.duty)
    change = command(say, "rsvp", event_word(say, requirement), prefix=prefix)
    return Message(
        summary,
        (
            Text(summary),
            _meeting(say, meeting, None),
            Text(meaning),
            Text(say("rsvp.coming_counts", answer_by=meeting.answer_by), "subtle"),
            Buttons((Button(say("rsvp.change"), change),)),
        ),
    )


# ------------------------------------------------------------------------------------------------ evidence


@maker("evidence_form")
def evidence_form(
    say: Phrases,
    *,
    organisation: Organisation,
    requirement: Requirement,
    period_label: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
    on_behalf: bool,
) -> Message:
    """What the member did, and where it can be seen."""
    names = {"organisation": organisation.official_name, "title": requirement.title, "period": period_label}
    summary = say("evidence.summary", **names)
    send = command(say, "evidence", requirement.number, prefix=prefix)
    asks = tuple(_filled(say, "evidence.error", ask, typed, errors) for ask in _evidence_asks(say, requirement))
    form = Form((Section("", asks),), (Button(say("evidence.send"), send, "primary"),))
    duty = say("evidence.duty", number=requirement.number, duty=requirement.duty, clause=requirement.clause)
    blocks: list[Block] = [Text(say("evidence.heading", **names), "heading"), Text(duty)]
    if on_behalf:
        blocks.append(Text(say("evidence.on_behalf", organisation=organisation.official_name), "subtle"))
    return Message(summary, (*blocks, form))


def _evidence_asks(say: Phrases, requirement: Requirement) -> list[Ask]:
    choices = tuple(Choice(kind.key, _kind_title(say, kind)) for kind in requirement.evidence)
    asks = [Ask("kind", say("evidence.ask.kind"), "choice", choices=choices, required=True)] if choices else []
    asks += [
        Ask("what", say("evidence.ask.what"), hint=say("evidence.ask.what_hint"), required=True),
        Ask("link", say("evidence.ask.link"), hint=say("evidence.ask.link_hint")),
    ]
    if requirement.carries:
        asks += [
            Ask("since", say("evidence.ask.since"), "date", required=True),
            Ask("until", say("evidence.ask.until"), "date", hint=say("evidence.ask.until_hint")),
        ]
    return asks


def _kind_title(say: Phrases, kind: EvidenceKind) -> str:
    title = kind.title.in_(say.language)
    return title if kind.counts == "fulfilled" else say(f"evidence.counts.{kind.counts}", title=title)


@maker("evidence_receipt")
def evidence_receipt(
    say: Phrases,
    *,
    organisation: Organisation,
    requirement: Requirement,
    period_label: str,
    settlement: Settlement,
    prefix: str,
) -> Message:
    """What was noted, how far it meets the requirement, and how it is taken back."""
    kind = requirement.evidence_kind(settlement.evidence)
    names = {"organisation": organisation.official_name, "title": requirement.title, "period": period_label}
    summary = say("evidence.noted", result=settlement.result, **names)
    facts = _pairs(
        (say("evidence.label.kind"), kind.title.in_(say.language) if kind else ""),
        (say("evidence.label.what"), settlement.what),
        (say("evidence.label.noted"), _fact(say, _without_text(settlement))),
    )
    take_back = command(say, "withdraw", settlement.id, prefix=prefix)
    items: list[Button | Link] = [Button(say("evidence.take_back"), take_back)]
    if settlement.link:
        items.insert(0, Link(say("evidence.open"), settlement.link))
    result = settlement.result if settlement.result in GRADES else "fulfilled"
    blocks = (Text(summary), facts, Text(say(f"evidence.result.{result}")), Buttons(tuple(items)))
    return Message(summary, blocks)


def _without_text(settlement: Settlement) -> Settlement:
    return replace(settlement, what="")
