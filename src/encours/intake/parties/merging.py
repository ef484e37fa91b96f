"""Know what a file says of a thing that may be known already: an absent column leaves its value alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import TypeVar

from encours.intake.cells import Cells
from encours.parties.details import ContactDetails, CustomerDetails, EntityDetails

DetailsT = TypeVar("DetailsT", EntityDetails, CustomerDetails, ContactDetails)

DEFAULTS = {"country": "FR", "language": "fr", "kind": "professional"}
"""What an empty cell stands for in the columns that cannot be empty."""


def values_given(cells: Cells, columns: Mapping[str, str]) -> dict[str, str]:
    """Return the values of the columns that the file has, by field; an empty cell is an empty value."""
    given = cells.given(columns.values())
    texts = {field: cells.text(column).strip() for field, column in columns.items() if column in given}
    return {field: _folded(field, text) or DEFAULTS.get(field, "") for field, text in texts.items()}


def merged(known: DetailsT, line: DetailsT, given: Collection[str]) -> DetailsT:
    """Return the details known with those fields of a line that its file gives."""
    values = {field.name: getattr(line, field.name) for field in fields(line) if field.name in given}
    return replace(known, **values)


def _folded(field: str, text: str) -> str:
    if field == "country":
        return text.upper()
    return text.lower() if field in {"language", "kind"} else text
