"""Run gunicorn on a socket that is open already: threads for what waits, a few processes for what draws."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

GRACE_SECONDS = 7  # the whole server stops within 10 s of SIGTERM
TIMEOUT_SECONDS = 120


class Application(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn without a command line or a file of settings."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.chosen = options
        super().__init__()

    def load_config(self) -> None:
        """Take the settings given, and no other."""
        for name, value in self.chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the WSGI application; each process loads its own."""
        from encours.web.wsgi import application

        return application


def serve(listener: socket.socket, log_folder: Path) -> None:
    """Serve until SIGTERM or SIGINT; what gunicorn has to say goes to `server.log`."""
    log_folder.mkdir(parents=True, exist_ok=True)
    Application(
        {
            "bind": f"fd://{listener.fileno()}",
            "worker_class": "gthread",
            "workers": process_count(),
            "threads": 8,
            "timeout": TIMEOUT_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 15,
            "max_requests": 20_000,  # give back what long documents took
            "max_requests_jitter": 2_000,
            "errorlog": str(log_folder / "server.log"),
            "accesslog": None,
            "control_socket_disable": True,
            "proc_name": "encours",
        }
    ).run()


def process_count() -> int:
    """Return how many processes serve: as many as processors, two at least, four at most."""
    return max(2, min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2))


def open_listener(host: str, port: int) -> socket.socket:
    """Return a listening socket; raise OSError where the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
        listener.set_inheritable(True)
    except BaseException:
        listener.close()
        raise
    return listener
