"""Shapes of input of the sign-in and of the user's own account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from encours.access.models import Density, Theme


class SignInForm(forms.Form):
    """A name and a password."""

    username = forms.CharField(
        label=_("Identifiant"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label=_("Mot de passe"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    new_password = forms.CharField(
        label=_("Nouveau mot de passe"),
        max_length=1000,
        strip=False,
        help_text=_("Au moins 12 caractères\u202f; une phrase convient très bien."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_password_again = forms.CharField(
        label=_("Nouveau mot de passe, encore une fois"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_new_password_again(self) -> str:
        """Refuse two different passwords."""
        again = str(self.cleaned_data["new_password_again"])
        if self.cleaned_data.get("new_password") != again:
            raise forms.ValidationError(_("Les deux mots de passe ne sont pas les mêmes."))
        return again


class ChangePasswordForm(NewPasswordForm):
    """The present password, then the new one twice."""

    field_order = ("password", "new_password", "new_password_again")
    password = forms.CharField(
        label=_("Mot de passe actuel"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class AppearanceForm(forms.Form):
    """Colours, density and keys of the interface; what is not sent stays as it is."""

    theme = forms.ChoiceField(label=_("Couleurs"), choices=Theme.choices, required=False)
    density = forms.ChoiceField(label=_("Densité"), choices=Density.choices, required=False)
    shortcuts = forms.ChoiceField(
        label=_("Raccourcis d'une seule touche"),
        choices=[("on", _("activés")), ("off", _("désactivés"))],
        required=False,
    )


class LanguageForm(forms.Form):
    """The language of the interface."""

    language = forms.ChoiceField(
        label=_("Langue de l'interface"), choices=[("fr", "Français"), ("en", "English")]
    )
