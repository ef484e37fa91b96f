"""Tell Django about the app «archive»."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """Configuration of the app «archive»."""

    name = "encours.archive"
    label = "archive"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from encours.append_only import Rule, protect
        from encours.archive.models import ChainHead, DailySeal, IssuedDocument, StoredBlob

        for model in (IssuedDocument, StoredBlob, DailySeal):
            protect(Rule(model))
        protect(
            Rule(ChainHead, may_change=["position", "link"], update_if="NEW.position <= OLD.position"),
        )
