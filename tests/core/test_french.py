"""Amounts, dates, months and plurals as French and English customers read them."""

from __future__ import annotations

import datetime as dt

import pytest

from encours.core import french


@pytest.mark.parametrize(
    ("minor", "currency", "language", "expected"),
    [
        (950000, "EUR", "fr", "9\u202f500,00"),
        (1140000, "EUR", "fr", "11\u202f400,00"),
        (5, "EUR", "fr", "0,05"),
        (0, "EUR", "fr", "0,00"),
        (-123456789, "EUR", "fr", "-1\u202f234\u202f567,89"),
        (1500, "JPY", "fr", "1\u202f500"),
        (1234567, "TND", "fr", "1\u202f234,567"),
        (950000, "EUR", "en", "9,500.00"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(
    minor: int, currency: str, language: str, expected: str
) -> None:
    assert french.amount(minor, currency, language) == expected


def test_an_amount_carries_its_symbol_or_its_code() -> None:
    assert french.amount_with_symbol(950000, "EUR") == "9\u202f500,00\u00a0€"
    assert french.amount_with_symbol(1500, "JPY") == "1\u202f500\u00a0JPY"
    assert french.amount_with_symbol(-950000, "EUR", "en") == "-€9,500.00"
    assert french.amount_with_code(640000, "EUR") == "6\u202f400,00\u00a0EUR"


def test_dates_and_moments_are_those_of_paris() -> None:
    instant = dt.datetime(2016, 5, 16, 9, 22, 40, tzinfo=dt.UTC)
    assert french.date(dt.date(2016, 1, 31)) == "31/01/2016"
    assert french.moment(instant) == "16/05/2016 à 11:22:40"
    assert french.moment_in_letters(instant) == "16\u00a0mai 2016 à 11:22:40"
    assert french.moment_in_letters(instant, "en") == "16\u00a0May 2016 at 11:22:40"
    assert french.date_in_letters(dt.date(2016, 5, 1)) == "1er\u00a0mai 2016"
    with pytest.raises(ValueError, match="time zone"):
        french.moment(dt.datetime(2016, 5, 16))  # noqa: DTZ001


def test_a_month_is_written_for_a_document_a_period_and_a_filter() -> None:
    january = 2016 * 12
    assert french.document_month(january) == "1/2016"
    assert french.period_month(january) == "01/2016"
    assert french.month_in_letters(january) == "janvier 2016"
    assert french.parse_period_month("01/2016") == january


@pytest.mark.parametrize(
    "text", ["", "13/2016", "00/2016", "1/16", "2016-01", "01/0000", "01/9999", "٠١/2016"]
)
def test_what_is_not_a_month_is_refused_in_french(text: str) -> None:
    with pytest.raises(ValueError, match="n'est pas un mois"):
        french.parse_period_month(text)


def test_a_plural_agrees_in_each_language() -> None:
    assert french.counted(1, "facture émise", "factures émises") == "1 facture émise"
    assert french.counted(0, "facture émise", "factures émises") == "0 facture émise"
    assert french.counted(3, "facture émise", "factures émises") == "3 factures émises"
    assert french.counted(0, "invoice", "invoices", "en") == "0 invoices"


def test_french_typography_replaces_typed_spaces_only() -> None:
    assert french.typeset("Payez : merci ! « oui » 6 400,00 EUR") == (
        "Payez\u00a0: merci\u202f! «\u00a0oui\u00a0» 6\u202f400,00\u00a0EUR"
    )
    assert french.typeset("http://x:80 a;b") == "http://x:80 a;b"
    assert french.typeset("Please pay : now !", "en") == "Please pay : now !"
