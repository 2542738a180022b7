"""Numbers as Danish officials, spreadsheets and phones write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.errors import Refused
from alliance.numbers import (
    Ambiguous,
    NumberFormat,
    canonical,
    number_format_of,
    parse_in_format,
    parse_number,
)

decimals = st.decimals(min_value=Decimal("-1e12"), max_value=Decimal("1e12"), places=6) | st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(-(10**12), 10**12), st.integers(0, 6)
)


def english(value: Decimal) -> str:
    return f"{value:,f}"


def danish(value: Decimal) -> str:
    return english(value).translate(str.maketrans(",.", ".,"))


def refused(typed: str, unit: str = "") -> Refused:
    with pytest.raises(Refused) as caught:
        parse_number(typed, unit)
    return caught.value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", "0"),
        ("7", "7"),
        ("1234", "1234"),
        ("007", "7"),
        # Danish
        ("1.234.567,8", "1234567.8"),
        ("1.234.567", "1234567"),
        ("1.234,5", "1234.5"),
        ("1.234,567", "1234.567"),
        ("1234567,8", "1234567.8"),
        ("36,6", "36.6"),
        ("1,234", "1.234"),  # a single comma is always the decimal mark
        ("123,456", "123.456"),
        ("0,5", "0.5"),
        # plain
        ("1234567.8", "1234567.8"),
        ("0.125", "0.125"),
        ("1234.567", "1234.567"),
        ("12.34", "12.34"),
        ("1.2345", "1.2345"),
        ("012.345", "12.345"),
        # English
        ("1,234,567.8", "1234567.8"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        # spaces and apostrophes between the thousands
        ("1 234 567,8", "1234567.8"),
        ("1\u00a0234\u00a0567,8", "1234567.8"),
        ("1\u202f234\u202f567.8", "1234567.8"),
        ("1\u2009234", "1234"),
        ("1'234'567.8", "1234567.8"),
        ("1’234’567,8", "1234567.8"),
        # signs
        ("-5", "-5"),
        ("+5", "5"),
        ("\u22125,3", "-5.3"),
        ("–5,3", "-5.3"),
        ("- 5", "-5"),
        ("-1.234.567,8", "-1234567.8"),
        # around it
        ("  12,5 \n", "12.5"),
        ("\u00a012,5", "12.5"),
        ("\u200b1\u200b2,\ufeff5\u2060", "12.5"),
    ],
)
def test_a_number_is_read_exactly_as_it_is_meant(typed: str, value: str) -> None:
    assert str(parse_number(typed)) == value


@pytest.mark.parametrize(
    ("typed", "options"),
    [
        ("1.234", ("1234", "1.234")),
        ("12.345", ("12345", "12.345")),
        ("-12.345", ("-12345", "-12.345")),
        ("999.000", ("999000", "999.000")),
        ("+1.234 t", ("1234", "1.234")),
        (" 1.234\u200b", ("1234", "1.234")),
    ],
)
def test_one_dot_before_exactly_three_digits_is_asked_about(typed: str, options: tuple[str, str]) -> None:
    with pytest.raises(Ambiguous) as caught:
        parse_number(typed, "t CO2e")
    assert caught.value.typed == typed
    assert tuple(map(str, caught.value.options)) == options


def test_the_message_of_an_ambiguous_number_names_both() -> None:
    assert str(Ambiguous("1.200", (Decimal(1200), Decimal("1.200")))) == "'1.200' can be 1200 or 1.2"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "\u200b",
        "-",
        "%",
        ".",
        ",",
        "1.23.456",
        "12,34,5",
        "1,23.4",
        "1.234.56",
        "1.234.5678",
        "1.234.567.8",
        "0.123.456",
        "1234.567,8",
        "1,234,56",
        "1,234,567,8",
        "1.234,567.8",
        "1,234.567,8",
        "1 23",
        "0 123",
        "1  234",
        "1 234'567",
        "1\t234",
        "1\n234",
        "12 34",
        "1.234 567",
        "5,",
        "5.",
        ",5",
        ".5",
        "5-",
        "--5",
        "+-5",
        "(5)",
        "1e3",
        "1E3",
        "1,5e3",
        "nan",
        "inf",
        "-Infinity",
        "0x10",
        "1_000",
        "½",
        "5²",
        "٣٤",
        "１２",
        "1२",
        "tolv",
        "ca. 12",
        "12 ca.",
        "12 t",
        "12;5",
        "12:5",
        "=12",
    ],
)
def test_what_is_no_number_is_refused_with_what_was_typed(typed: str) -> None:
    refusal = refused(typed)
    assert (refusal.reason, refusal.facts) == ("not_a_number", {"typed": typed})


def test_a_number_may_have_forty_characters_and_not_one_more() -> None:
    assert parse_number("9" * 40) == Decimal("9" * 40)
    assert refused("9" * 41).reason == "not_a_number"
    assert refused("-" + "9" * 40).reason == "not_a_number"


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("36,6 %", "", "36.6"),
        ("36,6%", "%", "36.6"),
        ("36,6\u00a0%", "%", "36.6"),
        ("12,5 t CO2e", "t CO2e", "12.5"),
        ("12,5 T co2E", "t CO2e", "12.5"),
        ("12,5 t CO₂e", "t CO2e", "12.5"),
        ("12,5 t", "t CO2e", "12.5"),
        ("12,5t", "t CO2e", "12.5"),
        ("12,5 ton", "t CO2e", "12.5"),
        ("12,5 Tons", "t CO2e", "12.5"),
        ("12,5 ton CO2e", "t CO2e", "12.5"),
        ("12,5 ton", "t", "12.5"),
        ("1.234.567,8 ton\u00a0CO2e", "t CO2e", "1234567.8"),
        ("1 234 MWh", "MWh", "1234"),
        ("100 m2", "m2", "100"),
        ("100", "m2", "100"),
    ],
)
def test_the_unit_may_follow_the_number(typed: str, unit: str, value: str) -> None:
    assert str(parse_number(typed, unit)) == value


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("12 kg", "t CO2e"),
        ("12 kt", "t CO2e"),
        ("12 t CO2", "t CO2e"),
        ("12 t t", "t CO2e"),
        ("12 %", "t CO2e"),
        ("12 ton", "MWh"),
        ("12 ton", "tog"),
        ("12 MWh", ""),
        ("MWh 12", "MWh"),
    ],
)
def test_another_unit_is_refused_rather_than_ignored(typed: str, unit: str) -> None:
    assert refused(typed, unit).reason == "not_a_number"


@given(decimals)
def test_a_danish_written_number_is_itself_or_asked_about_with_itself_among_the_options(
    value: Decimal,
) -> None:
    try:
        assert parse_number(danish(value)) == value
    except Ambiguous as ambiguous:
        assert value in ambiguous.options
        assert danish(value).count(".") == 1


@given(decimals)
def test_a_plainly_written_number_is_itself_or_asked_about_with_itself_among_the_options(
    value: Decimal,
) -> None:
    try:
        assert parse_number(f"{value:f}") == value
    except Ambiguous as ambiguous:
        assert value in ambiguous.options


@given(decimals)
def test_a_number_written_in_a_known_format_is_always_itself(value: Decimal) -> None:
    assert parse_in_format(danish(value), "danish") == value
    assert parse_in_format(f"{value:f}", "plain") == value
    assert parse_in_format(canonical(value), "plain") == value


@given(decimals, st.sampled_from("\u00a0\u202f '"))
def test_a_number_with_spaces_between_the_thousands_is_never_ambiguous(value: Decimal, mark: str) -> None:
    text = danish(value).replace(".", mark)
    assert parse_number(text) == value


@given(st.text(max_size=60) | st.text("0123456789.,' -+%t", max_size=45))
def test_any_text_is_a_finite_number_asked_about_or_refused(typed: str) -> None:
    try:
        assert parse_number(typed, "t CO2e").is_finite()
    except Ambiguous as ambiguous:
        assert len(set(ambiguous.options)) == 2
    except Refused as refusal:
        assert refusal.reason == "not_a_number"


@pytest.mark.parametrize(
    ("typed", "format", "value"),
    [
        ("1.234", "danish", "1234"),
        ("1.234", "plain", "1.234"),
        ("1,234", "danish", "1.234"),
        ("1234", "danish", "1234"),
        ("1234", "plain", "1234"),
        ("1,234,567.8", "plain", "1234567.8"),
        ("1 234,5", "danish", "1234.5"),
        ("1 234.5", "plain", "1234.5"),
    ],
)
def test_a_known_format_settles_what_a_number_means(typed: str, format: NumberFormat, value: str) -> None:
    assert str(parse_in_format(typed, format)) == value


@pytest.mark.parametrize(
    ("typed", "format"),
    [
        ("12.5", "danish"),
        ("1 234.5", "danish"),
        ("1,234,567.8", "danish"),
        ("12,5", "plain"),
        ("1,234", "plain"),
        ("1.234.567", "plain"),
        ("tolv", "plain"),
        ("", "danish"),
    ],
)
def test_a_number_in_the_other_format_is_refused(typed: str, format: NumberFormat) -> None:
    with pytest.raises(Refused, match="not_a_number") as caught:
        parse_in_format(typed, format)
    assert caught.value.facts == {"typed": typed}


def test_a_unit_may_follow_in_a_known_format_too() -> None:
    assert parse_in_format("1.234 ton", "danish", "t CO2e") == 1234
    assert number_format_of(["1.234 ton", "12,5 t"], "t CO2e") == "danish"


@pytest.mark.parametrize(
    ("values", "format"),
    [
        (["12.5", "1.234"], "plain"),
        (["0.125", "567"], "plain"),
        (["1,234,567.8", "1.234"], "plain"),
        (["12,5", "1.234"], "danish"),
        (["1.234.567", "1.234"], "danish"),
        (["1.234", "36,6 %"], "danish"),
        (["1", "20", "-300"], "plain"),
        (["1 234", "5"], "plain"),
        ([], "plain"),
        (["12,5", "12.5"], None),  # conflicting
        (["1.234.567", "0.125", "1"], None),
        (["1.234"], None),  # undecidable
        (["1.234", "567", "2.345"], None),
        (["", "-", "n/a", "12,5"], "danish"),  # what is no number tells nothing
        (["", "1.234"], None),
    ],
)
def test_a_column_is_in_the_one_format_that_its_values_agree_on(values: list[str], format: NumberFormat | None) -> None:
    assert number_format_of(values) == format


@given(st.lists(decimals, min_size=1))
def test_the_format_of_a_column_is_never_the_one_it_was_not_written_in(values: list[Decimal]) -> None:
    column = list(map(danish, values))
    if number_format_of(column) == "plain":
        assert [parse_in_format(typed, "plain") for typed in column] == values
    column = [f"{value:f}" for value in values]
    if number_format_of(column) == "danish":
        assert [parse_in_format(typed, "danish") for typed in column] == values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("0.000", "0"),
        ("0E+5", "0"),
        ("100", "100"),
        ("1E+2", "100"),
        ("1.500", "1.5"),
        ("2.00", "2"),
        ("-12.30", "-12.3"),
        ("1E-7", "0.0000001"),
        ("12345678901234567890123456789012345.10", "12345678901234567890123456789012345.1"),
    ],
)
def test_the_canonical_text_has_no_exponent_and_no_idle_zeros(value: str, text: str) -> None:
    assert canonical(Decimal(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False).filter(lambda value: abs(value.adjusted()) < 400))
def test_the_canonical_text_is_the_same_number(value: Decimal) -> None:
    assert Decimal(canonical(value)) == value
    assert canonical(Decimal(canonical(value))) == canonical(value)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_value_that_is_not_finite_has_no_canonical_text(value: str) -> None:
    with pytest.raises(ValueError, match="wanted a finite number"):
        canonical(Decimal(value))


def test_minus_zero_is_read_as_zero() -> None:
    assert str(parse_number("-0,0")) == "0.0"
