"""Turn a plan into the frozen data of its reminder: every text, amount, address and date."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from email.utils import format_datetime

from django.conf import settings
from django.utils.translation import gettext as _

from encours.archive.models import StoredBlob
from encours.core import french
from encours.core.actors import Actor
from encours.core.addresses import valid_emails
from encours.core.days import PARIS, days_late
from encours.core.errors import Refusal
from encours.core.placeholders import (
    InvoiceList,
    fill,
    fill_blocks,
    without_empty_paragraphs,
    without_placeholders,
)
from encours.core.statements import Period
from encours.dunning.documents.letter import Block, LetterDocument, LetterInvoice
from encours.dunning.issuing.email import MAX_REFERENCES, MAX_SUBJECT_LENGTH, EmailDocument
from encours.dunning.issuing.frozen import FrozenDuplicate, FrozenReminder, safe_filename
from encours.dunning.issuing.plan import Plan
from encours.dunning.models import Mode, Reminder
from encours.dunning.situation import Situation
from encours.dunning.texts import enclosure_texts, enumeration, invoices_as_text, numbers_as_text, total_text
from encours.parties.queries import emails_of
from encours.parties.senders import postal_lines, sender_of
from encours.receivables.documents.duplicate import DuplicateDocument
from encours.receivables.models import Invoice
from encours.statements.documents.statement import StatementDocument
from encours.statements.queries import Wanted, read_statements

_STATEMENT_BYTES, _STATEMENT_LINE_BYTES, _DUPLICATE_BYTES = 100_000, 1_000, 100_000


@dataclass(frozen=True, slots=True)
class Issue:
    """What is known once the number is given: a plan, its account, its reference, its author, its moment.

    ``number`` is None in a preview.
    """

    plan: Plan
    situation: Situation
    number: int | None
    actor: Actor
    now: dt.datetime

    @property
    def reference(self) -> str:
        """Return ``<entity code>-<number>``, or that it is not given yet."""
        if self.number is None:
            return _("référence attribuée à l'enregistrement")
        return f"{self.situation.account.entity.code}-{self.number}"

    @property
    def is_email(self) -> bool:
        """Tell whether it is sent, not posted."""
        return self.plan.mode == Mode.EMAIL

    @property
    def language(self) -> str:
        """Return the language of the texts: the template's."""
        return self.plan.template.language


@dataclass(frozen=True, slots=True)
class Texts:
    """The subject and the message of a reminder, filled; ``blocks`` is the message as a letter draws it."""

    subject: str
    message: str
    blocks: tuple[Block, ...]


def freeze(issues: Sequence[Issue]) -> list[tuple[FrozenReminder, Texts]]:
    """Return for each reminder the data from which every document of it is drawn, and its texts.

    The accounts differ: what is read of all of them takes as many queries for one as for many. Raise Refusal
    where a message would be too large to be sent.
    """
    contacts = {issue.situation.account.id: issue.situation.contact for issue in issues}
    statements = read_statements(
        [_statement_of(issue) for issue in issues],
        {account_id: contact for account_id, contact in contacts.items() if contact is not None},
    )
    earlier = _earlier_messages([issue.situation.account.id for issue in issues if issue.is_email])
    return [
        _freeze(issue, statement, earlier.get(issue.situation.account.id, ()))
        for issue, statement in zip(issues, statements, strict=True)
    ]


def _statement_of(issue: Issue) -> Wanted:
    enclosures = issue.plan.enclosures
    period = Period(enclosures.from_month, enclosures.to_month, issue.situation.today)
    return Wanted(issue.situation.account, enclosures.statement_kind, period)


def _freeze(
    issue: Issue, statement: StatementDocument, earlier_messages: tuple[str, ...]
) -> tuple[FrozenReminder, Texts]:
    texts = write_texts(issue)
    frozen = FrozenReminder(
        reference=issue.reference,
        filename=f"Relance-{safe_filename(issue.reference)}",
        statement=statement,
        letter=None if issue.is_email else letter_document(issue, texts),
        email=email_document(issue, texts, earlier_messages) if issue.is_email else None,
        duplicates=_duplicates(issue) if issue.plan.enclosures.has_duplicates else (),
    )
    if issue.is_email:
        _refuse_too_large(frozen)
    return frozen, texts


def write_texts(issue: Issue) -> Texts:
    """Fill the subject and the message: the template's, or those that a person wrote."""
    plan, language = issue.plan, issue.language
    invoices = letter_invoices(issue)
    values = placeholder_values(issue)
    subject = plan.template.subject if plan.subject is None else plan.subject
    body = plan.template.body if plan.message is None else plan.message
    body = without_empty_paragraphs(body.strip(), values)
    in_subject = {**values, "factures": numbers_as_text(invoices, language)}
    return Texts(
        subject=_shortened(french.typeset(fill(subject, in_subject, len(invoices)), language)),
        message=french.typeset(fill(body, values, len(invoices)), language),
        blocks=() if issue.is_email else _blocks(body, values, len(invoices)),
    )


def _blocks(body: str, values: dict[str, str], count: int) -> tuple[Block, ...]:
    return tuple(
        Block("invoices") if isinstance(block, InvoiceList) else Block("paragraph", block.text)
        for block in fill_blocks(body, values, count)
    )


def editable_texts(issue: Issue) -> tuple[str, str]:
    """Return the subject and the message for a person to edit, as the template would say them.

    {factures} and {reference} stay: they are filled when the reminder is issued. What a value holds is
    kept from being read as a placeholder then.
    """
    template, language = issue.plan.template, issue.language
    count = len(issue.plan.invoices)
    values = {
        name: without_placeholders(value)
        for name, value in placeholder_values(issue).items()
        if name not in {"factures", "reference"}
    }
    body = without_empty_paragraphs(template.body.strip(), values)
    return (
        french.typeset(fill(template.subject, values, count), language),
        french.typeset(fill(body, values, count), language),
    )


def placeholder_values(issue: Issue) -> dict[str, str]:
    """Return what every placeholder stands for in this reminder."""
    situation, language = issue.situation, issue.language
    account, contact = situation.account, situation.contact
    invoices = letter_invoices(issue)
    reminded = [day for row in issue.plan.invoices if (day := situation.reminded_on.get(row.id))]
    iban = account.entity.iban.replace(" ", "")
    return {
        "client": account.customer.name,
        "contact": (contact.contact_name if contact else "") or account.customer.name,
        "entite": account.entity.name,
        "factures": invoices_as_text(invoices, language),
        "total": total_text((row.remaining for row in issue.plan.invoices), language),
        "nombre": str(len(invoices)),
        "date": french.date(situation.today),
        "reference": issue.reference,
        "pieces_jointes": enumeration(_enclosure_texts(issue), language),
        "jours_de_retard_max": str(max((line.days_late for line in invoices), default=0)),
        "derniere_relance": french.date(max(reminded)) if reminded else "",
        "utilisateur": issue.actor.name,
        "iban": " ".join(iban[at : at + 4] for at in range(0, len(iban), 4)),
    }


def letter_invoices(issue: Issue) -> tuple[LetterInvoice, ...]:
    """Return the invoices as the documents list them."""
    return tuple(
        LetterInvoice(
            number=row.number,
            issue_date=row.issue_date.isoformat(),
            due_date=row.due_date.isoformat(),
            remaining_minor=row.remaining.minor,
            currency=row.remaining.currency,
            days_late=max(0, days_late(row.due_date, issue.situation.today)),
        )
        for row in issue.plan.invoices
    )


def letter_document(issue: Issue, texts: Texts) -> LetterDocument:
    """Return the letter as it is frozen and drawn."""
    account, template = issue.situation.account, issue.plan.template
    return LetterDocument(
        language=issue.language,
        reference=str(issue.number or issue.reference),
        identifier=issue.reference,
        date=issue.situation.today.isoformat(),
        mention=template.mention,
        subject=texts.subject,
        sender=sender_of(account.entity),
        recipient=postal_lines(account.customer, issue.situation.contact, account.entity.country),
        blocks=texts.blocks,
        invoices=letter_invoices(issue),
        enclosures=_enclosure_texts(issue),
    )


def email_document(issue: Issue, texts: Texts, earlier_messages: tuple[str, ...] = ()) -> EmailDocument:
    """Return the message as it is frozen and composed; it answers the earlier ones, given oldest first."""
    account, plan, actor = issue.situation.account, issue.plan, issue.actor
    entity = account.entity
    reply_to = next(iter(valid_emails(actor.email)), "")
    recipients = plan.recipients if plan.recipients is not None else emails_of(issue.situation.contact)
    return EmailDocument(
        sender_name=entity.sender_name or entity.name,
        sender_address=entity.sender_email,
        to=recipients,
        copies=tuple(address for address in plan.copies if address not in recipients),
        reply_to_name=actor.name if reply_to else "",
        reply_to_address=reply_to,
        subject=texts.subject,
        text=texts.message,
        date=format_datetime(issue.now.astimezone(PARIS)),
        message_id=_message_id(issue),
        references=earlier_messages,
        language=issue.language,
    )


def _message_id(issue: Issue) -> str:
    """Return an identifier that no other message has: not even of a restored database."""
    domain = issue.situation.account.entity.sender_email.rpartition("@")[2]
    seed = f"{issue.reference} {issue.now.isoformat()} {issue.situation.account.id}"
    return f"<relance.{hashlib.sha256(seed.encode()).hexdigest()[:32]}@{domain}>"


def _earlier_messages(account_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the identifiers of the last messages of each account, the newest last."""
    rows = Reminder.objects.filter(account__in=account_ids, issued_at__isnull=False).exclude(message_id="")
    found: dict[int, list[str]] = defaultdict(list)
    for account_id, message_id in rows.order_by("created_at", "id").values_list("account_id", "message_id"):
        found[account_id].append(message_id)
    return {account_id: tuple(ids[-MAX_REFERENCES:]) for account_id, ids in found.items()}


def _enclosure_texts(issue: Issue) -> tuple[str, ...]:
    enclosures = issue.plan.enclosures
    return enclosure_texts(
        kind=enclosures.statement_kind,
        today=issue.situation.today,
        duplicate_count=len(issue.plan.invoices) if enclosures.has_duplicates else 0,
        language=issue.language,
    )


def _duplicates(issue: Issue) -> tuple[FrozenDuplicate, ...]:
    rows = Invoice.objects.in_bulk([row.id for row in issue.plan.invoices])
    return tuple(_duplicate(rows[row.id], issue) for row in issue.plan.invoices)


def _duplicate(invoice: Invoice, issue: Issue) -> FrozenDuplicate:
    account = issue.situation.account
    filename = f"Duplicata-{safe_filename(invoice.number)}.pdf"
    document = DuplicateDocument(
        language=issue.language,
        kind=invoice.kind,
        number=invoice.number,
        issue_date=invoice.issue_date.isoformat(),
        due_date=invoice.due_date.isoformat(),
        net_minor=invoice.net_minor,
        vat_minor=invoice.vat_minor,
        gross_minor=invoice.gross_minor,
        currency=invoice.currency,
        sender=sender_of(account.entity),
        customer=postal_lines(account.customer, issue.situation.contact, account.entity.country),
        drawn_on=issue.situation.today.isoformat(),
        customer_code=account.customer.code,
        customer_vat_number=account.customer.vat_number,
    )
    return FrozenDuplicate(invoice.number, filename, document, invoice.original_sha256)


def _refuse_too_large(frozen: FrozenReminder) -> None:
    """Refuse before a number is given what the mail server would refuse after it (base64 adds a third)."""
    originals = {row.original_sha256 for row in frozen.duplicates if row.original_sha256}
    total = (
        sum(StoredBlob.objects.filter(pk__in=originals).values_list("size", flat=True) if originals else ())
        + len(frozen.duplicates) * _DUPLICATE_BYTES
        + _STATEMENT_BYTES
        + _STATEMENT_LINE_BYTES * frozen.statement.line_count()
    )
    limit: int = settings.MAIL_MAX_BYTES
    if total * 4 // 3 > limit:
        raise Refusal(
            _(
                "Les pièces jointes pèsent environ %(size)s Mo, plus que la limite d'un e-mail (%(limit)s Mo)"
                "\u00a0: ôtez les duplicatas ou relancez moins de factures."
            )
            % {"size": total * 4 // 3 // 1_000_000 + 1, "limit": limit // 1_000_000}
        )


def _shortened(subject: str) -> str:
    if len(subject) <= MAX_SUBJECT_LENGTH:
        return subject
    return subject[: MAX_SUBJECT_LENGTH - 1] + "…"
