"""Shapes of input of the administration: the fields of the details, their rules told beside them."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any, ClassVar, Generic, TypeVar

from babel import Locale
from django import forms
from django.db.models import Model
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from encours.core.errors import Refusal
from encours.parties.details import (
    LABELS,
    ContactDetails,
    CustomerDetails,
    EntityDetails,
    examine_contact,
    examine_customer,
    examine_entity,
)
from encours.parties.models import BillingEntity, Customer, CustomerKind, DunningContact

DetailsT = TypeVar("DetailsT", EntityDetails, CustomerDetails, ContactDetails)


def country_choices() -> list[tuple[str, str]]:
    """Return the countries in the order of their names, in the language of the interface."""
    names = Locale((get_language() or "fr")[:2]).territories
    countries = [(code, str(name)) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return sorted(countries, key=lambda country: country[1])


class DetailsForm(forms.Form, Generic[DetailsT]):
    """A form with one field for each of the details, checked by the rules that the actions follow."""

    details_type: ClassVar[type[Any]]
    model: ClassVar[type[Model]]

    def __init__(self, data: Any = None, *, details: DetailsT | None = None) -> None:
        super().__init__(data, initial=asdict(details) if details else None)
        self.details: DetailsT | None = None
        for field in fields(self.details_type):
            self.fields[field.name] = _field_of(field.name, self.model)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Apply the rules of the details; every wrong field is told."""
        values = {field.name: self.cleaned_data.get(field.name, "") for field in fields(self.details_type)}
        details, refusals = self.examine(self.details_type(**values))
        for refusal in refusals:
            if refusal.field not in self.errors:
                self.add_error(refusal.field or None, refusal.message)
        self.details = details
        return self.cleaned_data

    def examine(self, details: DetailsT) -> tuple[DetailsT, list[Refusal]]:
        """Return the details cleaned, and what in them cannot be kept."""
        raise NotImplementedError

    def checked(self) -> DetailsT:
        """Return the details of a valid form."""
        assert self.details is not None
        return self.details


class EntityForm(DetailsForm[EntityDetails]):
    """A billing entity, with all that its letters print."""

    details_type = EntityDetails
    model = BillingEntity

    def examine(self, details: EntityDetails) -> tuple[EntityDetails, list[Refusal]]:
        """Return the details cleaned, and what in them cannot be kept."""
        return examine_entity(details)


class CustomerForm(DetailsForm[CustomerDetails]):
    """A customer, without his addresses."""

    details_type = CustomerDetails
    model = Customer

    def examine(self, details: CustomerDetails) -> tuple[CustomerDetails, list[Refusal]]:
        """Return the details cleaned, and what in them cannot be kept."""
        return examine_customer(details)


class NewCustomerForm(CustomerForm):
    """A new customer, and the entity that opens an account for him."""

    entity = forms.ChoiceField(label=gettext_lazy("Entité facturante qui ouvre son compte"))

    def __init__(self, data: Any = None, *, entities: list[tuple[str, str]], may_have_none: bool) -> None:
        super().__init__(data)
        chosen = self.fields["entity"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.required = not may_have_none
        chosen.choices = [*([("", _("Aucune pour le moment"))] if may_have_none else []), *entities]


class ContactForm(DetailsForm[ContactDetails]):
    """Where reminders go."""

    details_type = ContactDetails
    model = DunningContact

    def examine(self, details: ContactDetails) -> tuple[ContactDetails, list[Refusal]]:
        """Return the details cleaned, and what in them cannot be kept."""
        return examine_contact(details)


def _field_of(name: str, model: type[Model]) -> forms.Field:
    label = LABELS[name]
    if name == "country":
        return forms.ChoiceField(label=label, choices=country_choices, initial="FR")
    if name == "kind":
        return forms.ChoiceField(label=label, choices=CustomerKind.choices)
    if name == "language":
        return forms.ChoiceField(label=label, choices=[("fr", "Français"), ("en", "English")])
    if name == "emails":
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"})
        help_text = _("Une par ligne\u00a0: elles seront toutes en «\u00a0À\u00a0».")
        return forms.CharField(
            label=label, required=False, max_length=2000, widget=widget, help_text=help_text
        )
    longest: int | None = getattr(model._meta.get_field(name), "max_length", None)
    room = longest * 2 if longest and name in {"siren", "iban", "vat_number", "bic"} else longest
    return forms.CharField(label=label, required=name in {"code", "name"}, max_length=room)
