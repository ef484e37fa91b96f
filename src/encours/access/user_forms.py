"""Shape of input of the administration of users."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from encours.access.grants import Grant, grant_of
from encours.access.models import Role, User
from encours.access.queries import EntityChoice


class UserForm(forms.Form):
    """A user's name, role and entities; what can be chosen is what the administrator has himself."""

    full_name = forms.CharField(label=_("Nom complet"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), required=False)
    role = forms.ChoiceField(label=_("Rôle"), choices=Role.choices, initial=Role.READER)
    sees_all_entities = forms.BooleanField(
        label=_("Voit toutes les entités facturantes, les prochaines aussi"), required=False
    )
    may_issue_formal_notices = forms.BooleanField(
        label=_("Émet et approuve des mises en demeure"), required=False
    )
    entities = forms.MultipleChoiceField(
        label=_("Entités facturantes"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        data: Any = None,
        *,
        choices: list[EntityChoice],
        may_grant_all: bool,
        user: User | None = None,
    ) -> None:
        super().__init__(data, initial=self._initial(user))
        entities = self.fields["entities"]
        assert isinstance(entities, forms.MultipleChoiceField)
        entities.choices = [(str(entity.id), f"{entity.code} {entity.name}") for entity in choices]
        if not may_grant_all:
            del self.fields["sees_all_entities"]

    def grant(self) -> Grant:
        """Return the role and entities chosen."""
        ids = frozenset(int(value) for value in self.cleaned_data["entities"])
        return Grant(
            Role(self.cleaned_data["role"]),
            bool(self.cleaned_data.get("sees_all_entities")),
            ids,
            self.cleaned_data["may_issue_formal_notices"],
        )

    @staticmethod
    def _initial(user: User | None) -> dict[str, object]:
        if user is None:
            return {}
        grant = grant_of(user)
        return {
            "full_name": user.full_name,
            "email": user.email,
            "role": user.role,
            "sees_all_entities": grant.sees_all_entities,
            "may_issue_formal_notices": grant.may_issue_formal_notices,
            "entities": [str(number) for number in grant.entity_ids],
        }


class NewUserForm(UserForm):
    """A new user also has a name to sign in with, and a language."""

    field_order = ("username", "full_name", "email", "language")
    username = forms.RegexField(
        r"^[\w.@+-]+\Z",
        label=_("Identifiant"),
        max_length=150,
        help_text=_("Lettres, chiffres et . @ + - _\u202f; il ne change plus."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Langue"), choices=[("fr", "Français"), ("en", "English")])
