"""Find IBANs in a text, and keep of each its country and its last four characters."""

from __future__ import annotations

import re

HIDDEN = "•••"
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,40}\b")
_SHORTEST_IBAN = 15  # Norway's


def mask_iban(text: str) -> str:
    """Return the text with every valid IBAN shortened to its country and its last four characters."""
    return _IBAN.sub(lambda match: _masked(match[0]), text)


def shortened(iban: str) -> str:
    """Return what may be shown of an IBAN."""
    return f"{iban[:2]}{HIDDEN}{iban.replace(' ', '')[-4:]}"


def _masked(candidate: str) -> str:
    """Return the text of a match, masked if it starts with an IBAN: words may follow in capitals."""
    ends = [len(candidate), *(at for at, char in enumerate(candidate) if char == " ")]
    for end in sorted(ends, reverse=True):
        if _is_iban(candidate[:end]):
            return shortened(candidate[:end]) + candidate[end:]
    return candidate


def _is_iban(text: str) -> bool:
    bare = text.replace(" ", "")
    if len(bare) < _SHORTEST_IBAN:
        return False
    digits = "".join(str(int(char, 36)) for char in bare[4:] + bare[:4])
    return int(digits) % 97 == 1
