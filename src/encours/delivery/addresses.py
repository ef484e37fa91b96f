"""Know which addresses can stand in an envelope, and how a domain with accents is written there."""

from __future__ import annotations

import re

MAX_LENGTH = 254  # RFC 5321 4.5.3.1.3, without the angle brackets

_LOCAL = re.compile(r"[^\s\x00-\x1f\x7f<>()\[\]\\,;:@\"]{1,64}")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


def is_mailbox(address: str) -> bool:
    """Tell whether an address can be sent to: one ``@``, a plain local part, a domain of valid labels."""
    local, at, domain = address.rpartition("@")
    labels = domain.split(".")
    return (
        bool(at)
        and len(address) <= MAX_LENGTH
        and _LOCAL.fullmatch(local) is not None
        and not (local.startswith(".") or local.endswith(".") or ".." in local)
        and all(_LABEL.fullmatch(label) for label in labels)
    )


def on_the_wire(address: str) -> str:
    """Return the address with its domain in ASCII (IDNA); the local part is left as it is.

    Raise ValueError if the domain has no such form.
    """
    local, _at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise ValueError(f"no ASCII form for the domain {domain!r}") from error
