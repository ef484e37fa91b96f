"""`encours doctor`: look at all that Encours depends on."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from encours.console import EncoursCommand
from encours.operations.doctor.examining import examine
from encours.operations.doctor.findings import Level


class Command(EncoursCommand):
    help = "Contrôle la messagerie, le domaine, le disque, l'horloge, la base et le worker ; n'envoie rien."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dns", default="", metavar="ADDRESS[:PORT]", help="résolveur à interroger (celui de la machine)"
        )

    def run(self, options: dict[str, Any]) -> None:
        findings = []
        for finding in examine(dns_server=options["dns"], now=timezone.now()):
            findings.append(finding)
            if not options["json"]:
                action = f" → {finding.action}" if finding.action else ""
                self.stdout.write(f"{finding.level.label:<10} {finding.check} : {finding.message}{action}")
        is_ok = all(finding.level is not Level.ERROR for finding in findings)
        if options["json"]:
            self.write_json({"ok": is_ok, "checks": [asdict(finding) for finding in findings]})
        if not is_ok:
            sys.exit(1)
