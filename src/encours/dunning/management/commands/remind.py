"""`encours remind`: remind every account that owes something overdue, by the template named."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
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
from encours.core.selection import Left, Policy
from encours.dunning.facts import AccountName
from encours.dunning.issuing.run import resume_all
from encours.dunning.mass import Result, remind_all
from encours.dunning.models import MessageTemplate, ReminderState
from encours.dunning.notices.rights import Authority
from encours.dunning.selecting import Decided, decide_accounts
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
        policy = Policy(
            modes=(templates[0].mode,),
            min_days_late=options["min_days_late"],
            minimum_minor=_minimum(options["min_amount"]),
            not_reminded_days=options["not_reminded_since"],
        )
        if not options["dry_run"]:
            resume_all(timezone.now)
        decided: Iterable[Decided] = decide_accounts(
            scope,
            policy,
            entity_codes=options["entity"],
            customer_codes=options["customer"],
            today=paris_date(timezone.now()),
        )
        if any(row.is_formal_notice for row in templates):
            decided = list(decided)
            _refuse_notices(templates, actor, decided)
        if options["dry_run"]:
            rows = [_planned(one) for one in decided]
        else:
            results = remind_all(
                decided, policy=policy, templates=templates, scope=scope, actor=actor, clock=timezone.now
            )
            rows = [_done(result) for result in results]
        self._write(rows, is_json=options["json"])

    def _write(self, rows: list[dict[str, Any]], *, is_json: bool) -> None:
        pending = [row["reference"] for row in rows if row.pop("is_pending", False)]
        issued = [row for row in rows if "reference" in row and row["reference"] not in pending]
        left = [row for row in rows if "reason" in row]
        if is_json:
            self.write_json({"issued": issued, "left": left, "pending": pending})
        else:
            for row in issued:
                name = row["reference"] or "à émettre"
                self.stdout.write(f"{name} : {row['entity']} {row['customer']}, {', '.join(row['invoices'])}")
            for row in left:
                self.stdout.write(f"laissé : {row['entity']} {row['customer']} ({row['reason']})")
            self.stdout.write(f"relances : {len(issued)} ; comptes laissés : {len(left)}")
        if pending:
            self.stderr.write(f"en préparation, à reprendre par encours worker : {', '.join(pending)}")


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


def _account(account: AccountName) -> dict[str, Any]:
    return {"entity": account.entity_code, "customer": account.customer_code}


def _planned(one: Decided) -> dict[str, Any]:
    if isinstance(one.decision, Left):
        return {**_account(one.account), "reason": str(one.decision.because)}
    numbers = dict(Invoice.objects.filter(id__in=one.decision.invoice_ids).values_list("id", "number"))
    return {
        "reference": None,
        **_account(one.account),
        "invoices": [numbers[invoice_id] for invoice_id in one.decision.invoice_ids],
        "mode": one.decision.mode,
    }


def _done(result: Result) -> dict[str, Any]:
    reminder = result.reminder
    if reminder is None:
        return {**_account(result.account), "reason": str(result.because)}
    return {
        "reference": reminder.reference,
        **_account(result.account),
        "invoices": list(reminder.lines.order_by("id").values_list("number", flat=True)),
        "mode": reminder.mode,
        "is_pending": reminder.state == ReminderState.RESERVED,
    }
