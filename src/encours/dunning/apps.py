"""Tell Django about the app «dunning»."""

from django.apps import AppConfig


class DunningConfig(AppConfig):
    """Configuration of the app «dunning»."""

    name = "encours.dunning"
    label = "dunning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from encours.archive import verify
        from encours.delivery import hooks, jobs
        from encours.dunning.deliveries import follow, mark_refused
        from encours.dunning.evidence import verify_reminders
        from encours.dunning.issuing.run import take_up
        from encours.dunning.runs.working import work

        hooks.register(follow)
        hooks.register_for_refusals(mark_refused)
        jobs.register(take_up)
        jobs.register(work)
        verify.register(verify_reminders)
