"""Keep how a user's own pages look: nothing of it concerns anybody else, so no line tells of it."""

from __future__ import annotations

from encours.access.models import User


def set_appearance(*, user: User, theme: str = "", density: str = "") -> None:
    """Keep the colours and the density that a user chose; an empty one stays as it is."""
    user.theme, user.density = theme or user.theme, density or user.density
    user.save(update_fields=["theme", "density"])


def hide_first_steps(*, user: User) -> None:
    """Show a user no more what is to be done before the first reminder."""
    user.hides_first_steps = True
    user.save(update_fields=["hides_first_steps"])
