"""Fields for days and amounts typed by hand, as people in France write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from encours.core.by_hand import Looking, typed_date
from encours.core.errors import Refusal

AMOUNT_LENGTH = 30
DATE_LENGTH = 40


class TypedDateField(forms.Field):
    """A day: ``31/03/2026``, ``3103``, ``hier``, ``+30``; ``today`` is given by the form that holds it.

    ``counted_from`` is the day from which ``+30`` counts: today, unless the form gives another.
    """

    today: dt.date
    counted_from: dt.date | None = None

    def __init__(self, *, looking: Looking, **kwargs: Any) -> None:
        attributes = {"autocomplete": "off", "inputmode": "text", "maxlength": str(DATE_LENGTH)}
        attributes["data-date"] = ""
        super().__init__(widget=forms.DateInput(format="%d/%m/%Y", attrs=attributes), **kwargs)
        self.looking = looking

    def to_python(self, value: Any) -> dt.date | None:
        """Return the day that is meant; raise ValidationError, in a sentence, where there is none."""
        if value in self.empty_values:
            return None
        try:
            return typed_date(
                str(value), today=self.today, looking=self.looking, counted_from=self.counted_from
            )
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message) from refusal

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another day is typed."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except forms.ValidationError:
            return True


class DatedForm(forms.Form):
    """A form whose days are read as of a day: «hier» is the one before it."""

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, TypedDateField):
                field.today = today
                field.widget.attrs["placeholder"] = _("JJ/MM/AAAA")


def date_field(
    label: Any, *, looking: Looking = Looking.BACK, required: bool = True, help_text: Any = ""
) -> TypedDateField:
    """Return a field for a day, typed."""
    return TypedDateField(label=label, looking=looking, required=required, help_text=help_text)


def amount_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """Return a field for an amount typed «9 500,00»; it is read once its currency is known."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(
        label=label, widget=widget, max_length=AMOUNT_LENGTH, required=required, help_text=help_text
    )
