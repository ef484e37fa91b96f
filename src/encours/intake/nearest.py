"""Name the code that a mistyped one most resembles."""

from __future__ import annotations

from difflib import get_close_matches

from django.utils.translation import gettext as _

MAX_CANDIDATES = 50_000
MAX_COMPARED = 2_000
MAX_ANSWERS = 20


class Nearest:
    """Known codes with their names; only the first few questions are answered, each takes time."""

    def __init__(self, codes: dict[str, str]) -> None:
        self._codes = codes
        self._answers: dict[str, str] = {}

    def hint(self, code: str) -> str:
        """Return «; le plus proche est X (name)», or nothing."""
        if code not in self._answers and len(self._answers) < MAX_ANSWERS:
            self._answers[code] = self._find(code)
        return self._answers.get(code, "")

    def _find(self, code: str) -> str:
        wanted = code.casefold()
        folded = {known.casefold(): known for known in self._codes}
        by_prefix = sorted(folded, key=lambda known: -_shared_start(known, wanted))
        close = get_close_matches(wanted, by_prefix[:MAX_COMPARED], n=1, cutoff=0.5)
        if not close:
            return ""
        known = folded[close[0]]
        return _("\u202f; le plus proche est «\u00a0%(code)s\u00a0» (%(name)s)") % {
            "code": known,
            "name": self._codes[known],
        }


def _shared_start(one: str, other: str) -> int:
    return next((index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
