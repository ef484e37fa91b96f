"""Know at which size a promise is put to the proof, and hand its figures to whoever asked for them.

`bin/promises --only NAME` asks for the full size by ENCOURS_PROMISES=full and reads the figures from the file
that ENCOURS_PROMISES_FIGURES names; `bin/test` does neither.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

IS_FULL = os.environ.get("ENCOURS_PROMISES", "") == "full"


def size(*, reduced: int, full: int) -> int:
    """Return how many times something is tried."""
    return full if IS_FULL else reduced


def record(**figures: int | float) -> None:
    """Hand over what was counted."""
    target = os.environ.get("ENCOURS_PROMISES_FIGURES", "")
    if target:
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(json.dumps(figures) + "\n")
