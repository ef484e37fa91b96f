"""Tell Django about the app «access»."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Configuration of the app «access»."""

    name = "encours.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
