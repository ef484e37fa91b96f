"""Know how an action says no: one French sentence that says what, where and what to do."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 (it is an answer to the user, not a fault)
    """An action was refused and nothing was changed; the message is shown to the user as it is.

    ``field`` names the field of the details that is wrong, where it is one.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
