"""Any ledger, at any date, gives valid documents whose totals are those that a person adds up by hand."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal
from itertools import count

import pikepdf
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from encours.access.scopes import EVERYTHING
from encours.core import french
from encours.core.money import minor_to_decimal
from encours.core.statements import Period
from encours.parties.models import Account
from encours.receivables import actions
from encours.receivables.models import Invoice, Payment
from encours.statements.documents.drawing import render_statement
from encours.statements.documents.statement import StatementDocument
from encours.statements.documents.words import words_of
from encours.statements.documents.workbook import statement_xlsx
from encours.statements.queries import read_statement
from tests import build
from tests.dunning.test_letter_hostile import text_of
from tests.statements.ledgers import (
    DOCUMENTS,
    LAST,
    LINKS,
    PERIODS,
    Link,
    PaperDocument,
    Totals,
    linked,
    totals_of,
)

pytestmark = pytest.mark.django_db
_accounts = count(1)
Kept = Invoice | Payment


def recorded(
    account: Account, number: int, drawn: tuple[str, str, dt.date, int, int]
) -> tuple[PaperDocument, Kept]:
    """Write a document through the real actions, and on paper."""
    kind, currency, day, term, minor = drawn
    name, now = f"{kind[0].upper()}-{number:03}", build.noon(LAST)
    due = day + dt.timedelta(days=term)
    kept: Kept
    if kind == "payment":
        kept = build.payment(account, name, received=day, amount=minor, currency=currency, now=now)
    elif kind == "credit_note":
        kept = build.credit_note(account, name, issued=day, net=minor, vat=0, currency=currency, now=now)
    else:
        kept = build.invoice(account, name, issued=day, due=due, net=minor, vat=0, currency=currency, now=now)
    return PaperDocument(kind, name, currency, day, due, minor), kept


def allocate(paper: Sequence[PaperDocument], kept: Sequence[Kept], links: Sequence[Link]) -> None:
    """Make the allocations that can be made, through the real actions and on paper, and undo some."""
    for link in links:
        possible = linked(paper, link)
        if possible is None:
            continue
        source, invoice, minor, day = possible
        to = kept[invoice]
        assert isinstance(to, Invoice)
        made = build.allocation(kept[source], to, minor, date=day, now=build.noon(LAST))
        entries = [(day, minor)]
        if link.undone_after is not None:
            undone = min(day + dt.timedelta(days=link.undone_after), LAST)
            actions.undo_allocation(allocation=made, actor=build.ACTOR, now=build.noon(undone))
            entries.append((undone, -minor))
        paper[source].uses += entries
        paper[invoice].uses += entries


def expected_totals(kind: str, totals: Totals, language: str) -> list[tuple[str, int]]:
    """Return what is printed under the tables of one currency, or nothing where there is no section."""
    words = words_of(language)
    if kind == "encours":
        pairs = [
            (words.due, totals.due),
            (words.overdue, totals.overdue),
            (words.credit_total, totals.credits),
            (words.net, totals.due - totals.credits),
        ]
        return pairs if totals.due or totals.credits else []
    pairs = [
        (words.opening, totals.opening),
        (words.period_total, totals.listed),
        (words.unallocated, totals.unallocated),
        (words.closing, totals.closing),
    ]
    return pairs if totals.has_documents else []


def is_sound(content: bytes) -> bool:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        claims = pdf.open_metadata()
        return (
            not pdf.check_pdf_syntax()
            and claims.pdfa_status == "3B"
            and str(claims["pdfuaid:part"]) == "1"
            and bool(pdf.Root.MarkInfo.Marked)
        )


def check_pdf(statement: StatementDocument, totals: dict[str, list[tuple[str, int]]]) -> None:
    content = render_statement(statement)
    assert is_sound(content)
    printed = "".join(text_of(content).split())
    words = words_of(statement.language)
    heading = "".join(f"{words.currency}{words.colon}".split())
    assert printed.count(heading) == len(totals)
    for code, pairs in totals.items():
        for label, minor in pairs:
            line = f"{label}{french.amount_with_code(minor, code, statement.language)}"
            assert "".join(line.split()) in printed


def check_workbook(statement: StatementDocument, totals: dict[str, list[tuple[str, int]]]) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(statement_xlsx(statement)))
    sheets = [book.get_sheet_by_index(at).to_python()[1:] for at in range(3)]
    written = {(str(row[0]), str(row[2])): Decimal(str(row[1])) for row in sheets[2]}
    for code, pairs in totals.items():
        for label, minor in pairs:
            assert written[label, code] == minor_to_decimal(minor, code)
    assert {code for _, code in written} == set(totals)
    for code, pairs in totals.items():
        listed = sum(Decimal(str(row[6])) for row in sheets[0] if row[-1] == code)
        whole = pairs[0][1] if statement.kind == "encours" else pairs[-1][1]
        assert listed == minor_to_decimal(whole, code)


@settings(max_examples=20, deadline=None, phases=set(Phase) - {Phase.explain})
@given(DOCUMENTS, LINKS, PERIODS, st.sampled_from(["encours", "compte"]), st.sampled_from(["fr", "en"]))
def test_any_ledger_gives_documents_whose_totals_are_those_added_by_hand(
    drawn: list[tuple[str, str, dt.date, int, int]],
    links: list[Link],
    period: Period,
    kind: str,
    language: str,
) -> None:
    account = build.account(build.customer(f"P{next(_accounts)}", language=language))
    both = [recorded(account, account.pk * 100 + at, one) for at, one in enumerate(drawn)]
    paper, kept = [one for one, _ in both], [one for _, one in both]
    allocate(paper, kept, links)
    statement = read_statement(EVERYTHING, account.pk, kind, period.from_month, period.to_month, period.as_of)
    totals = {
        code: pairs
        for code in sorted({one.currency for one in paper})
        if (pairs := expected_totals(kind, totals_of(paper, code, period), language))
    }
    check_pdf(statement, totals)
    check_workbook(statement, totals)
