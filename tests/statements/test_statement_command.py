"""The command writes the statement of the example, whole or not at all, and refuses in plain French."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pypdf
import pytest
from django.core.management import call_command
from python_calamine import load_workbook

from encours.console import Refused
from tests import build

pytestmark = pytest.mark.django_db


def run(path: Path, **changed: str) -> str:
    options = {
        "entity": "TOPCONSEIL",
        "customer": "DUPONT",
        "kind": "compte",
        "from_month": "01/2016",
        "to_month": "05/2016",
        "as_of": "2016-05-16",
    }
    options.update(changed)
    arguments = [
        f"--{name.replace('_month', '').replace('_', '-')}={value}" for name, value in options.items()
    ]
    out = io.StringIO()
    call_command("statement", *arguments, "-o", str(path), "--json", stdout=out)
    return out.getvalue()


def text_of(path: Path) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages)


def test_the_compte_of_the_example_shows_the_payment_and_the_balance(tmp_path: Path) -> None:
    build.example()
    path = tmp_path / "compte.pdf"
    assert json.loads(run(path)) == {"file": str(path), "kind": "compte", "lines": 2}
    text = text_of(path)
    assert "11 400,00 5 000,00 6 400,00 6 400,00" in text
    assert "Solde de clôture 6 400,00 EUR" in text
    assert [each.name for each in tmp_path.iterdir()] == ["compte.pdf"]


def test_the_encours_of_the_example_at_a_past_date_ignores_the_later_payment(tmp_path: Path) -> None:
    build.example()
    run(tmp_path / "e.pdf", kind="encours", as_of="15/02/2016")
    text = text_of(tmp_path / "e.pdf")
    assert "11 400,00 0,00 11 400,00" in text
    assert "Total à payer 11 400,00 EUR" in text


def test_an_older_document_settled_since_is_still_open_at_a_past_date(tmp_path: Path) -> None:
    account = build.account(build.customer("DUPONT"))
    older = build.invoice(account, "F-2015", issued=dt.date(2015, 11, 1))
    build.allocation(build.payment(account, amount=1_140_000), older)
    run(tmp_path / "before.pdf", kind="encours", as_of="2016-02-15")
    run(tmp_path / "after.pdf", kind="encours", as_of="2016-03-15")
    assert "Antérieur à la période (1 facture) 11 400,00" in text_of(tmp_path / "before.pdf")
    assert "Aucun document ouvert" in text_of(tmp_path / "after.pdf")


def test_the_workbook_holds_real_numbers_dates_and_no_formula(tmp_path: Path) -> None:
    asked = build.example()
    build.invoice(asked.account, "=1+1", issued=dt.date(2016, 2, 1))
    run(tmp_path / "c.xlsx")
    rows = load_workbook(tmp_path / "c.xlsx").get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["Nature", "N° ou référence", "Date", "Date d'échéance"]
    assert rows[2] == [
        "Facture", "FAC-201601-01", dt.date(2016, 1, 1), dt.date(2016, 1, 31),
        11400.0, 5000.0, 6400.0, 6400.0, "EUR",
    ]  # fmt: skip
    assert rows[3][1] == "=1+1"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"customer": "PERSONNE"}, "pas de compte pour le client « PERSONNE »"),
        ({"entity": "AUTRE"}, "l'entité « AUTRE »"),
        ({"from_month": "13/2016"}, "n'est pas un mois"),
        ({"from_month": "06/2016"}, "finit (05/2016) avant de commencer (06/2016)"),
        ({"as_of": "31/02/2016"}, "date"),
    ],
)
def test_what_is_refused_is_said_and_writes_nothing(
    tmp_path: Path, changed: dict[str, str], sentence: str
) -> None:
    build.example()
    with pytest.raises(Refused) as refusal:
        run(tmp_path / "compte.pdf", **changed)
    assert sentence in str(refusal.value)
    assert refusal.value.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_neither_pdf_nor_xlsx_or_cannot_be_written_is_refused(tmp_path: Path) -> None:
    build.example()
    with pytest.raises(Refused, match=r"\.pdf ou \.xlsx"):
        run(tmp_path / "compte.doc")
    with pytest.raises(Refused, match="ne peut pas être écrit"):
        run(tmp_path / "absent" / "compte.pdf")
