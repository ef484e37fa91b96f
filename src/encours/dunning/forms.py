"""Know the shape of what the two steps of a reminder send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from encours.core.addresses import ascii_email, split_emails
from encours.core.by_hand import MAX_LENGTH, typed_month
from encours.core.errors import Refusal
from encours.core.placeholders import FACTURES
from encours.dunning.models import Mode, Severity
from encours.dunning.situation import Situation
from encours.dunning.texts import check_text
from encours.dunning.wizard import ModeChoice, obstacle_of
from encours.statements.documents.statement import COMPTE, ENCOURS

MAX_RECIPIENTS = 20
GONE = _(
    "Une facture cochée n'est plus à relancer (payée ou suspendue entre-temps)\u00a0: vérifiez la liste."
)


class StepOneForm(forms.Form):
    """The message template and at least one invoice."""

    modele = forms.TypedChoiceField(
        label=_("Type*"),
        coerce=int,
        error_messages={"invalid_choice": _("Ce type n'est plus proposé\u00a0: choisissez-en un autre.")},
    )
    factures = forms.TypedMultipleChoiceField(
        coerce=int, required=False, error_messages={"invalid_choice": GONE}
    )

    def __init__(
        self, *args: Any, choices: Sequence[ModeChoice], situation: Situation, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        reachable = [row for choice in choices if not choice.obstacle for row in choice.templates]
        self.fields["modele"].choices = [(row.id, row.name) for row in reachable]  # type: ignore[attr-defined]
        self.fields["factures"].choices = [  # type: ignore[attr-defined]
            (row.id, row.number) for row in situation.invoices if row.hold is None
        ]

    def clean_factures(self) -> list[int]:
        """Refuse an empty choice."""
        chosen: list[int] = self.cleaned_data["factures"]
        if not chosen:
            raise forms.ValidationError(_("Choisissez au moins une facture à relancer."))
        return chosen


class StepTwoForm(forms.Form):
    """All that can be changed before the reminder is issued."""

    factures = forms.TypedMultipleChoiceField(coerce=int, required=False)
    mode = forms.ChoiceField(label=_("Mode de relance"))
    severite = forms.TypedChoiceField(label=_("Sévérité/Priorité"), coerce=int)
    releve = forms.ChoiceField(
        label=_("Relevé"), choices=[(COMPTE, _("Compte client")), (ENCOURS, _("Encours"))]
    )
    de = forms.CharField(label=_("Premier mois"), max_length=MAX_LENGTH)
    a = forms.CharField(label=_("Dernier mois"), max_length=MAX_LENGTH)
    duplicatas = forms.BooleanField(label=_("Duplicata(s) à joindre\u202f?"), required=False)
    destinataires = forms.CharField(label=_("À"), required=False, max_length=4000)
    copies = forms.CharField(label=_("Copie (Cc)"), required=False, max_length=4000)
    objet = forms.CharField(label=_("Objet de la relance"), max_length=250)
    objet_propose = forms.CharField(widget=forms.HiddenInput, required=False)
    message = forms.CharField(
        label=_("Message de relance"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 18})
    )
    message_propose = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, situation: Situation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.situation = situation
        self.fields["factures"].choices = [  # type: ignore[attr-defined]
            (row.id, row.number) for row in situation.invoices if row.hold is None
        ]
        self.fields["mode"].choices = [  # type: ignore[attr-defined]
            (mode.value, mode.label) for mode in Mode if not obstacle_of(mode, situation)
        ]
        self.fields["severite"].choices = [  # type: ignore[attr-defined]
            (row.rank, str(row)) for row in Severity.objects.order_by("rank")
        ]

    def clean_factures(self) -> list[int]:
        """Refuse an empty choice."""
        chosen: list[int] = self.cleaned_data["factures"]
        if not chosen:
            raise forms.ValidationError(_("Choisissez au moins une facture à relancer."))
        return chosen

    def clean_de(self) -> int:
        """Read the first month as a month number."""
        return _month(self.cleaned_data["de"], self.situation.today)

    def clean_a(self) -> int:
        """Read the last month as a month number."""
        return _month(self.cleaned_data["a"], self.situation.today)

    def clean_destinataires(self) -> tuple[str, ...]:
        """Read the addresses of the recipients."""
        return _addresses(self.cleaned_data["destinataires"])

    def clean_copies(self) -> tuple[str, ...]:
        """Read the addresses in copy."""
        return _addresses(self.cleaned_data["copies"])

    def clean_objet(self) -> str:
        """Check the placeholders of the subject."""
        subject: str = self.cleaned_data["objet"]
        _refuse(check_text("", subject))
        return subject

    def clean_message(self) -> str:
        """Check the placeholders of the message."""
        message: str = self.cleaned_data["message"].replace("\r\n", "\n")
        _refuse(check_text("", message))
        return message

    def clean(self) -> dict[str, Any]:
        """Refuse months in the wrong order and an e-mail to nobody."""
        values = super().clean() or self.cleaned_data
        if "de" in values and "a" in values and values["de"] > values["a"]:
            self.add_error("a", _("Le dernier mois est avant le premier."))
        is_email = values.get("mode") == Mode.EMAIL
        if is_email and "destinataires" in values and not values["destinataires"]:
            self.add_error("destinataires", _("Indiquez au moins une adresse e-mail."))
        return values

    @property
    def lists_invoices(self) -> bool:
        """Tell whether the message still says where the invoices are listed."""
        return f"{{{FACTURES}}}" in str(self.data.get("message", ""))


def _month(text: str, today: dt.date) -> int:
    try:
        return typed_month(text, today=today)
    except Refusal as refusal:
        raise forms.ValidationError(refusal.message) from None


def _addresses(text: str) -> tuple[str, ...]:
    try:
        found = tuple(dict.fromkeys(ascii_email(address) for address in split_emails(text)))
    except Refusal as refusal:
        raise forms.ValidationError(refusal.message) from None
    if len(found) > MAX_RECIPIENTS:
        raise forms.ValidationError(_("Pas plus de %s adresses à la fois.") % MAX_RECIPIENTS)
    return found


def _refuse(sentences: list[str]) -> None:
    if sentences:
        raise forms.ValidationError(sentences)
