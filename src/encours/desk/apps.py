"""Tell Django about the app «desk»."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Configuration of the app «desk»."""

    name = "encours.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
