"""Know what a check says: one line, how serious it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How serious a finding is; only an error makes `encours doctor` exit with 1."""

    OK = "ok"
    ATTENTION = "attention"
    ERROR = "error"

    @property
    def label(self) -> str:
        """Return the word that a person reads."""
        return {Level.OK: "OK", Level.ATTENTION: "attention", Level.ERROR: "erreur"}[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: the check, what was found, and what to do unless all is well."""

    check: str
    level: Level
    message: str
    action: str = ""


def ok(check: str, message: str) -> Finding:
    """Say that something is well."""
    return Finding(check, Level.OK, message)


def attention(check: str, message: str, action: str) -> Finding:
    """Say that something works, and might not for long."""
    return Finding(check, Level.ATTENTION, message, action)


def error(check: str, message: str, action: str) -> Finding:
    """Say that something does not work."""
    return Finding(check, Level.ERROR, message, action)
