"""Template tags of the house: `{% icon "mail" %}`, `{% state "bad" "échue" %}`, and fields of forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput, Select
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from encours.access.undo import Undo
from encours.access.undo import undo_of as read_undo
from encours.core import french
from encours.languages import reader_language

register = template.Library()

STATE_ICONS = {
    "ok": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-circle",
    "info": "info-circle",
    "wait": "clock",
    "mute": "circle-minus",
}
"""The icon of each kind of state, so that no state is told by colour alone."""


@register.simple_tag
@lru_cache(maxsize=1_000)
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite; with a label it is an image that says it, without it is decoration.

    Kept, because a list draws the same few thousands of times and the sprite's address changes with a
    version of the program only.
    """
    address = f"{static('web/vendor/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
@lru_cache(maxsize=4_000)
def state(kind: str, text: str, icon_name: str = "") -> SafeString:
    """Draw a state: icon, word and colour. Kinds: ok, warn, bad, info, wait, mute."""
    drawn = icon(icon_name or STATE_ICONS[kind])
    return format_html('<span class="state state-{}">{}<span>{}</span></span>', kind, drawn, text)


@register.filter
def undo_of(message: Message) -> Undo | None:
    """Return how what a message tells is undone, or None."""
    return read_undo(message)


@register.filter
def thousands(number: int) -> str:
    """Write a whole number with its thousands apart."""
    return french.amount(number, "JPY", reader_language())


@register.filter
def get(values: Mapping[str, int], key: str) -> int:
    """Return the value of a key that is there."""
    return values[key]


@register.filter
def at(values: Sequence[str], index: int) -> str:
    """Return the value at a place, or nothing: the header of a cell."""
    return values[index] if index < len(values) else ""


@register.filter
def telephone(typed: str) -> str:
    """Return a telephone number as a link dials it: digits, and the plus in front."""
    digits = "".join(sign for sign in typed.partition("(0)")[0] + typed.partition("(0)")[2] if sign.isdigit())
    return f"+{digits}" if typed.strip().startswith("+") else digits


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, css: str = "") -> dict[str, object]:
    """Draw a field with its label, its help and its errors, tied together for screen readers."""
    widget = bound.field.widget
    is_checkbox = isinstance(widget, CheckboxInput)
    name = (
        "form-check-input" if is_checkbox else "form-select" if isinstance(widget, Select) else "form-control"
    )
    described = [f"{bound.auto_id}_help"] if bound.help_text else []
    described += [f"{bound.auto_id}_errors"] if bound.errors else []
    attributes: dict[str, str | bool] = {
        "class": f"{name} {'is-invalid' if bound.errors else ''} {css}".strip()
    }
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {"bound": bound, "is_checkbox": is_checkbox, "widget": bound.as_widget(attrs=attributes)}
