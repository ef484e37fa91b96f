"""Know the placeholders of a message template: check them when it is saved, fill them in one pass.

Special are ``{name}`` for the names below and ``[[singulier|pluriel]]``, chosen by the number of invoices.
Everything else is text, and so is every value: what is put in is never read again.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import zip_longest

from encours.core.sentences import marked

NAMES: dict[str, str] = {
    "client": marked("le nom du client"),
    "contact": marked("le nom de la personne de l'adresse de relance"),
    "entite": marked("le nom de l'entité facturante"),
    "factures": marked("la liste des factures, ou un tableau quand il y en a plus de trois"),
    "total": marked("le total demandé, par devise"),
    "nombre": marked("le nombre de factures"),
    "date": marked("la date de la relance"),
    "reference": marked("la référence de la relance"),
    "pieces_jointes": marked("ce qui est réellement joint"),
    "jours_de_retard_max": marked("le plus grand nombre de jours de retard"),
    "derniere_relance": marked("la date de la relance précédente de ces factures"),
    "utilisateur": marked("le nom de la personne qui relance"),
    "iban": marked("l'IBAN de l'entité facturante"),
}
"""Every placeholder and what it stands for, as the editor explains it."""

FACTURES = "factures"
OPTIONAL = frozenset({"pieces_jointes", "derniere_relance", "iban"})
"""What may have no value: a paragraph that speaks of it is then left out."""

_JOINER = "\u2060"
_TOKEN = re.compile(r"\{(?P<name>[^{}\n]{1,60})\}|\[\[(?P<forms>.*?)\]\]", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{([^{}\n]{1,60})\}")


class Flaw(StrEnum):
    """What is wrong in a template."""

    UNKNOWN = "unknown"
    NOT_TWO_FORMS = "not_two_forms"
    NOT_CLOSED = "not_closed"


@dataclass(frozen=True, slots=True)
class Problem:
    """One flaw: its line (the first is 1), the text found, and for an unknown name the nearest known."""

    flaw: Flaw
    line: int
    found: str
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of text that belong together."""

    text: str


@dataclass(frozen=True, slots=True)
class InvoiceList:
    """The place where the invoices are listed."""


Block = Paragraph | InvoiceList


def check(text: str) -> list[Problem]:
    """Return what must be corrected before the template can be saved, in the order of the text."""
    problems = [*_name_problems(text), *_form_problems(text)]
    return sorted(problems, key=lambda problem: problem.line)


def fill(text: str, values: Mapping[str, str], count: int) -> str:
    """Return the text with its placeholders replaced; a name without a value stays as it is written.

    ``count`` is the number of invoices: one chooses the singular.
    """
    return "".join(
        piece if name is None else values.get(name, piece) for name, piece in _pieces(text, count > 1)
    )


def fill_blocks(text: str, values: Mapping[str, str], count: int) -> tuple[Block, ...]:
    """Return the filled text as paragraphs, parted by blank lines, with the list where {factures} stands."""
    blocks: list[Block] = []
    pending: list[str] = []
    for name, piece in _pieces(text, count > 1):
        if name == FACTURES:
            blocks += _paragraphs("".join(pending))
            blocks.append(InvoiceList())
            pending = []
        else:
            pending.append(piece if name is None else values.get(name, piece))
    return (*blocks, *_paragraphs("".join(pending)))


def without_empty_paragraphs(text: str, values: Mapping[str, str]) -> str:
    """Return a template without the paragraphs that speak of an optional value that is empty."""
    empty = {f"{{{name}}}" for name in OPTIONAL if values.get(name) == ""}
    parts = re.split(r"(\n[ \t]*\n)", text.replace("\r\n", "\n"))
    kept = [
        paragraph + blank
        for paragraph, blank in zip_longest(parts[::2], parts[1::2], fillvalue="")
        if not any(name in paragraph for name in empty)
    ]
    return "".join(kept).rstrip("\n")


def without_placeholders(value: str) -> str:
    """Return a value that shows the same and that no later filling can take for a placeholder.

    Needed only where a filled text is given to a person to edit and filled again: an invisible word joiner
    parts the brackets of what would be read.
    """
    parted = _PLACEHOLDER.sub(lambda match: f"{{{_JOINER}{match[0][1:]}", value)
    return re.sub(r"\[(?=\[)", f"[{_JOINER}", parted)


@lru_cache(maxsize=64)
def _pieces(text: str, is_plural: bool) -> tuple[tuple[str | None, str], ...]:
    """Return (None, text) and (name, text as written) in order, the forms chosen; values are not looked at.

    One template is filled for thousands of reminders, so that its pieces are kept.
    """
    return tuple(_cut(text, is_plural))


def _cut(text: str, is_plural: bool) -> Iterator[tuple[str | None, str]]:
    end = 0
    for match in _TOKEN.finditer(text):
        yield None, text[end : match.start()]
        end = match.end()
        forms = match["forms"]
        if forms is None:
            yield _known(match["name"]), match[0]
        elif forms.count("|") != 1:
            yield None, match[0]
        else:
            yield from _pieces_of_form(forms.split("|")[is_plural])
    yield None, text[end:]


def _pieces_of_form(text: str) -> Iterator[tuple[str | None, str]]:
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        yield None, text[end : match.start()]
        yield _known(match[1]), match[0]
        end = match.end()
    yield None, text[end:]


def _known(name: str) -> str | None:
    return name if name in NAMES else None


def _paragraphs(text: str) -> list[Paragraph]:
    parts = (part.strip("\n").rstrip() for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")))
    return [Paragraph(part) for part in parts if part.strip()]


def _name_problems(text: str) -> Iterator[Problem]:
    for match in _PLACEHOLDER.finditer(text):
        if match[1] not in NAMES and _JOINER not in match[1]:
            yield Problem(Flaw.UNKNOWN, _line(text, match.start()), match[0], _nearest(match[1]))


def _form_problems(text: str) -> Iterator[Problem]:
    end = 0
    for match in re.finditer(r"\[\[(.*?)\]\]", text, re.DOTALL):
        end = match.end()
        if match[1].count("|") != 1:
            yield Problem(Flaw.NOT_TWO_FORMS, _line(text, match.start()), match[0])
    opened = text.find("[[", end)
    if opened >= 0:
        yield Problem(Flaw.NOT_CLOSED, _line(text, opened), text[opened : opened + 30].split("\n")[0])


def _nearest(name: str) -> str:
    """Return the known name that looks most like the one typed."""
    typed = name.strip().lower().replace(" ", "_").replace("-", "_")
    return max(NAMES, key=lambda known: difflib.SequenceMatcher(None, typed, known).ratio())


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
