"""What all commands share: plain help, one JSON object on request, exit 1 when input is refused."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

ARGPARSE_IN_FRENCH = {
    "usage: ": "utilisation : ",
    "positional arguments": "arguments",
    "options": "options",
    "show this help message and exit": "montrer cette aide",
    "%(prog)s: error: %(message)s\n": "%(prog)s : %(message)s\n",
    "the following arguments are required: %s": "il manque : %s",
    "unrecognized arguments: %s": "arguments inconnus : %s",
    "expected one argument": "une valeur est attendue",
    "expected at most one argument": "une valeur au plus est attendue",
    "expected at least one argument": "une valeur au moins est attendue",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s : %(message)s",
    "invalid %(type)s value: %(value)r": "valeur %(value)r refusée",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)r n'est pas un des choix : %(choices)s",
    "ambiguous option: %(option)s could match %(matches)s": "option ambiguë %(option)s : %(matches)s",
    "not allowed with argument %s": "ne va pas avec %s",
    "one of the arguments %s is required": "il faut l'un de : %s",
}


def speak_french() -> None:
    """Make the help and the errors of argparse French; it has no catalogue of its own."""
    argparse._ = lambda text: ARGPARSE_IN_FRENCH.get(text, text)  # type: ignore[attr-defined]


class Refused(CommandError):  # noqa: N818 (it reads better raised)
    """Input was refused: the sentence says what, where and what to do; the exit code is 1."""

    def __init__(self, message: str) -> None:
        super().__init__(message, returncode=1)


class EncoursCommand(BaseCommand):
    """A command of the product. Subclasses set ``help`` and implement ``add_options`` and ``run``."""

    requires_migrations_checks = False
    requires_system_checks: list[str] = []
    suppressed_base_arguments = {
        "--version",
        "--verbosity",
        "--settings",
        "--pythonpath",
        "--traceback",
        "--no-color",
        "--force-color",
        "--skip-checks",
    }
    has_json = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the command's own options, and --json where it has one."""
        self.add_options(parser)
        if self.has_json:
            parser.add_argument(
                "--json", action="store_true", help="écrire un seul objet JSON sur la sortie standard"
            )

    def add_options(self, parser: CommandParser) -> None:
        """Declare the options of the command."""

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the command and write its result, in French whatever the language of who calls."""
        with override("fr"):
            self.run(options)

    def run(self, options: dict[str, Any]) -> None:
        """Do the work; raise Refused where the input is refused."""
        raise NotImplementedError

    def write_json(self, value: object) -> None:
        """Write the one JSON object of --json."""
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=1))
