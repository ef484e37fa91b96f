"""`encours create_admin`: the first administrator, with a password asked for or a one-time link."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from encours.access.actions import create_user
from encours.access.links import one_time_path
from encours.access.models import Role
from encours.console import EncoursCommand, Refused
from encours.core.actors import COMMAND_LINE

DEFAULT_BASE_URL = "http://127.0.0.1:8000"


class Command(EncoursCommand):
    help = "Crée un administrateur, avec un mot de passe demandé ou un lien à usage unique."
    has_json = False

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--username", default="admin", help="identifiant de connexion (admin)")
        parser.add_argument(
            "--name", default="Administration", help="nom complet, tel que les relances le citent"
        )
        parser.add_argument("--email", default="", help="adresse e-mail")
        parser.add_argument(
            "--link",
            action="store_true",
            help="afficher un lien à usage unique, valable trois jours, au lieu de demander un mot de passe",
        )

    def run(self, options: dict[str, Any]) -> None:
        user = create_user(
            username=options["username"],
            full_name=options["name"],
            email=options["email"],
            role=Role.ADMINISTRATOR,
            sees_all_entities=True,
            may_issue_formal_notices=True,
            password=None if options["link"] else ask_password(),
            actor=COMMAND_LINE,
            now=timezone.now(),
        )
        self.stdout.write(f"L'administrateur « {user.username} » est créé.")
        if options["link"]:
            base = (settings.BASE_URL or DEFAULT_BASE_URL).rstrip("/")
            self.stdout.write(
                f"Choisissez son mot de passe ici, une seule fois : {base}{one_time_path(user)}"
            )


def ask_password() -> str:
    """Ask for a password twice on a terminal, or read it once from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Mot de passe (12 caractères au moins) : ")
    if getpass.getpass("Encore une fois : ") != first:
        raise Refused("Les deux mots de passe ne sont pas les mêmes : recommencez.")
    return first
