"""A file is refused in the language of its user, on the page and in the background; a command in French."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from encours.access.actions import set_language
from encours.access.models import Role
from encours.intake.by_hand import background
from encours.intake.models import ImportJob
from encours.parties.models import Account, BillingEntity
from tests import build
from tests.access.world import snapshot
from tests.desk.pages import signed_in, user, words
from tests.intake.files import INVOICE_COLUMNS, PAYMENT_COLUMNS, run, told, write_csv
from tests.intake.test_by_hand import GOOD, PAID, checked, invoices, refusals, send, table

pytestmark = pytest.mark.django_db

SECOND = (*GOOD[:2], "F2", *GOOD[3:])


@pytest.fixture
def account() -> Account:
    """Return the account of C1 with E1, of which the invoice OLD is known."""
    account = build.account(build.customer("C1"), "E1")
    build.invoice(account, "OLD")
    return account


def reader(language: str) -> Client:
    """Return a user of E1 who reads this language."""
    who = user(f"reader-{language}", Role.COLLECTOR, BillingEntity.objects.get(code="E1").pk)
    set_language(user=who, language=language, actor=build.ACTOR, now=build.NOW)
    return signed_in(who)


@pytest.fixture
def english(account: Account) -> Client:
    return reader("en")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"%PDF-1.7 ...", "This file is a PDF: give a CSV or XLSX file."),
        (b"PK\x03\x04 half a workbook", "This XLSX workbook is damaged or truncated."),
        (
            b"a\r\n1\r\n",
            "This column is missing from the header (first line)."
            " The separator must be a comma or a semicolon.",
        ),
        (
            invoices(GOOD) + b"E1\r\n",
            "1 column instead of the 10 of the header: the line is shifted or truncated.",
        ),
        (
            invoices(GOOD)[:-6],
            "9 columns instead of the 10 of the header: the line is shifted or truncated.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_english(
    english: Client, content: bytes, sentence: str
) -> None:
    before = snapshot()
    answer = send(english, content, verifier="1")
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert snapshot() == before


@pytest.mark.parametrize(
    ("kind", "content", "cells"),
    [
        (
            "factures",
            invoices(GOOD, GOOD, (*SECOND[:4], "demain", *SECOND[5:])),
            [
                "3 number F1 This number is already given in f.csv, line 2.",
                "4 issue_date demain A date is written 2016-01-31 or 31/01/2016.",
            ],
        ),
        (
            "factures",
            invoices((*GOOD[:3], "bill", *GOOD[4:]), ("E9", *SECOND[1:])),
            [
                "2 kind bill The kind is “invoice” or “credit_note”.",
                "3 entity_code E9 Billing entity unknown, or not one of yours.",
            ],
        ),
        (
            "factures",
            invoices((*GOOD[:2], "OLD", "credit_note", *GOOD[4:6], "9000.00", "2400.00", "11400.00", "EUR")),
            [
                "2 kind credit_note Already recorded with “invoice”; the file says “credit note”.",
                "2 net 9000.00 Already recorded with “9,500.00 EUR”; the file says “9,000.00 EUR”.",
                "2 vat 2400.00 Already recorded with “1,900.00 EUR”; the file says “2,400.00 EUR”.",
            ],
        ),
        (
            "reglements",
            table(
                PAYMENT_COLUMNS,
                (*PAID[:2], "V1", "2016-03-01", "20000.00", *PAID[5:7], "OLD", "12000.00"),
                (*PAID[:2], "V2", *PAID[3:7], "F9", "50.00"),
            ),
            [
                "2 allocated 12000.00 Only 11,400.00 EUR is left on invoice OLD on 01/03/2016;"
                " here 12,000.00 EUR.",
                "3 invoice_number F9 Unknown invoice in this entity: import it first.",
            ],
        ),
    ],
)
def test_the_lines_to_correct_are_told_in_english(
    english: Client, kind: str, content: bytes, cells: list[str]
) -> None:
    before = snapshot()
    answer = send(english, content, kind, verifier="1")
    assert answer.status_code == 422
    assert [cell.replace("\u00a0", " ") for cell in refusals(answer)] == cells
    assert snapshot() == before


def test_one_file_is_refused_to_each_user_in_his_language_whoever_came_first(english: Client) -> None:
    content = table((*INVOICE_COLUMNS, "customer_name"), (*GOOD, "x" * 300))
    for client, sentence in (
        (english, "Name: Too long: 300 characters"),
        (reader("fr"), "Nom\u00a0: Trop long\u00a0: 300 caractères"),
        (english, "Name: Too long: 300 characters"),
    ):
        assert sentence in words(send(client, content, verifier="1"))


def test_a_job_in_the_background_speaks_to_its_user(english: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "MAX_LINES_AT_ONCE", 1)
    content = invoices(GOOD, SECOND)
    address = send(english, content, **checked(content)).headers["Location"]
    other = invoices((*SECOND[:5], "2016-02-29", *SECOND[6:]))
    assert send(english, other, **checked(other)).status_code == 200
    with override("fr"):
        background.work(timezone.now)
    sentence = "Line 3, due_date: Already recorded with “29/02/2016”; the file says “31/01/2016”."
    assert ImportJob.objects.get().problems == [sentence]
    answer = english.get(address)
    assert sentence in words(answer)
    assert "Nothing is imported." in words(answer)


@pytest.mark.usefixtures("account")
def test_a_command_answers_in_french_whoever_calls_it(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", [INVOICE_COLUMNS, [*GOOD[:3], "bill", "demain", *GOOD[5:]]])
    before = snapshot()
    with override("en"):
        code, report = run("invoices", path)
    assert (code, [message for *_place, message in told(report)]) == (
        1,
        [
            "La nature est «\u00a0invoice\u00a0» ou «\u00a0credit_note\u00a0».",
            "Une date s'écrit 2016-01-31 ou 31/01/2016.",
        ],
    )
    assert snapshot() == before
