"""Why an action on invoices, payments or allocations is refused, each with its sentence."""

from __future__ import annotations

from encours.core.errors import Refusal


class AmountRefused(Refusal):
    """The amount is not one, or is more than what is left."""


class DateRefused(Refusal):
    """The date is in the future, or before the documents that it concerns."""


class SidesDiffer(Refusal):
    """The two documents are not of one account and one currency, or are not an invoice and its means."""


class AlreadyRecorded(Refusal):
    """The number or the reference is taken."""


class AlreadyDone(Refusal):
    """The allocation is undone, the payment or the invoice cancelled, the hold lifted already."""


class StillReferredTo(Refusal):
    """Something issued, or an allocation, speaks of the document: it is cancelled, not corrected."""


class ReasonMissing(Refusal):
    """A cancellation or a hold says why."""
