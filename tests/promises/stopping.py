"""A worker that ends, or freezes, at a named point: ``python -m tests.promises.stopping exit|freeze POINT``.

It ends as a killed one does, without a word; frozen, it goes on when it gets SIGCONT.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from tests.promises.queueing import put_in_outbox, set_up

LEASE_SECONDS = 0.5


def main(how: str, point: str) -> None:
    """Queue two messages named after both and work until the point is reached the first time."""
    os.environ["EMAIL_MAX_CONNECTIONS"] = "1"  # one message after the other, so that the second is not begun
    set_up()
    from django.core.management import call_command

    from encours import failpoints

    def stop(reached: str) -> None:
        if reached != point:
            return
        if how == "exit":
            os._exit(9)
        failpoints.set_hook(None)
        _wait_for_the_database()
        os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(0.2)  # another thread may have been given the signal: this one stops a moment later

    put_in_outbox(f"{how}-{point}", 2)
    failpoints.set_hook(stop)
    call_command("worker", "--once", "--lease", str(LEASE_SECONDS))


def _wait_for_the_database() -> None:
    """Let the other threads end what they write: frozen in it, they would keep everybody from writing."""
    from django.db import connection, transaction

    is_main = threading.current_thread() is threading.main_thread()
    if not is_main:
        time.sleep(0.3)
    with transaction.atomic():  # it begins when nobody writes, the heartbeat neither
        pass
    if not is_main:
        connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
