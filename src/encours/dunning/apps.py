"""Tell Django about the app «dunning»."""

from django.apps import AppConfig


class DunningConfig(AppConfig):
    """Configuration of the app «dunning»."""

    name = "encours.dunning"
    label = "dunning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from encours.archive import verify
        from encours.delivery import hooks
        from encours.dunning.deliveries import follow
        from encours.dunning.evidence import verify_reminders

        hooks.register(follow)
        verify.register(verify_reminders)
