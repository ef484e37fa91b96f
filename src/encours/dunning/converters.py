"""Know how a reference stands in an address: ``<entity code>-<number>``."""

from __future__ import annotations


class ReferenceConverter:
    """The code of an entity, whatever its characters but a slash, a hyphen and a number."""

    regex = r"[^/]+-[0-9]{1,18}"

    def to_python(self, value: str) -> str:
        """Return the reference as it is written."""
        return value

    def to_url(self, value: str) -> str:
        """Return the reference as it is written."""
        return value
