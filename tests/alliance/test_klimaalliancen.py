"""The second charter: what the partnership of KL and Realdania says of itself, and nothing that names it in code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from alliance.agendas import standing_items
from alliance.charter_file import read_charter
from alliance.errors import CharterError
from alliance.meetings import Meeting
from alliance.planning import propose_year
from alliance.standards import standards_for
from alliance.validity import Validity

FOLDER = Path(__file__).parents[2]
CHARTERS = sorted((FOLDER / "alliance" / "charters").glob("*.toml"))
TEXT = (FOLDER / "alliance" / "charters" / "klimaalliancen.toml").read_text(encoding="utf-8")
CHARTER = read_charter(TEXT, "klimaalliancen.toml")
BUSINESS, PROJECT = CHARTER.body("business_committee"), CHARTER.body("project_steering_group")


PLACES = ("alliance", "bot", "scheduling", "storage", "templates", "tovholder")
MAY_NAME = {
    "storage/seed.py": {"dk2020", "steering_group"},  # the demo plants the one
    "storage/seed_second.py": {"klimaalliancen"},  # and the other
    "tovholder/settings.py": {"dk2020"},  # the charter of whoever sets none
    "scheduling/rehearsal/cast.py": {"steering_group"},  # what is rehearsed is the demo's alliance
    "scheduling/rehearsal/play.py": {"dk2020"},
    "storage/municipalities.py": {"region", "kkr"},  # what each municipality of the country belongs to
    "bot/web/dress.py": {"region"},  # a role of WAI-ARIA
}


@pytest.mark.slow
def test_nothing_in_the_code_names_an_alliance_or_what_only_a_charter_knows() -> None:
    """Charters, parties, bodies, plan standards and groupings; but the demo, and what is no word of a charter there."""
    charters = [read_charter(file.read_text(encoding="utf-8"), file.name) for file in CHARTERS]
    words = {file.stem for file in CHARTERS}
    for charter in charters:
        words |= {*charter.groupings, *(party.code for party in charter.parties), *(b.key for b in charter.bodies)}
        words |= {word for standard in charter.standards for word in (standard.key, standard.short)}
        words |= {charter.name.da, charter.name.en}
    assert {"region", "kkr", "KL", "CONCITO", "cctf", "steering_group", "business_committee", "dk2020"} <= words
    named = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, words))})(?!\w)")
    found: dict[str, set[str]] = {}
    for file in (file for place in PLACES for file in (FOLDER / place).rglob("*.py")):
        if said := {word for text in _texts(file) for word in named.findall(text)}:
            found[file.relative_to(FOLDER).as_posix()] = said
    assert found == MAY_NAME


def _texts(file: Path) -> Iterator[str]:
    """Every text that the code of a file holds; no docstring and no comment."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_the_partners_are_there_for_their_dates_and_the_regions_left_in_2024() -> None:
    def on(day: date, kind: str) -> list[str]:
        return [p.code for p in CHARTER.parties if p.kind == kind and p.validity.covers(day)]

    assert on(date(2023, 4, 1), "association") == on(date(2028, 3, 31), "association") == ["KL", "REALDANIA"]
    assert on(date(2023, 3, 31), "association") == on(date(2028, 4, 1), "association") == []
    assert len(on(date(2024, 12, 31), "region")) == 5 and on(date(2025, 1, 1), "region") == []
    assert len(on(date(2027, 1, 1), "kkr")) == 5
    assert [p.code for p in CHARTER.parties if p.role == "observer"] == ["CONCITO", "C40"]


def test_nothing_is_required_and_the_secretariat_stays_where_it_is() -> None:
    assert CHARTER.requirements == () and CHARTER.events == () and CHARTER.reporting.indicators == ()
    assert (CHARTER.secretariat.rule, CHARTER.secretariat.organisation, CHARTER.chair) == ("fixed", "KL", None)


@pytest.mark.parametrize(
    ("day", "standard"),
    [(date(2023, 4, 1), "capf"), (date(2023, 12, 31), "capf"), (date(2024, 1, 1), "cctf"), (date(2030, 1, 1), "cctf")],
)
def test_plans_are_made_by_the_newer_standard_from_2024(day: date, standard: str) -> None:
    found = CHARTER.standard_on(day)
    assert found is not None and found.key == standard


def test_each_body_has_its_standing_tasks_and_one_reports_to_the_other() -> None:
    assert [task.da.partition(" ")[2] for task in PROJECT.tasks] == ["tidsplan", "økonomi", "ressourcer"]
    assert [task.da.split()[1] for task in BUSINESS.tasks] == ["politiske", "økonomiske", "strategiske", "forankring"]
    reporting = [body.key for body in CHARTER.bodies if body.reports_to == BUSINESS.key]
    assert [
        item.key
        for item in standing_items(len(BUSINESS.tasks), BUSINESS.progress, reporting, influence=BUSINESS.influence)
    ] == [
        "approve_agenda",
        "approve_minutes",
        "report_of:project_steering_group",
        "influence",
        "task_2",
        "task_3",
        "progress",
        "news",
        "next_meeting",
        "other_business",
    ]
    of_project = standing_items(len(PROJECT.tasks), PROJECT.progress)
    assert [item.key for item in of_project][2:5] == ["task_1", "task_2", "task_3"]


@pytest.mark.parametrize(
    "year", [2027, 2028, 2029, 2033, *(pytest.param(y, marks=pytest.mark.slow) for y in range(2034, 2050))]
)
def test_a_year_has_two_meetings_five_to_seven_months_apart_and_six_that_avoid_july(year: int) -> None:
    """Over many years, each planned after the one before stands."""
    plan = propose_year(CHARTER, year, today=date(year - 1, 11, 1), existing=_stood(year - 1))
    day = CHARTER.calendar.day
    business = [day(p.starts_at) for p in plan.proposals if p.kind == BUSINESS.key]
    project = [day(p.starts_at) for p in plan.proposals if p.kind == PROJECT.key]
    assert (len(business), len(project)) == (2, 6)
    assert all(22 * 7 <= (b - a).days <= 30 * 7 for a, b in pairwise(business))
    assert all(5 * 7 <= (b - a).days <= 10 * 7 + 6 for a, b in pairwise(project))
    assert 7 not in {held.month for held in project}
    assert not set(business) & set(project)


def _stood(year: int) -> tuple[Meeting, ...]:
    found = propose_year(CHARTER, year, today=date(year - 1, 11, 1), existing=()).proposals
    return tuple(
        Meeting(n, p.kind, p.title, p.year, p.starts_at, p.ends_at, "", p.answer_by, number=p.number)
        for n, p in enumerate(found, 1)
    )


def test_meetings_too_far_apart_are_proposed_only_with_a_warning() -> None:
    tight = TEXT.replace("max_weeks_between = 10", "max_weeks_between = 6").replace("= 5\nmax", "= 1\nmax")
    plan = propose_year(read_charter(tight, "a"), 2027, today=date(2026, 11, 1), existing=())
    far = [warning for warning in plan.warnings if warning.key == "too_far"]
    assert far and all(warning.facts["weeks"] >= 6 for warning in far)  # type: ignore[operator]
    loose = propose_year(CHARTER, 2027, today=date(2026, 11, 1), existing=())
    assert not [warning for warning in loose.warnings if warning.key == "too_far"]


@pytest.mark.parametrize(
    ("was", "wrong", "key", "wanted"),
    [
        ('seated = ["KL", "REALDANIA"]', 'seated = ["KL"]', "seated", "as many parties as there are seats (2)"),
        ('seated = ["KL", "REALDANIA"]', 'seated = ["KL", "KK"]', "seated", "one of 1081"),
        ('reports_to = "business_committee"', 'reports_to = "senate"', "reports_to", "one of business_committee"),
        ("progress = 4 ", "progress = 5 ", "progress", "the number of a task, 1 to 4"),
        (
            "influence = 1 ",
            "influence = 4 ",
            "influence",
            "the number of a task that is drawn for nothing else, 1 to 4",
        ),
        (
            "influence = 1 ",
            "influence = 5 ",
            "influence",
            "the number of a task that is drawn for nothing else, 1 to 4",
        ),
        ("months_never = [7]", "months_never = [13]", "months_never", "months, 1 to 12"),
        ("max_weeks_between = 30", "max_weeks_between = 21", "max_weeks_between", "22 or more"),
        ('organisation = "KL"', 'organisation = "LO"', "organisation", "one of 1081"),
        ('kind = "kkr"\noffice', 'kind = "kr"\noffice', "advisers.kind", "one of association"),
        ('office = "adviser"', 'office = "king"', "advisers.office", "one of adviser"),
        ('word = { da = "projektgruppe"', 'word = { da = "projekt gruppe"', "word", "one word"),
        ('role = "observer"', 'role = "guest"', "role", "one of partner, observer"),
    ],
)
def test_what_does_not_fit_together_is_refused(was: str, wrong: str, key: str, wanted: str) -> None:
    assert was in TEXT
    with pytest.raises(CharterError) as caught:
        read_charter(TEXT.replace(was, wrong, 1), "my.toml")
    assert key in caught.value.key and wanted in caught.value.wanted


def test_two_parties_cannot_have_one_code_at_the_same_time() -> None:
    with pytest.raises(CharterError, match="parties"):
        read_charter(TEXT.replace('code = "KKR-H"', 'code = "CONCITO"'), "my.toml")


@pytest.mark.parametrize(
    ("line", "instead", "names"),
    [
        ('certified_by = ["C40", "CONCITO"]', 'certified_by = ["C40", "ICLEI"]', "certified_by"),
        ('approved_by = ["secretariat"]', 'approved_by = ["KOMMUNEN"]', "approved_by"),
        ('approved_by = ["secretariat"]', "approved_by = []", "approved_by"),
        ('short = "CCTF"', 'short = "den nye"', "short"),
        ('{ key = "drought"', '{ key = "flooding"', "risks"),
        ("update_years = 4", "update_years = 0", "update_years"),
    ],
)
def test_a_standard_names_parties_that_are_there_and_each_point_once(line: str, instead: str, names: str) -> None:
    assert line in TEXT
    with pytest.raises(CharterError, match=rf"standards\[\d\]\.{names}"):
        read_charter(TEXT.replace(line, instead, 1), "my.toml")


def test_a_standard_is_a_named_version_with_its_own_criteria_in_both_languages() -> None:
    capf, cctf = CHARTER.standards
    assert (capf.short, cctf.short) == ("CAPF", "CCTF") and cctf.criteria == ()
    assert [point.key for point in capf.criteria] == ["sources", "citizens", "across", "threats"]
    assert all(point.title.da != point.title.en for point in (*capf.criteria, *capf.risks))
    assert (capf.certified_by, cctf.certified_by) == ((), ("C40", "CONCITO"))


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        (date(2020, 9, 1), ["capf"]),  # older than the alliance: by the first there was
        (date(2023, 12, 31), ["capf"]),
        (date(2024, 1, 1), ["cctf"]),
        (date(2026, 1, 1), ["cctf"]),
    ],
)
def test_a_plan_keeps_the_standard_of_its_day_and_none_is_begun_by_one_that_was_replaced(
    day: date, keys: list[str]
) -> None:
    assert [standard.key for standard in standards_for(CHARTER.standards, day)] == keys
    assert CHARTER.standard("capf") is CHARTER.standards[0]


def test_the_charter_is_valid_from_its_first_day() -> None:
    assert CHARTER.validity == Validity(date(2023, 4, 1))
