"""Tell Django about the app «manual»."""

from django.apps import AppConfig


class ManualConfig(AppConfig):
    """Configuration of the app «manual»."""

    name = "encours.manual"
    label = "manual"
    default_auto_field = "django.db.models.BigAutoField"
