"""Amounts, days and months as people type them; what could mean two things is refused."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encours.core import french
from encours.core.by_hand import Looking, typed_amount, typed_date, typed_month
from encours.core.currencies import DECIMALS
from encours.core.errors import Refusal
from encours.core.money import MAX_MINOR, minor_to_decimal
from encours.core.typed import FIRST_YEAR, LAST_YEAR, parse_amount, parse_date

TODAY = dt.date(2026, 4, 15)
"""A Wednesday."""
DAYS = st.dates(dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31))
AMOUNTS = st.integers(-MAX_MINOR, MAX_MINOR)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        *[("1 234,5", 123450), ("1234.5", 123450), ("1 234,50 €", 123450), ("1\u202f234,50\u00a0€", 123450)],
        *[
            ("1\u00a0234,50\u202fEUR", 123450),
            ("1,234.50", 123450),
            ("9,500.00", 950000),
            ("€9,500.00", 950000),
        ],
        *[("EUR 12", 1200), ("9.500,00", 950000), ("1,234,567", 123456700), ("1.234.567,89", 123456789)],
        *[
            ("-12,30 €", -1230),
            ("-€12.30", -1230),
            ("\u221212,30", -1230),
            ("12eur", 1200),
            ("1 234", 123400),
        ],
    ],
)
def test_an_amount_is_read_as_it_is_typed(text: str, minor: int) -> None:
    assert typed_amount(text, "EUR") == minor


@pytest.mark.parametrize(
    ("text", "currency", "said"),
    [
        ("1,234", "EUR", "peut se lire de deux façons"),
        ("1.234", "EUR", "écrivez 1\u202f234,00 pour un millier, ou 1,23 pour des centimes"),
        ("1,500", "JPY", "peut se lire de deux façons"),
        ("12 $", "EUR", "Ce montant est en USD, la devise est EUR"),
        ("12 USD", "EUR", "Ce montant est en USD, la devise est EUR"),
        ("1,23,456.00", "EUR", "Un montant s'écrit"),
        ("1.234,567.00", "EUR", "Un montant s'écrit"),
        ("douze", "EUR", "Un montant s'écrit"),
        ("", "EUR", "Un montant s'écrit"),
        ("9 000 000 000 000", "EUR", "trop grand"),
    ],
)
def test_an_amount_that_may_mean_two_things_is_refused(text: str, currency: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        typed_amount(text, currency)


@given(AMOUNTS, st.sampled_from(sorted(DECIMALS)))
def test_every_amount_comes_back_from_however_it_is_written(minor: int, currency: str) -> None:
    plain = f"{minor_to_decimal(minor, currency):f}"
    assert typed_amount(plain, currency) == minor
    assert typed_amount(french.amount_with_symbol(minor, currency), currency) == minor
    assert typed_amount(french.amount_with_code(minor, currency), currency) == minor
    english = french.amount_with_symbol(minor, currency, "en")
    if DECIMALS[currency] or "," not in english or english.count(",") > 1:
        assert typed_amount(english, currency) == minor


@given(st.text(max_size=30) | st.from_regex(r"[0-9 .,€-]{1,12}", fullmatch=True))
def test_what_a_file_may_hold_means_the_same_in_a_form_and_nothing_else_breaks(text: str) -> None:
    with suppress(Refusal):
        assert abs(typed_amount(text, "EUR")) <= MAX_MINOR
    with suppress(Refusal):
        assert typed_amount(text, "EUR") == parse_amount(text, "EUR")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *[
            (text, "2026-03-31")
            for text in ("31/03/2026", "31/3", "3103", "310326", "31032026", "2026-03-31")
        ],
        *[(text, "2026-03-31") for text in ("31/3/26", "31.03.2026", "31-3-2026", "31 3 2026", " 31/03 ")],
        *[("hier", "2026-04-14"), ("Aujourd’hui", "2026-04-15"), ("aujourd'hui", "2026-04-15")],
        *[("demain", "2026-04-16"), ("avant-hier", "2026-04-13"), ("après-demain", "2026-04-17")],
        *[("lundi", "2026-04-13"), ("lundi prochain", "2026-04-20"), ("mercredi dernier", "2026-04-08")],
        *[
            ("+30", "2026-05-15"),
            ("-1", "2026-04-14"),
            ("+ 7 jours", "2026-04-22"),
            ("tomorrow", "2026-04-16"),
        ],
        *[("next monday", "2026-04-20"), ("last friday", "2026-04-10"), ("010146", "2046-01-01")],
    ],
)
def test_a_day_is_read_as_it_is_typed(text: str, day: str) -> None:
    assert typed_date(text, today=TODAY) == dt.date.fromisoformat(day)


def test_a_day_of_the_week_is_the_next_one_where_a_field_looks_ahead() -> None:
    assert typed_date("lundi", today=TODAY, looking=Looking.AHEAD) == dt.date(2026, 4, 20)
    assert typed_date("+30", today=TODAY, counted_from=dt.date(2026, 1, 1)) == dt.date(2026, 1, 31)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mercredi", "Nous sommes ce jour-là"),
        ("31/02", "n'existe pas"),
        ("2026-02-30", "n'existe pas"),
        ("310399", "quatre chiffres"),
        ("03/31/2026", "n'existe pas"),
        ("31/03-2026", "Une date s'écrit"),
        ("31", "Une date s'écrit"),
        ("bientôt", "Une date s'écrit"),
        ("", "Une date s'écrit"),
        ("31/03/1899", "L'année"),
    ],
)
def test_a_day_that_may_mean_two_things_is_refused(text: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        typed_date(text, today=TODAY)


@given(DAYS, DAYS, st.sampled_from(["%d/%m/%Y", "%d%m%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d"]))
def test_every_day_comes_back_from_however_it_is_written(day: dt.date, today: dt.date, form: str) -> None:
    assert typed_date(day.strftime(form), today=today) == day


@given(DAYS)
def test_a_day_of_this_year_needs_no_year(day: dt.date) -> None:
    written = (
        f"{day.day}/{day.month}",
        f"{day:%d%m}",
        f"{day:%d/%m/%y}",
        f"{day:%d%m%y}",
        "aujourd’hui",
        "+0",
    )
    assert {typed_date(text, today=day) for text in written} == {day}


@given(st.text(max_size=30) | st.from_regex(r"[0-9/+-]{1,10}", fullmatch=True), DAYS)
def test_any_text_is_a_day_or_a_refusal(text: str, today: dt.date) -> None:
    with suppress(Refusal):
        assert FIRST_YEAR <= typed_date(text, today=today).year <= LAST_YEAR
    with suppress(Refusal):
        assert typed_date(text, today=today) == parse_date(text)
    with suppress(Refusal):
        assert dt.MINYEAR < typed_month(text, today=today) // 12 < dt.MAXYEAR


@pytest.mark.parametrize(
    "text",
    ["01/2026", "1/2026", "1/26", "0126", "012026", "2026-01", "janvier 2026", "Janvier", "january 26"],
)
def test_a_month_is_read_as_it_is_typed(text: str) -> None:
    assert typed_month(text, today=TODAY) == 2026 * 12


@pytest.mark.parametrize("text", ["13/2026", "2016-13", "janvier passé", "", "1", "2026"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        typed_month(text, today=TODAY)
