"""Do what only the owner of the database can: change what it protects, and hide that by putting it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from encours.append_only import lift_triggers, make_triggers


@contextmanager
def as_superuser() -> Iterator[None]:
    """Lift the triggers inside the block."""
    lift_triggers()
    yield
    make_triggers()
