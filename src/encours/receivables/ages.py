"""Draw what is owed by its age as a small bar with its figures as a text: on the list and for one account."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from encours.core import french
from encours.languages import reader_language

LABELS = (
    gettext_lazy("non échu"),
    gettext_lazy("1-30 jours"),
    gettext_lazy("31-60 jours"),
    gettext_lazy("61-90 jours"),
    gettext_lazy("> 90 jours"),
)
"""How each age is called where there is little room, in the order of ``Bucket``."""


def figures(minors: Sequence[int], currency: str) -> list[tuple[int, str, str]]:
    """Return the place, the name and the amount of each age of which something is owed."""
    tongue = reader_language()
    return [
        (place, str(LABELS[place]), french.amount_with_symbol(minor, currency, tongue))
        for place, minor in enumerate(minors)
        if minor
    ]


def in_words(minors: Sequence[int], currency: str) -> str:
    """Say what a bar shows: «non échu 200,00 € · 31-60 jours 12,00 €»."""
    parts = [f"{label} {amount}" for _place, label, amount in figures(minors, currency)]
    return " · ".join(parts) or _("rien à payer")


def bar(minors: Sequence[int], currency: str) -> SafeString:
    """Return the bar of what is owed in one currency: a picture whose name is its figures."""
    whole = max(sum(minors), 1)
    edges = [sum(minors[:place]) * 1000 // whole for place in range(len(minors) + 1)]
    pieces = "".join(
        f'<path class="age-{place}" d="M{start} 0h{end - start}v1H{start}z"/>'
        for place, (start, end) in enumerate(pairwise(edges))
        if end > start
    )
    return format_html(
        '<span class="ages" role="img" aria-label="{0}" title="{0}">'
        '<svg viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true">{1}</svg></span>',
        in_words(minors, currency),
        mark_safe(pieces),  # noqa: S308 (whole numbers)
    )
