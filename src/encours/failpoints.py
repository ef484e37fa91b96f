"""Name the points where a test stops the process to see what is left: while issuing, importing, sending.

Nothing but a test sets a hook; without one a point costs one comparison.
"""

from __future__ import annotations

from collections.abc import Callable

ISSUING = (
    "before_reserve",
    "reserved_uncommitted",
    "reserved",
    "drawn",
    "stored_uncommitted",
    "issued",
)
IMPORTING = ("imported_uncommitted",)
SENDING = ("claimed", "transmitting", "noted", "answered", "settled")

_hook: Callable[[str], None] | None = None


def set_hook(hook: Callable[[str], None] | None) -> None:
    """Call a function at each point from now on, or none any more."""
    global _hook
    _hook = hook


def reach(point: str) -> None:
    """Tell the hook, if there is one, that a point is reached."""
    if _hook is not None:
        _hook(point)
