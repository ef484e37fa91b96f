"""Tell Django about the app «delivery»."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Configuration of the app «delivery»."""

    name = "encours.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from encours.delivery import jobs
        from encours.delivery.collecting import collect
        from encours.delivery.seals import seal_the_day

        jobs.register(seal_the_day)
        jobs.register(collect)
