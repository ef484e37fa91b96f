"""Tell Django about the app «receivables»."""

from django.apps import AppConfig


class ReceivablesConfig(AppConfig):
    """Configuration of the app «receivables»."""

    name = "encours.receivables"
    label = "receivables"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from encours.core.days import paris_date
        from encours.delivery import jobs
        from encours.receivables.figures import bring_up_to_date

        def count_the_documents_of_today(clock: jobs.Clock) -> int:
            return bring_up_to_date(today=paris_date(clock()))

        jobs.register(count_the_documents_of_today)
