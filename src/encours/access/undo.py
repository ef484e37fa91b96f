"""Offer, beside the news of what was done, the action that does exactly the contrary.

The action is an address of ours that is posted to as any other: with its check of rights, its own refusal,
its own line in the journal. What has left is never undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

_MARK = "undo?"


@dataclass(frozen=True, slots=True)
class Undo:
    """Where to post what, to undo."""

    address: str
    fields: tuple[tuple[str, str], ...]


def say_done(request: HttpRequest, text: str, *, undo_at: str, **fields: str) -> None:
    """Say what was done, with a button that posts these fields to an address."""
    packed = urlencode([("at", undo_at), *fields.items()])
    messages.success(request, text, extra_tags=f"{_MARK}{packed}")


def undo_of(message: Message) -> Undo | None:
    """Return how what a message tells is undone, or None."""
    tags = message.extra_tags or ""
    if not tags.startswith(_MARK):
        return None
    (_, address), *fields = parse_qsl(tags.removeprefix(_MARK), keep_blank_values=True)
    return Undo(address, tuple(fields))
