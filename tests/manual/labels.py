"""Know what the interface says, and tell whether a label is one of its texts."""

from __future__ import annotations

import re
from functools import cache

from tests import messages


def even(text: str) -> str:
    """Return a text with one sort of space and of apostrophe."""
    return " ".join(text.replace("'", "’").split())


@cache
def texts_of_screens() -> frozenset[str]:
    """Return every text of the interface, the numbers in it made one."""
    texts = {form for text in messages.read() if text.id for form in messages.forms_of(text.id)}
    return frozenset(re.sub(r"%\(\w+\)[sd]", "1", even(text)) for text in texts)


def is_said(label: str) -> bool:
    """Tell whether a screen says a label; one that ends in dots is the beginning of what it says."""
    texts = texts_of_screens()
    if label in texts:
        return True
    return label.endswith("…") and any(text.startswith(f"{label.rstrip(' …')} ") for text in texts)
