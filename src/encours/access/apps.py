"""Tell Django about the app «access»."""

from django.apps import AppConfig
from django.utils.translation import gettext

from encours.core.sentences import speak_by


class AccessConfig(AppConfig):
    """Configuration of the app «access»."""

    name = "encours.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the sentences of core said in the language of who asks."""
        speak_by(gettext)
