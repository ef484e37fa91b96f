"""What the story of a credit controller's day needs, told by mouse or by keyboard."""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from encours.access.models import Role, User
from encours.parties.models import Account
from tests import build
from tests.mailserver import Received

Open = Callable[..., Page]
LETTER = "Première relance (Courrier postal, 3 - Moyenne)"
RECIPIENTS = {"compta@martin.example", "direction@martin.example", "gestion@example.org"}


@pytest.fixture
def accounts(user_of: Callable[[Role], User]) -> dict[str, Account]:
    """Return three accounts: the example to write to, one with two e-mails, one whose address is red."""
    user_of(Role.COLLECTOR)
    user_of(Role.READER)
    example = build.example()
    mailed = build.customer("MARTIN", with_contact=False, name="Martin et Cie")
    build.contact(mailed, emails="compta@martin.example; direction@martin.example")
    red = build.customer("FLEURS", with_contact=False, name="Fleurs d'Hélène")
    build.contact(red, emails="")
    for customer in (mailed, red):
        build.invoice(build.account(customer), net=100_000, vat=20_000)
    return {
        "letter": example.account,
        "email": Account.objects.get(customer=mailed),
        "red": Account.objects.get(customer=red),
    }


def pdf_text(content: bytes) -> str:
    return "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(content)).pages)


def check_letter(content: bytes) -> None:
    """Check that the PDF opened is the letter of the example."""
    text = re.sub(r"\s", " ", pdf_text(content))
    assert "6 400,00 EUR TTC à payer pour le 31/01/2016" in text


def check_messages(received: list[Received]) -> None:
    """Check that all got the same message, the user in copy by her name, the statement attached."""
    assert {one.recipient for one in received} == RECIPIENTS
    assert len({one.sha256 for one in received}) == 1
    message = email.message_from_bytes(received[0].content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert str(message["Cc"]) == "Camille Gestion <gestion@example.org>"
    assert "gestion@example.org" in str(message["Reply-To"])
    attachments = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert len(attachments) == 1
    name, content = attachments.popitem()
    assert str(name).startswith("Compte-client-MARTIN-")
    assert "Martin et Cie" in pdf_text(content)
