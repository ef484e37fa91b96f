"""The shape of what is typed in the address window."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from encours.parties.details import ContactDetails
from encours.parties.models import DunningContact


def countries() -> list[tuple[str, str]]:
    """Return the countries by code, with their names in the language of the user."""
    names = Locale.parse(get_language() or "fr").territories
    known = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return sorted(known, key=lambda country: (country[0] != "FR", country[1]))


class ContactForm(forms.Form):
    """Where reminders go: all entities' at once, or one entity's own."""

    reach = forms.ChoiceField(
        label=_("Cette adresse sert"),
        choices=[
            ("customer", _("pour toutes les entités facturantes")),
            ("entity", _("pour cette entité facturante seulement")),
            ("remove", _("supprimer l'adresse propre à cette entité")),
        ],
        widget=forms.RadioSelect,
    )
    contact_name = forms.CharField(label=_("Nom du contact"), max_length=200, required=False)
    contact_role = forms.CharField(label=_("Fonction"), max_length=100, required=False)
    contact_phone = forms.CharField(
        label=_("Téléphone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    emails = forms.CharField(
        label=_("Adresses e-mail"),
        help_text=_("Une par ligne\u00a0: elles seront toutes en «\u00a0À\u00a0»."),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
    )
    forgets_refusals = forms.BooleanField(
        label=_("Oublier le refus\u00a0: l'adresse est de nouveau bonne"), required=False
    )
    address1 = forms.CharField(label=_("Adresse"), max_length=200, required=False)
    address2 = forms.CharField(label=_("Complément d'adresse"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Code postal"), max_length=20, required=False)
    city = forms.CharField(label=_("Ville"), max_length=100, required=False)
    country = forms.ChoiceField(label=_("Pays"), choices=countries, initial="FR")

    has_own_contact = False

    @classmethod
    def of(cls, contact: DunningContact | None) -> ContactForm:
        """Return the form filled with a contact, or empty where there is none."""
        if contact is None:
            return cls(initial={"reach": "customer", "country": "FR"})
        values: dict[str, Any] = {name: getattr(contact, name) for name in ContactDetails.__annotations__}
        form = cls(initial={**values, "reach": "entity" if contact.entity_id else "customer"})
        form.has_own_contact = contact.entity_id is not None
        return form

    def details(self) -> ContactDetails:
        """Return what was typed, in the shape that the action takes."""
        return ContactDetails(**{name: self.cleaned_data[name] for name in ContactDetails.__annotations__})
