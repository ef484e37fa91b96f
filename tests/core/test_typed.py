"""Texts, codes, dates and amounts as people and programs write them."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encours.core.currencies import DECIMALS
from encours.core.errors import Refusal
from encours.core.money import MAX_MINOR, minor_to_decimal
from encours.core.typed import parse_amount, parse_currency, parse_date, parse_entity_code, parse_text


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("9500.00", "EUR", 950000),
        ("9 500,00", "EUR", 950000),
        ("9\u00a0500,00", "EUR", 950000),
        ("1\u202f234\u202f567,89", "EUR", 123456789),
        ("9500", "EUR", 950000),
        ("9500,5", "EUR", 950050),
        ("0.10", "EUR", 10),
        (" 12.30 ", "EUR", 1230),
        ("-12.30", "EUR", -1230),
        ("1500", "JPY", 1500),
        ("1.234", "TND", 1234),
        ("007.00", "EUR", 700),
        ("90000000000.00", "EUR", MAX_MINOR),
    ],
)
def test_an_amount_is_read_exactly(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "1.000.00",
            "1,000.00",
            "1.000,00",
            "NaN",
            "Infinity",
            "-Infinity",
            "1e40",
            "1E3",
            "--5",
            "+5",
            "5-",
        ),
        *(
            "９５００",
            "٣",
            "12 34",
            "1 0000,00",
            "1  000",
            ".50",
            "5.",
            "12,3,4",
            "€ 5",
            "5 EUR",
            "0x10",
            "1_000",
        ),
        *("12\n34", "½", "²", "1'000.00"),
    ],
)
def test_what_is_not_an_amount_is_refused_with_the_forms_expected(text: str) -> None:
    with pytest.raises(Refusal, match=r"Un montant s'écrit 9500\.00 ou 9\u00a0500,00\."):
        parse_amount(text, "EUR")


@pytest.mark.parametrize(
    ("text", "currency", "message"),
    [
        ("1500.00", "JPY", "Un montant en JPY n'a pas de décimales."),
        ("1500,5", "JPY", "Un montant en JPY n'a pas de décimales."),
        ("1.000", "EUR", "Un montant en EUR a 2 décimales au plus."),
        ("1,0000", "TND", "Un montant en TND a 3 décimales au plus."),
        ("90000000000.01", "EUR", "Ce montant est trop grand."),
        ("9" * 5000, "EUR", "Ce montant est trop grand."),
    ],
)
def test_an_amount_that_its_currency_cannot_hold_is_refused(text: str, currency: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_amount(text, currency)
    assert refusal.value.message == message


@given(st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(sorted(DECIMALS)))
def test_every_amount_comes_back_from_how_it_is_printed(minor: int, currency: str) -> None:
    printed = f"{minor_to_decimal(minor, currency):f}"
    assert parse_amount(printed, currency) == minor
    assert parse_amount(printed.replace(".", ","), currency) == minor


@given(st.text())
def test_any_text_is_an_amount_or_a_refusal(text: str) -> None:
    with suppress(Refusal):
        assert abs(parse_amount(text, "EUR")) <= MAX_MINOR


@pytest.mark.parametrize("text", ["2016-01-31", "31/01/2016", " 2016-01-31 "])
def test_a_date_is_read_in_both_forms(text: str) -> None:
    assert parse_date(text) == dt.date(2016, 1, 31)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("31/02/2016", "Cette date n'existe pas dans le calendrier."),
        ("2015-02-29", "Cette date n'existe pas dans le calendrier."),
        ("2016-13-01", "Cette date n'existe pas dans le calendrier."),
        ("31/1/2016", "Une date s'écrit 2016-01-31 ou 31/01/2016."),
        ("31/01/16", "Une date s'écrit 2016-01-31 ou 31/01/2016."),
        ("20160131", "Une date s'écrit 2016-01-31 ou 31/01/2016."),
        ("２016-01-31", "Une date s'écrit 2016-01-31 ou 31/01/2016."),
        ("", "Une date s'écrit 2016-01-31 ou 31/01/2016."),
        ("0016-01-31", "L'année d'une date va de 1900 à 2199."),
    ],
)
def test_what_is_not_a_date_is_refused(text: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_date(text)
    assert refusal.value.message == message


def test_a_text_is_kept_literally_without_the_spaces_around_it() -> None:
    assert (
        parse_text(" \u00a0Œuvre d’Été & Cie\u202e\u200b™ ", max_length=200)
        == "Œuvre d’Été & Cie\u202e\u200b™"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\nb", "Ce texte tient sur une seule ligne\u00a0: retirez le saut de ligne."),
        ("a\u2028b", "Ce texte tient sur une seule ligne\u00a0: retirez le saut de ligne."),
        ("a\x00b", "Caractère de commande interdit (U+0000)\u00a0: retirez-le."),
        ("a\tb", "Caractère de commande interdit (U+0009)\u00a0: retirez-le."),
        ("a\x1bb", "Caractère de commande interdit (U+001B)\u00a0: retirez-le."),
        ("abcdef", "Trop long\u00a0: 6 caractères, 5 au plus."),
    ],
)
def test_a_text_that_no_field_holds_is_refused(text: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_text(text, max_length=5)
    assert refusal.value.message == message


@pytest.mark.parametrize("code", ["E391", "TOP-CONSEIL", "a.b_c", "7"])
def test_the_code_of_an_entity_is_plain(code: str) -> None:
    assert parse_entity_code(code, max_length=32) == code


@pytest.mark.parametrize("code", ["", "É1", "a/b", "..", "-a", "a b", "a%2Fb"])
def test_a_code_that_an_address_cannot_carry_is_refused(code: str) -> None:
    with pytest.raises(Refusal, match="Un code d'entité"):
        parse_entity_code(code, max_length=32)


def test_a_currency_is_a_code_of_iso_4217() -> None:
    assert parse_currency(" TND ") == "TND"
    for text in ("eur", "€", "", "XXX", "EURO"):
        with pytest.raises(Refusal, match="ISO 4217"):
            parse_currency(text)
