"""Template tags of the outbox: states, phases and reports in words, and other pages of the list."""

from __future__ import annotations

from django import template

from encours.core.delivery_reports import Action
from encours.core.smtp_outcomes import Phase
from encours.delivery.models import Attempt, DeliveryReport, MessageState, OutboxMessage
from encours.dunning.outbox import words
from encours.dunning.outbox.queries import OutboxFilter
from encours.dunning.outbox.replies import said_reply

register = template.Library()


@register.simple_tag
def outbox_query(criteria: OutboxFilter, **changes: str | int) -> str:
    """Return the query string of the messages shown, with changes."""
    return criteria.query(**changes)


@register.filter
def message_kind(message: OutboxMessage) -> str:
    """Return how the state of a message is drawn: see the template tag «state»."""
    return words.STATE_KINDS[MessageState(message.state)]


@register.filter
def phase_label(attempt: Attempt) -> str:
    """Return how far an attempt got."""
    return str(words.PHASES[Phase(attempt.phase)]) if attempt.phase in set(Phase) else attempt.phase


@register.filter
def outcome_label(attempt: Attempt) -> str:
    """Return what an attempt came to."""
    return str(words.OUTCOMES.get(attempt.outcome, attempt.outcome))


@register.filter
def report_label(report: DeliveryReport) -> str:
    """Return what kind of report came back."""
    return str(words.REPORTS[Action(report.action)])


register.filter(said_reply)
