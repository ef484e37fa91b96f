"""Tell Django about the app «desk»."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Configuration of the app «desk»."""

    name = "encours.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from encours.desk.mass_reminders import read_filter
        from encours.dunning.runs.selections import register_filter_reader

        register_filter_reader(read_filter)
