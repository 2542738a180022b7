"""The report as a form: every field keeps what was typed, with its doubt or refusal beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from alliance.accounts import DraftSoFar
from alliance.charter import Indicator
from alliance.errors import Refused
from alliance.members import Organisation
from alliance.messages import Ask, Block, Button, Choice, Facts, Form, Message, Section, Text
from alliance.numbers import Ambiguous, parse_number
from alliance.reports import DATA_YEAR, MEANT, NOTE, NOTHING, UNKNOWN, Problem, Report
from templates import formats
from templates.makers.forms import fact_pairs
from templates.makers.kinds import maker
from templates.makers.words import command, draft_words, figure_words
from templates.phrases import Phrases

UNEXPLAINED = ("ambiguous", "conflict")  # doubts that a choice answers, not a note


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
    return fact_pairs(
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
        told = figure_words(say, figure, indicator.unit.in_(say.language))
        last = say("report.last", year=previous.data_year, told=told)
    return " ".join(part for part in (indicator.hint.in_(say.language), last) if part)


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
