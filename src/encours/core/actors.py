"""Know who acts: a user, the command line or the system, as every write records it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of an action: the full name as it is frozen, and where the request came from."""

    name: str
    user_id: int | None = None
    email: str = ""
    address: str = ""
    request_id: str = ""


COMMAND_LINE = Actor(name="ligne de commande")
SYSTEM = Actor(name="système")
