"""What is read out of a form: figures, what is refused and what is only asked about, each at its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.charter import Indicator
from alliance.charter_file import read_charter
from alliance.reports import (
    Checked,
    Draft,
    Figure,
    Problem,
    Report,
    change_pct,
    changed_much,
    check,
    looks_like_kilo,
    result_of,
)

FILE = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
REPORTING = read_charter(FILE.read_text(encoding="utf-8"), FILE.name).reporting
INDICATORS = REPORTING.indicators_on(date(2027, 2, 1))
PARTS = [each.key for each in INDICATORS if each.part_of == "ghg_total"]
NOW = datetime(2027, 2, 1, 9, tzinfo=UTC)


def last_year(**values: str) -> Report:
    figures = tuple(Figure(key, "value", Decimal(value)) for key, value in values.items())
    return Report(1, 1, 2026, 2024, 1, "R-1", NOW, 10, "Ane", False, "form", figures)


def read(previous: Report | None = None, indicators: tuple[Indicator, ...] = INDICATORS, **typed: str) -> Checked:
    """Check a form for 2027 whose total is fine unless the test says otherwise."""
    fields = {key.replace("__", "."): value for key, value in typed.items()}
    return check(REPORTING, indicators, {"data_year": "2025", "ghg_total": "700000", **fields}, previous, 2027)


def found(checked: Checked) -> list[tuple[str, str, str]]:
    return [(problem.field, problem.severity, problem.reason) for problem in checked.problems]


def figure(checked: Checked, key: str) -> Figure | None:
    return next((each for each in checked.figures if each.indicator == key), None)


def facts(problem: Problem) -> dict[str, object]:
    return dict(problem.facts)


# Nothing wrong


def test_a_report_with_only_what_is_required_is_ready() -> None:
    checked = read()
    assert checked.ready and checked.data_year == 2025
    assert checked.figures == (Figure("ghg_total", "value", Decimal(700000)),)


def test_every_indicator_of_the_charter_can_be_answered() -> None:
    typed = {each.key: "nothing" if each.kind == "number" else "12 ha ved åen" for each in INDICATORS}
    checked = read(**{**typed, "ghg_total": "700000"})
    assert checked.ready
    assert [each.indicator for each in checked.figures] == [each.key for each in INDICATORS]


# Unknown, nothing, zero and blank are four different things


@pytest.mark.parametrize(
    ("indicator", "unit", "least", "most"),
    [
        ("ghg_total", "t CO2e/år", None, None),
        ("bus_alt_fuel_pct", "%", 0, 100),
        ("light_traffic_alt_fuel_pct", "%", 0, 100),
        ("heavy_traffic_alt_fuel_pct", "%", 0, 100),
        ("housing_renovated_pct", "%", 0, 100),
        ("re_share_pct", "%", 0, None),  # as self-sufficiency it may be more than everything
        ("business_partnerships", "antal", 0, None),
    ],
)
def test_each_key_figure_the_annex_names_has_its_limits_and_keeps_its_definition(
    indicator: str, unit: str, least: int | None, most: int | None
) -> None:
    (asked,) = [each for each in INDICATORS if each.key == indicator]
    assert (asked.unit.da, asked.hard_min, asked.hard_max) == (unit, least, most)
    beyond = [str(edge + step) for edge, step in ((least, -1), (most, 1)) if edge is not None]
    assert all(("refused" in {p.severity for p in read(**{indicator: typed}).problems}) for typed in beyond)
    defined = read(**{indicator: "99", f"{indicator}__note": "Vores egen definition"})
    assert figure(defined, indicator) == Figure(indicator, "value", Decimal(99), note="Vores egen definition")


def test_the_share_of_renewables_may_exceed_everything() -> None:
    assert figure(read(re_share_pct="140", re_share_pct__note="Selvforsyningsgrad"), "re_share_pct") is not None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("unknown", Figure("climate_fte", "unknown")),
        ("nothing", Figure("climate_fte", "nothing")),
        ("0", Figure("climate_fte", "value", Decimal(0))),
        ("", None),
        ("   ", None),
        (" unknown ", Figure("climate_fte", "unknown")),
    ],
)
def test_unknown_nothing_zero_and_blank_are_four_different_things(typed: str, expected: Figure | None) -> None:
    checked = read(climate_fte=typed)
    assert checked.ready
    assert figure(checked, "climate_fte") == expected
    assert Draft(1, 2027, {"climate_fte": typed}, 1, NOW, 10, "Ane").answered(INDICATORS) == bool(typed.strip())


@pytest.mark.parametrize(
    ("typed", "problems", "result"),
    [
        ("unknown", [], "partial"),
        ("nothing", [], "partial"),
        ("0", [], "fulfilled"),
        ("-1", [], "fulfilled"),
        ("", [("ghg_total", "refused", "missing")], "partial"),
        (" ", [("ghg_total", "refused", "missing")], "partial"),
    ],
)
def test_a_required_figure_may_be_unknown_but_never_blank(
    typed: str, problems: list[tuple[str, str, str]], result: str
) -> None:
    checked = read(ghg_total=typed)
    assert found(checked) == problems
    assert result_of(INDICATORS, checked.figures) == result


def test_a_form_nobody_filled_in_asks_for_the_year_and_the_required_figure() -> None:
    checked = check(REPORTING, INDICATORS, {}, None, 2027)
    assert found(checked) == [("data_year", "refused", "data_year"), ("ghg_total", "refused", "missing")]
    assert (checked.data_year, checked.figures) == (None, ())


def test_last_years_zero_and_last_years_unknown_are_not_the_same() -> None:
    unknown = replace(last_year(), figures=(Figure("climate_fte", "unknown"),))
    assert read(unknown, climate_fte="3").ready
    assert found(read(last_year(climate_fte="0"), climate_fte="3")) == [("climate_fte", "asked", "changed_much")]


def test_optional_figures_that_are_missing_or_unknown_take_nothing_from_the_result() -> None:
    checked = read(re_share_pct="unknown", climate_fte="nothing")
    assert result_of(INDICATORS, checked.figures) == "fulfilled"
    assert result_of(INDICATORS, ()) == "partial"


# The data year


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("1989", None),
        ("1990", 1990),
        ("2025", 2025),
        (" 2025 ", 2025),
        ("2027", 2027),
        ("2028", None),
        ("", None),
        ("25", None),
        ("2025,5", None),
        ("20_25", None),
        ("-2025", None),
        ("i fjor", None),
    ],
)
def test_the_data_year_lies_between_1990_and_the_report_year(typed: str, year: int | None) -> None:
    checked = read(data_year=typed)
    assert checked.data_year == year
    assert found(checked) == ([] if year else [("data_year", "refused", "data_year")])
    if not year:
        assert facts(checked.problems[0]) == {"got": typed.strip(), "latest": 2027}


# Numbers as they are typed


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.234.567,8", "1234567.8"),
        ("1234567.8", "1234567.8"),
        ("1234567,8", "1234567.8"),
        ("1.700.000 t CO2e/år", "1700000"),
        ("−12.345,5", "-12345.5"),
        ("-12345.5", "-12345.5"),
        ("0", "0"),
    ],
)
def test_danish_and_plain_numbers_are_read_exactly_and_a_total_may_be_negative(typed: str, value: str) -> None:
    checked = read(ghg_total=typed)
    assert checked.ready
    assert figure(checked, "ghg_total") == Figure("ghg_total", "value", Decimal(value))


@pytest.mark.parametrize("typed", ["mange", "12a", "1,2,3", "12 kg", "1e5", "nan", "Unknown?", "--"])
def test_what_is_no_number_is_refused_at_its_field_with_what_was_typed(typed: str) -> None:
    checked = read(climate_fte=typed)
    assert found(checked) == [("climate_fte", "refused", "not_a_number")]
    assert facts(checked.problems[0]) == {"got": typed}
    assert figure(checked, "climate_fte") is None


@pytest.mark.parametrize(
    ("meant", "value"),
    [("", None), ("1234", "1234"), ("1.234", "1.234"), ("12", None), ("1.2340", None), ("nej", None)],
)
def test_a_number_that_can_be_read_in_two_ways_is_asked_about_until_one_of_them_is_chosen(
    meant: str, value: str | None
) -> None:
    checked = read(business_partnerships="1.234", business_partnerships__meant=meant)
    if value:
        assert checked.ready
        assert figure(checked, "business_partnerships") == Figure("business_partnerships", "value", Decimal(value))
    else:
        assert found(checked) == [("business_partnerships", "asked", "ambiguous")]
        assert facts(checked.problems[0]) == {"got": "1.234", "options": (Decimal(1234), Decimal("1.234"))}
        assert figure(checked, "business_partnerships") is None


def test_what_was_meant_is_forgotten_when_something_else_is_typed() -> None:
    checked = read(business_partnerships="5.678", business_partnerships__meant="1234")
    assert found(checked) == [("business_partnerships", "asked", "ambiguous")]


def test_a_note_does_not_choose_between_two_readings() -> None:
    checked = read(business_partnerships="1.234", business_partnerships__note="vist nok")
    assert found(checked) == [("business_partnerships", "asked", "ambiguous")]


def test_an_answer_in_words_is_kept_as_it_is_with_its_note() -> None:
    checked = read(adaptation_effect=" 1.234 m² vådområde ", adaptation_effect__note=" målt ")
    assert checked.ready
    assert figure(checked, "adaptation_effect") == Figure(
        "adaptation_effect", "value", text="1.234 m² vådområde", note="målt"
    )


@pytest.mark.parametrize("typed", ["unknown", "nothing"])
def test_an_answer_that_is_no_value_keeps_its_note(typed: str) -> None:
    checked = read(climate_fte=typed, climate_fte__note="vi tæller ikke")
    assert figure(checked, "climate_fte") == Figure("climate_fte", typed, note="vi tæller ikke")  # type: ignore[arg-type]


# Hard limits refuse


@pytest.mark.parametrize(
    ("key", "typed", "ok", "limits"),
    [
        ("recycling_pct", "-0.1", False, (0, 100)),
        ("recycling_pct", "50", True, None),
        ("recycling_pct", "100", True, None),
        ("recycling_pct", "100,1", False, (0, 100)),
        ("re_share_pct", "-0,1", False, (0, None)),
        ("re_share_pct", "0", True, None),
        ("re_share_pct", "250", True, None),  # more than 100 % of one's own use may be renewable
        ("ghg_energy", "-1", False, (0, None)),
        ("ghg_agriculture", "-1", True, None),  # land can take up more than it gives off
    ],
)
def test_out_of_hard_range_is_refused_at_the_field_with_its_limits(
    key: str, typed: str, ok: bool, limits: tuple[int, int | None] | None
) -> None:
    checked = read(**{key: typed, f"{key}__note": "sådan er det"})  # and no explanation helps
    assert found(checked) == ([] if ok else [(key, "refused", "out_of_range")])
    if limits:
        assert (facts(checked.problems[0])["least"], facts(checked.problems[0])["most"]) == limits
        assert figure(checked, key) is None


# What looks odd is asked about, and an explanation is enough


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("-50000", False),
        ("-50000,1", True),
        ("6000000", False),
        ("6000000,1", True),
    ],
)
def test_beyond_the_plausible_limits_is_asked_about(typed: str, asked: bool) -> None:
    checked = read(ghg_total=typed)
    assert found(checked) == ([("ghg_total", "asked", "implausible")] if asked else [])
    if asked:
        assert (facts(checked.problems[0])["least"], facts(checked.problems[0])["most"]) == (-50000, 6000000)


@pytest.mark.parametrize(
    ("before", "now", "asked"),
    [
        ("800000", "600000", False),  # exactly 25 %
        ("800000", "599999,99", True),
        ("800000", "1000000", False),
        ("800000", "1000000,01", True),
        ("-40000", "-30000", False),  # of a negative total too
        ("-40000", "-29999,99", True),
        ("-40000", "1000", True),
        ("0", "0", False),
        ("0", "1", True),
    ],
)
def test_more_than_25_per_cent_change_is_asked_about(before: str, now: str, asked: bool) -> None:
    checked = read(last_year(ghg_total=before), ghg_total=now)
    assert found(checked) == ([("ghg_total", "asked", "changed_much")] if asked else [])


@pytest.mark.parametrize(
    ("before", "now", "pct"),
    [
        ("800000", "500000", "-37.5"),
        ("300", "400", "33.3"),
        ("300", "500", "66.7"),
        ("0", "5", None),
        ("-40000", "10000", None),
        ("100", "-100", "-200.0"),
    ],
)
def test_the_change_is_told_in_per_cent_where_that_means_something(before: str, now: str, pct: str | None) -> None:
    expected = Decimal(pct) if pct else None
    assert change_pct(Decimal(before), Decimal(now)) == expected
    checked = read(last_year(ghg_total=before), ghg_total=now)
    assert facts(checked.problems[0])["change"] == expected


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("1", "9" * 28),
        ("1", "9" * 40),
        ("0." + "0" * 37 + "1", "9" * 40),
        ("9" * 40, "1"),
        ("0.3", "1" * 39),
    ],
)
def test_the_change_of_the_largest_figures_that_can_be_typed_is_exact(before: str, now: str) -> None:
    found = change_pct(Decimal(before), Decimal(now))
    exact = (Fraction(now) - Fraction(before)) * 100 / Fraction(before)
    assert found is not None and abs(Fraction(found) - exact) <= Fraction(1, 20)
    assert found.as_tuple().exponent == -1


@pytest.mark.parametrize(
    ("before", "now", "kilo"),
    [
        ("700000", "700", True),
        ("700000", "6999,9", True),
        ("700000", "7000", False),  # exactly 1 %: a great fall, but no factor of a thousand
        ("700000", "0", False),
        ("-40000", "-40", True),
        ("-40000", "40", True),
    ],
)
def test_kilotonnes_where_tonnes_were_meant_are_asked_about_as_such(before: str, now: str, kilo: bool) -> None:
    reason = "kilotonnes" if kilo else "changed_much"
    assert found(read(last_year(ghg_total=before), ghg_total=now)) == [("ghg_total", "asked", reason)]


def test_without_a_year_before_nothing_is_compared() -> None:
    assert read(None, ghg_total="700").ready
    assert not looks_like_kilo(Decimal(7), None)
    assert not looks_like_kilo(Decimal(7), Decimal(0))
    assert read(last_year(climate_fte="3"), ghg_total="700").ready


@pytest.mark.parametrize(
    ("key", "value", "asked"),
    [
        ("ghg_total", "700000", True),
        ("ghg_total", "700000.0", True),
        ("ghg_total", "700001", False),
        ("ghg_total", "0", False),
        ("climate_fte", "3", False),
    ],
)
def test_a_required_figure_that_is_the_same_as_last_year_is_asked_about(key: str, value: str, asked: bool) -> None:
    before = {"ghg_total": "0" if value == "0" else "700000", "climate_fte": "3"}
    checked = read(last_year(**{key: before[key]}), **{key: value})
    assert found(checked) == ([("ghg_total", "asked", "same_as_last")] if asked else [])


@pytest.mark.parametrize(
    ("before", "typed", "reason"),
    [
        (None, "9000000", "implausible"),
        ("800000", "100000", "changed_much"),
        ("700000", "700", "kilotonnes"),
        ("700000", "700000", "same_as_last"),
    ],
)
def test_a_note_answers_a_doubt_and_is_kept_with_the_figure(before: str | None, typed: str, reason: str) -> None:
    previous = last_year(ghg_total=before) if before else None
    assert found(read(previous, ghg_total=typed)) == [("ghg_total", "asked", reason)]
    assert found(read(previous, ghg_total=typed, ghg_total__note="  ")) == [("ghg_total", "asked", reason)]
    explained = read(previous, ghg_total=typed, ghg_total__note="Nyt varmeværk")
    assert explained.ready
    assert figure(explained, "ghg_total") == Figure("ghg_total", "value", Decimal(typed), note="Nyt varmeværk")


def test_a_doubt_keeps_the_figure() -> None:
    checked = read(ghg_total="9000000")
    assert figure(checked, "ghg_total") == Figure("ghg_total", "value", Decimal(9000000))
    assert not checked.ready


# A total and its parts

EVEN = {key: "100000" if key == "ghg_waste" else "125000" for key in PARTS}  # come to 600,000


@pytest.mark.parametrize(
    ("total", "asked"),
    [
        ("600000", False),
        ("600600.6", False),  # 0.1 % of the total is 600.6006
        ("600600.7", True),
        ("599400.6", False),  # here it is 599.4006
        ("599400.5", True),
        ("0", True),
        ("-600000", True),
    ],
)
def test_a_total_that_differs_from_its_parts_by_more_than_a_thousandth_is_asked_about(total: str, asked: bool) -> None:
    assert len(PARTS) == 5
    checked = read(**{**EVEN, "ghg_total": total})
    sums = [problem for problem in checked.problems if problem.reason == "sum_differs"]
    assert bool(sums) is asked
    if asked:
        assert (sums[0].field, sums[0].severity) == ("ghg_total", "asked")
        assert facts(sums[0]) == {"got": Decimal(total), "sum": Decimal(600000)}


@pytest.mark.parametrize("left_out", ["", "unknown", "nothing"])
def test_a_total_is_compared_with_its_parts_only_when_every_part_has_a_figure(left_out: str) -> None:
    assert read(**{**EVEN, "ghg_waste": left_out}).ready
    assert found(read(**EVEN)) == [("ghg_total", "asked", "sum_differs")]


def test_a_note_at_the_total_explains_the_difference_and_one_at_a_part_does_not() -> None:
    assert read(**EVEN, ghg_total__note="Havnen er med").ready
    assert found(read(**EVEN, ghg_waste__note="Havnen er med")) == [("ghg_total", "asked", "sum_differs")]


def test_parts_without_a_total_are_not_compared() -> None:
    assert read(**{**EVEN, "ghg_total": "unknown"}).ready


def test_negative_parts_count_as_what_they_are() -> None:
    assert read(**{**EVEN, "ghg_agriculture": "-20000", "ghg_total": "455000"}).ready
    small = {key: "-40000" if key == "ghg_agriculture" else "5000" for key in PARTS}
    assert read(**small, ghg_total="-20000").ready
    assert found(read(**small, ghg_total="20000")) == [("ghg_total", "asked", "sum_differs")]


@pytest.mark.parametrize(("waste", "asked"), [("500", False), ("500,1", True), ("-0", False)])
def test_a_difference_of_exactly_a_thousandth_is_not_asked_about(waste: str, asked: bool) -> None:
    parts = {**EVEN, "ghg_waste": waste}  # the others come to 500,000
    assert found(read(**parts, ghg_total="500000")) == ([("ghg_total", "asked", "sum_differs")] if asked else [])


# Whatever is typed


anything = st.text(max_size=12) | st.sampled_from(["unknown", "nothing", "0", "1.234", "-5", "1.234.567,8", "1e9"])
forms = st.dictionaries(
    st.sampled_from([*(each.key for each in INDICATORS), *(each.key + ".note" for each in INDICATORS), "data_year"]),
    anything,
)


@settings(deadline=None)
@given(forms)
def test_each_field_gives_a_figure_a_problem_or_was_left_blank(typed: dict[str, str]) -> None:
    checked = check(REPORTING, INDICATORS, typed, last_year(ghg_total="700000"), 2027)
    read_ = {each.indicator for each in checked.figures}
    troubled = {problem.field for problem in checked.problems}
    for indicator in INDICATORS:
        answered = bool(typed.get(indicator.key, "").strip())
        assert answered == (indicator.key in read_ | troubled) or indicator.level == "required"
        refused = {p.field for p in checked.problems if p.severity == "refused"}
        assert not refused & read_
    assert checked.ready is (not checked.problems)


money = st.decimals(-(10**7), 10**7, places=1)


@settings(deadline=None)
@given(money, money)
def test_a_change_and_its_way_back_are_judged_by_what_was_there_before(before: Decimal, value: Decimal) -> None:
    limit = Decimal(25)
    assert not changed_much(value, value, limit)
    assert changed_much(before, value, limit) == changed_much(-before, -value, limit)
    if before and changed_much(before, value, limit):
        assert abs(value - before) / abs(before) > Decimal("0.25")


def test_a_report_answers_for_its_figures() -> None:
    report = last_year(ghg_total="700000")
    assert report.value("ghg_total") == 700000
    assert (report.figure("climate_fte"), report.value("climate_fte")) == (None, None)
