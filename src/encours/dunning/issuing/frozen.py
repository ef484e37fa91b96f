"""Know what is kept of a reminder when it is reserved: all that its documents are drawn from."""

from __future__ import annotations

import json
from dataclasses import dataclass

from encours.documents import frozen
from encours.dunning.documents.letter import LetterDocument
from encours.dunning.issuing.email import EmailDocument
from encours.receivables.documents.duplicate import DuplicateDocument
from encours.statements.documents.statement import StatementDocument


@dataclass(frozen=True, slots=True)
class FrozenDuplicate:
    """The duplicate of one invoice: its original to be stamped, by its SHA-256, and the data to draw it.

    The data serve where there is no original, or one that cannot be stamped (protected, not a PDF).
    """

    number: str
    filename: str
    document: DuplicateDocument
    original_sha256: str = ""


@dataclass(frozen=True, slots=True)
class FrozenReminder:
    """A reminder as it was decided: a letter or an e-mail, and what goes with it."""

    reference: str
    filename: str
    statement: StatementDocument
    letter: LetterDocument | None = None
    email: EmailDocument | None = None
    duplicates: tuple[FrozenDuplicate, ...] = ()

    def to_json(self) -> str:
        """Return the JSON text kept in ``Reminder.frozen``."""
        return frozen.to_json(self)

    @staticmethod
    def from_json(text: str) -> FrozenReminder:
        """Return the reminder kept in a JSON text."""
        return frozen.from_json(FrozenReminder, text)


def email_in(text: str) -> EmailDocument | None:
    """Return the message kept in the JSON text of a reminder, without reading the rest; None for a letter."""
    email = json.loads(text)["email"]
    return None if email is None else frozen.from_json(EmailDocument, json.dumps(email))


def safe_filename(name: str) -> str:
    """Return a name in which every character may stand in a file's name."""
    return "".join(char if char.isalnum() or char in "._-" else "_" for char in name) or "_"
