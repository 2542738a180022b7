"""The annual report: figures, their states, what is refused and what is only asked about.

Missing, "not known", "nothing to report" and zero are four different things everywhere. Real figures are odd: totals
may be negative, shares may exceed 100 %, so limits refuse little and ask a lot (domain rules fitted to 2018-2023).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Literal

from alliance.charter import Indicator, Reporting
from alliance.errors import Refused
from alliance.numbers import EXACT, Ambiguous, parse_number

FigureState = Literal["value", "unknown", "nothing"]
UNKNOWN, NOTHING = "unknown", "nothing"
NOTE = ".note"
MEANT = ".meant"
DATA_YEAR = "data_year"
KILO = Decimal("0.01")


@dataclass(frozen=True)
class Figure:
    """One reported figure. ``value`` in the indicator's unit; ``text`` for an indicator answered in words.

    ``note`` is the member's explanation, definition or method; ``source`` says where the figure came from.
    """

    indicator: str
    state: FigureState
    value: Decimal | None = None
    text: str = ""
    note: str = ""
    source: str = "form"


@dataclass(frozen=True)
class Report:
    """One version of a member's report. ``report_year`` is None for an imported historic account."""

    id: int
    organisation_id: int
    report_year: int | None
    data_year: int
    version: int
    reference: str
    submitted_at: datetime
    submitted_by: int
    submitted_by_name: str
    on_behalf: bool
    source: str
    figures: tuple[Figure, ...] = ()

    def figure(self, indicator: str) -> Figure | None:
        return next((figure for figure in self.figures if figure.indicator == indicator), None)

    def value(self, indicator: str) -> Decimal | None:
        figure = self.figure(indicator)
        return figure.value if figure else None


@dataclass(frozen=True)
class Draft:
    """What a member has typed so far, exactly as typed. It belongs to the member, not to who typed it."""

    organisation_id: int
    report_year: int
    answers: Mapping[str, str]
    revision: int
    updated_at: datetime
    updated_by: int
    updated_by_name: str

    def answered(self, indicators: Iterable[Indicator]) -> int:
        """How many of the indicators have something typed."""
        return sum(1 for indicator in indicators if self.answers.get(indicator.key, "").strip())


Severity = Literal["refused", "asked"]


@dataclass(frozen=True)
class Problem:
    """What stands in the way of a field: refused (must be changed) or asked (an explanation is enough).

    ``reason`` is a key of the catalogs (``report.problem.<reason>``), ``facts`` what its words need.
    """

    field: str
    severity: Severity
    reason: str
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Checked:
    """The outcome of reading a form: the figures that could be read, and what is still in the way."""

    data_year: int | None
    figures: tuple[Figure, ...]
    problems: tuple[Problem, ...]

    @property
    def ready(self) -> bool:
        return not self.problems


def check(
    reporting: Reporting,
    indicators: Sequence[Indicator],
    answers: Mapping[str, str],
    previous: Report | None,
    report_year: int,
) -> Checked:
    """Read what was typed into figures, and name every problem at its field. Nothing typed is dropped."""
    figures: list[Figure] = []
    problems: list[Problem] = []
    data_year = _data_year(answers.get(DATA_YEAR, ""), report_year, problems)
    for indicator in indicators:
        figure = _figure(indicator, answers, problems)
        if figure:
            figures.append(figure)
    by_key = {figure.indicator: figure for figure in figures}
    for indicator in indicators:
        figure = by_key.get(indicator.key)
        if figure and figure.value is not None:
            problems += _doubts(reporting, indicator, figure, previous)
    problems += _sum_doubts(reporting, indicators, by_key)
    return Checked(data_year, tuple(figures), tuple(problems))


def _data_year(typed: str, report_year: int, problems: list[Problem]) -> int | None:
    year = int(typed) if re.fullmatch(r"\s*\d{4}\s*", typed) else 0
    if not 1990 <= year <= report_year:
        problems.append(Problem(DATA_YEAR, "refused", "data_year", (("got", typed.strip()), ("latest", report_year))))
        return None
    return year


def _figure(indicator: Indicator, answers: Mapping[str, str], problems: list[Problem]) -> Figure | None:
    typed = answers.get(indicator.key, "").strip()
    note = answers.get(indicator.key + NOTE, "").strip()
    if typed in (UNKNOWN, NOTHING):
        return Figure(indicator.key, "unknown" if typed == UNKNOWN else "nothing", note=note)
    if not typed:
        if indicator.level == "required":
            problems.append(Problem(indicator.key, "refused", "missing"))
        return None
    if indicator.kind == "text":
        return Figure(indicator.key, "value", text=typed, note=note)
    value = _number(indicator, typed, answers.get(indicator.key + MEANT, ""), problems)
    if value is None or not _within_hard_limits(indicator, value, problems):
        return None
    return Figure(indicator.key, "value", value=value, note=note)


def _number(indicator: Indicator, typed: str, meant: str, problems: list[Problem]) -> Decimal | None:
    try:
        return parse_number(typed, indicator.unit.da)
    except Ambiguous as doubt:
        chosen = next((option for option in doubt.options if str(option) == meant), None)
        if chosen is None:
            facts = (("got", typed), ("options", doubt.options))
            problems.append(Problem(indicator.key, "asked", "ambiguous", facts))
        return chosen
    except Refused:
        problems.append(Problem(indicator.key, "refused", "not_a_number", (("got", typed),)))
        return None


def _within_hard_limits(indicator: Indicator, value: Decimal, problems: list[Problem]) -> bool:
    if not indicator.can_be(value):
        facts = (("got", value), ("least", indicator.hard_min), ("most", indicator.hard_max))
        problems.append(Problem(indicator.key, "refused", "out_of_range", facts))
    return indicator.can_be(value)


def _doubts(reporting: Reporting, indicator: Indicator, figure: Figure, previous: Report | None) -> list[Problem]:
    """What looks odd about a figure; a note at the field answers it."""
    if figure.note or figure.value is None:
        return []
    value, before = figure.value, previous.value(indicator.key) if previous else None
    low = indicator.plausible_min is not None and value < indicator.plausible_min
    high = indicator.plausible_max is not None and value > indicator.plausible_max
    facts: tuple[tuple[str, object], ...] = (("got", value), ("before", before))
    if looks_like_kilo(value, before):
        return [Problem(indicator.key, "asked", "kilotonnes", facts)]
    if low or high:
        limits = (("least", indicator.plausible_min), ("most", indicator.plausible_max))
        return [Problem(indicator.key, "asked", "implausible", (*facts, *limits))]
    if before is not None and changed_much(before, value, reporting.change_asked_pct):
        change = (("change", change_pct(before, value)),)
        return [Problem(indicator.key, "asked", "changed_much", (*facts, *change))]
    if before is not None and value == before and value != 0 and indicator.level == "required":
        return [Problem(indicator.key, "asked", "same_as_last", facts)]
    return []


def _sum_doubts(reporting: Reporting, indicators: Sequence[Indicator], figures: Mapping[str, Figure]) -> list[Problem]:
    """A total whose parts are all given and do not add up is asked about (tolerance in per cent of the total)."""
    doubts = []
    for whole in indicators:
        parts = [indicator.key for indicator in indicators if indicator.part_of == whole.key]
        total = figures.get(whole.key)
        given = [figures[key].value for key in parts if key in figures]
        values = [value for value in given if value is not None]
        if not parts or not total or total.value is None or total.note or len(values) < len(parts):
            continue
        if abs(sum(values) - total.value) * 100 > abs(total.value) * reporting.sum_tolerance_pct:
            facts = (("got", total.value), ("sum", sum(values, Decimal(0))))
            doubts.append(Problem(whole.key, "asked", "sum_differs", facts))
    return doubts


def looks_like_kilo(value: Decimal, before: Decimal | None) -> bool:
    """Whether a figure is under 1 % of last year's: kilotonnes typed where tonnes were meant."""
    return before is not None and before != 0 and value != 0 and abs(value) < abs(before) * KILO


def changed_much(before: Decimal, value: Decimal, limit_pct: Decimal) -> bool:
    """Whether the change exceeds the limit in per cent of the earlier value; from zero anything does."""
    if before == 0:
        return value != 0
    return abs(value - before) * 100 > abs(before) * limit_pct


def change_pct(before: Decimal, value: Decimal) -> Decimal | None:
    """The change in per cent of the earlier value, one decimal; None where it means nothing (zero or negative base)."""
    if before <= 0:
        return None
    with localcontext(EXACT):
        return ((value - before) * 100 / before).quantize(Decimal("0.1"))


ADAPTATION = "adaptation"
"""The sector whose figures are the second track of a report, beside the emissions and what reduces them."""


def of_adaptation(indicators: Iterable[Indicator]) -> frozenset[str]:
    """The indicators of the second track, of those that are asked."""
    return frozenset(indicator.key for indicator in indicators if indicator.sector == ADAPTATION)


def has_one_track(indicators: Iterable[Indicator], figures: Iterable[Figure]) -> bool:
    """Whether a report says nothing of adaptation where it is asked for; that it is not known says nothing either."""
    asked = of_adaptation(indicators)
    return bool(asked) and not any(figure.indicator in asked and figure.state == "value" for figure in figures)


def result_of(indicators: Iterable[Indicator], figures: Iterable[Figure]) -> Literal["fulfilled", "partial"]:
    """A report meets its requirement; partly, if a required figure is said not to be known."""
    required = {indicator.key for indicator in indicators if indicator.level == "required"}
    known = {figure.indicator for figure in figures if figure.state == "value"}
    return "fulfilled" if required <= known else "partial"
