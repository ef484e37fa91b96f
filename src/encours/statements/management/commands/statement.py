"""Write one statement of an account, as PDF or XLSX."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from encours.access.scopes import EVERYTHING
from encours.console import EncoursCommand, Refused
from encours.core import french
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.core.typed import parse_date
from encours.documents.files import write_atomically
from encours.parties.models import Account
from encours.statements.documents.statement import KINDS, StatementDocument
from encours.statements.files import EXTENSIONS, statement_bytes
from encours.statements.queries import find_account_by_codes, read_statement


class Command(EncoursCommand):
    help = "écrit l'encours ou le compte d'un client, en PDF ou en XLSX selon le nom du fichier"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--entity", required=True, metavar="CODE", help="entité facturante")
        parser.add_argument("--customer", required=True, metavar="CODE", help="client")
        parser.add_argument("--kind", required=True, choices=KINDS, help="encours ou compte")
        parser.add_argument(
            "--from", required=True, metavar="MM/AAAA", dest="from_month", help="premier mois"
        )
        parser.add_argument("--to", required=True, metavar="MM/AAAA", dest="to_month", help="dernier mois")
        parser.add_argument("--as-of", metavar="DATE", help="ce qui est réglé à cette date (aujourd'hui)")
        parser.add_argument("-o", "--output", required=True, metavar="FICHIER", help="nom en .pdf ou .xlsx")

    def run(self, options: dict[str, Any]) -> None:
        path = Path(options["output"])
        extension = path.suffix.lower().removeprefix(".")
        if extension not in EXTENSIONS:
            raise Refused(f"« {path} » : le nom du fichier se termine par .pdf ou .xlsx")
        account = _account(options["entity"], options["customer"])
        from_month, to_month, as_of = _period(options)
        statement = read_statement(EVERYTHING, account.pk, options["kind"], from_month, to_month, as_of)
        try:
            write_atomically(path, statement_bytes(statement, extension))
        except OSError as error:
            raise Refused(f"« {path} » ne peut pas être écrit : {error.strerror}") from error
        self._tell(path, statement, options["json"])

    def _tell(self, path: Path, statement: StatementDocument, is_json: bool) -> None:
        if is_json:
            self.write_json({"file": str(path), "kind": statement.kind, "lines": statement.line_count()})
        else:
            lines = french.counted(statement.line_count(), "ligne", "lignes")
            self.stdout.write(f"{path} : {lines}")


def _account(entity_code: str, customer_code: str) -> Account:
    account = find_account_by_codes(EVERYTHING, entity_code, customer_code)
    if account is None:
        raise Refused(
            f"l'entité « {entity_code} » n'a pas de compte pour le client « {customer_code} » :"
            " vérifiez les deux codes"
        )
    return account


def _period(options: dict[str, Any]) -> tuple[int, int, dt.date]:
    today = paris_date(timezone.now())
    try:
        from_month = french.parse_period_month(options["from_month"])
        to_month = french.parse_period_month(options["to_month"])
        as_of = parse_date(options["as_of"]) if options["as_of"] else today
    except (ValueError, Refusal) as error:
        raise Refused(str(error)) from error
    if from_month > to_month:
        raise Refused(
            f"la période finit ({options['to_month']}) avant de commencer ({options['from_month']})"
        )
    return from_month, to_month, as_of
