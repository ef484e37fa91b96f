"""Any text in any field is imported literally or refused with a sentence; a mutated file whole or not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from encours.parties.models import Account, BillingEntity, Customer, DunningContact
from encours.receivables.models import Invoice, Payment
from tests.access.world import snapshot
from tests.intake.files import (
    INVOICE_COLUMNS,
    INVOICES,
    PAYMENT_COLUMNS,
    load,
    run,
    told,
    write_csv,
)
from tests.samples import find_samples

pytestmark = pytest.mark.django_db

OWN_TEXTS = [
    "Dupont & Fils <script>alert(1)</script>",
    "'; DROP TABLE parties_customer; --",
    "{{ 7*7 }} {% debug %} ${7*7} #{7*7}",
    r"#eval(1) \u{0} @a $x$ _i_ *g*",
    "%s %d %(name)s {0} {client} [[un|deux]]",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "\u202eenvers\u202c \u200b\ufeff Ω≈ç√ 部落格 ثم نفس 👩‍👩‍👧 Z͑ͫ̓a͌l̋g̈́o",
    "a\nb",
    "a\r\nBcc: x@example.org",
    "\x1b[31mrouge",
    "\x7f",
    " ",
    "\u2028",
    "x" * 500,
    "\ufffe\uffff",
    "NULL",
    "1e400",
]


def texts() -> list[str]:
    own = list(OWN_TEXTS)
    for path in find_samples("hostile/text/blns.json"):
        own += json.loads(path.read_text(encoding="utf-8"))
    return [text for text in own if "\x00" not in text]  # a NUL byte refuses the whole file, see test_reading


def import_one_by_one(folder: Path, kind: str, rows: list[list[object]]) -> int:
    """Import a header and rows whose bad ones are told; take the good ones; return how many were good."""
    path = write_csv(folder / f"{kind}.csv", rows)
    code, report = run(kind, path)
    assert code == (1 if report["errors"] else 0)
    if not code:
        return len(rows) - 1
    bad = {line for line, *_ in told(report)}
    assert all(message.strip() for *_, message in told(report))
    good = [row for number, row in zip(record_lines(rows), rows, strict=True) if number not in bad]
    code, report = run(kind, write_csv(path, good))
    assert told(report) == []
    assert code == 0
    return len(good) - 1


def record_lines(rows: list[list[object]]) -> list[int]:
    """Return the line on which each record starts."""
    lines, line = [], 1
    for row in rows:
        lines.append(line)
        line += 1 + sum(
            str(cell).replace("\r\n", "\n").count("\n") + str(cell).replace("\r\n", "").count("\r")
            for cell in row
        )
    return lines


def test_hostile_texts_in_every_field_of_entities_and_customers(tmp_path: Path) -> None:
    header = [
        "entity_code",
        "entity_name",
        "legal_form",
        "address1",
        "city",
        "phone",
        "signature",
        "sender_name",
    ]
    rows: list[list[object]] = [list(header)]
    rows += [[f"E{number}", *[text] * 7] for number, text in enumerate(texts())]
    assert import_one_by_one(tmp_path, "entities", rows) == BillingEntity.objects.count() >= 10
    kept = set(BillingEntity.objects.values_list("name", flat=True))
    assert {text.strip() for text in OWN_TEXTS[:7]} <= kept <= {text.strip() for text in texts()}

    columns = ["customer_code", "customer_name", "contact_name", "address1", "address2", "city"]
    rows = [list(columns)]
    rows += [[f"C{number}", *[text] * 5] for number, text in enumerate(texts())]
    rows += [[text, f"Client {number}", "", "", "", ""] for number, text in enumerate(dict.fromkeys(texts()))]
    good = import_one_by_one(tmp_path, "customers", rows)
    assert good == Customer.objects.count()
    assert {text.strip() for text in OWN_TEXTS[:7]} <= set(Customer.objects.values_list("code", flat=True))
    assert DunningContact.objects.filter(city="../../etc/passwd").exists()


@pytest.mark.parametrize(
    "column", ["entity_code", "siren", "vat_number", "iban", "bic", "sender_email", "country"]
)
def test_hostile_texts_in_the_fields_that_have_a_form(tmp_path: Path, column: str) -> None:
    rows: list[list[object]] = [["entity_code", "entity_name", column]]
    if column == "entity_code":
        rows = [["entity_code", "entity_name"]]
        rows += [[text, "Nom"] for text in dict.fromkeys(texts())]
    else:
        rows += [[f"E{number}", "Nom", text] for number, text in enumerate(texts())]
    import_one_by_one(tmp_path, "entities", rows)


def test_hostile_texts_in_invoices_and_payments(tmp_path: Path) -> None:
    load(tmp_path, "entities", "customers")
    header = [*INVOICE_COLUMNS, "entity_name", "customer_name", "pdf"]
    rows: list[list[object]] = [list(header)]
    for number, text in enumerate(dict.fromkeys(texts())):
        cells = list(INVOICES[1])
        rows.append([*cells[:2], text, *cells[3:], "", "", ""])
        rows.append([cells[0], f"N{number}", f"N{number}", *cells[3:], "", text, ""])
        rows.append([*cells[:2], f"P{number}", *cells[3:], "", "", text])
        rows += [
            [*cells[:2], f"X{number}-{i}", *cells[3:i], text, *cells[i + 1 :], "", "", ""]
            for i in range(3, 10)
        ]
    rows = [rows[0], *{str(row[2]).strip(): row for row in rows[1:]}.values()]
    good = import_one_by_one(tmp_path, "invoices", rows)
    assert good == Invoice.objects.count() >= 20

    lines: list[list[object]] = [list(PAYMENT_COLUMNS)]
    for number, text in enumerate(dict.fromkeys(texts())):
        common = ["2016-03-01", "1.00", "EUR"]
        lines.append(["E1", "C1", text, *common, "virement", "", ""])
        lines.append(["E1", "C1", f"M{number}", *common, text, "", ""])
        lines.append(["E1", "C1", f"A{number}", *common, "virement", text, text])
    lines = [lines[0], *{str(line[2]).strip(): line for line in lines[1:]}.values()]
    good = import_one_by_one(tmp_path, "payments", lines)
    assert good == Payment.objects.count() >= 20


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_mutation_of_a_good_file_is_taken_whole_or_refused_whole(
    tmp_path: Path, data: st.DataObject
) -> None:
    kinds = {
        "invoices": INVOICES,
        "entities": [["entity_code", "entity_name"], ["E8", "Huit"], ["E9", "Neuf"]],
    }
    kind = data.draw(st.sampled_from(sorted(kinds)))
    if not Customer.objects.exists():
        load(tmp_path, "entities", "customers")
    path = write_csv(tmp_path / "mutated.csv", kinds[kind])
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1)) if content else 0
        change = data.draw(st.sampled_from(["cut", "flip", "insert", "repeat", "truncate"]))
        if change == "cut":
            del content[place : place + data.draw(st.integers(1, 20))]
        elif change == "flip" and content:
            content[place] = data.draw(st.integers(0, 255))
        elif change == "insert":
            content[place:place] = data.draw(
                st.sampled_from([b'"', b";", b",", b"\n", b"\x00", b"\xe9", b"9", b"-"])
            )
        elif change == "repeat":
            content[place:place] = content[place : place + 200]
        else:
            del content[place:]
    path.write_bytes(content)
    before = snapshot()
    code, report = run(kind, path)
    if code:
        assert report["errors"]
        assert (report["created"], report["unchanged"], report["updated"]) == (0, 0, 0)
        assert snapshot() == before
    else:
        assert report["errors"] == []
        again, second = run(kind, path)
        assert (again, second["created"], second["updated"]) == (0, 0, 0)
    assert Account.objects.count() <= Customer.objects.count() * BillingEntity.objects.count()
