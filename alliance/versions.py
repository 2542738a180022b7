"""One version of a report beside another, and beside what is being typed: the same, changed, typed again."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from alliance.charter import Indicator
from alliance.errors import Refused
from alliance.numbers import Ambiguous, canonical, parse_number
from alliance.reports import DATA_YEAR, NOTE, Checked, Figure, Problem, Report, change_pct


def typed_again(report: Report) -> dict[str, str]:
    """A version's figures as somebody would have typed them, with the Danish decimal mark."""
    typed = {DATA_YEAR: str(report.data_year)}
    for figure in report.figures:
        typed[figure.indicator] = _as_typed(figure)
        if figure.note:
            typed[figure.indicator + NOTE] = figure.note
    return typed


def _as_typed(figure: Figure) -> str:
    if figure.state != "value":
        return figure.state
    return canonical(figure.value).replace(".", ",") if figure.value is not None else figure.text


def alike(one: str, other: str) -> bool:
    """Whether two answers say the same, however a number is written."""
    if one.strip() == other.strip():
        return True
    try:
        return parse_number(one) == parse_number(other)
    except (Ambiguous, Refused):
        return False


def lonely_notes(indicators: tuple[Indicator, ...], answers: Mapping[str, str]) -> tuple[Problem, ...]:
    """A note belongs to an answer; without one it would be lost, so the answer is asked for."""
    return tuple(
        Problem(indicator.key, "refused", "missing")
        for indicator in indicators
        if indicator.level != "required"
        and answers.get(indicator.key + NOTE, "").strip()
        and not answers.get(indicator.key, "").strip()
    )


def differs(report: Report, checked: Checked) -> bool:
    """Whether what was sent says anything that the last version does not."""
    told = {(f.indicator, f.state, f.value, f.text, f.note) for f in report.figures}
    new = {(f.indicator, f.state, f.value, f.text, f.note) for f in checked.figures}
    return told != new or report.data_year != checked.data_year


def changes_since(
    indicators: tuple[Indicator, ...], previous: Report | None, report: Report
) -> tuple[tuple[Indicator, Decimal, Decimal, Decimal | None], ...]:
    """What changed since the figures before: indicator, before, now, per cent (None where it has no meaning)."""
    changes = []
    for indicator in indicators:
        before = previous.value(indicator.key) if previous else None
        now = report.value(indicator.key)
        if before is not None and now is not None and before != now:
            changes.append((indicator, before, now, change_pct(before, now)))
    return tuple(changes)
