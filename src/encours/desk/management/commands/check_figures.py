"""Compare every kept figure with a recomputation from documents and allocations."""

from __future__ import annotations

import sys
from typing import Any

from django.utils import timezone

from encours.console import EncoursCommand
from encours.core.days import paris_date
from encours.desk.checking import check_everything
from encours.receivables.figures import bring_up_to_date


class Command(EncoursCommand):
    help = "compare chaque chiffre conservé avec un recalcul depuis les pièces et les lettrages"

    def run(self, options: dict[str, Any]) -> None:
        today = paris_date(timezone.now())
        while bring_up_to_date(today=today):
            pass
        report = check_everything(today=today)
        if options["json"]:
            self.write_json({"checked": report.checked, "problems": report.problems})
        else:
            self.stdout.write(f"Chiffres vérifiés : {report.checked}")
            self.stdout.write("\n".join(report.problems) or "Aucun écart.")
        if report.problems:
            sys.exit(1)
