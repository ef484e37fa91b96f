"""Compose the MIME message of a reminder with the standard library, always to the same bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage

from django.utils.translation import gettext as _

from encours.core.addresses import ascii_email
from encours.core.errors import Refusal

MAX_SUBJECT_LENGTH = 250
MAX_REFERENCES = 20
ENCODED_WORD = re.compile(r"=\?.*\?=", re.DOTALL)
"""What readers decode (RFC 2047), and the standard library too: a line break may hide in it."""


@dataclass(frozen=True, slots=True)
class EmailDocument:
    """A message as it was decided. ``date`` is a moment as RFC 5322 writes it, ``text`` the whole body.

    ``message_id``, ``in_reply_to`` and ``references`` carry their angle brackets; addresses are in ASCII.
    """

    sender_name: str
    sender_address: str
    to: tuple[str, ...]
    subject: str
    text: str
    date: str
    message_id: str
    copies: tuple[str, ...] = ()
    reply_to_name: str = ""
    reply_to_address: str = ""
    references: tuple[str, ...] = ()
    language: str = "fr"

    @property
    def named_copies(self) -> tuple[Address, ...]:
        """Return who is in copy; the user, to whom the answers go, with his name."""
        return tuple(_mailbox(self._name_of(address), address) for address in self.copies)

    def _name_of(self, address: str) -> str:
        return self.reply_to_name if address.lower() == self.reply_to_address.lower() else ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF that goes with a message."""

    filename: str
    content: bytes


def compose(email: EmailDocument, attachments: Sequence[Attachment]) -> bytes:
    """Return the message as it is sent, lines ended by CRLF.

    Raise Refusal for a header that holds a line break, encoded or not: it is refused rather than cleaned, for
    somebody may have tried to add a recipient.
    """
    refuse_line_breaks(email, [attachment.filename for attachment in attachments])
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = _mailbox(email.sender_name, email.sender_address)
    message["To"] = tuple(_mailbox("", address) for address in email.to)
    if email.copies:
        message["Cc"] = email.named_copies
    if email.reply_to_address:
        message["Reply-To"] = _mailbox(email.reply_to_name, email.reply_to_address)
    message["Subject"] = email.subject
    message["Date"] = email.date
    message["Message-ID"] = email.message_id
    if email.references:
        message["In-Reply-To"] = email.references[-1]
        message["References"] = " ".join(email.references)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(email.text.rstrip() + "\n", charset="utf-8", cte="quoted-printable")
    for attachment in attachments:
        message.add_attachment(
            attachment.content, maintype="application", subtype="pdf", filename=attachment.filename
        )
    if attachments:
        message.set_boundary(f"=_encours_{hashlib.sha256(email.message_id.encode()).hexdigest()[:32]}")
    message["Content-Language"] = email.language  # last: setting a content drops or moves such headers
    return message.as_bytes()


def refuse_line_breaks(email: EmailDocument, filenames: Sequence[str] = ()) -> None:
    """Raise Refusal where a value that becomes a header holds or hides a line break or the like."""
    headers = {
        _("objet"): [email.subject],
        _("nom de la pièce jointe"): filenames,
        _("nom de l'expéditeur"): [email.sender_name],
        _("nom de l'utilisateur"): [email.reply_to_name],
        _("adresse e-mail"): [
            email.sender_address,
            email.reply_to_address,
            *email.to,
            *email.copies,
            *email.references,
            email.message_id,
        ],
    }
    for name, values in headers.items():
        joined = "\ufffd".join(values)
        if any(not char.isprintable() and char not in "\u00a0\u202f\u2009" for char in joined):
            raise Refusal(
                _(
                    "Le champ «\u00a0%s\u00a0» contient un saut de ligne ou un caractère de contrôle\u00a0:"
                    " ôtez-le."
                )
                % name
            )
        if ENCODED_WORD.search(joined):
            raise Refusal(
                _(
                    "Le champ «\u00a0%s\u00a0» contient «\u00a0=?…?=\u00a0», le code des messageries\u00a0:"
                    " ôtez-le."
                )
                % name
            )


def _mailbox(name: str, address: str) -> Address:
    ascii_email(address)  # raises Refusal for what is no plain address
    return Address(display_name=name, addr_spec=address)
