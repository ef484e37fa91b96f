"""Know the shape of a letterhead as its page sends it: choices, and pictures new or previewed."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from encours.core.errors import Refusal
from encours.documents.letterhead import LOGO_HEIGHTS_MM, LONGEST_NOTE, MARGINS_MM, Letterhead
from encours.documents.pictures import MAX_SENT_BYTES, clean_picture
from encours.dunning.letterheads import Proposed
from encours.parties.letterheads import examine_letterhead

FIELDS = {
    "couleur": "accent",
    "hauteur_logo": "logo_height_mm",
    "marge_gauche": "margin_left_mm",
    "marge_droite": "margin_right_mm",
    "marge_haut": "margin_top_mm",
    "marge_bas": "margin_bottom_mm",
    "mention_bas": "footer_note",
    "bloc_paiement": "has_payment_block",
}
"""The choice that each field of the form holds."""
PICTURES = ("logo", "signature")


def _length(label: Any, bounds: tuple[int, int]) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=bounds[0], max_value=bounds[1])


class LetterheadForm(forms.Form):
    """The look of an entity's letters. A picture that was previewed comes back in ``<name>_garde``."""

    couleur = forms.CharField(
        label=_("Couleur"),
        max_length=7,
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("Nom de l'entité et filets\u202f; assez foncée pour être lue sur du papier blanc."),
    )
    logo = forms.FileField(
        label=_("Logo"), required=False, help_text=_("PNG, JPEG ou SVG (textes en tracés), 2 Mo au plus.")
    )
    logo_garde = forms.CharField(required=False, widget=forms.HiddenInput)
    sans_logo = forms.BooleanField(label=_("Retirer le logo"), required=False)
    hauteur_logo = _length(_("Hauteur du logo (mm)"), LOGO_HEIGHTS_MM)
    signature = forms.FileField(
        label=_("Signature numérisée"),
        required=False,
        help_text=_("Imprimée au-dessus de la ligne de signature. PNG, JPEG ou SVG, 2 Mo au plus."),
    )
    signature_garde = forms.CharField(required=False, widget=forms.HiddenInput)
    sans_signature = forms.BooleanField(label=_("Retirer la signature numérisée"), required=False)
    marge_gauche = _length(_("Marge gauche (mm)"), MARGINS_MM["left"])
    marge_droite = _length(_("Marge droite (mm)"), MARGINS_MM["right"])
    marge_haut = _length(_("Marge haute (mm)"), MARGINS_MM["top"])
    marge_bas = _length(_("Marge basse (mm)"), MARGINS_MM["bottom"])
    mention_bas = forms.CharField(
        label=_("Mention en bas de page"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("S'ajoute aux mentions légales, qui sont toujours imprimées."),
    )
    bloc_paiement = forms.BooleanField(
        label=_("Bloc de paiement\u00a0: IBAN, BIC, référence et code QR de virement"), required=False
    )

    def __init__(
        self, data: Any = None, files: MultiValueDict[str, UploadedFile] | None = None, *, current: Letterhead
    ) -> None:
        initial = {name: getattr(current, choice) for name, choice in FIELDS.items()}
        super().__init__(data, files, initial=initial)
        self._current = current
        self._cleaned_pictures: dict[str, bytes] = {}

    def clean(self) -> dict[str, Any]:
        """Apply the rules of a letterhead, and clean the pictures; every wrong field is told."""
        choices = {
            choice: self.cleaned_data[name] for name, choice in FIELDS.items() if name in self.cleaned_data
        }
        _checked, refusals = examine_letterhead(replace(self._current, **choices))
        fields = {choice: name for name, choice in FIELDS.items()}
        for refusal in refusals:
            if fields[refusal.field] not in self.errors:
                self.add_error(fields[refusal.field], refusal.message)
        for name in PICTURES:
            self._clean_picture(name)
        return self.cleaned_data

    def proposed(self) -> Proposed:
        """Return what a valid form says."""
        choices = {choice: self.cleaned_data[name] for name, choice in FIELDS.items()}
        checked, _refusals = examine_letterhead(replace(self._current, **choices))
        proposed = Proposed(checked)
        for name in PICTURES:
            if name in self._cleaned_pictures:
                proposed = proposed.with_picture(name, self._cleaned_pictures[name])
            elif self.cleaned_data[f"sans_{name}"]:
                without = replace(proposed.letterhead, **{f"{name}_sha256": ""})  # type: ignore[arg-type]
                proposed = replace(proposed, letterhead=without)
        return proposed

    def kept_pictures(self) -> dict[str, str]:
        """Return the new pictures in base64, for the fields that bring them back."""
        return {name: base64.b64encode(content).decode() for name, content in self._cleaned_pictures.items()}

    def _clean_picture(self, name: str) -> None:
        if self.cleaned_data.get(f"sans_{name}"):
            return
        try:
            content = self._sent_picture(name)
            if content:
                self._cleaned_pictures[name] = clean_picture(content)
        except Refusal as refusal:
            self.add_error(name, refusal.message)

    def _sent_picture(self, name: str) -> bytes:
        """Return a file that was just chosen (one byte more than allowed at most), or one of before."""
        sent = cast("UploadedFile | None", self.cleaned_data.get(name))
        if sent is not None:
            return bytes(sent.read(MAX_SENT_BYTES + 1))
        try:
            return base64.b64decode(self.cleaned_data.get(f"{name}_garde", ""), validate=True)
        except (binascii.Error, ValueError):
            return b""
