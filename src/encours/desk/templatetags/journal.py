"""Template tag of the journal: other pages of what is shown."""

from __future__ import annotations

from django import template

from encours.desk.journal.queries import JournalFilter

register = template.Library()


@register.simple_tag
def journal_query(criteria: JournalFilter, **changes: str | int) -> str:
    """Return the query string of the lines shown, with changes."""
    return criteria.query(**changes)
