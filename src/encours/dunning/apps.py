"""Tell Django about the app «dunning»."""

from django.apps import AppConfig


class DunningConfig(AppConfig):
    """Configuration of the app «dunning»."""

    name = "encours.dunning"
    label = "dunning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from encours.delivery import hooks
        from encours.dunning.deliveries import follow

        hooks.register(follow)
