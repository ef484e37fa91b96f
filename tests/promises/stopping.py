"""A worker that ends, or freezes, at a named point: ``python -m tests.promises.stopping exit|freeze POINT``.

It ends as a killed one does, without a word; frozen, it goes on when it gets SIGCONT.
"""

from __future__ import annotations

import os
import signal
import sys

from tests.promises.queueing import put_in_outbox, set_up

LEASE_SECONDS = 0.5


def main(how: str, point: str) -> None:
    """Queue two messages named after both and work until the point is reached the first time."""
    set_up()
    from django.core.management import call_command

    from encours import failpoints

    def stop(reached: str) -> None:
        if reached != point:
            return
        if how == "exit":
            os._exit(9)
        failpoints.set_hook(None)
        os.kill(os.getpid(), signal.SIGSTOP)

    put_in_outbox(f"{how}-{point}", 2)
    failpoints.set_hook(stop)
    call_command("worker", "--once", "--lease", str(LEASE_SECONDS))


if __name__ == "__main__":
    main(*sys.argv[1:])
