"""Name the points between claiming and settling, where a test stops the process to see what is left.

Nothing but a test sets a hook; without one a point costs one comparison.
"""

from __future__ import annotations

from collections.abc import Callable

POINTS = ("claimed", "transmitting", "answered", "settled")

_hook: Callable[[str], None] | None = None


def set_hook(hook: Callable[[str], None] | None) -> None:
    """Call a function at each point from now on, or none any more."""
    global _hook
    _hook = hook


def reach(point: str) -> None:
    """Tell the hook, if there is one, that a point is reached."""
    if _hook is not None:
        _hook(point)
