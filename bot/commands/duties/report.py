"""``indberet``: report the year's key figures. What is typed is kept at every step and belongs to the member."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from alliance.accounts import Account, DraftSoFar
from alliance.charter import Indicator, Requirement
from alliance.errors import Refused
from alliance.messages import Message
from alliance.names import fold
from alliance.obligations import Result, Settlement
from alliance.reports import (
    DATA_YEAR,
    MEANT,
    NOTE,
    Checked,
    Draft,
    Problem,
    Report,
    check,
    has_one_track,
    result_of,
)
from alliance.validity import Validity
from alliance.versions import alike, changes_since, differs, lonely_notes, typed_again
from bot.context import Command, Context
from storage.changes import facts
from storage.queries import register, reports

KEEP = ("gem", "keep")
SEND = ("send",)
HAND = ".hand"  # beside a field of a draft: who wrote it
STEPS = 10_000  # more than a draft ever has


def handle(ctx: Context) -> Message:
    step, year, seen, typed_on = _read(ctx.args)
    requirement = _reporting_requirement(ctx)
    account = ctx.account(requirement, year)
    ctx.check_theirs(account)
    year_number = account.obligation.period.start.year
    page = _Page(ctx, account, year_number, _indicators(ctx), typed_on)
    if (step == "form" or ctx.helps) and ctx.overtaken(account):
        return ctx.already(account)
    if step == "form":
        return page.form(page.start(), ())
    if page.repeats(ctx.answers, seen):
        return page.already()
    kept = page.keep(ctx.answers, seen)
    if kept.conflicts:
        return page.form({**kept.answers, **kept.mine}, kept.conflicts, checked=True)
    if step == "keep":
        return page.saved(kept.answers)
    return page.send(kept.answers)


def _read(args: tuple[str, ...]) -> tuple[str, str, int | None, bool]:
    """What the words ask for: the step, the year (or nothing), the stamp of the form, and whether it is typed on in."""
    step, year, seen, typed_on = "form", "", None, False
    for word in args:
        if fold(word) in KEEP:
            step = "keep"
        elif fold(word) in SEND:
            step = "send"
        elif match := re.fullmatch(r"r(\d{1,9})(\+?)", word):
            seen, typed_on = int(match[1]), bool(match[2])
        elif re.fullmatch(r"\d{4}", word):
            year = word
        else:
            raise Refused("wrong_year", got=word)
    return step, year, seen, typed_on


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
class _Hand:
    """Who wrote a field, at which stamp, and when (aware UTC)."""

    person_id: int
    stamp: int
    at: datetime

    def __str__(self) -> str:
        return f"{self.person_id} {self.stamp} {self.at.isoformat()}"

    @classmethod
    def read(cls, kept: str) -> _Hand:
        person, stamp, at = kept.split()
        return cls(int(person), int(stamp), datetime.fromisoformat(at))


@dataclass(frozen=True)
class _Page:
    """One member's report for one year, on its way from typed text to a version.

    ``typed_on``: its form keeps what is typed without learning the new stamp, so that what oneself wrote since then was
    written in it (``r3+``).
    """

    ctx: Context
    account: Account
    year: int
    indicators: tuple[Indicator, ...]
    typed_on: bool = False

    def draft(self) -> Draft | None:
        ctx = self.ctx
        return reports.draft(ctx.connection, ctx.alliance.id, ctx.organisation.id, self.year)

    def versions(self) -> tuple[Report, ...]:
        ctx = self.ctx
        return reports.versions(ctx.connection, ctx.alliance.id, ctx.organisation.id, self.year)

    def start(self) -> Mapping[str, str]:
        """What the form begins with: the draft, else the last version sent in, else the usual data year."""
        draft = self.draft()
        if draft and draft.answers:
            return {key: value for key, value in draft.answers.items() if not key.endswith(HAND)}
        versions = self.versions()
        if versions:
            return typed_again(versions[0])
        return {DATA_YEAR: str(self.year - self.ctx.alliance.charter.reporting.data_year_lag)}

    def stamp(self) -> int:
        """Grows with every version and every step of a draft, so that a form tells what its reader had seen."""
        draft = self.draft()
        return len(self.versions()) * STEPS + (draft.revision if draft else 0)

    def repeats(self, typed: Mapping[str, str], seen: int | None) -> bool:
        """Whether this was received already: what the last version says; from an older form, what any version says."""
        versions = self.versions()
        old = seen is not None and seen < len(versions) * STEPS
        draft = self.draft()
        if not versions or (draft and draft.answers and not old):
            return False
        checked = self._checked({**typed_again(versions[0]), **self._mine(typed)})
        return checked.ready and any(not differs(v, checked) for v in (versions if old else versions[:1]))

    def keep(self, typed: Mapping[str, str], seen: int | None) -> _Kept:
        """Merge what was typed into the draft, field by field; never over what a colleague wrote meanwhile.

        Typed by hand without a form, it is taken to know the versions sent in, but not what is in the draft.
        """
        stored, mine, me = self.start(), self._mine(typed), self.ctx.actor.person.id
        later = self._later(len(self.versions()) * STEPS if seen is None else seen)
        if seen is None or self.typed_on:
            later = {key: hand for key, hand in later.items() if hand.person_id != me}
        conflicts = self._conflicts(later, stored, mine)
        blocked = {problem.field for problem in conflicts}
        changed = {
            key: value
            for key, value in mine.items()
            if value != stored.get(key, "") and key not in blocked and (value.strip() or key not in later)
        }
        if changed:
            self._save(stored, changed)
        return _Kept({**stored, **changed}, {key: mine[key] for key in blocked}, conflicts)

    def _mine(self, typed: Mapping[str, str]) -> dict[str, str]:
        known = {DATA_YEAR} | {i.key + suffix for i in self.indicators for suffix in ("", NOTE, MEANT)}
        return {key: value for key, value in typed.items() if key in known}

    def _later(self, seen: int) -> dict[str, _Hand]:
        """The fields that were written since the form was made: by a colleague, or by oneself in another window.

        Whoever sends a version in sends their colleagues' figures too: what it says is news to every older form.
        """
        versions, draft = self.versions(), self.draft()
        hands: dict[str, _Hand] = {}
        if versions:
            sent = _Hand(versions[0].submitted_by, len(versions) * STEPS, versions[0].submitted_at)
            hands = dict.fromkeys(typed_again(versions[0]), sent)
        if draft:
            kept = {k.removesuffix(HAND): _Hand.read(v) for k, v in draft.answers.items() if k.endswith(HAND)}
            hands |= kept
        return {key: hand for key, hand in hands.items() if hand.stamp > seen}

    def _save(self, stored: Mapping[str, str], changed: Mapping[str, str]) -> None:
        ctx, draft = self.ctx, self.draft()
        me = ctx.actor.person.id
        hand = str(_Hand(me, self.stamp() + 1, ctx.now))
        before = draft.answers if draft and draft.answers else stored
        saved = facts.save_draft(
            ctx.connection,
            ctx.alliance.id,
            ctx.organisation.id,
            self.year,
            {**before, **changed, **{key + HAND: hand for key in changed}},
            draft.revision if draft else 0,
            me,
            ctx.now,
        )
        assert saved is not None, "the draft changed inside our own transaction"
        if draft is None or not draft.answers or draft.updated_by != me:
            ctx.note("report_draft_saved", f"obligation:{self.account.obligation.id}")

    def _conflicts(
        self, later: Mapping[str, _Hand], stored: Mapping[str, str], mine: Mapping[str, str]
    ) -> tuple[Problem, ...]:
        ids = {hand.person_id for hand in later.values()}
        people = register.people(self.ctx.connection, self.ctx.alliance.id, ids)
        return tuple(
            Problem(
                key,
                "asked",
                "conflict",
                (("theirs", stored[key]), ("by", people[later[key].person_id].name), ("at", later[key].at)),
            )
            for key, value in mine.items()
            if key in later and value.strip() and stored.get(key, "").strip() and not alike(value, stored[key])
        )

    def _checked(self, answers: Mapping[str, str]) -> Checked:
        reporting = self.ctx.alliance.charter.reporting
        checked = check(reporting, self.indicators, answers, self._previous(answers), self.year)
        return replace(checked, problems=(*checked.problems, *lonely_notes(self.indicators, answers)))

    def already(self) -> Message:
        return self.ctx.already(self.account)

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
            previous=self._previous(answers),
            draft=_so_far(draft, self.indicators) if draft and draft.answers else None,
            revision=self.stamp(),
            prefix=ctx.prefix,
            version=versions[0].version + 1 if versions else 1,
            checked=checked,
        )

    def _previous(self, answers: Mapping[str, str]) -> Report | None:
        """The figures to compare with: the newest about a year before the one these are about."""
        ctx, typed = self.ctx, answers.get(DATA_YEAR, "").strip()
        usual = self.year - ctx.alliance.charter.reporting.data_year_lag
        data_year = int(typed) if re.fullmatch(r"[12]\d{3}", typed) else usual
        return reports.previous(ctx.connection, ctx.alliance.id, ctx.organisation.id, self.year, data_year)

    def saved(self, answers: Mapping[str, str]) -> Message:
        answered = sum(1 for i in self.indicators if answers.get(i.key, "").strip())
        return self.ctx.write(
            "report_draft_saved",
            organisation=self.ctx.organisation,
            report_year=self.year,
            answered=answered,
            asked=len(self.indicators),
            revision=self.stamp(),
            prefix=self.ctx.prefix,
        )

    def send(self, answers: Mapping[str, str]) -> Message:
        """Make a version of the draft, if nothing stands in the way; else the form again, with every reason."""
        ctx, previous = self.ctx, self._previous(answers)
        checked = self._checked(answers)
        if not checked.ready:
            return self.form(answers, checked.problems, checked=True)
        versions = self.versions()
        if versions and not differs(versions[0], checked):
            facts.empty_draft(ctx.connection, ctx.alliance.id, ctx.organisation.id, self.year)
            return self.already()
        report = self._version(checked, versions[0].version + 1 if versions else 1)
        result = result_of(self.indicators, report.figures)
        self._settle(report, result)
        facts.empty_draft(ctx.connection, ctx.alliance.id, ctx.organisation.id, self.year)
        return ctx.write(
            "report_receipt",
            organisation=ctx.organisation,
            report=report,
            indicators=self.indicators,
            changes=changes_since(self.indicators, previous, report),
            result=result,
            prefix=ctx.prefix,
            one_track=has_one_track(self.indicators, report.figures),
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


COMMAND = Command(
    "report",
    ("indberet", "report", "indberetning"),
    "act_for_member",
    handle,
    about_member=True,
    answers=True,
)
