"""Tell Django about the app «parties»."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Configuration of the app «parties»."""

    name = "encours.parties"
    label = "parties"
    default_auto_field = "django.db.models.BigAutoField"
