"""Tell Django about the app «statements»."""

from django.apps import AppConfig


class StatementsConfig(AppConfig):
    """Configuration of the app «statements»."""

    name = "encours.statements"
    label = "statements"
    default_auto_field = "django.db.models.BigAutoField"
