"""Say what state an invoice, a credit note or a payment is in, in the words of the interface."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from encours.core import french
from encours.core.days import days_late
from encours.languages import reader_language
from encours.receivables.models import Invoice, InvoiceKind, Payment


@dataclass(frozen=True, slots=True)
class State:
    """A word with its kind, for the template tag «state»: ok, warn, bad, info, wait or mute."""

    kind: str
    text: str


def states_of(document: Invoice | Payment, today: dt.date) -> list[State]:
    """Return the states of a document on a day, the most telling first."""
    if isinstance(document, Payment):
        return [_state_of_payment(document)]
    if document.kind == InvoiceKind.CREDIT_NOTE:
        return [_state_of_credit(document.remaining_minor, document.gross_minor)]
    if getattr(document, "cancelled_by", None) is not None:
        return [State("mute", _("annulée"))]
    if document.issue_date > today:
        return [State("mute", _("datée dans le futur"))]
    if document.remaining_minor == 0:
        return [State("ok", _("soldée"))]
    states = [_state_of_due_date(days_late(document.due_date, today))]
    if document.remaining_minor < document.gross_minor:
        states.append(State("info", _("partiellement réglée")))
    return states


def _state_of_due_date(late: int) -> State:
    if late <= 0:
        return State("wait", _("à échoir"))
    return State("bad", _("échue depuis %s") % french.counted(late, _("jour"), _("jours"), reader_language()))


def _state_of_payment(payment: Payment) -> State:
    if payment.cancelled_on is not None:
        return State("mute", _("annulé"))
    return _state_of_credit(payment.remaining_minor, payment.amount_minor)


def _state_of_credit(remaining_minor: int, amount_minor: int) -> State:
    if remaining_minor == 0:
        return State("ok", _("entièrement utilisé"))
    return State("warn", _("non utilisé") if remaining_minor == amount_minor else _("en partie utilisé"))
