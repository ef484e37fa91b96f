"""Find the issued reminders that speak of a document: what they said can no longer be corrected."""

from __future__ import annotations

from django.utils.translation import gettext as _

from encours.receivables.errors import StillReferredTo
from encours.receivables.models import Invoice, Payment
from encours.receivables.words import name_of


def is_referred_to(document: Invoice | Payment) -> bool:
    """Tell whether a document can only be cancelled, because something issued speaks of it."""
    try:
        refuse_if_referred_to(document)
    except StillReferredTo:
        return True
    return False


def refuse_if_referred_to(document: Invoice | Payment) -> None:
    """Raise Refusal where a reminder of the account was made since the document was recorded.

    Such a reminder asked for it, or enclosed a statement that shows it. A document whose recording moment
    is unknown (loaded in bulk) is taken as known since its own date.
    """
    reminders = document.account.reminders.order_by("-number")
    if document.recorded_at is not None:
        speaking = reminders.filter(created_at__gte=document.recorded_at).first()
    else:
        day = document.date if isinstance(document, Payment) else document.issue_date
        speaking = reminders.filter(date__gte=day).first()
    if speaking is None and isinstance(document, Invoice):
        speaking = reminders.filter(lines__invoice=document).first()
    if speaking is not None:
        raise StillReferredTo(
            _(
                "La relance %(reference)s a été émise depuis l'enregistrement de %(name)s\u00a0: "
                "annulez au lieu de corriger."
            )
            % {"reference": speaking.reference, "name": name_of(document)}
        )
