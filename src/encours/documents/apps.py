"""Tell Django about the app «documents»."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Configuration of the app «documents»."""

    name = "encours.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"
