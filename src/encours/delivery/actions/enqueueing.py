"""Put a message in the outbox, one envelope per recipient, in the transaction that issues it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from encours import bulk
from encours.core.errors import Refusal
from encours.delivery.addresses import is_mailbox
from encours.delivery.models import MessageState, OutboxMessage


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address of the envelope; ``is_copy`` for the people in Cc, who never count as the customer."""

    address: str
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class Mailing:
    """One MIME message and everybody it goes to, an envelope each.

    ``sender`` is the address of the envelope: bounces go there.
    """

    reference: str
    sender: str
    recipients: Sequence[Recipient]
    message_id: str
    content_sha256: str
    size: int


def enqueue(
    *,
    reference: str,
    sender: str,
    recipients: Sequence[Recipient],
    message_id: str,
    content_sha256: str,
    size: int,
    now: dt.datetime,
) -> list[OutboxMessage]:
    """Queue one message and return its envelopes; see enqueue_all."""
    mailing = Mailing(reference, sender, recipients, message_id, content_sha256, size)
    return enqueue_all([mailing], now=now)


def enqueue_all(mailings: Sequence[Mailing], *, now: dt.datetime) -> list[OutboxMessage]:
    """Queue one envelope per recipient (an address written twice counts once) and return them.

    Each MIME message must be in the archive under ``content_sha256`` and pass ``wire.why_not_sendable``: it
    is sent byte for byte. To be called inside the transaction that issues the messages. Raise Refusal for an
    address that is not one, or if there is none.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("enqueue belongs in the transaction that issues the message")
    envelopes = [
        OutboxMessage(
            reference=mailing.reference,
            recipient=recipient.address,
            is_copy=recipient.is_copy,
            sender=mailing.sender,
            message_id=mailing.message_id,
            content_sha256=mailing.content_sha256,
            size=mailing.size,
            state=MessageState.QUEUED,
            next_attempt_at=now,
            created_at=now,
            changed_at=now,
        )
        for mailing in mailings
        for recipient in _distinct(mailing)
    ]
    bulk.create_all(envelopes)
    return envelopes


def _distinct(mailing: Mailing) -> list[Recipient]:
    """Return the recipients, each once; refuse what cannot be an envelope."""
    distinct: dict[str, Recipient] = {}
    for recipient in mailing.recipients:
        distinct.setdefault(recipient.address.casefold(), recipient)
    if not distinct:
        raise Refusal(
            _("Le message %(reference)s n'a aucun destinataire.") % {"reference": mailing.reference}
        )
    for address in (mailing.sender, *(recipient.address for recipient in distinct.values())):
        if not is_mailbox(address):
            raise Refusal(
                _("«\u00a0%(address)s\u00a0» n'est pas une adresse e-mail valable.") % {"address": address}
            )
    return list(distinct.values())
