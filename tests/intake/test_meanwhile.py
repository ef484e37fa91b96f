"""What someone else writes between the check and the lock is seen before anything is written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from encours.core.errors import Refusal
from encours.intake.documents.invoices import InvoiceImporter, InvoiceState
from encours.intake.importing import Report, import_files
from encours.receivables.models import Invoice
from tests import build
from tests.intake.files import INVOICES, load, write_csv

pytestmark = pytest.mark.django_db


class InterruptedImporter(InvoiceImporter):
    """Someone records invoices of these numbers just before the import locks, one a time."""

    def __init__(self, *numbers: str) -> None:
        self.numbers = list(numbers)

    def lock(self, state: InvoiceState, /) -> None:
        if self.numbers:
            number = self.numbers.pop(0)
            build.invoice(build.account(build.customer(f"X{number}"), "E1"), number)
        super().lock(state)


def run(importer: InvoiceImporter, path: Path) -> Report:
    today = dt.date(2016, 5, 16)
    return import_files(importer, [path], is_dry_run=False, actor=build.ACTOR, now=build.NOW, today=today)


def test_what_moved_between_check_and_lock_is_checked_again(tmp_path: Path) -> None:
    load(tmp_path, "entities", "customers")
    importer = InterruptedImporter("F1")
    report = run(importer, write_csv(tmp_path / "f.csv", INVOICES))
    assert importer.numbers == []
    assert report.counts.created == 4  # the interruption was undone with the transaction that noticed it
    assert Invoice.objects.count() == 4


def test_an_invoice_recorded_meanwhile_that_is_no_business_of_the_file_does_not_matter(
    tmp_path: Path,
) -> None:
    load(tmp_path, "entities", "customers")
    report = run(InterruptedImporter("OTHER"), write_csv(tmp_path / "f.csv", INVOICES))
    assert (report.counts.created, report.problems) == (4, ())
    assert Invoice.objects.count() == 5


def test_an_import_that_never_settles_is_refused(tmp_path: Path) -> None:
    load(tmp_path, "entities", "customers")
    with pytest.raises(Refusal, match="recommencez"):
        run(InterruptedImporter("F1", "F2", "A1"), write_csv(tmp_path / "f.csv", INVOICES))
    assert not Invoice.objects.exists()
