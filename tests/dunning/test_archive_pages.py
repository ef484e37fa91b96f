"""The archive shows a reminder as it was issued, and what may still be done to it."""

from __future__ import annotations

import io
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from encours.archive import store
from encours.audit.models import AuditLine
from encours.delivery.models import MessageState, OutboxMessage
from encours.dunning.issuing.plan import Enclosures
from encours.dunning.models import DeliveryState, Reminder, ReminderState
from encours.parties.models import Account
from tests import build
from tests.dunning.issuing import issue_chosen, remind
from tests.dunning.test_wizard import signed_in

pytestmark = pytest.mark.django_db


def page(client: Client, reference: str = "TOPCONSEIL-1") -> str:
    text = unescape(client.get(f"/relances/{reference}/").content.decode())
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def a_letter() -> Reminder:
    enclosures = Enclosures("compte", 24188, 24196, has_duplicates=True)
    return issue_chosen(build.example().account, "L1", enclosures=enclosures)


def test_the_detail_has_every_label_and_the_hash_of_every_file() -> None:
    reminder = a_letter()
    text = page(signed_in())
    for label in [
        "Détail de la relance archivée",
        "Relance créée par :",
        "Claire Martin",
        "Société facturante :",
        "TopConseil",
        "Client concerné :",
        "Dupont SA",
        "Date de relance :",
        "16 mai 2016 à 11:22:40",
        "Mode de relance :",
        "Courrier postal",
        "Sévérité/Priorité :",
        "3 - Moyenne",
        "Pièces jointes :",
        "État du compte client de 09/2015 à 05/2016",
        "Duplicata de la facture FAC-201601-01",
        "Objet de la relance :",
        "Lettre simple : Relance pour une facture",
        "Message de relance :",
        "à imprimer",
        "Imprimer la lettre de relance",
    ]:
        assert label in text, label
    for file in reminder.files.all():
        assert f"SHA-256 : {file.document.sha256}" in text


def test_a_file_opens_inline_with_its_name_and_its_very_bytes() -> None:
    reminder = a_letter()
    address = reverse("dunning:file", args=[reminder.reference, 0, "Relance-TOPCONSEIL-1.pdf"])
    answer = signed_in().get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="Relance-TOPCONSEIL-1.pdf"'
    assert answer.content == store.get(reminder.files.get(position=0).document.sha256)
    assert signed_in().get(address.replace("Relance-TOP", "Autre-TOP")).status_code == 404


def test_printing_marks_the_letter_once_and_opens_it() -> None:
    a_letter()
    client = signed_in()
    answer = client.post("/relances/TOPCONSEIL-1/imprimer/")
    assert answer["Location"] == "/relances/TOPCONSEIL-1/fichiers/0/Relance-TOPCONSEIL-1.pdf"
    first = Reminder.objects.get()
    assert (first.delivery_state, first.printed_by_name) == (DeliveryState.PRINTED, "Anne gestion")
    signed_in("autre").post("/relances/TOPCONSEIL-1/imprimer/")
    assert Reminder.objects.get().printed_at == first.printed_at
    assert AuditLine.objects.filter(action="reminder.print").count() == 1
    assert "imprimée le" in page(client)


def test_the_letter_and_what_goes_with_it_print_as_one_file() -> None:
    a_letter()
    client = signed_in()
    address = client.post("/relances/TOPCONSEIL-1/imprimer/", {"pieces": "1"})["Location"]
    pages = PdfReader(io.BytesIO(client.get(address).content)).pages
    assert len(pages) == 3


def figures(account: Account) -> tuple[int, int]:
    account.refresh_from_db()
    return account.reminded_open_count, account.invoices.get().reminder_count


def test_an_unposted_letter_is_annulled_with_a_reason_and_its_number_stays_used() -> None:
    account = a_letter().account
    client = signed_in()
    client.post("/relances/TOPCONSEIL-1/annuler/", {"motif": " "})
    assert (Reminder.objects.get().state, figures(account)) == (ReminderState.ISSUED, (1, 1))
    client.post("/relances/TOPCONSEIL-1/annuler/", {"motif": "Adresse fausse"})
    reminder = Reminder.objects.get()
    assert (reminder.state, reminder.counts, reminder.cancelled_by_name) == (
        "cancelled",
        False,
        "Anne gestion",
    )
    assert figures(account) == (0, 0)
    assert ": Adresse fausse" in page(client)
    assert remind(account, key="next").reminders[0].reference == "TOPCONSEIL-2"
    client.post("/relances/TOPCONSEIL-1/annuler/", {"motif": "Encore"})
    assert Reminder.objects.get(number=1).cancellation_reason == "Adresse fausse"


def test_an_email_shows_its_envelopes_and_a_person_decides() -> None:
    issue_chosen(build.example().account, "E1", copies=("anne@tc.example",))
    client = signed_in()
    text = page(client)
    assert "compta@dupont.example" in text
    assert "anne@tc.example</strong> (copie)" in text
    assert "Annuler l'envoi" in text
    assert 'hx-trigger="every 3s"' in text
    message = OutboxMessage.objects.get(is_copy=False)
    answer = client.post(
        "/boite-d-envoi/decision/", {"seul": f"annuler:{message.id}", "retour": "/relances/TOPCONSEIL-1/"}
    )
    assert answer.headers["Location"] == "/relances/TOPCONSEIL-1/"
    message.refresh_from_db()
    assert message.state == MessageState.CANCELLED
    assert Reminder.objects.get().delivery_state == DeliveryState.CANCELLED
    assert "hx-trigger" not in client.get("/relances/TOPCONSEIL-1/envoi/").content.decode()
    client.post("/boite-d-envoi/decision/", {"seul": f"envoyee:{message.id}"})
    message.refresh_from_db()
    assert message.state == MessageState.CANCELLED


def test_a_letter_cannot_be_sent_and_an_email_cannot_be_printed_or_annulled() -> None:
    issue_chosen(build.example().account, "E1")
    client = signed_in()
    before = Reminder.objects.values().get()
    client.post("/relances/TOPCONSEIL-1/imprimer/")
    client.post("/relances/TOPCONSEIL-1/annuler/", {"motif": "x"})
    assert Reminder.objects.values().get() == before
