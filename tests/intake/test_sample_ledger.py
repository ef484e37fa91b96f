"""The ledger of the samples imports whole, again without a change, and gives the figures expected of it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Sum

from encours.receivables.models import Invoice, Payment
from tests.samples import find_samples


def run(name: str, *files: Path) -> dict[str, object]:
    out = StringIO()
    call_command(f"import_{name}", *map(str, files), "--json", stdout=out)
    report: dict[str, object] = json.loads(out.getvalue())
    return report


@pytest.mark.django_db
@pytest.mark.parametrize("ledger", find_samples("ledger"))
def test_the_sample_ledger_imports_whole_and_once(ledger: Path) -> None:
    counts = {"entities": 5, "customers": 100, "invoices": 1930, "payments": 1846}
    nothing = {"ignored_columns": [], "errors": [], "updated": 0}
    for name, count in counts.items():
        assert run(name, ledger / f"{name}.csv") == {"created": count, "unchanged": 0, **nothing}
    for name, count in counts.items():
        assert run(name, ledger / f"{name}.csv") == {"created": 0, "unchanged": count, **nothing}
    expected = json.loads((ledger / "expected.json").read_text())
    open_invoices = Invoice.objects.filter(remaining_minor__gt=0)
    assert open_invoices.count() == expected["open_invoices"]
    total = open_invoices.aggregate(total=Sum("remaining_minor"))["total"]
    assert f"{total / 100:.2f}" == expected["open_total"]
    assert not Payment.objects.filter(remaining_minor__gt=0).exists()
    call_command("check_figures", stdout=StringIO())
