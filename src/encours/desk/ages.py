"""Draw what is owed by its age as a small bar with its figures as a text: on the list and for one account."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from encours.core import french
from encours.desk.dashboard.charts import spans
from encours.languages import reader_language

LABELS = (
    gettext_lazy("non échu"),
    gettext_lazy("1-30 jours"),
    gettext_lazy("31-60 jours"),
    gettext_lazy("61-90 jours"),
    gettext_lazy("> 90 jours"),
)
"""How each age is called where there is little room, in the order of ``Bucket``."""


def in_words(minors: Sequence[int], currency: str) -> str:
    """Say what a bar shows: «non échu 200,00 € · 31-60 jours 12,00 €»."""
    tongue = reader_language()
    parts = [
        f"{label} {french.amount_with_symbol(minor, currency, tongue)}"
        for label, minor in zip(LABELS, minors, strict=True)
        if minor
    ]
    return " · ".join(parts) or _("rien à payer")


def bar(minors: Sequence[int], currency: str) -> SafeString:
    """Return the bar of what is owed in one currency: a picture whose name is its figures."""
    pieces = "".join(
        f'<path class="age-{place}" d="M{piece.start} 0h{piece.width}v1H{piece.start}z"/>'
        for place, piece in enumerate(spans(minors))
        if piece.width
    )
    return format_html(
        '<span class="ages" role="img" aria-label="{0}" title="{0}">'
        '<svg viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true">{1}</svg></span>',
        in_words(minors, currency),
        mark_safe(pieces),  # noqa: S308 (whole numbers)
    )
