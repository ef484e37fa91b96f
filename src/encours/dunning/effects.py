"""Know what each reminder brought: what was paid of its invoices within fifteen days, kept line by line."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection

from django.db import connection
from django.db.models import Max, Min

from encours.core.days import month_number
from encours.dunning.models import Reminder, ReminderEffect, ReminderLine, ReminderState
from encours.parties.models import Account
from encours.receivables.figures import as_parameter, ids_given
from encours.receivables.models import Allocation

WITHIN_DAYS = 15
ACCOUNTS_AT_ONCE = 2_000

_GONE = """
DELETE FROM dunning_remindereffect WHERE reminder_id IN (
    SELECT id FROM dunning_reminder WHERE account_id IN {ids} AND NOT (state = 'issued' AND counts)
)
"""
_KEPT = """
INSERT INTO dunning_remindereffect (line_id, reminder_id, entity_id, currency, month, asked_minor, paid_minor)
SELECT line.id, line.reminder_id, line.entity_id, line.currency, line.month, line.remaining_minor,
    COALESCE((
        SELECT CAST(SUM(paid.amount_minor) AS bigint) FROM receivables_allocation AS paid
        WHERE paid.invoice_id = line.invoice_id AND paid.payment_id IS NOT NULL
            AND paid.date >= line.date AND paid.date <= line.last_day
            AND (line.next_date IS NULL OR paid.date < line.next_date)
    ), 0)
FROM (
    SELECT l.id, l.reminder_id, l.invoice_id, l.currency, l.remaining_minor, r.entity_id, r.date,
        {last_day} AS last_day, {month} AS month,
        LEAD(r.date) OVER (PARTITION BY l.invoice_id ORDER BY r.date, r.id) AS next_date
    FROM dunning_reminderline AS l JOIN dunning_reminder AS r ON r.id = l.reminder_id
    WHERE r.account_id IN {ids} AND r.state = 'issued' AND r.counts
) AS line WHERE true
ON CONFLICT (line_id) DO UPDATE SET paid_minor = excluded.paid_minor
WHERE dunning_remindereffect.paid_minor <> excluded.paid_minor
"""


def refresh_effects(account_ids: Collection[int]) -> None:
    """Write what the reminders of these accounts brought, inside the transaction of the cause.

    A payment counts once, for the latest reminder of the invoice before it that counts.
    """
    if connection.vendor == "postgresql":
        last_day = f"r.date + {WITHIN_DAYS}"
        month = "CAST(EXTRACT(YEAR FROM r.date) * 12 + EXTRACT(MONTH FROM r.date) - 1 AS integer)"
    else:
        last_day = f"date(r.date, '+{WITHIN_DAYS} days')"
        month = "CAST(substr(r.date, 1, 4) AS integer) * 12 + CAST(substr(r.date, 6, 2) AS integer) - 1"
    values = {"ids": as_parameter(account_ids)}
    with connection.cursor() as cursor:
        for statement in (_GONE, _KEPT):
            cursor.execute(statement.format(ids=ids_given(), last_day=last_day, month=month), values)


def rebuild_effects() -> None:
    """Write what every reminder brought, some accounts at a time."""
    ids = list(Reminder.objects.order_by("account_id").values_list("account_id", flat=True).distinct())
    for start in range(0, len(ids), ACCOUNTS_AT_ONCE):
        refresh_effects(ids[start : start + ACCOUNTS_AT_ONCE])


def check_effects() -> tuple[int, list[str]]:
    """Compare every kept effect with its recomputation: how many, and a sentence for each that differs."""
    ends = Account.objects.aggregate(first=Min("id"), last=Max("id"))
    checked, problems = 0, list[str]()
    for start in range(ends["first"] or 1, (ends["last"] or 0) + 1, ACCOUNTS_AT_ONCE):
        expected = _recomputed(start, start + ACCOUNTS_AT_ONCE)
        rows = ReminderEffect.objects.filter(
            reminder__account_id__gte=start, reminder__account_id__lt=start + ACCOUNTS_AT_ONCE
        )
        kept = {row[0]: row[1:] for row in rows.values_list("line_id", "month", "asked_minor", "paid_minor")}
        checked += len(kept.keys() | expected.keys())
        problems += [
            f"ligne de relance {line_id} : {kept.get(line_id)} au lieu de {expected.get(line_id)}"
            for line_id in sorted(kept.keys() | expected.keys())
            if kept.get(line_id) != expected.get(line_id)
        ]
    return checked, problems


def _recomputed(start: int, end: int) -> dict[int, tuple[int, int, int]]:
    """Return (month, asked, paid) by line, from the lines and allocations of a range of accounts."""
    lines = ReminderLine.objects.filter(
        reminder__account_id__gte=start,
        reminder__account_id__lt=end,
        reminder__state=ReminderState.ISSUED,
        reminder__counts=True,
    ).order_by("reminder__date", "reminder_id")
    found: dict[int, tuple[int, int, int]] = {}
    of_invoice: dict[int, list[tuple[int, int]]] = defaultdict(list)  # days and lines, in order
    for line_id, invoice_id, day, minor in lines.values_list(
        "id", "invoice_id", "reminder__date", "remaining_minor"
    ):
        found[line_id] = (month_number(day), minor, 0)
        of_invoice[invoice_id].append((day.toordinal(), line_id))
    paid = Allocation.objects.filter(
        invoice__account_id__gte=start, invoice__account_id__lt=end, payment__isnull=False
    )
    for invoice_id, day, minor in paid.values_list("invoice_id", "date", "amount_minor"):
        reminded = of_invoice.get(invoice_id, [])
        position = bisect_right([at for at, _line in reminded], day.toordinal())
        if position and day.toordinal() - reminded[position - 1][0] <= WITHIN_DAYS:
            line_id = reminded[position - 1][1]
            month, asked, before = found[line_id]
            found[line_id] = (month, asked, before + minor)
    return found
