"""Know the shape of a message template as its editor sends it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from encours.access.scopes import Scope
from encours.dunning.models import MessageTemplate, Mode, Severity
from encours.dunning.template_actions import TemplateDetails
from encours.dunning.texts import check_text
from encours.parties.queries import entities_in


class TemplateForm(forms.Form):
    """A template; its texts are checked line by line."""

    code = forms.RegexField(
        label=_("Code"),
        regex=r"^[A-Z0-9_-]{1,20}$",
        max_length=20,
        help_text=_("Majuscules et chiffres, par exemple L1."),
    )
    nom = forms.CharField(label=_("Nom"), max_length=120, help_text=_("Ce que montre «\u00a0Type*\u00a0»."))
    langue = forms.ChoiceField(label=_("Langue"), choices=[("fr", _("Français")), ("en", _("Anglais"))])
    entite = forms.TypedChoiceField(label=_("Entité"), coerce=int, required=False, empty_value=None)
    mode = forms.ChoiceField(label=_("Mode de relance"), choices=Mode.choices)
    severite = forms.TypedChoiceField(label=_("Sévérité/Priorité"), coerce=int)
    mention = forms.CharField(label=_("Mention"), max_length=120, required=False)
    mise_en_demeure = forms.BooleanField(label=_("Mise en demeure"), required=False)
    actif = forms.BooleanField(label=_("Actif"), required=False)
    objet = forms.CharField(label=_("Objet"), max_length=200)
    corps = forms.CharField(
        label=_("Message"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 22}), strip=False
    )

    def __init__(self, data: Any = None, *, scope: Scope, template: MessageTemplate | None = None) -> None:
        super().__init__(data, initial=_initial(template))
        entities = [(str(row.id), f"{row.code} - {row.name}") for row in entities_in(scope)]
        everywhere = [("", str(_("Toutes les entités")))] if scope.entity_ids is None else []
        self.fields["entite"].choices = [*everywhere, *entities]  # type: ignore[attr-defined]
        self.fields["entite"].required = not everywhere
        self.fields["severite"].choices = [  # type: ignore[attr-defined]
            (row.rank, str(row)) for row in Severity.objects.order_by("rank")
        ]

    def clean_objet(self) -> str:
        """Check the placeholders of the subject."""
        subject: str = self.cleaned_data["objet"]
        return _checked(subject)

    def clean_corps(self) -> str:
        """Check the placeholders of the message."""
        body: str = self.cleaned_data["corps"]
        return _checked(body.replace("\r\n", "\n").strip())

    def details(self) -> TemplateDetails:
        """Return what a valid form says."""
        values = self.cleaned_data
        return TemplateDetails(
            code=values["code"],
            language=values["langue"],
            entity_id=values["entite"],
            name=values["nom"],
            mention=values["mention"],
            mode=values["mode"],
            severity_id=values["severite"],
            is_formal_notice=values["mise_en_demeure"],
            subject=values["objet"],
            body=values["corps"],
            is_active=values["actif"],
        )


def _checked(text: str) -> str:
    if problems := check_text("", text):
        raise forms.ValidationError(problems)
    return text


def _initial(template: MessageTemplate | None) -> dict[str, Any]:
    if template is None:
        return {"actif": True, "langue": "fr"}
    return {
        "code": template.code,
        "nom": template.name,
        "langue": template.language,
        "entite": template.entity_id or "",
        "mode": template.mode,
        "severite": template.severity_id,
        "mention": template.mention,
        "mise_en_demeure": template.is_formal_notice,
        "actif": template.is_active,
        "objet": template.subject,
        "corps": template.body,
    }
