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
        from encours.audit.models import AuditLine

        append_only.protect(append_only.Rule(AuditLine))
        pre_migrate.connect(append_only.lift_triggers, sender=self)
        post_migrate.connect(append_only.make_triggers, sender=self)
