"""Tell Django about the app «intake»."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Configuration of the app «intake»."""

    name = "encours.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from encours.delivery import jobs
        from encours.intake.by_hand.background import work

        jobs.register(work)
