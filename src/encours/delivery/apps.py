"""Tell Django about the app «delivery»."""

from django.apps import AppConfig

MOVES = (
    *("state", "attempt_count", "failure_count", "next_attempt_at", "lease_owner", "lease_expires_at"),
    *("last_reply", "changed_at"),
)
"""What the state machine of the outbox changes in a message."""
ANSWERED = (
    "OLD.ended_at IS NOT NULL AND OLD.outcome <> 'uncertain' AND (NEW.ended_at IS NULL"
    " OR OLD.ended_at <> NEW.ended_at OR OLD.phase <> NEW.phase OR OLD.reply <> NEW.reply)"
)
"""When a change of a try is refused: its answer came, and was no uncertain one. A report may change how it
ended later, never what the server had said."""


class DeliveryConfig(AppConfig):
    """Configuration of the app «delivery»."""

    name = "encours.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from encours.append_only import Rule, protect
        from encours.delivery import jobs
        from encours.delivery.collecting import collect
        from encours.delivery.models import Attempt, DeliveryReport, OutboxMessage
        from encours.delivery.seals import seal_the_day

        protect(Rule(OutboxMessage, may_change=MOVES))
        protect(Rule(DeliveryReport))
        protect(
            Rule(
                Attempt,
                may_change=["ended_at", "phase", "outcome", "reply"],
                update_if=ANSWERED,
            )
        )
        jobs.register(seal_the_day)
        jobs.register(collect)
