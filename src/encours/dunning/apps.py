"""Tell Django about the app «dunning»."""

from django.apps import AppConfig


class DunningConfig(AppConfig):
    """Configuration of the app «dunning»."""

    name = "encours.dunning"
    label = "dunning"
    default_auto_field = "django.db.models.BigAutoField"
