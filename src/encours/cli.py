"""The console script `encours`: the commands of the product, their help and their exit codes.

Exit 0 on success, 1 when input is refused or something failed, 2 on wrong usage; never a traceback.
"""

from __future__ import annotations

import difflib
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.core.management.base import BaseCommand

REFUSED, WRONG_USAGE, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command with the production settings, unless another module is named; then exit."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "encours.settings.production")
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run one command and return the exit code."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    from encours.console import speak_french

    logging.captureWarnings(True)  # warnings go to the log, not between the lines of a command
    speak_french()
    try:
        django.setup()
    except ImproperlyConfigured as refusal:
        return _say(f"Encours ne peut pas démarrer : {refusal}")
    except OSError as error:
        return _say(f"Encours ne peut pas écrire dans son dossier de données : {error}")
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        _list_commands()
        return 0
    if arguments[0] in {"version", "--version"}:
        sys.stdout.write(f"encours {_version()}\n")
        return 0
    return _run_command(arguments[0], arguments[1:])


def command_names() -> list[str]:
    """Return the names of the product's commands: ours, and no command of Django's own."""
    from django.core.management import get_commands

    return sorted(
        name
        for name, owner in get_commands().items()
        if (owner if isinstance(owner, str) else owner.__module__).startswith("encours.")
    )


def load(name: str) -> BaseCommand:
    """Return one command of the product by its name."""
    from django.core.management import get_commands, load_command_class

    owner = get_commands()[name]
    return load_command_class(owner, name) if isinstance(owner, str) else owner


def _run_command(name: str, arguments: list[str]) -> int:
    if name not in command_names():
        near = difflib.get_close_matches(name, command_names(), n=1)
        hint = f" Vouliez-vous « encours {near[0]} » ?" if near else ""
        _say(f"« {name} » n'est pas une commande d'Encours.{hint} La liste : encours --help")
        return WRONG_USAGE
    command = load(name)
    command._called_from_command_line = True  # type: ignore[attr-defined]  # as Django's own runner does
    parser = command.create_parser("encours", name)
    options = vars(parser.parse_args(arguments))
    positional = options.pop("args", ())
    return _execute(command, positional, options)


def _execute(command: BaseCommand, positional: Sequence[str], options: dict[str, object]) -> int:
    from django.core.management.base import CommandError
    from django.db import DatabaseError, connections

    from encours.archive.bucket import UnavailableError
    from encours.core.errors import Refusal

    try:
        command.execute(*positional, **options)
    except Refusal as refusal:
        return _say(refusal.message)
    except CommandError as refusal:
        return _say(str(refusal), refusal.returncode)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has gone: «encours accounts | head»
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except UnavailableError as error:
        logging.getLogger("encours").error("store failed", exc_info=error)
        return _say(str(error))
    except DatabaseError as error:
        return _say_database(error)
    except Exception:
        logging.getLogger("encours").exception("command failed")
        return _say(f"Une erreur inattendue est survenue ; son détail est dans {_log_file()}")
    finally:
        connections.close_all()
    return 0


def _say_database(error: Exception) -> int:
    logging.getLogger("encours").error("database failed", exc_info=error)
    text = str(error)
    if "no such table" in text or "no such column" in text or "does not exist" in text:
        return _say("La base de données n'est pas à jour : lancez d'abord « encours migrate ».")
    return _say(f"La base de données ne répond pas comme attendu ; le détail est dans {_log_file()}")


def _list_commands() -> None:
    shown = {name: load(name) for name in command_names()}
    shown = {name: one for name, one in shown.items() if not getattr(one, "is_internal", False)}
    width = max(len(name) for name in shown)
    lines = [f"  {name:<{width}}  {one.help.splitlines()[0]}" for name, one in shown.items()]
    sys.stdout.write(
        "Encours : comptes clients et relances.\n\nutilisation : encours COMMANDE [options]\n\nCommandes :\n"
        + "\n".join(lines)
        + "\n\nL'aide d'une commande : encours COMMANDE --help\n"
    )


def _log_file() -> Path:
    from django.conf import settings

    return Path(settings.DATA_DIR) / "log" / "encours.log"


def _version() -> str:
    from importlib.metadata import version

    return version("encours")


def _say(sentence: str, code: int = REFUSED) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code


if __name__ == "__main__":
    main()
