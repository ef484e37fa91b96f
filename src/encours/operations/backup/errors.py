"""Know how a backup file is refused: nothing was changed, and the sentence says so."""

from __future__ import annotations

from encours.core.errors import Refusal


class UnusableBackup(Refusal):
    """The file is no backup, is damaged, or is not for this version."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"{sentence} Rien n'a été changé.")


class OtherVersion(UnusableBackup):
    """The tables of the file are those of another version."""

    def __init__(self, version: str) -> None:
        super().__init__(
            f"La sauvegarde vient d'une autre version d'Encours ({version}) : restaurez-la avec cette"
            " version-là dans une base neuve, puis mettez à jour."
        )
