"""Know which process holds a lease, and whether it still lives."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path


def this_process() -> str:
    """Return the name of this process: machine, number and start, for no number is reused at once."""
    return _name(os.getpid())


def is_dead(owner: str) -> bool:
    """Tell whether the process of a lease is known to be dead: only one of this machine can be."""
    machine, _, rest = owner.rpartition(":")
    machine, _, pid = machine.rpartition(":")
    if machine != socket.gethostname() or not pid.isdigit():
        return False
    return _started(int(pid)) != rest


@cache
def _name(pid: int) -> str:
    return f"{socket.gethostname()[:60]}:{pid}:{_started(pid)}"


def _started(pid: int) -> str:
    """Return when a process started, in the kernel's ticks; a mere sign of life where there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return "gone" if Path("/proc/self/stat").exists() else _sign_of_life(pid)
    except OSError:
        return "gone"
    return "gone" if fields[0] in "ZX" else fields[19]


def _sign_of_life(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "gone"
    except PermissionError:
        pass
    return "alive"
