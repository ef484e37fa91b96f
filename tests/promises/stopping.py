"""A worker that ends like a killed one at a named point: ``python -m tests.promises.stopping POINT``."""

from __future__ import annotations

import os
import sys

from tests.promises.queueing import put_in_outbox, set_up


def main(point: str) -> None:
    """Queue two messages named after the point and work until it is reached the first time."""
    set_up()
    from django.core.management import call_command

    from encours.delivery import failpoints

    def stop(reached: str) -> None:
        if reached == point:
            os._exit(9)

    put_in_outbox(point, 2)
    failpoints.set_hook(stop)
    call_command("worker", "--once")


if __name__ == "__main__":
    main(sys.argv[1])
