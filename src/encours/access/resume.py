"""Carry what was typed over a sign-in: a form sent after the session ended is kept, signed, in the page.

It waits in the session while the user is at his company's identity provider.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest

SALT = "encours.resume"
KEPT = "encours.resume"
MAX_CHARS = 200_000
MAX_AGE_SECONDS = 12 * 3600


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A form as it was sent: the path it was sent to and its fields in order."""

    path: str
    fields: tuple[tuple[str, str], ...]


def pack(request: HttpRequest) -> str:
    """Return the posted form as signed text, or nothing if it is too large to be carried."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
        if isinstance(value, str)
    ]
    packed = signing.dumps({"path": request.get_full_path(), "fields": fields}, salt=SALT, compress=True)
    return packed if len(packed) <= MAX_CHARS else ""


def unpack(packed: str) -> Interrupted | None:
    """Return the form that was packed; None if it was not packed here or is too old."""
    try:
        content = signing.loads(packed, salt=SALT, max_age=MAX_AGE_SECONDS)
    except signing.BadSignature:
        return None
    path = str(content["path"])
    if not path.startswith("/") or path.startswith("//"):
        return None
    return Interrupted(path, tuple((str(name), str(value)) for name, value in content["fields"]))


def keep(request: HttpRequest, packed: str) -> None:
    """Keep a packed form in the session until the sign-in is done; what was not packed here is left."""
    if len(packed) <= MAX_CHARS and unpack(packed) is not None:
        request.session[KEPT] = packed


def kept(request: HttpRequest) -> str:
    """Return the packed form that the session keeps, or nothing."""
    return str(request.session.get(KEPT, ""))


def forget(request: HttpRequest) -> None:
    """Keep it no longer: it was handed back."""
    request.session.pop(KEPT, None)
