"""Keep how a user's own pages look: nothing of it concerns anybody else, so no line tells of it."""

from __future__ import annotations

from encours.access.models import User


def set_appearance(*, user: User, theme: str = "", density: str = "", shortcuts: str = "") -> None:
    """Keep the colours, the density, and whether single keys do something; an empty one stays as it is."""
    user.theme, user.density = theme or user.theme, density or user.density
    user.has_shortcuts = shortcuts == "on" if shortcuts else user.has_shortcuts
    user.save(update_fields=["theme", "density", "has_shortcuts"])


def hide_first_steps(*, user: User, is_hidden: bool = True) -> None:
    """Show a user no more, or again, what is to be done before the first reminder."""
    user.hides_first_steps = is_hidden
    user.save(update_fields=["hides_first_steps"])
