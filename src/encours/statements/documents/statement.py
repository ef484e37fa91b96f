"""A statement as it is frozen: whose account, which period, at which date, and what it says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from encours.core import french
from encours.core.statements import FullSection, OutstandingSection
from encours.documents import frozen
from encours.documents.sender import Sender

ENCOURS, COMPTE = "encours", "compte"
KINDS = (ENCOURS, COMPTE)
_FILE_NAMES = {ENCOURS: "Encours", COMPTE: "Compte-client"}


@dataclass(frozen=True, slots=True)
class StatementDocument:
    """An outstanding (``encours``) or full (``compte``) statement; only the sections of its kind are filled.

    Months are year × 12 + month - 1; amounts are minor units of each section's currency.
    """

    kind: str
    language: str
    sender: Sender
    customer_code: str
    customer_name: str
    customer_lines: tuple[str, ...]
    from_month: int
    to_month: int
    as_of: dt.date
    outstanding: tuple[OutstandingSection, ...] = ()
    full: tuple[FullSection, ...] = ()

    def to_json(self) -> str:
        """Return the JSON text that is frozen with a reminder and enclosed in the PDF."""
        return frozen.to_json(self)

    @staticmethod
    def from_json(text: str) -> StatementDocument:
        """Return the statement frozen in a JSON text."""
        return frozen.from_json(StatementDocument, text)

    def line_count(self) -> int:
        """Return how many lines its tables hold, which tells how long it takes to draw."""
        outstanding = sum(len(part.lines) + len(part.credits) for part in self.outstanding)
        full = sum(
            len(part.payments) + sum(1 + len(line.settlements) for line in part.lines) for part in self.full
        )
        return outstanding + full


def file_name(statement: StatementDocument, extension: str) -> str:
    """Return ``Encours-<customer>-<from>-<to>.pdf`` or ``Compte-client-…``, safe as a file's name."""
    code = "".join(char if char.isalnum() or char in "._-" else "_" for char in statement.customer_code)
    months = [
        french.period_month(month).replace("/", "-") for month in (statement.from_month, statement.to_month)
    ]
    return f"{_FILE_NAMES[statement.kind]}-{code}-{months[0]}-{months[1]}.{extension}"


def label(statement: StatementDocument) -> str:
    """Return what lists call it: ``État PDF de l'encours de 01/2016 à 05/2016``."""
    return period_label(statement.kind, statement.from_month, statement.to_month)


def period_label(kind: str, from_month: int, to_month: int) -> str:
    """Return the French name of a statement and its period, as the list of accounts shows it."""
    name = "État PDF de l'encours" if kind == ENCOURS else "Compte client"
    return f"{name} de {french.period_month(from_month)} à {french.period_month(to_month)}"
