"""Tell Django about the app «receivables»."""

from django.apps import AppConfig


class ReceivablesConfig(AppConfig):
    """Configuration of the app «receivables»."""

    name = "encours.receivables"
    label = "receivables"
    default_auto_field = "django.db.models.BigAutoField"
