"""Show the account list of the screen, today or on a past day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from encours.access.scopes import EVERYTHING
from encours.console import EncoursCommand, Refused
from encours.core import french
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.core.money import minor_to_decimal
from encours.desk.filters import AccountFilter, Case, parse_options
from encours.desk.queries import list_summaries
from encours.desk.recomputed import accounts_on
from encours.desk.summaries import Amounts, Summary, total
from encours.parties.models import Account, BillingEntity
from encours.receivables.figures import bring_up_to_date


class Command(EncoursCommand):
    help = "montre la liste des comptes clients, aujourd'hui ou à une date passée"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--entity", action="append", default=[], metavar="CODE", help="entité facturante")
        parser.add_argument("--customer", default="", metavar="TEXTE", help="partie du nom ou du code")
        parser.add_argument("--from", default="", metavar="MM/AAAA", help="premier mois d'émission")
        parser.add_argument("--to", default="", metavar="MM/AAAA", help="dernier mois d'émission")
        parser.add_argument("--case", default="", metavar="CAS", help=", ".join(Case.values))
        parser.add_argument("--as-of", default="", metavar="AAAA-MM-JJ", help="date de la situation")

    def run(self, options: dict[str, Any]) -> None:
        today = paris_date(timezone.now())
        try:
            criteria = _criteria(options)
            day = _day(options["as_of"], today)
        except Refusal as refusal:
            raise Refused(str(refusal)) from refusal
        if day == today:
            while bring_up_to_date(today=today):
                pass
            found = list(list_summaries(EVERYTHING, criteria, today))
        else:
            found = list(accounts_on(EVERYTHING, criteria, day))
        if options["json"]:
            self.write_json(_as_json(found))
        else:
            self._write_table(found)

    def _write_table(self, found: list[tuple[Account, Summary]]) -> None:
        for account, summary in found:
            amounts = [french.amount_with_code(minor, code) for code, minor in summary.remaining.items()]
            name = f"{account.entity.code:<12} {account.customer.code:<16} {account.customer.name:<40}"
            self.stdout.write(f"{name} {summary.open:>5} {summary.overdue:>5}  {' + '.join(amounts)}")
        self.stdout.write(french.counted(len(found), "compte", "comptes"))


def _criteria(options: dict[str, Any]) -> AccountFilter:
    criteria = parse_options(
        entities=options["entity"],
        customer=options["customer"],
        from_month=options["from"],
        to_month=options["to"],
        case=options["case"],
    )
    known = BillingEntity.objects.filter(code__in=criteria.entity_codes).values_list("code", flat=True)
    unknown = sorted(set(criteria.entity_codes) - set(known))
    if unknown:
        raise Refusal(f"--entity : aucune entité facturante n'a le code {', '.join(unknown)}.")
    return criteria


def _day(text: str, today: dt.date) -> dt.date:
    if not text:
        return today
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Refusal(
            f"--as-of : « {text} » n'est pas une date : écrivez-la AAAA-MM-JJ, par exemple 2016-05-16."
        )
    if day > today:
        raise Refusal(f"--as-of : le {french.date(day)} n'est pas encore venu ; demandez une date passée.")
    return day


def _as_json(found: Iterable[tuple[Account, Summary]]) -> dict[str, object]:
    rows = list(found)
    return {
        "accounts": [
            {"entity": account.entity.code, "customer": account.customer.code, **_figures(summary)}
            for account, summary in rows
        ],
        "totals": _figures(total(summary for _, summary in rows)),
    }


def _figures(summary: Summary) -> dict[str, object]:
    return {
        "issued": summary.issued,
        "open": summary.open,
        "overdue": summary.overdue,
        "remaining": _decimals(summary.remaining),
        "credits": _decimals(summary.credits),
    }


def _decimals(amounts: Amounts) -> dict[str, str]:
    return {currency: str(minor_to_decimal(minor, currency)) for currency, minor in sorted(amounts.items())}
