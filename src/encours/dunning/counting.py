"""Keep on each invoice how many reminders of it count, and when the last one was made."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from encours.dunning.models import ReminderLine, ReminderState
from encours.receivables.models import Invoice


def recount_invoices(invoice_ids: Iterable[int]) -> None:
    """Write both figures of these invoices, in the transaction of their cause, accounts locked."""
    lines = (
        ReminderLine.objects.filter(
            invoice=OuterRef("pk"), reminder__counts=True, reminder__state=ReminderState.ISSUED
        )
        .order_by()
        .values("invoice")
    )
    Invoice.objects.filter(id__in=list(invoice_ids)).update(
        reminder_count=Coalesce(Subquery(lines.annotate(n=Count("pk")).values("n")), 0),
        last_reminded_at=Subquery(lines.annotate(last=Max("reminder__created_at")).values("last")),
    )
