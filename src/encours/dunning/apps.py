"""Tell Django about the app «dunning»."""

from django.apps import AppConfig

FOLLOWS = ("state", "delivery_state", "counts", "lease_owner", "lease_expires_at", "last_error")
CANCELLATION = ("cancelled_at", "cancelled_by_name", "cancellation_reason")

PURGED = (
    "EXISTS (SELECT 1 FROM archive_issueddocument d JOIN archive_tombstone t ON t.sha256 = d.sha256"
    " WHERE d.reference = OLD.reference)"
)
"""A reminder whose document was purged: its text may be erased too."""


class DunningConfig(AppConfig):
    """Configuration of the app «dunning»."""

    name = "encours.dunning"
    label = "dunning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from encours.append_only import Rule, protect
        from encours.archive import verify
        from encours.delivery import hooks, jobs
        from encours.dunning.deliveries import follow, mark_refused
        from encours.dunning.effects import refresh_effects
        from encours.dunning.evidence import verify_reminders
        from encours.dunning.issuing.run import take_up
        from encours.dunning.models import Reminder, ReminderFile, ReminderLine, TemplateVersion
        from encours.dunning.runs.working import work
        from encours.receivables import figures

        protect(Rule(ReminderLine))
        protect(Rule(ReminderFile))
        protect(Rule(TemplateVersion, delete_unless="1 = 1"))  # a restore puts others in their place
        protect(
            Rule(
                Reminder,
                may_change=FOLLOWS,
                set_once=["issued_at", "printed_at", "printed_by_name", *CANCELLATION],
                update_if="(OLD.state = 'cancelled' AND NEW.state <> 'cancelled')"
                " OR (OLD.state = 'issued' AND NEW.state = 'reserved')",
                erasable=["subject", "message", "frozen"],
                erased_if=PURGED,
            )
        )
        figures.follow(refresh_effects)
        hooks.register(follow)
        hooks.register_for_refusals(mark_refused)
        jobs.register(take_up)
        jobs.register(work)
        verify.register(verify_reminders)
