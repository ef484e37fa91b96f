"""Load a large synthetic data set, for measuring."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from encours.console import EncoursCommand, Refused
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.desk.checking import check_everything
from encours.desk.synthetic.load import load_synthetic


class Command(EncoursCommand):
    help = "charge un grand jeu de données synthétique dans une base neuve, pour mesurer"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--customers", type=int, required=True, help="nombre de clients")
        parser.add_argument("--invoices", type=int, required=True, help="nombre de factures")
        parser.add_argument("--seed", type=int, default=1, help="même nombre, mêmes données (1 par défaut)")
        parser.add_argument("--until", help="dernier jour du jeu, AAAA-MM-JJ (aujourd'hui par défaut)")

    def run(self, options: dict[str, Any]) -> None:
        today = paris_date(timezone.now())
        until = parse_date(options["until"]) if options["until"] else today
        if until is None or until > today or options["customers"] < 1 or options["invoices"] < 0:
            raise Refused("Il faut au moins un client, aucun nombre négatif et un dernier jour déjà venu.")
        started = time.monotonic()

        def progress(message: str) -> None:
            if not options["json"]:
                self.stdout.write(f"{time.monotonic() - started:6.1f} s  {message}")

        try:
            load_synthetic(
                customer_count=options["customers"],
                invoice_count=options["invoices"],
                seed=options["seed"],
                until=until,
                progress=progress,
            )
        except Refusal as refusal:
            raise Refused(str(refusal)) from refusal
        progress("chiffres conservés")
        report = check_everything(today=until)
        progress(f"{report.checked} chiffres vérifiés, {len(report.problems)} écarts")
        if options["json"]:
            self.write_json({"checked": report.checked, "problems": report.problems})
        if report.problems:
            raise Refused("Des chiffres conservés diffèrent de leur recalcul : " + report.problems[0])
