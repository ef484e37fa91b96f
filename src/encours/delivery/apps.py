"""Tell Django about the app «delivery»."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Configuration of the app «delivery»."""

    name = "encours.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"
