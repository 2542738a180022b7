"""What was reported: saved, received, and every version of it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from alliance.charter import Indicator
from alliance.members import Organisation
from alliance.messages import Block, Button, Buttons, Facts, Message, Table, Text
from alliance.reports import Report
from templates import formats
from templates.makers.kinds import maker
from templates.makers.words import command, figure_words, measure
from templates.phrases import Phrases

Change = tuple[Indicator, Decimal, Decimal, Decimal | None]
"""(indicator, before, now, per cent)"""


@maker("report_draft_saved")
def report_draft_saved(
    say: Phrases,
    *,
    organisation: Organisation,
    report_year: int,
    answered: int,
    asked: int,
    revision: int,
    prefix: str,
) -> Message:
    """Confirms that what was typed is kept, and leads back to it or on to sending it in."""
    facts = {"organisation": organisation.official_name, "year": report_year}
    summary = say("report.kept", answered=answered, asked=asked, **facts)
    on = Button(say("report.go_on"), command(say, "report", report_year, prefix=prefix), "primary")
    send = Button(say("report.send"), command(say, "report_send", report_year, f"r{revision}", prefix=prefix))
    return Message(summary, (Text(say("report.kept_until", summary=summary)), Buttons((on, send))))


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
    one_track: bool = False,
) -> Message:
    """Reference, version, whether the requirement is met, and how the figures moved; ``one_track``: no adaptation."""
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
    if one_track:
        blocks.append(Text(say("receipt.one_track"), "warning"))
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
                measure(say, before, unit),
                measure(say, now, unit),
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
        told = figure_words(say, figure, indicator.unit.in_(say.language))
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
    rows = tuple((str(report.data_year), figure_words(say, report.figure(total.key), unit)) for report in history)
    head = (say("figures.head.data_year"), total.label.in_(say.language))
    return [Table(say("figures.history"), head, rows)]


# ------------------------------------------------------------------------------------------ the invitation
