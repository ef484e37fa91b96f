"""The example of the trade, end to end: one invoice partly paid, one letter, kept for ever."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from encours.archive import store
from encours.archive.models import IssuedDocument
from encours.archive.verify import verify_archive
from encours.audit.models import AuditLine
from encours.dunning.models import DeliveryState, Mode, Reminder, ReminderState
from encours.parties.models import Account
from tests.build import NOW, TODAY, example
from tests.dunning.issuing import remind, remind_one

pytestmark = pytest.mark.django_db


def text_of(pdf: bytes) -> str:
    """Return the text of a PDF with every run of spaces, no-break ones included, as one space."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def main_bytes(reminder: Reminder) -> bytes:
    return store.get(reminder.files.get(position=0).document.sha256)


def test_the_letter_asks_what_is_left_and_holds_every_element() -> None:
    reminder = remind_one(example().account)
    text = text_of(main_bytes(reminder))
    for element in [
        "TopConseil",
        "1 rue de Rivoli",
        "Tél : 01 02 03 04 05",
        "Fax : 01 02 03 04 06",
        "Capital : 100 000 EUR",
        "R.C.S. : RCS PARIS",
        "Dupont SA",
        "2 rue du Commerce",
        "75009 Paris",
        "Réf. relance : 1",
        "Page n° 1",
        "Paris, le 16/05/2016",
        "- Lettre simple -",
        "Objet : Relance pour une facture en attente de règlement",
        "Madame, Monsieur,",
        "la facture suivante reste à régler",
        "- N° FAC-201601-01 (Mois/Année : 1/2016) : 6 400,00 EUR TTC à payer pour le 31/01/2016",
        "6 400,00 EUR (TTC)",
        "votre compte client au 16/05/2016",
        "salutations distinguées",
        "Direction administrative et financière",
    ]:
        assert element in text, element
    assert "relance du" not in text
    assert "11 400,00" not in text


def test_the_reminder_freezes_who_what_when_and_how() -> None:
    invoice = example()
    reminder = remind_one(invoice.account)
    assert (reminder.reference, reminder.number, reminder.entity.code) == ("TOPCONSEIL-1", 1, "TOPCONSEIL")
    assert (reminder.state, reminder.delivery_state) == (ReminderState.ISSUED, DeliveryState.TO_PRINT)
    assert (reminder.mode, reminder.template_code, reminder.mention) == (Mode.LETTER, "L1", "Lettre simple")
    assert (reminder.severity_rank, reminder.severity_name) == (3, "Moyenne")
    assert (reminder.author_name, reminder.created_at, reminder.date) == ("Claire Martin", NOW, TODAY)
    assert "N°\u00a0FAC-201601-01" in reminder.message
    line = reminder.lines.get()
    assert (line.number, line.gross_minor, line.remaining_minor, line.days_late) == (
        "FAC-201601-01",
        1_140_000,
        640_000,
        106,
    )
    assert list(reminder.files.order_by("position").values_list("kind", "document__filename")) == [
        ("letter", "Relance-TOPCONSEIL-1.pdf"),
        ("statement", "Compte-client-DUPONT-01-2016-05-2016.pdf"),
    ]


def test_the_invoice_and_its_account_know_that_they_were_reminded() -> None:
    invoice = example()
    assert Account.objects.get(id=invoice.account_id).oldest_unreminded_due_date == invoice.due_date
    remind_one(invoice.account)
    invoice.refresh_from_db()
    assert (invoice.reminder_count, invoice.last_reminded_at) == (1, NOW)
    account = Account.objects.get(id=invoice.account_id)
    assert (account.reminded_open_count, account.oldest_unreminded_due_date) == (1, None)


def test_what_is_issued_is_chained_audited_and_verified() -> None:
    reminder = remind_one(example().account)
    assert list(IssuedDocument.objects.values_list("chain", "position", "kind", "reference")) == [
        ("TOPCONSEIL", 1, "letter", "TOPCONSEIL-1"),
        ("TOPCONSEIL", 2, "statement", "TOPCONSEIL-1"),
    ]
    line = AuditLine.objects.get(action="reminder.issue")
    assert (line.actor_name, line.subject, line.entity_code) == (
        "Claire Martin",
        "relance TOPCONSEIL-1",
        "TOPCONSEIL",
    )
    assert verify_archive().problems == []
    assert reminder.lease_owner == ""


def test_the_second_letter_recalls_the_first_and_its_date() -> None:
    account = example().account
    remind(account, key="first", now=NOW.replace(day=2))
    reminder = remind_one(account, code="L2", key="second")
    assert reminder.reference == "TOPCONSEIL-2"
    assert "Notre relance du 02/05/2016 est restée sans suite" in text_of(main_bytes(reminder))


def test_the_same_key_gives_the_same_reminder_back() -> None:
    account = example().account
    first = remind_one(account)
    again = remind_one(account)
    assert (again.id, Reminder.objects.count(), IssuedDocument.objects.count()) == (first.id, 1, 2)
