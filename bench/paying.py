"""Record payments of a cent, each allocated, one after the other for a while, and print how many.

Usage: python -m bench.paying SECONDS
"""

from __future__ import annotations

import sys
import time

from bench.setup import start


def main(seconds: float) -> int:
    """Return how many payments were made."""
    from django.utils import timezone

    from bench.questions import ask_payment
    from encours.core.days import paris_date

    ((_label, _aim, pay),) = ask_payment(paris_date(timezone.now()))
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        pay()
        count += 1
    return count


if __name__ == "__main__":
    start()
    print(main(float(sys.argv[1])))
