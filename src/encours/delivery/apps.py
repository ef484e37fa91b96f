"""Tell Django about the app «delivery»."""

from django.apps import AppConfig

MOVES = (
    *("state", "attempt_count", "failure_count", "next_attempt_at", "lease_owner", "lease_expires_at"),
    *("last_reply", "changed_at", "erased_at"),
)
"""What the state machine of the outbox changes in a message, and that its recipient was erased."""
ANSWERED = (
    "OLD.ended_at IS NOT NULL AND OLD.outcome <> 'uncertain' AND (NEW.ended_at IS NULL"
    " OR OLD.ended_at <> NEW.ended_at OR OLD.phase <> NEW.phase)"
)
"""When a change of a try is refused: its answer came, and was no uncertain one. A report may change how it
ended later, never what the server had said."""

PURGED = (
    "EXISTS (SELECT 1 FROM delivery_outboxmessage m JOIN archive_tombstone t ON t.sha256 = m.content_sha256"
    " WHERE m.id = %s)"
)
"""A message whose bytes were purged: its addresses may be erased too."""


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

        protect(Rule(OutboxMessage, may_change=MOVES, erasable=["recipient"], erased_if=PURGED % "OLD.id"))
        protect(Rule(DeliveryReport, erasable=["reason"], erased_if=PURGED % "OLD.message_id"))
        protect(
            Rule(
                Attempt,
                may_change=["ended_at", "phase", "outcome"],
                update_if=ANSWERED,
                erasable=["reply"],
                erased_if=f"OLD.outcome = 'uncertain' OR OLD.ended_at IS NULL OR {PURGED % 'OLD.message_id'}",
            )
        )
        jobs.register(seal_the_day)
        jobs.register(collect)
