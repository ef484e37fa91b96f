"""Know the shape of what the screens of a mass reminder send."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from encours.access.scopes import Scope
from encours.core.addresses import ascii_email, split_emails
from encours.core.by_hand import typed_amount
from encours.core.errors import Refusal
from encours.dunning.models import MessageTemplate, Mode
from encours.dunning.runs.models import RunLine
from encours.dunning.runs.options import RunOptions
from encours.dunning.runs.planning import ids_of
from encours.dunning.situation import Situation
from encours.dunning.texts import check_text

MAX_RECIPIENTS = 20
DIGITS = {"inputmode": "numeric"}
"""A field of text: one of numbers comes back empty from a refusal, and what was typed is lost."""


class OptionsForm(forms.Form):
    """The templates and which invoices are worth a reminder; one minimum per currency of the selection."""

    email = forms.ChoiceField(label=_("Modèle d'e-mail"), required=False)
    lettre = forms.ChoiceField(
        label=_("Modèle de lettre"),
        required=False,
        help_text=_("Pour les comptes sans e-mail, ou pour tous si aucun modèle d'e-mail n'est choisi."),
    )
    jours_de_retard = forms.IntegerField(
        label=_("Jours de retard au moins"),
        min_value=1,
        max_value=9_999,
        initial=1,
        widget=forms.TextInput(attrs=DIGITS),
    )
    non_relancees_depuis = forms.IntegerField(
        label=_("Non relancées depuis (jours)"),
        min_value=0,
        max_value=9_999,
        initial=7,
        help_text=_("0\u00a0: sans limite."),
        widget=forms.TextInput(attrs=DIGITS),
    )
    non_echues = forms.BooleanField(
        label=_("Joindre aussi les factures non échues des comptes relancés"), required=False
    )
    copie = forms.BooleanField(label=_("M'envoyer une copie de chaque e-mail"), required=False)

    def __init__(self, *args: Any, scope: Scope, currencies: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currencies = currencies
        for mode, name in ((Mode.EMAIL, "email"), (Mode.LETTER, "lettre")):
            self.fields[name].choices = [("", gettext("aucun")), *template_choices(scope, mode)]  # type: ignore[attr-defined]
        for currency in currencies:
            self.fields[f"minimum_{currency}"] = forms.CharField(
                label=gettext("Total minimum en %s") % currency, required=False, max_length=30
            )

    def minimum_fields(self) -> list[forms.BoundField]:
        """Return the fields of the minimum amounts."""
        return [self[f"minimum_{currency}"] for currency in self.currencies]

    def clean(self) -> dict[str, Any]:
        """Refuse a form without a template, and amounts that are none."""
        values: dict[str, Any] = super().clean() or {}
        if not self.errors and not values.get("email") and not values.get("lettre"):
            self.add_error("email", gettext("Choisissez au moins un modèle de message."))
        for currency in self.currencies:
            name = f"minimum_{currency}"
            if typed := (values.get(name) or "").strip():
                try:
                    values[name] = max(0, typed_amount(typed, currency))
                except Refusal as refusal:
                    self.add_error(name, refusal.message)
        return values

    def options(self) -> RunOptions:
        """Return what was asked for."""
        values = self.cleaned_data
        chosen = ((Mode.EMAIL, values["email"]), (Mode.LETTER, values["lettre"]))
        minimum = {currency: values[f"minimum_{currency}"] for currency in self.currencies}
        return RunOptions(
            templates=tuple((str(mode), code) for mode, code in chosen if code),
            min_days_late=values["jours_de_retard"],
            minimum_minor={code: minor for code, minor in minimum.items() if minor},
            not_reminded_days=values["non_relancees_depuis"],
            includes_not_due=values["non_echues"],
            has_copy=values["copie"],
        )


class LineForm(forms.Form):
    """What is said to one account of a proposal."""

    mode = forms.ChoiceField(label=_("Mode de relance"))
    factures = forms.TypedMultipleChoiceField(label=_("Factures"), coerce=int)
    destinataires = forms.CharField(
        label=_("Destinataires de l'e-mail"),
        required=False,
        max_length=4_000,
        help_text=_("Séparés par un point-virgule. Vide\u00a0: tous ceux de l'adresse de relance."),
    )
    objet = forms.CharField(label=_("Objet de la relance"), max_length=250)
    message = forms.CharField(
        label=_("Message de relance"), widget=forms.Textarea(attrs={"rows": 14}), max_length=20_000
    )
    objet_propose = forms.CharField(required=False, max_length=250, widget=forms.HiddenInput)
    message_propose = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, modes: Iterable[str], situation: Situation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mode"].choices = [(mode, Mode(mode).label) for mode in modes]  # type: ignore[attr-defined]
        self.fields["factures"].choices = [(row.id, row.number) for row in situation.invoices]  # type: ignore[attr-defined]

    def clean_destinataires(self) -> tuple[str, ...]:
        """Return the addresses as they are sent."""
        try:
            found = tuple(ascii_email(text) for text in split_emails(self.cleaned_data["destinataires"]))
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        if len(found) > MAX_RECIPIENTS:
            raise forms.ValidationError(gettext("Trop de destinataires."))
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse unknown placeholders, naming their line."""
        values: dict[str, Any] = super().clean() or {}
        for sentence in check_text(values.get("objet", ""), values.get("message", "")):
            self.add_error("message", sentence)
        return values

    def own_texts(self) -> tuple[str | None, str | None]:
        """Return the texts that she changed, None where the template's are kept."""
        values = self.cleaned_data
        pairs = ((values["objet"], values["objet_propose"]), (values["message"], values["message_propose"]))
        if all(_same(typed, proposed) for typed, proposed in pairs):
            return None, None
        return values["objet"], values["message"].replace("\r\n", "\n")


def first_values(line: RunLine, texts: tuple[str, str]) -> dict[str, Any]:
    """Return what the form of a line shows at first."""
    subject, message = texts
    return {
        "mode": line.mode,
        "factures": ids_of(line),
        "destinataires": "; ".join(line.own_recipients.split()),
        "objet": line.subject if line.has_own_text else subject,
        "message": line.message if line.has_own_text else message,
        "objet_propose": subject,
        "message_propose": message,
    }


def template_choices(scope: Scope, mode: str) -> list[tuple[str, str]]:
    """Return the codes of the active templates of a mode that a scope may use."""
    rows = MessageTemplate.objects.filter(mode=mode, is_active=True)
    if scope.entity_ids is not None:
        rows = rows.filter(Q(entity=None) | Q(entity_id__in=scope.entity_ids))
    names: dict[str, str] = {}
    for row in rows.order_by("severity_id", "code", "entity_id", "-language"):
        if row.code not in names or (row.language == "fr" and row.entity_id is None):
            names[row.code] = row.name
    return [(code, f"{code} – {name}") for code, name in names.items()]


def _same(typed: str, proposed: str) -> bool:
    return typed.replace("\r\n", "\n").strip() == proposed.replace("\r\n", "\n").strip()
