"""Tell Django about the app «parties»."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Configuration of the app «parties»."""

    name = "encours.parties"
    label = "parties"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from encours.parties.name_index import make_index

        post_migrate.connect(make_index, sender=self)
