"""Days, times, numbers and lists as a Danish or an English reader expects them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from templates import formats
from templates.phrases import ZONE, Phrases, listed

SUMMIT = date(2026, 12, 3)


@pytest.mark.parametrize(
    ("write", "danish", "english"),
    [
        (formats.day, "den 3. december 2026", "3 December 2026"),
        (formats.long_day, "torsdag den 3. december 2026", "Thursday 3 December 2026"),
        (formats.short_day, "3. dec. 2026", "3 Dec 2026"),
    ],
)
def test_a_day_is_written_as_the_language_does(write, danish, english):
    assert write(SUMMIT, "da") == danish
    assert write(SUMMIT, "en") == english


@pytest.mark.parametrize(
    ("day", "danish", "english"),
    [
        (date(2027, 3, 31), "31. mar. 2027", "31 Mar 2027"),
        (date(2027, 5, 1), "1. maj 2027", "1 May 2027"),
        (date(2027, 6, 30), "30. juni 2027", "30 Jun 2027"),
        (date(2027, 9, 1), "1. sep. 2027", "1 Sep 2027"),
    ],
)
def test_a_short_month_has_a_full_stop_only_where_it_is_cut(day, danish, english):
    assert formats.short_day(day, "da") == danish
    assert formats.short_day(day, "en") == english


@pytest.mark.parametrize(
    ("instant", "danish"),
    [
        (datetime(2026, 12, 3, 12, 0, tzinfo=UTC), "torsdag den 3. december 2026 kl. 13.00"),
        (datetime(2026, 12, 3, 22, 59, tzinfo=UTC), "torsdag den 3. december 2026 kl. 23.59"),
        (datetime(2026, 12, 3, 23, 0, tzinfo=UTC), "fredag den 4. december 2026 kl. 00.00"),
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "søndag den 28. marts 2027 kl. 01.59"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "søndag den 28. marts 2027 kl. 03.00"),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "søndag den 31. oktober 2027 kl. 02.30"),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "søndag den 31. oktober 2027 kl. 02.30"),
    ],
)
def test_an_instant_is_read_out_in_the_alliance_s_zone(instant, danish):
    assert formats.moment(instant, "da", ZONE) == danish


def test_a_moment_and_a_span_in_both_languages():
    start, end = datetime(2026, 12, 3, 12, tzinfo=UTC), datetime(2026, 12, 3, 14, tzinfo=UTC)
    assert formats.moment(start, "en", ZONE) == "Thursday 3 December 2026 at 13:00"
    assert formats.short_moment(start, "da", ZONE) == "3. dec. 2026 kl. 13.00"
    assert formats.short_moment(start, "en", ZONE) == "3 Dec 2026, 13:00"
    assert formats.span(start, end, "da", ZONE) == "torsdag den 3. december 2026 kl. 13.00-15.00"
    assert formats.span(start, end, "en", ZONE) == "Thursday 3 December 2026, 13:00-15:00"


@pytest.mark.parametrize(
    ("value", "danish", "english"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1234567, "1.234.567", "1,234,567"),
        (Decimal("1234567.8"), "1.234.567,8", "1,234,567.8"),
        (Decimal("36.60"), "36,6", "36.6"),
        (Decimal("100.00"), "100", "100"),
        (Decimal("100"), "100", "100"),
        (Decimal("1E+3"), "1.000", "1,000"),
        (Decimal("-0.0"), "0", "0"),
        (Decimal("-1200.5"), "−1.200,5", "−1,200.5"),
        (-7, "−7", "−7"),
        (Decimal("0.000001"), "0,000001", "0.000001"),
    ],
)
def test_a_number_is_exact_grouped_and_without_idle_zeros(value, danish, english):
    assert formats.number(value, "da") == danish
    assert formats.number(value, "en") == english


@pytest.mark.parametrize(
    ("values", "danish", "english"),
    [
        ((), "", ""),
        (("Anne",), "Anne", "Anne"),
        (("Anne", "Bo"), "Anne og Bo", "Anne and Bo"),
        (("Anne", "Bo", "Carl"), "Anne, Bo og Carl", "Anne, Bo and Carl"),
    ],
)
def test_a_list_ends_with_its_joiner(values, danish, english):
    assert listed(values, "da") == danish
    assert listed(values, "en") == english


def test_a_language_we_do_not_speak_is_answered_in_danish():
    assert Phrases("fr").language == "da"
    assert Phrases("fr")("standing.fulfilled") == Phrases("da")("standing.fulfilled")
