"""Say each event of an account in the words of the interface."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from encours.core import french
from encours.core.days import paris_date
from encours.core.money import Money
from encours.dunning.models import DeliveryState, FormalNotice, Mode
from encours.dunning.notices.models import NoticeState
from encours.dunning.queries import STATE_KINDS
from encours.receivables.models import Allocation, Hold, HoldKind, Invoice, Payment

_NOTICE_KINDS = {
    NoticeState.WAITING: "wait",
    NoticeState.APPROVED: "ok",
    NoticeState.REFUSED: "bad",
    NoticeState.WITHDRAWN: "mute",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was said or paid; ``at`` is a day where its hour means nothing."""

    icon: str
    at: dt.datetime | dt.date
    title: str
    address: str = ""
    text: str = ""
    amount: Money | None = None
    state_kind: str = ""
    state: str = ""
    author: str = ""
    problems: tuple[str, ...] = ()

    @property
    def has_hour(self) -> bool:
        """Tell whether the hour is known."""
        return isinstance(self.at, dt.datetime)


def reminder_event(row: Any) -> Event:
    """Say a reminder, how it left, what became of it and who refused it (``refusals``)."""
    state = DeliveryState(row.delivery_state)
    named = _("Mise en demeure %s") if row.is_formal_notice else _("Relance %s")
    return Event(
        icon="mail" if row.mode == Mode.EMAIL else "file-text",
        at=row.created_at,
        title=named % row.reference,
        address=reverse("dunning:reminder", args=[row.reference]),
        text=f"{Mode(row.mode).label} – {row.subject}",
        state_kind=STATE_KINDS[state],
        state=str(state.label),
        author=row.author_name,
        problems=tuple(row.refusals),
    )


def payment_event(row: Payment) -> Event:
    """Say a payment as it came in."""
    return Event(
        icon="cash",
        at=row.date,
        title=_("Règlement %s") % row.reference,
        address=reverse("receivables:payment", args=[row.pk]),
        text=row.method,
        amount=Money(row.amount_minor, row.currency),
    )


def cancellation_event(row: Payment) -> Event:
    """Say that a payment was cancelled."""
    assert row.cancelled_on is not None  # the source keeps no other
    return Event(
        icon="ban",
        at=row.cancelled_on,
        title=_("Règlement %s annulé") % row.reference,
        address=reverse("receivables:payment", args=[row.pk]),
        text=row.cancellation_reason,
        amount=Money(row.amount_minor, row.currency),
        author=row.cancelled_by_name,
    )


def credit_note_event(row: Invoice) -> Event:
    """Say a credit note."""
    return Event(
        icon="receipt-refund",
        at=row.issue_date,
        title=_("Avoir %s") % row.number,
        address=reverse("receivables:invoice", args=[row.pk]),
        text=row.cancellation_reason,
        amount=Money(row.gross_minor, row.currency),
    )


def allocation_event(row: Allocation) -> Event:
    """Say what was set against an invoice, or set free again."""
    undoes = row.undoes_id is not None
    said = _("Lettrage annulé : %(source)s et facture %(invoice)s")
    if not undoes:
        said = _("%(source)s affecté à la facture %(invoice)s")
    source = row.payment.reference if row.payment else row.credit_note.number if row.credit_note else ""
    return Event(
        icon="unlink" if undoes else "link",
        at=row.date,
        title=said % {"source": source, "invoice": row.invoice.number},
        address=reverse("receivables:invoice", args=[row.invoice_id]),
        amount=Money(abs(row.amount_minor), row.invoice.currency),
        author=row.author_name,
    )


def hold_event(row: Hold) -> Event:
    """Say that reminders were held."""
    return Event("player-pause", row.created_at, _held(row), text=row.reason, author=row.author_name)


def lifting_event(row: Hold) -> Event:
    """Say that a hold was lifted."""
    assert row.lifted_at is not None  # the source keeps no other
    title = _("Suspension levée : %s") % _held(row)
    return Event("player-play", row.lifted_at, title, author=row.lifted_by_name)


def notice_event(row: FormalNotice) -> Event:
    """Say that a formal notice was prepared, and what was decided."""
    state = NoticeState(row.state)
    decided = f"{row.decided_by_name}, {french.date(paris_date(row.decided_at))}" if row.decided_at else ""
    return Event(
        icon="gavel",
        at=row.prepared_at,
        title=_("Mise en demeure préparée"),
        text=" – ".join(part for part in (decided, row.reason) if part),
        state_kind=_NOTICE_KINDS[state],
        state=str(state.label),
        author=row.author_name,
    )


def _held(row: Hold) -> str:
    of = _("facture %s") % row.invoice.number if row.invoice else _("tout le compte")
    if row.kind == HoldKind.DISPUTE or row.until is None:
        return _("En litige (%s)") % of
    return _("Ne pas relancer jusqu'au %(day)s (%(of)s)") % {"day": french.date(row.until), "of": of}
