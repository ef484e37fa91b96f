"""An e-mail reminder: one MIME message for all its recipients, its statement attached, one envelope each."""

from __future__ import annotations

import email
import io
from email import policy
from email.message import EmailMessage

import pytest
from pypdf import PdfReader, PdfWriter
from pytest_django.fixtures import Settings

from encours.access.scopes import EVERYTHING
from encours.archive import store
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.delivery.models import OutboxMessage
from encours.dunning.issuing.email import Attachment, EmailDocument, compose
from encours.dunning.issuing.plan import Enclosures
from encours.dunning.issuing.reserve import Request
from encours.dunning.issuing.run import issue
from encours.dunning.models import DeliveryState, Reminder
from encours.parties.models import Account
from tests import build
from tests.dunning.issuing import chosen, issue_chosen, remind_one, template

pytestmark = pytest.mark.django_db


def message_of(reminder: Reminder) -> EmailMessage:
    content = store.get(reminder.files.get(position=0).document.sha256)
    parsed = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def account_with_two_addresses() -> Account:
    customer = build.customer("DUPONT", name="Dupont SA", with_contact=False)
    build.contact(customer, emails="compta@dupont.example; dirfi@dupont.example")
    account = build.account(customer)
    build.invoice(account, "FAC-1")
    return account


def test_the_message_says_who_writes_to_whom_and_encloses_the_statement() -> None:
    reminder = remind_one(account_with_two_addresses(), "E1")
    message = message_of(reminder)
    assert message["From"] == "Comptabilité TOPCONSEIL <compta@topconseil.example>"
    assert message["To"] == "compta@dupont.example, dirfi@dupont.example"
    assert message["Cc"] is None
    assert message["Reply-To"] == "Claire Martin <claire.martin@example.com>"
    assert message["Subject"] == "Relance pour une facture en attente de règlement"
    assert message["Date"] == "Mon, 16 May 2016 11:22:40 +0200"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == reminder.message_id
    assert reminder.message_id.endswith("@topconseil.example>")
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\r\n", "\n")
    assert "- N°\u00a0FAC-1 (Mois/Année\u00a0: 1/2016)\u00a0: 11\u202f400,00\u00a0EUR TTC" in text
    assert text.endswith("Cordialement,\nTopConseil\n")
    (statement,) = message.iter_attachments()
    assert statement.get_filename() == "Compte-client-DUPONT-01-2016-05-2016.pdf"
    assert len(PdfReader(io.BytesIO(statement.get_content())).pages) == 1


def test_every_line_ends_with_crlf() -> None:
    reminder = remind_one(account_with_two_addresses(), "E1")
    content = store.get(reminder.files.get(position=0).document.sha256)
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))


def test_one_envelope_is_queued_per_recipient_with_the_archived_bytes() -> None:
    reminder = issue_chosen(
        account_with_two_addresses(), "E1", copies=("claire.martin@example.com", "dirfi@dupont.example")
    )
    document = reminder.files.get(position=0).document
    assert list(
        OutboxMessage.objects.order_by("id").values_list(
            "reference", "recipient", "is_copy", "sender", "content_sha256", "message_id"
        )
    ) == [
        ("TOPCONSEIL-1", address, is_copy, "compta@topconseil.example", document.sha256, reminder.message_id)
        for address, is_copy in [
            ("compta@dupont.example", False),
            ("dirfi@dupont.example", False),
            ("claire.martin@example.com", True),
        ]
    ]
    assert reminder.delivery_state == DeliveryState.QUEUED
    assert message_of(reminder)["Cc"] == "Claire Martin <claire.martin@example.com>"


@pytest.mark.parametrize(
    "name", ["Hélène Lœwe", 'Anne "Nana", DAF', "山田 太郎", "Éléonore de Saint-Exupéry-Mérimée"]
)
def test_the_user_in_copy_has_her_full_name_whatever_it_holds(name: str) -> None:
    actor = Actor(name=name, email="Claire.Martin@example.com")
    account = build.example().account
    row = template("E1")
    copies = ("Claire.Martin@example.com", "autre@example.com")
    result = issue(
        requests={account.id: Request(chosen("E1", template=row, copies=copies), "nommee")},
        scope=EVERYTHING,
        actor=actor,
        clock=lambda: build.NOW,
    )
    message = message_of(result.reminders[0])
    assert [(one.display_name, one.addr_spec) for one in message["Cc"].addresses] == [
        (name, "Claire.Martin@example.com"),
        ("", "autre@example.com"),
    ]
    raw = store.get(result.reminders[0].files.get(position=0).document.sha256)
    headers = raw.partition(b"\r\n\r\n")[0]
    assert headers.isascii()
    assert max(map(len, headers.split(b"\r\n"))) <= 998


def test_the_reminders_of_one_account_make_one_thread() -> None:
    account = account_with_two_addresses()
    first = remind_one(account, "E1", key="1", now=build.NOW.replace(day=2))
    second = issue_chosen(account, "E2", key="2")
    message = message_of(second)
    assert message["In-Reply-To"] == first.message_id
    assert message["References"] == first.message_id
    third = issue_chosen(account, "E3", key="3")
    assert message_of(third)["References"] == f"{first.message_id} {second.message_id}"


def test_duplicates_are_attached_when_asked() -> None:
    reminder = issue_chosen(
        account_with_two_addresses(),
        "E1",
        enclosures=Enclosures("encours", 24192, 24196, has_duplicates=True),
    )
    names = [part.get_filename() for part in message_of(reminder).iter_attachments()]
    assert names == ["Encours-DUPONT-01-2016-05-2016.pdf", "Duplicata-FAC-1.pdf"]
    assert "votre encours au 16/05/2016 et le duplicata de la facture déjà transmise" in reminder.message


def test_an_original_is_stamped_and_an_unreadable_one_is_drawn_again() -> None:
    account = account_with_two_addresses()
    blank = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(blank)
    for content, expected in ((blank.getvalue(), "DUPLICATA"), (b"not a PDF", "DUPLICATA")):
        account.invoices.update(original_sha256=store.put(content))
        enclosures = Enclosures("compte", 24192, 24196, has_duplicates=True)
        reminder = issue_chosen(account, "E1", content.hex()[:20], enclosures=enclosures)
        kept = store.get(reminder.files.get(kind="duplicate").document.sha256)
        text = PdfReader(io.BytesIO(kept)).pages[0].extract_text()
        assert expected in text
        assert ("FAC-1" in text) == (content == b"not a PDF")


def test_what_is_too_large_for_a_mail_server_is_refused_before_a_number_is_given(settings: Settings) -> None:
    settings.MAIL_MAX_BYTES = 200_000
    account = account_with_two_addresses()
    with pytest.raises(Refusal, match="Les pièces jointes pèsent environ 1 Mo"):
        issue_chosen(account, "E1", enclosures=Enclosures("compte", 24192, 24196, has_duplicates=True))
    assert Reminder.objects.count() == 0
    assert remind_one(account, "E1").reference == "TOPCONSEIL-1"


def document(**changes: object) -> EmailDocument:
    values: dict[str, object] = {
        "sender_name": "Comptabilité",
        "sender_address": "compta@tc.example",
        "to": ("a@b.example",),
        "subject": "Relance",
        "text": "Bonjour",
        "date": "Mon, 16 May 2016 11:22:40 +0200",
        "message_id": "<1@tc.example>",
        **changes,
    }
    return EmailDocument(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "Relance\r\nBcc: x@y.example"),
        ("subject", "Relance\nBcc: x@y.example"),
        ("sender_name", "Compta\r\nX: y"),
        ("reply_to_name", "Claire\nX: y"),
        ("to", ("a@b.example\r\nBcc: x@y.example",)),
        ("subject", "Relance\x00"),
        ("subject", "Relance\u2028"),
        ("subject", "Relance =?utf-8?q?=0d=0aBcc:_x=40y.example?="),
        ("sender_name", "=?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxl?="),
    ],
)
def test_a_line_break_in_a_header_is_refused_not_cleaned(field: str, value: object) -> None:
    assert compose(document(), [])
    with pytest.raises(Refusal, match=r"saut de ligne|le code des messageries"):
        compose(document(**{field: value}), [])


def test_the_same_message_always_has_the_same_bytes() -> None:
    attachments = [Attachment("Compte client é.pdf", b"%PDF-1.7 \xff\x00")]
    first = compose(document(subject="Été « à » 6 400,00 €" * 8), attachments)
    assert first == compose(document(subject="Été « à » 6 400,00 €" * 8), attachments)
    assert b"\r\n\r\n" in first
