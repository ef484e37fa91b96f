"""`encours demo`: a small believable data set, and users whose passwords are made at random."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from encours.console import EncoursCommand, Refused
from encours.core.actors import COMMAND_LINE, Actor
from encours.core.days import PARIS, paris_date
from encours.desk.demo.people import ENTITIES
from encours.desk.demo.play import Player
from encours.desk.demo.users import Credentials, ensure_users
from encours.parties.models import BillingEntity

AUTHOR = Actor(name="Gilles Gestion", email="gestion@encours.example")


class Command(EncoursCommand):
    help = "Charge un petit jeu de données vraisemblable, avec des utilisateurs admin, gestion et lecture."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--passwords", action="store_true", help="donner de nouveaux mots de passe aux trois utilisateurs"
        )

    def run(self, options: dict[str, Any]) -> None:
        refuse_real_data()
        now = timezone.now()
        Player(today=paris_date(now), actor=AUTHOR, zone=PARIS).play()
        made = ensure_users(renew=options["passwords"], actor=COMMAND_LINE, now=now)
        if options["json"]:
            self.write_json({"users": [{"username": one.username, "password": one.password} for one in made]})
        else:
            self._write(made)

    def _write(self, made: list[Credentials]) -> None:
        self.stdout.write("Les données de démonstration sont chargées.")
        for one in made:
            self.stdout.write(f"  {one.username:<8} {one.password}   ({one.role})")
        if not made:
            self.stdout.write("Mots de passe oubliés ? encours demo --passwords en donne de nouveaux.")


def refuse_real_data() -> None:
    """Refuse to mix the demonstration with the data of a real company."""
    known = [entity.code for entity in ENTITIES]
    other = BillingEntity.objects.exclude(code__in=known).first()
    if other is not None:
        raise Refused(
            f"Cette base contient déjà l'entité {other.code} : la démonstration se charge dans une base neuve"
            " (choisissez un autre dossier avec ENCOURS_DATA_DIR)."
        )
