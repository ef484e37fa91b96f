"""Tell Django about the app «web»."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Configuration of the app «web»."""

    name = "encours.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
