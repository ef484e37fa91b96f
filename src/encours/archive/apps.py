"""Tell Django about the app «archive»."""

from django.apps import AppConfig

PURGED = "EXISTS (SELECT 1 FROM archive_tombstone WHERE archive_tombstone.sha256 = OLD.sha256)"
"""Bytes go only after a tombstone stands for them."""


class ArchiveConfig(AppConfig):
    """Configuration of the app «archive»."""

    name = "encours.archive"
    label = "archive"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from encours.append_only import Rule, protect
        from encours.archive.models import ChainHead, DailySeal, IssuedDocument, StoredBlob, Tombstone

        for model in (IssuedDocument, DailySeal, Tombstone):
            protect(Rule(model))
        protect(Rule(StoredBlob, delete_unless=PURGED))
        protect(
            Rule(ChainHead, may_change=["position", "link"], update_if="NEW.position <= OLD.position"),
        )
