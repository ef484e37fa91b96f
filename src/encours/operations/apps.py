"""Tell Django about the app «operations»."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Configuration of the app «operations»."""

    name = "encours.operations"
    label = "operations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from encours.delivery import jobs
        from encours.operations.heartbeat import beat

        jobs.register(beat)
