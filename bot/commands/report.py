"""``indberet``: report the year's key figures. What is typed is kept at every step and belongs to the member."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from alliance.accounts import Account, DraftSoFar
from alliance.charter import Indicator, Requirement, Validity
from alliance.errors import Refused
from alliance.messages import Message
from alliance.names import fold
from alliance.numbers import canonical
from alliance.obligations import Result, Settlement
from alliance.reports import (
    DATA_YEAR,
    MEANT,
    NOTE,
    Checked,
    Draft,
    Figure,
    Problem,
    Report,
    change_pct,
    check,
    result_of,
)
from bot.commands.context import Command, Context
from storage.changes import facts
from storage.queries import reports

KEEP = ("gem", "keep")
SEND = ("send",)


def handle(ctx: Context) -> Message:
    step, year, revision = _read(ctx.args)
    requirement = _reporting_requirement(ctx)
    account = ctx.account(requirement, year)
    year_number = account.obligation.period.start.year
    page = _Page(ctx, account, year_number, _indicators(ctx))
    if step == "form":
        return page.form(page.start(), ())
    kept = page.keep(ctx.answers, revision)
    if kept.conflicts:
        return page.form({**kept.answers, **kept.mine}, kept.conflicts, checked=True)
    if step == "keep":
        return page.saved(kept.answers)
    return page.send(kept.answers)


def _read(args: tuple[str, ...]) -> tuple[str, str, int]:
    """What the words ask for: the step, the year (or nothing) and the revision the form was made from."""
    step, year, revision = "form", "", -1
    for word in args:
        if fold(word) in KEEP:
            step = "keep"
        elif fold(word) in SEND:
            step = "send"
        elif match := re.fullmatch(r"r(\d{1,9})", word):
            revision = int(match[1])
        elif re.fullmatch(r"\d{4}", word):
            year = word
        else:
            raise Refused("wrong_year", got=word)
    return step, year, revision


def _reporting_requirement(ctx: Context) -> Requirement:
    found = [r for r in ctx.alliance.charter.requirements_on(ctx.today) if r.settled_by == "report"]
    if not found:
        raise Refused("nothing_owed", title=ctx.say("words.report"), organisation=ctx.organisation.name)
    return found[0]


def _indicators(ctx: Context) -> tuple[Indicator, ...]:
    return ctx.alliance.charter.reporting.indicators_on(ctx.today)


@dataclass(frozen=True)
class _Kept:
    """The draft as it now is, and what could not be kept because a colleague wrote something else meanwhile."""

    answers: Mapping[str, str]
    mine: Mapping[str, str]
    conflicts: tuple[Problem, ...]


@dataclass(frozen=True)
class _Page:
    """One member's report for one year, on its way from typed text to a version."""

    ctx: Context
    account: Account
    year: int
    indicators: tuple[Indicator, ...]

    def draft(self) -> Draft | None:
        ctx = self.ctx
        return reports.draft(ctx.connection, ctx.alliance.id, ctx.organisation.id, self.year)

    def versions(self) -> tuple[Report, ...]:
        ctx = self.ctx
        return reports.versions(ctx.connection, ctx.alliance.id, ctx.organisation.id, self.year)

    def start(self) -> Mapping[str, str]:
        """What the form begins with: the draft, else the last version sent in, else the usual data year."""
        draft = self.draft()
        if draft:
            return draft.answers
        versions = self.versions()
        if versions:
            return _typed_again(versions[0])
        return {DATA_YEAR: str(self.year - self.ctx.alliance.charter.reporting.data_year_lag)}

    def keep(self, typed: Mapping[str, str], revision: int) -> _Kept:
        """Merge what was typed into the draft, field by field; never over what a colleague wrote meanwhile."""
        ctx, draft = self.ctx, self.draft()
        stored = dict(draft.answers) if draft else dict(self.start())
        mine = {key: value for key, value in typed.items() if key in self._keys()}
        foreign = draft is not None and draft.updated_by != ctx.actor.person.id
        conflicts = self._conflicts(draft, mine) if draft and foreign and revision != draft.revision else ()
        blocked = {problem.field for problem in conflicts}
        late = foreign and draft is not None and revision != draft.revision
        for key, value in mine.items():
            if key not in blocked and not (late and not value.strip() and stored.get(key, "").strip()):
                stored[key] = value
        if stored != (draft.answers if draft else self.start()):
            saved = facts.save_draft(
                ctx.connection,
                ctx.alliance.id,
                ctx.organisation.id,
                self.year,
                stored,
                draft.revision if draft else 0,
                ctx.actor.person.id,
                ctx.now,
            )
            assert saved is not None, "the draft changed inside our own transaction"
            if draft is None or foreign:
                ctx.note("report_draft_saved", f"obligation:{self.account.obligation.id}")
        return _Kept(stored, {key: mine[key] for key in blocked}, conflicts)

    def _keys(self) -> set[str]:
        suffixes = ("", NOTE, MEANT)
        return {DATA_YEAR} | {i.key + suffix for i in self.indicators for suffix in suffixes}

    def _conflicts(self, draft: Draft, mine: Mapping[str, str]) -> tuple[Problem, ...]:
        return tuple(
            Problem(
                key,
                "asked",
                "conflict",
                (("theirs", draft.answers[key]), ("by", draft.updated_by_name), ("at", draft.updated_at)),
            )
            for key, value in mine.items()
            if value.strip() and draft.answers.get(key, "").strip() not in ("", value.strip())
        )

    def form(self, answers: Mapping[str, str], problems: tuple[Problem, ...], *, checked: bool = False) -> Message:
        ctx, draft, versions = self.ctx, self.draft(), self.versions()
        return ctx.write(
            "report_form",
            organisation=ctx.organisation,
            report_year=self.year,
            due=self.account.obligation.due,
            indicators=self.indicators,
            answers=answers,
            problems=problems,
            previous=self._previous(),
            draft=_so_far(draft, self.indicators) if draft else None,
            revision=draft.revision if draft else 0,
            prefix=ctx.prefix,
            version=versions[0].version + 1 if versions else 1,
            checked=checked,
        )

    def _previous(self) -> Report | None:
        ctx = self.ctx
        return reports.previous(ctx.connection, ctx.alliance.id, ctx.organisation.id, self.year)

    def saved(self, answers: Mapping[str, str]) -> Message:
        answered = sum(1 for i in self.indicators if answers.get(i.key, "").strip())
        return self.ctx.write(
            "report_draft_saved",
            organisation=self.ctx.organisation,
            report_year=self.year,
            answered=answered,
            asked=len(self.indicators),
            prefix=self.ctx.prefix,
        )

    def send(self, answers: Mapping[str, str]) -> Message:
        """Make a version of the draft, if nothing stands in the way; else the form again, with every reason."""
        ctx, previous = self.ctx, self._previous()
        checked = check(ctx.alliance.charter.reporting, self.indicators, answers, previous, self.year)
        if not checked.ready:
            return self.form(answers, checked.problems, checked=True)
        versions = self.versions()
        if versions and not _differs(versions[0], checked):
            return ctx.write("already_settled", story=ctx.story(self.account))
        report = self._version(checked, versions[0].version + 1 if versions else 1)
        result = result_of(self.indicators, report.figures)
        self._settle(report, result)
        facts.drop_draft(ctx.connection, ctx.alliance.id, ctx.organisation.id, self.year)
        return ctx.write(
            "report_receipt",
            organisation=ctx.organisation,
            report=report,
            indicators=self.indicators,
            changes=_changes(self.indicators, previous, report),
            result=result,
            prefix=ctx.prefix,
        )

    def _version(self, checked: Checked, version: int) -> Report:
        ctx = self.ctx
        assert checked.data_year is not None
        report = Report(
            id=0,
            organisation_id=ctx.organisation.id,
            report_year=self.year,
            data_year=checked.data_year,
            version=version,
            reference=f"{self.year}-{ctx.organisation.code}-v{version}",
            submitted_at=ctx.now,
            submitted_by=ctx.actor.person.id,
            submitted_by_name=ctx.actor.person.name,
            on_behalf=ctx.on_behalf,
            source=ctx.channel,
            figures=checked.figures,
        )
        facts.add_report(ctx.connection, ctx.alliance.id, report)
        return report

    def _settle(self, report: Report, result: Result) -> None:
        ctx, obligation = self.ctx, self.account.obligation
        who = (ctx.actor.person.id, ctx.now)
        facts.withdraw_earlier(ctx.connection, ctx.alliance.id, obligation.id, "report", *who)
        facts.add_settlement(
            ctx.connection,
            ctx.alliance.id,
            Settlement(
                id=0,
                obligation_id=obligation.id,
                organisation_id=ctx.organisation.id,
                requirement=obligation.requirement,
                kind="report",
                result=result,
                what=report.reference,
                link="",
                validity=Validity(ctx.today),
                recorded_at=ctx.now,
                recorded_by=ctx.actor.person.id,
                on_behalf=ctx.on_behalf,
            ),
        )
        ctx.note(
            "report_submitted",
            f"obligation:{obligation.id}",
            reference=report.reference,
            version=report.version,
        )
        if ctx.on_behalf:
            ctx.tell_member(self.account, f"report:v{report.version}", report.reference)


def _so_far(draft: Draft, indicators: tuple[Indicator, ...]) -> DraftSoFar:
    return DraftSoFar(draft.answered(indicators), len(indicators), draft.updated_at, draft.updated_by_name)


def _typed_again(report: Report) -> dict[str, str]:
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


def _differs(report: Report, checked: Checked) -> bool:
    """Whether what was sent says anything that the last version does not."""
    told = {(f.indicator, f.state, f.value, f.text, f.note) for f in report.figures}
    new = {(f.indicator, f.state, f.value, f.text, f.note) for f in checked.figures}
    return told != new or report.data_year != checked.data_year


def _changes(
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


COMMAND = Command("report", ("indberet", "report", "indberetning"), "act_for_member", handle, about_member=True)
