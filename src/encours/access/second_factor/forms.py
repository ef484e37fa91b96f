"""Shape of input of the second factor."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from encours.access.models import Role


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )


class PasskeyForm(forms.Form):
    """A name by which the user knows a new passkey, and what his browser answered."""

    name = forms.CharField(
        label=_("Nom de la clé"), max_length=60, help_text=_("Par exemple «\u00a0Portable du bureau\u00a0».")
    )
    credential = forms.CharField(max_length=20_000, widget=forms.HiddenInput)


class ConfirmForm(forms.Form):
    """The password once more."""

    password = forms.CharField(
        label=_("Mot de passe"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


class RoleRulesForm(forms.Form):
    """The roles that need a second factor."""

    roles = forms.MultipleChoiceField(
        label=_("Rôles qui doivent avoir un second facteur"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
