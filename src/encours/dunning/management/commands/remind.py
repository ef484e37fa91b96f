"""`encours remind`: remind every account that owes something overdue, by the template named."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from encours.access.models import Role, User
from encours.access.rights import has_role
from encours.access.scopes import EVERYTHING, Scope, scope_of
from encours.console import EncoursCommand, Refused
from encours.core.actors import COMMAND_LINE, Actor
from encours.core.currencies import DECIMALS
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.core.selection import Left, Reason, Remind
from encours.dunning.issuing.run import resume_all
from encours.dunning.models import MessageTemplate, ReminderLine, ReminderState
from encours.dunning.notices.rights import Authority
from encours.dunning.runs.models import LineState, ReminderRun, RunLine
from encours.dunning.runs.options import RunOptions
from encours.dunning.runs.selections import RunSelection, ordered_ids
from encours.dunning.runs.whole import run_to_its_end
from encours.dunning.selecting import PAGE, Decided, decide_these
from encours.parties.models import BillingEntity
from encours.parties.queries import customers_in, entities_in
from encours.receivables.models import Invoice


def days(text: str) -> int:
    """Read a number of days of the command line."""
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        raise argparse.ArgumentTypeError(f"« {text} » n'est pas un nombre de jours (0 ou plus)")
    return int(text)


def amount(text: str) -> Decimal:
    """Read an amount of the command line, the same in every currency."""
    try:
        value = Decimal(text.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value < 10**12:
        raise argparse.ArgumentTypeError(f"« {text} » n'est pas un montant (0 ou plus)")
    return value


COMMAND_REASONS = frozenset(Reason) - {Reason.PAID}
"""Those that the command tells apart: between its proposal and its end, paid is one way of being changed."""


class Command(EncoursCommand):
    help = (
        "Relance toutes les factures échues par le modèle indiqué, sauf celles relancées depuis"
        " moins de 7 jours. Chaque compte laissé de côté est donné avec sa raison."
    )

    def add_options(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--template", required=True, metavar="CODE", help="code du modèle de message, par exemple E1")
        add("--entity", action="append", default=[], metavar="CODE", help="cette entité facturante seulement")
        add("--customer", action="append", default=[], metavar="CODE", help="ce client seulement")
        add("--min-days-late", type=days, default=1, metavar="N", help="au moins N jours de retard")
        add(
            "--min-amount", type=amount, default=Decimal(0), metavar="X", help="total d'au moins X par devise"
        )
        add(
            "--not-reminded-since",
            type=days,
            default=7,
            metavar="DAYS",
            help="factures non relancées depuis ce nombre de jours (7 ; 0 : sans limite)",
        )
        add("--user", metavar="NAME", help="utilisateur au nom de qui l'on relance")
        add("--dry-run", action="store_true", help="dire ce qui serait fait sans rien émettre")

    def run(self, options: dict[str, Any]) -> None:
        templates = _templates(options["template"])
        actor, scope = _author(options["user"])
        _refuse_unknown_codes(scope, options["entity"], options["customer"])
        selection = RunSelection(
            entity_codes=tuple(options["entity"]), customer_codes=tuple(options["customer"])
        )
        asked = RunOptions(
            templates=((templates[0].mode, options["template"]),),
            min_days_late=options["min_days_late"],
            minimum_minor=_minimum(options["min_amount"]),
            not_reminded_days=options["not_reminded_since"],
            has_summary=False,
        )
        if any(row.is_formal_notice for row in templates):
            decided = [one for page in _pages(scope, selection, asked) for one in page]
            _refuse_notices(templates, actor, decided)
        if options["dry_run"]:
            rows = _planned(scope, selection, asked)
        else:
            resume_all(timezone.now)
            run = run_to_its_end(
                selection=selection, options=asked, scope=scope, actor=actor, clock=timezone.now
            )
            rows = _done(run) if run is not None else []
        self._write(rows, is_json=options["json"])

    def _write(self, rows: list[dict[str, Any]], *, is_json: bool) -> None:
        pending = [row["reference"] for row in rows if row.pop("is_pending", False)]
        issued = [row for row in rows if "reference" in row and row["reference"] not in pending]
        left = [row for row in rows if "reason" in row]
        failed = [row for row in rows if "error" in row]
        if is_json:
            self.write_json({"issued": issued, "left": left, "pending": pending, "failed": failed})
        else:
            for row in issued:
                name = row["reference"] or "à émettre"
                self.stdout.write(f"{name} : {row['entity']} {row['customer']}, {', '.join(row['invoices'])}")
            for row in left:
                self.stdout.write(f"laissé : {row['entity']} {row['customer']} ({row['reason']})")
            self.stdout.write(f"relances : {len(issued)} ; comptes laissés : {len(left)}")
        if pending:
            self.stderr.write(f"en préparation, à reprendre par encours worker : {', '.join(pending)}")
        if failed:
            told = [f"{row['entity']} {row['customer']} : {row['error']}" for row in failed]
            raise Refused("\n".join(["ces comptes n'ont pas pu être relancés :", *told]))


def _templates(code: str) -> list[MessageTemplate]:
    """Return the active templates of a code, in every language and for every entity."""
    rows = MessageTemplate.objects.filter(code=code, is_active=True).select_related("severity")
    found = list(rows.order_by("id"))
    if not found:
        known = MessageTemplate.objects.filter(is_active=True).order_by("code").values_list("code", flat=True)
        raise Refused(
            f"le modèle « {code} » n'existe pas ; modèles actifs : {', '.join(dict.fromkeys(known))}"
        )
    if len({row.mode for row in found}) > 1:
        raise Refused(f"les modèles « {code} » n'ont pas tous le même mode : corrigez-les")
    return found


def _author(username: str | None) -> tuple[Actor, Scope]:
    """Return who reminds and what he may see: the command line sees everything."""
    if username is None:
        return COMMAND_LINE, EVERYTHING
    user = User.objects.filter(username=username).first()
    if user is None:
        raise Refused(f"l'utilisateur « {username} » n'existe pas")
    if not user.is_active:
        raise Refused(f"l'utilisateur « {username} » est inactif")
    if not has_role(user, Role.COLLECTOR):
        raise Refused(f"l'utilisateur « {username} » n'a pas le droit de relancer")
    return Actor(name=str(user), user_id=user.pk, email=user.email), scope_of(user)


def _refuse_unknown_codes(scope: Scope, entity_codes: list[str], customer_codes: list[str]) -> None:
    known_entities = set(entities_in(scope).filter(code__in=entity_codes).values_list("code", flat=True))
    known_customers = set(customers_in(scope).filter(code__in=customer_codes).values_list("code", flat=True))
    if unknown := [code for code in entity_codes if code not in known_entities]:
        raise Refused(f"entité facturante inconnue : {', '.join(unknown)}")
    if unknown := [code for code in customer_codes if code not in known_customers]:
        raise Refused(f"client inconnu : {', '.join(unknown)}")


def _refuse_notices(templates: list[MessageTemplate], actor: Actor, decided: list[Decided]) -> None:
    """Refuse formal notices before any of them leaves: without the right, or where one is not enough."""
    try:
        Authority(actor).refuse_without_right(templates)
    except Refusal as refusal:
        raise Refused(refusal.message) from refusal
    codes = {one.account.entity_code for one in decided if not isinstance(one.decision, Left)}
    careful = BillingEntity.objects.filter(code__in=codes, formal_notices_need_approval=True)
    if found := sorted(careful.values_list("code", flat=True)):
        raise Refused(
            "les mises en demeure doivent être approuvées par une seconde personne, à l'écran, pour : "
            + ", ".join(found)
        )


def _minimum(value: Decimal) -> dict[str, int]:
    """Return the minimum in minor units of every currency: less than a minor unit counts as one."""
    if not value:
        return {}
    return {
        currency: int(value.scaleb(decimals).to_integral_value(ROUND_CEILING))
        for currency, decimals in DECIMALS.items()
    }


def _pages(scope: Scope, selection: RunSelection, asked: RunOptions) -> Iterator[list[Decided]]:
    """Yield what is decided about each account, as a proposal decides it; nothing is kept."""
    today = paris_date(timezone.now())
    ids = ordered_ids(scope, selection, today)
    for at in range(0, len(ids), PAGE):
        yield list(decide_these(scope, asked.policy(), ids[at : at + PAGE], today=today))


def _planned(scope: Scope, selection: RunSelection, asked: RunOptions) -> list[dict[str, Any]]:
    """Return what would be done."""
    rows = []
    for decided in _pages(scope, selection, asked):
        reminded = [one.decision for one in decided if isinstance(one.decision, Remind)]
        wanted = [invoice_id for decision in reminded for invoice_id in decision.invoice_ids]
        numbers = dict(Invoice.objects.filter(id__in=wanted).values_list("id", "number"))
        rows += [_plan(one, numbers) for one in decided]
    return rows


def _plan(one: Decided, numbers: Mapping[int, str]) -> dict[str, Any]:
    named = {"entity": one.account.entity_code, "customer": one.account.customer_code}
    if isinstance(one.decision, Left):
        return {**named, "reason": str(one.decision.because)}
    invoices = [numbers[invoice_id] for invoice_id in one.decision.invoice_ids]
    return {"reference": None, **named, "invoices": invoices, "mode": one.decision.mode}


def _done(run: ReminderRun) -> list[dict[str, Any]]:
    """Return what became of each account, in the order of the list."""
    lines = run.lines.select_related("account__entity", "account__customer", "reminder").order_by("position")
    numbers = ReminderLine.objects.filter(reminder__run_lines__run=run).order_by("reminder_id", "id")
    invoices: dict[int, list[str]] = defaultdict(list)
    for reminder_id, number in numbers.values_list("reminder_id", "number"):
        invoices[reminder_id].append(number)
    return [_result(line, invoices) for line in lines]


def _result(line: RunLine, invoices: Mapping[int, list[str]]) -> dict[str, Any]:
    named = {"entity": line.account.entity.code, "customer": line.account.customer.code}
    if line.reminder is not None:
        return {
            "reference": line.reminder.reference,
            **named,
            "invoices": invoices[line.reminder.pk],
            "mode": line.reminder.mode,
            "is_pending": line.reminder.state == ReminderState.RESERVED,
        }
    if line.state == LineState.LEFT:
        return {**named, "reason": line.reason if line.reason in COMMAND_REASONS else str(Reason.CHANGED)}
    return {**named, "error": line.error or "la relance en masse a été suspendue : reprenez-la à l'écran"}
