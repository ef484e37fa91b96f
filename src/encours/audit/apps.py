"""Tell Django about the app «audit»."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Configuration of the app «audit»."""

    name = "encours.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_migrate

        from encours import append_only
        from encours.audit.models import AuditLine, Erasure, JournalPurge

        append_only.protect(
            append_only.Rule(
                AuditLine,
                erasable=["subject", "before", "after"],
                erased_if="EXISTS (SELECT 1 FROM audit_erasure e WHERE e.line_id = OLD.id)",
                delete_unless="EXISTS (SELECT 1 FROM audit_journalpurge p WHERE OLD.at < p.lines_before)",
            )
        )
        append_only.protect(append_only.Rule(JournalPurge))
        append_only.protect(
            append_only.Rule(
                Erasure,
                delete_unless="EXISTS (SELECT 1 FROM audit_auditline l JOIN audit_journalpurge p"
                " ON l.at < p.lines_before WHERE l.id = OLD.line_id)",
            )
        )
        pre_migrate.connect(append_only.lift_triggers, sender=self)
        post_migrate.connect(append_only.make_triggers, sender=self)
