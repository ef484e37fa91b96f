"""Tell Django about the app «archive»."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """Configuration of the app «archive»."""

    name = "encours.archive"
    label = "archive"
    default_auto_field = "django.db.models.BigAutoField"
