"""From the files of a ledger to the mail server and back to the archive, by commands alone."""

from __future__ import annotations

import email
import hashlib
from collections import Counter
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest

from tests.promises.installation import Installation, installation
from tests.samples import find_samples

KINDS = ("entities", "customers", "invoices", "payments")

ENTITIES = """\
entity_code,entity_name,legal_form,address1,postcode,city,phone,share_capital,siren,rcs_town,sender_name,sender_email,letter_town,signature
TOPCONSEIL,TopConseil,SARL,1 rue de Rivoli,75001,Paris,01 02 03 04 05,100 000 EUR,552100554,Paris,Comptabilité,compta@topconseil.example,Paris,La direction
"""  # noqa: E501
CUSTOMERS = """\
customer_code,customer_name,language,kind,contact_name,email,address1,postcode,city
DUPONT,Dupont & Fils,fr,professional,Mme Œuvrard,"compta@dupont.example;chef@dupont.example",2 rue du Commerce,75009,Paris
MULLER,Garage Müller,en,professional,The accountant,ap@muller.example,3 rue du Commerce,75009,Paris
SILENT,Sans adresse,fr,professional,Service comptable,,4 rue du Commerce,75009,Paris
SOLDE,Déjà payé,fr,professional,Service comptable,compta@solde.example,5 rue du Commerce,75009,Paris
FUTUR,Pas encore échu,fr,professional,Service comptable,compta@futur.example,6 rue du Commerce,75009,Paris
"""  # noqa: E501
INVOICES = """\
entity_code,customer_code,number,kind,issue_date,due_date,net,vat,gross,currency
TOPCONSEIL,DUPONT,FAC-201601-01,invoice,2016-01-01,31/01/2016,"9 500,00","1 900,00","11 400,00",EUR
TOPCONSEIL,MULLER,FAC-201601-02,invoice,2016-01-01,2016-01-31,100.00,20.00,120.00,EUR
TOPCONSEIL,SILENT,FAC-201601-03,invoice,2016-01-01,2016-01-31,100.00,20.00,120.00,EUR
TOPCONSEIL,SOLDE,FAC-201601-04,invoice,2016-01-01,2016-01-31,100.00,20.00,120.00,EUR
TOPCONSEIL,FUTUR,FAC-209901-01,invoice,2016-01-01,2099-01-31,100.00,20.00,120.00,EUR
"""
PAYMENTS = """\
entity_code,customer_code,reference,date,amount,currency,method,invoice_number,allocated
TOPCONSEIL,DUPONT,VIR-1,2016-02-10,"5 000,00",EUR,transfer,FAC-201601-01,"5 000,00"
TOPCONSEIL,SOLDE,VIR-2,2016-02-10,120.00,EUR,transfer,FAC-201601-04,120.00
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        yield made


def load(place: Installation, ledger: Path) -> None:
    for kind in KINDS:
        assert place.read(f"import_{kind}", str(ledger / f"{kind}.csv"))["errors"] == []


def reasons(report: dict[str, Any]) -> Counter[str]:
    return Counter(row["reason"] for row in report["left"])


def everything_agrees(place: Installation, issued: list[dict[str, Any]], tmp_path: Path) -> None:
    """Check the outbox, the mail server and the archive against what was issued."""
    outbox = place.outbox()
    assert {one["state"] for one in outbox} == {"sent"}
    assert {one["reference"] for one in outbox} == {one["reference"] for one in issued}
    by_recipient = {one.recipient: one.content.decode() for one in place.mail.received()}
    assert len(place.mail.received()) == len(outbox)
    assert set(by_recipient) == {one["recipient"] for one in outbox}
    target = tmp_path / "message.eml"
    place.run("document", issued[0]["reference"], "-o", str(target))
    for one in outbox:
        received = by_recipient[one["recipient"]]
        content = (place.mail.folder / f"{received}-{one['recipient']}.eml").read_bytes()
        assert hashlib.sha256(content).hexdigest() == received
        if one["reference"] == issued[0]["reference"]:
            assert content == target.read_bytes()
        assert statement_of(message_of(content)).startswith(b"%PDF-")
    assert place.read("verify")["problems"] == []
    assert place.read("check_figures")["problems"] == []


def message_of(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=policy.default)


def statement_of(message: EmailMessage) -> bytes:
    (statement,) = message.iter_attachments()
    assert statement.get_content_type() == "application/pdf"
    return bytes(statement.get_content())


def test_a_ledger_is_imported_reminded_sent_and_found_again_to_the_byte(
    place: Installation, tmp_path: Path
) -> None:
    for kind, text in zip(KINDS, (ENTITIES, CUSTOMERS, INVOICES, PAYMENTS), strict=True):
        (tmp_path / f"{kind}.csv").write_text(text, encoding="utf-8")
    load(place, tmp_path)
    first = place.read("remind", "--template", "E1")
    assert {(row["customer"], tuple(row["invoices"])) for row in first["issued"]} == {
        ("DUPONT", ("FAC-201601-01",)),
        ("MULLER", ("FAC-201601-02",)),
    }
    assert {row["customer"]: row["reason"] for row in first["left"]} == {
        "SILENT": "no_email",
        "SOLDE": "nothing_overdue",
        "FUTUR": "nothing_overdue",
    }
    assert place.mail.received() == []
    place.run("worker", "--once")
    everything_agrees(place, first["issued"], tmp_path)
    assert Counter(one.recipient for one in place.mail.received()) == {
        "compta@dupont.example": 1,
        "chef@dupont.example": 1,
        "ap@muller.example": 1,
    }
    again = place.read("remind", "--template", "E1")
    assert again["issued"] == []
    assert {row["customer"]: row["reason"] for row in again["left"]} == {
        "DUPONT": "recently_reminded",
        "MULLER": "recently_reminded",
        "SILENT": "no_email",
        "SOLDE": "nothing_overdue",
        "FUTUR": "nothing_overdue",
    }
    place.run("worker", "--once")
    assert len(place.mail.received()) == 3
    sent = message_of(next(place.mail.folder.glob("*compta@dupont.example.eml")).read_bytes())
    assert sent["Auto-Submitted"] == "auto-generated"
    pages = pypdf.PdfReader(BytesIO(statement_of(sent))).pages
    assert "6\u202f400,00" in "".join(page.extract_text() for page in pages)


@pytest.mark.parametrize("ledger", find_samples("ledger"))
def test_the_sample_ledger_reaches_the_mail_server_once_per_account_with_an_address(
    ledger: Path, place: Installation, tmp_path: Path
) -> None:
    load(place, ledger)
    first = place.read("remind", "--template", "E1")
    assert (len(first["issued"]), reasons(first)) == (47, {"nothing_overdue": 48, "no_email": 5})
    place.run("worker", "--once")
    everything_agrees(place, first["issued"], tmp_path)
    assert len(place.mail.received()) == 47
    again = place.read("remind", "--template", "E1")
    assert (again["issued"], reasons(again)) == (
        [],
        {"recently_reminded": 47, "nothing_overdue": 48, "no_email": 5},
    )
    place.run("worker", "--once")
    assert len(place.mail.received()) == 47
