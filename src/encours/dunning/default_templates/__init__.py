"""Know the message templates that a new database starts with, one text file each: subject, blank line, body.

They may be edited afterwards like any other; a later release never changes what a user may have edited.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class DefaultTemplate:
    """A template as it is created: its severity is 1 to 5, its mode «letter» or «email»."""

    code: str
    language: str
    name: str
    mention: str
    mode: str
    severity: int
    is_formal_notice: bool
    subject: str
    body: str


SEVERITIES = {1: "Très faible", 2: "Faible", 3: "Moyenne", 4: "Élevée", 5: "Très élevée"}

_LEVELS = {
    "1": (3, "Première relance", "First reminder"),
    "2": (3, "Deuxième relance", "Second reminder"),
    "3": (4, "Dernière relance avant mise en demeure", "Final reminder before formal notice"),
    "MED": (5, "Mise en demeure", "Formal notice to pay"),
}
_MENTIONS = {
    "L1": ("Lettre simple", "Ordinary letter"),
    "L2": ("Lettre simple", "Ordinary letter"),
    "L3": ("Lettre simple", "Ordinary letter"),
    "LMED": (
        "Lettre recommandée avec avis de réception",
        "Registered letter with acknowledgement of receipt",
    ),
}
_LANGUAGES = ("fr", "en")


def default_templates() -> list[DefaultTemplate]:
    """Return every default template: letters then e-mails, French then English."""
    return [
        _template(f"{letter}{level}", level, language)
        for language in _LANGUAGES
        for letter in "LE"
        for level in _LEVELS
    ]


def _template(code: str, level: str, language: str) -> DefaultTemplate:
    severity, *names = _LEVELS[level]
    at = _LANGUAGES.index(language)
    text = (files(__package__) / language / f"{code}.txt").read_text(encoding="utf-8")
    subject, _, body = text.partition("\n\n")
    return DefaultTemplate(
        code=code,
        language=language,
        name=names[at],
        mention=_MENTIONS.get(code, ("", ""))[at],
        mode="letter" if code.startswith("L") else "email",
        severity=severity,
        is_formal_notice=level == "MED",
        subject=subject.strip(),
        body=body.strip(),
    )
