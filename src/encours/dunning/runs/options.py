"""Know what a mass reminder was asked to do, in the form in which it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from encours.core.errors import Refusal
from encours.core.selection import Policy
from encours.dunning.models import MessageTemplate
from encours.dunning.runs.pinning import as_launched, lost_sentence


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The templates by mode, in order of preference, and which invoices are worth a reminder."""

    templates: tuple[tuple[str, str], ...]
    min_days_late: int = 1
    minimum_minor: Mapping[str, int] = field(default_factory=dict)
    not_reminded_days: int = 7
    includes_not_due: bool = False
    has_copy: bool = False
    has_summary: bool = True  # by e-mail, to who launches it
    versions: Mapping[str, int] = field(default_factory=dict)  # of the templates, by id, once launched

    @property
    def modes(self) -> tuple[str, ...]:
        """Return the modes in order of preference."""
        return tuple(mode for mode, _code in self.templates)

    def policy(self, modes: tuple[str, ...] = ()) -> Policy:
        """Return what core.selection decides from; one mode only where it was chosen by hand."""
        return Policy(
            modes=modes or self.modes,
            min_days_late=self.min_days_late,
            minimum_minor=self.minimum_minor,
            not_reminded_days=self.not_reminded_days,
            includes_not_due=self.includes_not_due,
        )

    def to_json(self) -> dict[str, Any]:
        """Return what is kept."""
        return {
            "templates": [list(pair) for pair in self.templates],
            "min_days_late": self.min_days_late,
            "minimum_minor": dict(self.minimum_minor),
            "not_reminded_days": self.not_reminded_days,
            "includes_not_due": self.includes_not_due,
            "has_copy": self.has_copy,
            "has_summary": self.has_summary,
            "versions": dict(self.versions),
        }

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> RunOptions:
        """Return what was kept."""
        pairs = tuple((str(mode), str(code)) for mode, code in kept["templates"])
        return RunOptions(**{**kept, "templates": pairs})


def templates_of(options: RunOptions) -> list[MessageTemplate]:
    """Return the active templates of the codes chosen, in every language and for every entity.

    Once the run is launched they have the texts of its launch. Raise Refusal where a mode has none any more.
    """
    rows = MessageTemplate.objects.filter(
        code__in=[code for _mode, code in options.templates], is_active=True
    ).select_related("severity")
    wanted = set(options.templates)
    found = [row for row in rows.order_by("id") if (row.mode, row.code) in wanted]
    for mode, code in options.templates:
        if not any((row.mode, row.code) == (mode, code) for row in found):
            raise Refusal(lost_sentence(MessageTemplate.objects.filter(code=code), code))
    return as_launched(found, options.versions)
