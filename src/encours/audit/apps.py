"""Tell Django about the app «audit»."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Configuration of the app «audit»."""

    name = "encours.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
