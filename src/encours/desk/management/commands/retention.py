"""`encours retention`: say what is past its time of retention, and let it go when told to."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from encours.console import EncoursCommand
from encours.core.actors import COMMAND_LINE
from encours.core.days import paris_date
from encours.desk.privacy.retention import apply, what_is_due


class Command(EncoursCommand):
    help = "Dit ce qui a passé sa durée de conservation ; --apply l'efface, sans retour possible."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="effacer vraiment (sinon rien ne change)")

    def run(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        due = what_is_due(paris_date(now))
        done = apply(today=paris_date(now), actor=COMMAND_LINE, now=now) if options["apply"] else {}
        if options["json"]:
            self.write_json(
                {"due": [{**asdict(one), "before": str(one.before)} for one in due], "erased": done}
            )
            return
        for one in due:
            said = f"{one.label} : {one.count} avant le {one.before:%d/%m/%Y} ({one.months} mois)"
            self.stdout.write(f"{said}, effacés : {done[one.kind]}" if done else said)
        if not options["apply"]:
            self.stdout.write("Rien n'a été changé. « encours retention --apply » efface.")
