"""Statements as different as accounts are: none, one, forty, five hundred lines, currencies, long names."""

from __future__ import annotations

import dataclasses
import datetime as dt

from encours.core.statements import Period, StatedItem, Use, build_full, build_outstanding
from encours.documents.letterhead import Letterhead
from encours.documents.sender import Sender
from encours.statements.documents.drawing import render_statement
from encours.statements.documents.statement import StatementDocument
from tests.dunning.letterheads import CONTENTS, DRAWN, HIGH, WIDE

PERIOD = Period(2016 * 12, 2016 * 12 + 4, dt.date(2016, 5, 16))
SENDER = Sender(
    code="TOPCONSEIL",
    name="TOPCONSEIL",
    legal_form="SARL",
    address1="12 rue de la Paix",
    postcode="75002",
    city="PARIS",
    share_capital="100 000 EUR",
    siren="732829320",
    rcs_town="PARIS",
    vat_number="FR44732829320",
)
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 4
_FIRST = dt.date(2016, 1, 4)
_NUMERALS = (123_456, 950_000, 7_290, 48_000_000, 1_234, 640_000, 99, 2_500_050)


def made(
    kind: str, items: list[StatedItem], *, language: str = "fr", name: str = "CLIENT X"
) -> StatementDocument:
    """Return the statement that a list of documents gives over the first months of 2016."""
    return StatementDocument(
        kind=kind,
        language=language,
        sender=SENDER,
        customer_code="C-0042",
        customer_name=name,
        customer_lines=("27 avenue des Champs", "69003 LYON"),
        from_month=PERIOD.from_month,
        to_month=PERIOD.to_month,
        as_of=PERIOD.as_of,
        outstanding=build_outstanding(items, PERIOD) if kind == "encours" else (),
        full=build_full(items, PERIOD) if kind == "compte" else (),
    )


def invoice(index: int, currency: str = "EUR", *, minor: int | None = None, paid: int = 0) -> StatedItem:
    """Return an invoice of the period; its due date makes the ages vary."""
    issued = _FIRST + dt.timedelta(days=index * 7 % 130)
    gross = minor or _NUMERALS[index % len(_NUMERALS)] + index
    uses = (Use(issued + dt.timedelta(days=2), paid, "payment", f"VIR-{index:04}"),) if paid else ()
    due = issued + dt.timedelta(days=15 + index * 11 % 40)
    return StatedItem("invoice", f"FAC-{issued:%Y%m}-{index:04}", issued, gross, currency, due, uses)


def credit_note(index: int, minor: int, currency: str = "EUR") -> StatedItem:
    day = dt.date(2016, 3, 1)
    return StatedItem("credit_note", f"AV-{index:03}", day, minor, currency, day)


def payment(index: int, minor: int, currency: str = "EUR", method: str = "virement") -> StatedItem:
    return StatedItem("payment", f"VIR-9{index:03}", dt.date(2016, 4, 1), minor, currency, detail=method)


def earlier(currency: str = "EUR") -> StatedItem:
    """Return an invoice older than the period, still open."""
    return StatedItem(
        "invoice", "FAC-201511-01", dt.date(2015, 11, 2), 45_000, currency, dt.date(2015, 12, 2)
    )


def many(count: int, currency: str = "EUR") -> list[StatedItem]:
    """Return an older invoice, ``count`` invoices of which every third is partly paid, and some credit."""
    invoices = [invoice(index, currency, paid=50 if index % 3 == 0 else 0) for index in range(count)]
    return [earlier(currency), *invoices, credit_note(1, 20_000, currency), payment(1, 7_000, currency)]


def with_logo(statement: StatementDocument, logo: str, accent: str = "#0b6e4f") -> StatementDocument:
    """Return the statement of an entity that has a logo."""
    look = Letterhead(accent=accent, logo_sha256=logo)
    return dataclasses.replace(statement, sender=dataclasses.replace(statement.sender, letterhead=look))


def drawn(statement: StatementDocument) -> bytes:
    """Return the statement as a PDF, with the logos of the tests at hand."""
    return render_statement(statement, CONTENTS)


def shown(currency: str = "EUR") -> list[StatedItem]:
    """Return what the manual shows: invoices of all ages, of which some are partly paid, and some credit."""
    indexes = (0, 3, 6, 9, 12, 15, 17, 18)
    paid = {3: 20_000_000, 9: 25_000, 17: 75_000}
    invoices = [invoice(index, currency, paid=paid.get(index, 0)) for index in indexes]
    return [earlier(currency), *invoices, credit_note(1, 20_000, currency), payment(1, 7_000, currency)]


def varied() -> dict[str, StatementDocument]:
    """Return each case by its name."""
    hostile = [
        dataclasses.replace(invoice(1), number="F" * 64),
        dataclasses.replace(invoice(2), number="=SUM(A1) #strong[x] $1$ <b>"),
        dataclasses.replace(invoice(3), number="ΑΒΓ Жук العربية 中文 😀"),
    ]
    return {
        "manual-encours": with_logo(made("encours", shown()), DRAWN),
        "manual-compte": with_logo(made("compte", shown()), DRAWN),
        "none": made("encours", []),
        "one": made("encours", [invoice(1)]),
        "forty": with_logo(made("encours", many(40)), DRAWN),
        "five-hundred": made("encours", many(500)),
        "currencies": made("compte", [*many(4), *many(3, "JPY"), *many(3, "TND")]),
        "full": with_logo(made("compte", many(40)), WIDE, "#12508a"),
        "long-names": made(
            "encours", [*hostile, payment(2, 500, method="chèque " * 12)], name=f"Établissements {LONG_WORD}"
        ),
        "more-credit-than-debt": made("encours", [invoice(2), credit_note(1, 900_000), payment(1, 120_000)]),
        "other-scripts": made("compte", hostile, name="شركة المثال 中文公司 😀 Ελλάς Київ"),
        "english": with_logo(made("encours", many(12), language="en", name="EXAMPLE TRADING LTD"), HIGH),
        "huge-amounts": made(
            "compte", [invoice(index, minor=9_000_000_000_000_000_000 - index) for index in range(3)]
        ),
    }
