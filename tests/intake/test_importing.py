"""Files of every form import whole; again they change nothing; what they change is told."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path

import pikepdf
import pytest
from django.core.management import call_command

from encours.archive import store
from encours.audit.models import AuditLine
from encours.parties.models import Account, BillingEntity, Customer, DunningContact
from encours.receivables.actions import undo_allocation
from encours.receivables.models import Allocation, Invoice, Payment
from tests.access.world import snapshot
from tests.build import ACTOR, NOW
from tests.intake.files import (
    CUSTOMERS,
    ENTITIES,
    INVOICE_COLUMNS,
    INVOICES,
    PAYMENT_COLUMNS,
    PAYMENTS,
    Table,
    counts,
    load,
    run,
    told,
    write_csv,
    write_workbook,
)

pytestmark = pytest.mark.django_db

TABLES = {"entities": ENTITIES, "customers": CUSTOMERS, "invoices": INVOICES, "payments": PAYMENTS}
CREATED = {"entities": 1, "customers": 2, "invoices": 4, "payments": 3}


def entries() -> list[tuple[str, str, int, dt.date]]:
    return sorted(
        (str(a.payment or f"avoir {a.credit_note}"), a.invoice.number, a.amount_minor, a.date)
        for a in Allocation.objects.select_related("payment", "credit_note", "invoice")
    )


def check_ledger() -> None:
    assert dict(Invoice.objects.values_list("number", "remaining_minor")) == {
        "F1": 1_140_000 - 494_000,
        "F2": 0,
        "A1": 0,
        "F3": 1500,
    }
    assert dict(Payment.objects.values_list("reference", "remaining_minor")) == {"V1": 0, "V2": 700}
    assert entries() == [
        ("V1", "F1", 494_000, dt.date(2016, 3, 1)),
        ("V1", "F2", 6_000, dt.date(2016, 3, 1)),
        ("avoir A1", "F2", 6_000, dt.date(2016, 2, 10)),
    ]
    call_command("check_figures", stdout=StringIO())


@pytest.mark.parametrize("form", ["utf-8,", "utf-8-sig;", "cp1252,", "cp1252;", "xlsx"])
def test_the_four_files_import_in_every_form_and_again_change_nothing(tmp_path: Path, form: str) -> None:
    def write(kind: str, table: Table) -> Path:
        if form == "xlsx":
            return write_workbook(tmp_path / f"{kind}.xlsx", table)
        encoding, delimiter = form[:-1], form[-1]
        if encoding == "cp1252":  # which has no narrow no-break space
            table = [[str(cell).replace("\u202f", "\u00a0") for cell in cells] for cells in table]
        return write_csv(tmp_path / f"{kind}.csv", table, encoding=encoding, delimiter=delimiter)

    paths = {kind: write(kind, table) for kind, table in TABLES.items()}
    nothing: dict[str, object] = {"ignored_columns": [], "errors": []}
    for kind, path in paths.items():
        expected = {"created": CREATED[kind], "unchanged": 0, "updated": 0, **nothing}
        assert run(kind, path) == (0, expected)
    check_ledger()
    assert Customer.objects.get(code="C1").name == "Garage Müller"
    before = snapshot()
    for kind, path in paths.items():
        expected = {"created": 0, "unchanged": CREATED[kind], "updated": 0, **nothing}
        assert run(kind, path) == (0, expected)
    assert snapshot() == before


def test_a_dry_run_tells_the_same_and_writes_nothing(tmp_path: Path) -> None:
    load(tmp_path, "entities", "customers")
    before = snapshot()
    code, report = run("invoices", write_csv(tmp_path / "f.csv", INVOICES), dry_run=True)
    assert (code, counts(report)) == (0, (4, 0, 0))
    assert snapshot() == before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_files_are_taken_together_in_any_order(tmp_path: Path, order: tuple[int, int]) -> None:
    load(tmp_path, "entities", "customers")
    halves = [[INVOICE_COLUMNS, *INVOICES[1:3]], [INVOICE_COLUMNS, *INVOICES[3:]]]
    paths = [write_csv(tmp_path / f"f{index}.csv", half) for index, half in enumerate(halves)]
    code, report = run("invoices", *(paths[index] for index in order))
    assert (code, counts(report)) == (0, (4, 0, 0))
    load(tmp_path, "payments")
    check_ledger()


def test_one_bad_file_keeps_all_of_them_out(tmp_path: Path) -> None:
    load(tmp_path, "entities", "customers")
    good = write_csv(tmp_path / "good.csv", INVOICES)
    bad = write_csv(tmp_path / "bad.csv", [INVOICE_COLUMNS, ["E1", "C1", "F1", *INVOICES[1][3:]]])
    before = snapshot()
    code, report = run("invoices", good, bad)
    assert code == 1
    assert counts(report) == (0, 0, 0)
    assert report["errors"] == [
        {
            "file": str(bad),
            "line": 2,
            "column": "number",
            "value": "F1",
            "message": f"Ce numéro est déjà donné dans {good}, ligne 2.",
        }
    ]
    assert snapshot() == before


def test_customers_may_come_after_the_invoices_that_name_them(tmp_path: Path) -> None:
    header = (*INVOICE_COLUMNS, "entity_name", "customer_name")
    names = {"C1": "Garage Müller", "C2": "Œuvres & Fils"}
    named = [[*cells, "Société Une", names[str(cells[1])]] for cells in INVOICES[1:]]
    code, report = run("invoices", write_csv(tmp_path / "f.csv", [header, *named]))
    assert (code, counts(report)) == (0, (4, 0, 0))
    assert not Account.objects.filter(is_reachable_by_email=True).exists()
    code, report = run("customers", write_csv(tmp_path / "c.csv", CUSTOMERS))
    assert (code, counts(report)) == (0, (0, 1, 1))
    account = Account.objects.get(customer__code="C1")
    assert (account.is_reachable_by_email, account.is_reachable_by_post) == (True, True)
    load(tmp_path, "entities", "payments")
    check_ledger()


def test_an_absent_column_leaves_a_value_alone_and_an_empty_cell_clears_it(tmp_path: Path) -> None:
    load(tmp_path)
    table = [["customer_code", "customer_name", "email"], ["C1", "Garage Müller & Cie", ""]]
    code, report = run("customers", write_csv(tmp_path / "c.csv", table))
    assert (code, counts(report)) == (0, (0, 0, 1))
    contact = DunningContact.objects.get(customer__code="C1")
    assert (contact.emails, contact.city) == ("", "Paris")
    account = Account.objects.get(customer__code="C1")
    assert account.search_name == "c1 garage muller & cie"
    assert (account.is_reachable_by_email, account.is_reachable_by_post) == (False, True)
    table = [["entity_code", "entity_name"], ["E1", "Société Une SA"]]
    assert counts(run("entities", write_csv(tmp_path / "e.csv", table))[1]) == (0, 0, 1)
    assert list(BillingEntity.objects.values_list("name", "city")) == [("Société Une SA", "Orléans")]


def test_a_customer_has_a_contact_for_each_entity_that_asks_for_one(tmp_path: Path) -> None:
    load(tmp_path, "entities")
    header = ["customer_code", "customer_name", "entity_code", "email", "country"]
    table = [header, ["C1", "Un", "", "tous@c1.example", ""], ["C1", "Un", "E1", "e1@c1.example", "be"]]
    path = write_csv(tmp_path / "c.csv", table)
    assert counts(run("customers", path)[1]) == (1, 0, 0)
    contacts = DunningContact.objects.order_by("id").values_list("entity__code", "emails", "country")
    assert list(contacts) == [(None, "tous@c1.example", "FR"), ("E1", "e1@c1.example", "BE")]
    assert counts(run("customers", path)[1]) == (0, 1, 0)


def test_new_addresses_forget_that_the_former_ones_were_refused(tmp_path: Path) -> None:
    load(tmp_path)
    contact = DunningContact.objects.get()
    refused = f"{contact.emails.split()[0]}\t2016-04-01T12:00:00+00:00\t550"
    DunningContact.objects.update(refused_emails=refused)
    load(tmp_path, "customers")
    assert DunningContact.objects.get().refused_emails == refused
    table = [["customer_code", "customer_name", "email"], ["C1", "Garage Müller", "neuf@c1.example"]]
    run("customers", write_csv(tmp_path / "c.csv", table))
    assert DunningContact.objects.get().refused_emails == ""


def test_a_payment_without_an_invoice_is_allocated_by_a_later_file(tmp_path: Path) -> None:
    load(tmp_path, "entities", "customers", "invoices")
    header, line = PAYMENT_COLUMNS, ["E1", "C1", "V9", "2016-03-01", "100.00", "EUR", "virement"]
    path = write_csv(tmp_path / "p.csv", [header, [*line, "", ""]])
    assert counts(run("payments", path)[1]) == (1, 0, 0)
    path = write_csv(tmp_path / "p.csv", [header, [*line, "F1", "40.00"], [*line, "F2", "60.00"]])
    assert counts(run("payments", path)[1]) == (0, 0, 1)
    assert counts(run("payments", path)[1]) == (0, 1, 0)
    assert Payment.objects.get().remaining_minor == 0


def test_an_allocation_that_a_person_undid_does_not_come_back(tmp_path: Path) -> None:
    load(tmp_path)
    undo_allocation(allocation=Allocation.objects.get(credit_note__isnull=False), actor=ACTOR, now=NOW)
    before = snapshot()
    code, report = run("payments", write_csv(tmp_path / "p.csv", PAYMENTS))
    assert (code, counts(report)) == (0, (0, 3, 0))
    assert snapshot() == before


def test_a_new_allocation_is_dated_after_every_counter_entry(tmp_path: Path) -> None:
    load(tmp_path)
    undo_allocation(allocation=Allocation.objects.get(credit_note__isnull=False), actor=ACTOR, now=NOW)
    line = ["E1", "C1", "V3", "2016-03-02", "10.00", "EUR", "virement", "F2", ""]
    assert counts(run("payments", write_csv(tmp_path / "p.csv", [PAYMENT_COLUMNS, line]))[1]) == (1, 0, 0)
    assert Allocation.objects.get(payment__reference="V3").date == NOW.date()


def test_a_pdf_beside_the_file_is_kept_as_the_original(tmp_path: Path) -> None:
    load(tmp_path, "entities", "customers")
    (tmp_path / "pdf").mkdir()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "pdf" / "F1.pdf")
    header = (*INVOICE_COLUMNS, "pdf")
    with_pdf = [header, [*INVOICES[1], "pdf/F1.pdf"], [*INVOICES[2], ""]]
    assert counts(run("invoices", write_csv(tmp_path / "f.csv", with_pdf))[1]) == (2, 0, 0)
    invoice = Invoice.objects.get(number="F1")
    assert store.get(invoice.original_sha256) == (tmp_path / "pdf" / "F1.pdf").read_bytes()
    assert invoice.original_filename == "F1.pdf"
    both = [*with_pdf[:2], [*INVOICES[2], "pdf/F1.pdf"]]
    assert counts(run("invoices", write_csv(tmp_path / "f.csv", both))[1]) == (0, 1, 1)
    assert Invoice.objects.get(number="F2").original_sha256 == invoice.original_sha256


def test_an_import_leaves_one_audit_line(tmp_path: Path) -> None:
    load(tmp_path)
    lines = AuditLine.objects.order_by("id").values_list("action", "subject", "actor_name", "after")
    assert list(lines)[-1] == (
        *("import.payments", "payments-loaded.csv", "ligne de commande"),
        {"created": 3, "unchanged": 0, "updated": 0},
    )
    assert [action for action, *_ in lines] == [f"import.{kind}" for kind in TABLES]


def test_unknown_columns_are_ignored_and_listed(tmp_path: Path) -> None:
    table = [["Entity_Name", " couleur ", "entity_code", "autre"], ["Société", "bleu", "E1", ""]]
    code, report = run("entities", write_csv(tmp_path / "e.csv", table))
    assert (code, counts(report), report["ignored_columns"]) == (0, (1, 0, 0), ["couleur", "autre"])
    assert told(report) == []
