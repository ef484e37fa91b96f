"""Shapes of input: invoices, payments, reasons, holds, and one amount per open invoice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from encours.core.by_hand import Looking, typed_amount
from encours.core.errors import Refusal
from encours.core.money import Money
from encours.core.typed import parse_currency
from encours.languages import typed as written
from encours.receivables.details import (
    METHOD_LENGTH,
    NUMBER_LENGTH,
    REFERENCE_LENGTH,
    InvoiceDetails,
    PaymentDetails,
)
from encours.receivables.models import HoldKind
from encours.receivables.queries import OpenInvoice
from encours.receivables.typed_fields import (
    AMOUNT_LENGTH,
    DatedForm,
    TypedDateField,
    amount_field,
    date_field,
)

PREFIX = "montant_"


class MoneyForm(DatedForm):
    """A form whose amounts are read in the currency that it names."""

    amounts: tuple[str, ...] = ()

    def clean_currency(self) -> str:
        """Read the currency."""
        try:
            return parse_currency(str(self.cleaned_data["currency"]).upper())
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message) from refusal

    def clean(self) -> dict[str, Any]:
        """Read every amount as minor units of the currency."""
        currency = self.cleaned_data.get("currency")
        for name in self.amounts if currency else ():
            text = self.cleaned_data.get(name)
            try:
                self.cleaned_data[name] = typed_amount(text, str(currency)) if text else None
            except Refusal as refusal:
                self.add_error(name, refusal.message)
        return self.cleaned_data


class InvoiceForm(MoneyForm):
    """An invoice or a credit note."""

    amounts = ("net", "vat", "gross")
    number = forms.CharField(label=gettext_lazy("Numéro"), max_length=NUMBER_LENGTH)
    issue_date = date_field(gettext_lazy("Date d'émission"))
    due_date = date_field(
        gettext_lazy("Date d'échéance"),
        looking=Looking.AHEAD,
        help_text=gettext_lazy("+30 : trente jours après l'émission."),
    )
    net = amount_field(gettext_lazy("Total H.T."))
    vat = amount_field(gettext_lazy("T.V.A."))
    gross = amount_field(
        gettext_lazy("Total T.T.C."), required=False, help_text=gettext_lazy("Vide\u00a0: la somme des deux.")
    )
    currency = forms.CharField(label=gettext_lazy("Devise"), max_length=3, min_length=3)

    def clean_issue_date(self) -> dt.date:
        """Have the days of a due date count from the day of issue."""
        issued: dt.date = self.cleaned_data["issue_date"]
        due = self.fields["due_date"]
        assert isinstance(due, TypedDateField)
        due.counted_from = issued
        return issued

    def details(self) -> InvoiceDetails:
        """Return the details of a valid form."""
        typed = self.cleaned_data
        total = typed["net"] + typed["vat"]
        return InvoiceDetails(
            number=typed["number"],
            issue_date=typed["issue_date"],
            due_date=typed["due_date"],
            net_minor=typed["net"],
            vat_minor=typed["vat"],
            gross_minor=total if typed["gross"] is None else typed["gross"],
            currency=typed["currency"],
        )


class PaymentForm(MoneyForm):
    """A payment."""

    amounts = ("amount",)
    reference = forms.CharField(
        label=gettext_lazy("Référence"),
        max_length=REFERENCE_LENGTH,
        help_text=gettext_lazy("Celle du relevé de banque ou du chèque\u202f; unique dans le compte."),
    )
    date = date_field(gettext_lazy("Date du règlement"))
    amount = amount_field(gettext_lazy("Montant"))
    currency = forms.CharField(label=gettext_lazy("Devise"), max_length=3, min_length=3)
    method = forms.CharField(
        label=gettext_lazy("Moyen de paiement"),
        max_length=METHOD_LENGTH,
        required=False,
        help_text=gettext_lazy("Virement, chèque, prélèvement, carte…"),
    )

    def details(self) -> PaymentDetails:
        """Return the details of a valid form."""
        typed = self.cleaned_data
        return PaymentDetails(
            reference=typed["reference"],
            date=typed["date"],
            amount_minor=typed["amount"],
            currency=typed["currency"],
            method=typed["method"],
        )


class ReasonForm(forms.Form):
    """Why something is cancelled."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class CancelInvoiceForm(ReasonForm):
    """The credit note that cancels an invoice, and why."""

    credit_note_number = forms.CharField(label=gettext_lazy("Numéro de l'avoir"), max_length=NUMBER_LENGTH)
    field_order = ("credit_note_number", "reason")


class HoldForm(DatedForm, ReasonForm):
    """A dispute, or a date until which nobody is reminded."""

    kind = forms.ChoiceField(label=gettext_lazy("Suspension"), choices=HoldKind.choices)
    until = date_field(
        gettext_lazy("Jusqu'au"),
        looking=Looking.AHEAD,
        required=False,
        help_text=gettext_lazy("Ce jour compris\u202f; vide pour un litige, qui se lève quand il est réglé."),
    )
    field_order = ("kind", "until", "reason")


@dataclass(frozen=True, slots=True)
class PartRow:
    """An open invoice, the field in which a part is typed, what it holds and what is wrong with it."""

    invoice: OpenInvoice
    name: str
    value: str
    error: str


class PartsForm:
    """One amount per open invoice: what is typed, or what is proposed."""

    def __init__(
        self,
        invoices: Sequence[OpenInvoice],
        *,
        typed: Mapping[str, str] | None = None,
        proposed: Mapping[int, int] | None = None,
    ) -> None:
        self.invoices = invoices
        self.parts: dict[int, int] = {}
        self.rows = [self._row(invoice, typed, proposed or {}) for invoice in invoices]

    @property
    def is_valid(self) -> bool:
        """Tell whether every amount typed is one."""
        return not any(row.error for row in self.rows)

    def _row(
        self, invoice: OpenInvoice, typed: Mapping[str, str] | None, proposed: Mapping[int, int]
    ) -> PartRow:
        name, currency = f"{PREFIX}{invoice.id}", invoice.gross.currency
        if typed is None:
            part = proposed.get(invoice.id)
            return PartRow(invoice, name, "" if part is None else written(Money(part, currency)), "")
        text = str(typed.get(name, "")).strip()[:AMOUNT_LENGTH]
        error = ""
        try:
            if text and (minor := typed_amount(text, currency)) != 0:
                self.parts[invoice.id] = minor
        except Refusal as refusal:
            error = refusal.message
        return PartRow(invoice, name, text, error)


def invoice_ids_in(typed: Mapping[str, str]) -> set[int]:
    """Return the ids of the invoices for which an amount is typed; another name is no id."""
    texts = (name.removeprefix(PREFIX) for name, value in typed.items() if name.startswith(PREFIX) and value)
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19}


def no_longer_open() -> str:
    """Return the sentence about an invoice that was settled since the page was opened."""
    return _(
        "Une des factures n'est plus en attente de paiement\u00a0: vérifiez les montants, puis recommencez."
    )
