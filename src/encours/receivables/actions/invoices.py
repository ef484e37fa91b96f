"""Record invoices and credit notes; correct one while nothing speaks of it, cancel it otherwise."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace

from django.db import transaction
from django.utils.translation import gettext as _

from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.days import month_number, paris_date
from encours.core.money import Money
from encours.core.open_items import OpenItem, remaining_at
from encours.parties.models import Account
from encours.receivables.actions.allocations import add_counter_entry, allocate
from encours.receivables.details import InvoiceDetails, check_invoice, check_reason
from encours.receivables.errors import AlreadyDone, AlreadyRecorded, DateRefused, SidesDiffer, StillReferredTo
from encours.receivables.figures import lock_accounts, refresh_accounts
from encours.receivables.models import Invoice, InvoiceKind
from encours.receivables.months import Dated, add_to_months, take_from_months
from encours.receivables.open_items import open_item_of
from encours.receivables.references import refuse_if_referred_to
from encours.receivables.words import day_in_words, name_at_start


@transaction.atomic
def record_invoice(*, account: Account, details: InvoiceDetails, actor: Actor, now: dt.datetime) -> Invoice:
    """Record an invoice; raise Refusal for a number that its entity has, or details no invoice can have."""
    return _record_document(account, details, InvoiceKind.INVOICE, actor, now)


@transaction.atomic
def record_credit_note(
    *, account: Account, details: InvoiceDetails, actor: Actor, now: dt.datetime
) -> Invoice:
    """Record a credit note, its amounts positive; raise Refusal as for an invoice."""
    return _record_document(account, details, InvoiceKind.CREDIT_NOTE, actor, now)


@transaction.atomic
def correct_invoice(*, invoice: Invoice, details: InvoiceDetails, actor: Actor, now: dt.datetime) -> Invoice:
    """Give a mistyped invoice or credit note the right details, while nothing issued speaks of it.

    Raise Refusal where a reminder was made since it was recorded, where it is cancelled or cancels another,
    or where its allocations would no longer fit.
    """
    checked = check_invoice(details)
    lock_accounts([invoice.account_id])
    invoice = Invoice.objects.select_related("entity").get(id=invoice.id)
    _refuse_cancelled(invoice)
    refuse_if_referred_to(invoice)
    if checked.number != invoice.number:
        _refuse_taken_number(invoice.entity_id, checked.number)
    _refuse_if_allocations_would_not_fit(invoice, checked)
    before = {name: getattr(invoice, name) for name in asdict(checked)}
    in_months = Dated(
        invoices=[invoice.id], allocations=list(invoice.allocations.values_list("id", flat=True))
    )
    take_from_months(in_months)
    for name, value in asdict(checked).items():
        setattr(invoice, name, value)
    invoice.issue_month = month_number(checked.issue_date)
    invoice.remaining_minor = checked.gross_minor - sum(
        entry.amount_minor for entry in open_item_of(invoice).uses
    )
    invoice.save()
    add_to_months(in_months)
    refresh_accounts([invoice.account_id], today=paris_date(now))
    record(
        actor=actor,
        action="invoice.correct",
        subject=f"facture {invoice.entity.code} {invoice.number}",
        entity_code=invoice.entity.code,
        before=before,
        after=asdict(checked),
        now=now,
    )
    return invoice


@transaction.atomic
def cancel_invoice(
    *, invoice: Invoice, credit_note_number: str, reason: str, actor: Actor, now: dt.datetime
) -> Invoice:
    """Cancel an invoice by a credit note of its whole amount, dated today, and return the credit note.

    What was allocated to the invoice is undone first: its payments and credit notes can be used again.
    """
    reason = check_reason(reason)
    today = paris_date(now)
    lock_accounts([invoice.account_id])
    invoice = Invoice.objects.select_related("account").get(id=invoice.id)
    if invoice.kind != InvoiceKind.INVOICE:
        raise SidesDiffer(
            _("%s est un avoir\u00a0: annulez ses lettrages, puis enregistrez une facture du même montant.")
            % invoice.number
        )
    _refuse_cancelled(invoice)
    if invoice.issue_date > today:
        raise DateRefused(
            _(
                "La facture %(number)s est datée du %(day)s, dans le futur\u00a0: corrigez-la, ou "
                "attendez ce jour."
            )
            % {"number": invoice.number, "day": day_in_words(invoice.issue_date)}
        )
    for allocation in invoice.allocations.filter(undoes=None, undone_by=None).order_by("id"):
        add_counter_entry(allocation, actor=actor, now=now)
    details = InvoiceDetails(
        number=credit_note_number,
        issue_date=today,
        due_date=today,
        net_minor=invoice.net_minor,
        vat_minor=invoice.vat_minor,
        gross_minor=invoice.gross_minor,
        currency=invoice.currency,
    )
    credit_note = _record_document(invoice.account, details, InvoiceKind.CREDIT_NOTE, actor, now)
    Invoice.objects.filter(id=credit_note.id).update(cancels=invoice, cancellation_reason=reason)
    allocate(source=credit_note, invoice=invoice, amount_minor=invoice.gross_minor, actor=actor, now=now)
    record(
        actor=actor,
        action="invoice.cancel",
        subject=f"facture {invoice.entity.code} {invoice.number}",
        entity_code=invoice.entity.code,
        after={"credit_note": credit_note.number, "reason": reason},
        now=now,
    )
    return Invoice.objects.get(id=credit_note.id)


def _record_document(
    account: Account, details: InvoiceDetails, kind: InvoiceKind, actor: Actor, now: dt.datetime
) -> Invoice:
    checked = check_invoice(details)
    lock_accounts([account.id])
    _refuse_taken_number(account.entity_id, checked.number)
    invoice = Invoice.objects.create(
        account=account,
        entity_id=account.entity_id,
        kind=kind,
        issue_month=month_number(checked.issue_date),
        remaining_minor=checked.gross_minor,
        recorded_at=now,
        **asdict(checked),
    )
    add_to_months(Dated(invoices=[invoice.id]))
    refresh_accounts([account.id], today=paris_date(now))
    record(
        actor=actor,
        action="invoice.record" if kind == InvoiceKind.INVOICE else "credit_note.record",
        subject=f"{'facture' if kind == InvoiceKind.INVOICE else 'avoir'} {account.entity.code} "
        f"{invoice.number}",
        entity_code=account.entity.code,
        after=asdict(checked),
        now=now,
    )
    return invoice


def _refuse_taken_number(entity_id: int, number: str) -> None:
    if Invoice.objects.filter(entity_id=entity_id, number=number).exists():
        raise AlreadyRecorded(
            _(
                "Le numéro %s est déjà pris dans cette entité facturante\u00a0: vérifiez-le ou "
                "choisissez-en un autre."
            )
            % number
        )


def _refuse_cancelled(invoice: Invoice) -> None:
    if Invoice.objects.filter(cancels=invoice).exists():
        raise AlreadyDone(_("%s est déjà annulée par un avoir.") % name_at_start(invoice))
    if invoice.cancels_id is not None:
        raise AlreadyDone(_("%s annule une facture\u00a0: il ne se corrige pas.") % name_at_start(invoice))


def _refuse_if_allocations_would_not_fit(invoice: Invoice, details: InvoiceDetails) -> None:
    item = open_item_of(invoice)
    if not item.uses:
        return
    corrected: OpenItem = replace(
        item, amount=Money(details.gross_minor, details.currency), date=details.issue_date
    )
    fits = details.currency == invoice.currency and all(
        entry.date >= details.issue_date and remaining_at(corrected, entry.date).minor >= 0
        for entry in item.uses
    )
    if not fits:
        raise StillReferredTo(
            _(
                "%s est lettrée\u00a0: sa devise, sa date et son montant doivent rester compatibles "
                "avec ses lettrages."
            )
            % name_at_start(invoice)
        )
