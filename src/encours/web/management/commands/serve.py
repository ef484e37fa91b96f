"""`encours serve`: the production server, static files included; on the embedded default a worker too."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from encours.append_only import missing_triggers
from encours.console import EncoursCommand, Refused
from encours.settings.checks import LOOPBACK
from encours.web.server import http
from encours.web.server.static_files import ensure_static_files
from encours.web.server.supervisor import Supervisor, command, is_embedded


class Command(EncoursCommand):
    help = "Sert Encours, fichiers statiques compris ; avec la base intégrée, envoie aussi les messages."
    has_json = False

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="adresse d'écoute (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port d'écoute (8000)")
        parser.add_argument("--no-worker", action="store_true", help="ne pas envoyer les messages d'ici")

    def run(self, options: dict[str, Any]) -> None:
        host, port = options["host"], options["port"]
        refuse_clear_text(host)
        refuse_old_database()
        ensure_static_files()
        listener = listen(host, port)
        address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        self.stdout.write(f"Encours répond sur {address} (Ctrl C pour arrêter).")
        self.stdout.flush()
        connection.close()  # the children open their own
        if options["no_worker"] or not is_embedded(connection.settings_dict["ENGINE"]):
            http.serve(listener, Path(settings.DATA_DIR) / "log")
        else:
            server = command("serve_socket", str(listener.fileno()))
            sys.exit(Supervisor(server, command("worker"), listener.fileno()).run())


def refuse_clear_text(host: str) -> None:
    """Refuse to listen beyond this machine while the public address is not https."""
    if host not in LOOPBACK and not settings.IS_HTTPS:
        raise Refused(
            f"Écouter sur {host} exposerait les mots de passe en clair : indiquez l'adresse publique en https"
            " dans ENCOURS_BASE_URL et placez un serveur TLS devant, ou restez sur 127.0.0.1."
        )


def refuse_old_database() -> None:
    """Refuse to serve a database that does not answer or waits for `encours migrate`."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise Refused(f"La base de données ne répond pas : {str(error).strip()}") from error
    if waiting:
        raise Refused("La base de données n'est pas à jour : lancez d'abord « encours migrate ».")
    if missing_triggers():
        raise Refused(
            "La base de données ne protège plus ce qui ne doit pas changer"
            f" ({', '.join(missing_triggers())}) : cherchez qui a ôté ces protections, puis lancez"
            " « encours migrate », qui les remet."
        )


def listen(host: str, port: int) -> socket.socket:
    """Return the listening socket, or refuse with a sentence."""
    try:
        return http.open_listener(host, port)
    except OverflowError as error:
        raise Refused(f"{port} n'est pas un port : choisissez entre 0 et 65535.") from error
    except OSError as error:
        raise Refused(
            f"Impossible d'écouter sur {host}, port {port} ({error.strerror})."
            " Choisissez un autre port avec --port."
        ) from error
