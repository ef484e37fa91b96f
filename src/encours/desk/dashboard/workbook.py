"""Write the figures of the dashboard as sheets of real numbers and dates."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from encours.core.days import month_start
from encours.core.money import Money
from encours.desk.dashboard.ageing import aged_balance, largest_debtors
from encours.desk.dashboard.effect import effect as read_effect
from encours.desk.dashboard.evolution import evolution as read_evolution
from encours.desk.dashboard.question import Question
from encours.desk.filters import Age
from encours.documents.xlsx import Amount, Sheet

MONEY_WIDTH = 20


def ageing(asked: Question, today: dt.date) -> Sheet:
    """Return the aged balance, a row per slice."""
    header = [(_("Ancienneté"), 34), (_("Factures"), 10), (_("Solde"), MONEY_WIDTH), (_("Devise"), 8)]
    rows = [
        (str(age.label), one.count, _cell(one.amount), asked.currency)
        for age, one in zip(Age, aged_balance(asked, today), strict=True)
    ]
    return Sheet(_("Balance âgée"), header, rows)


def evolution(asked: Question, today: dt.date) -> Sheet:
    """Return the last twelve months, a row per month."""
    header = [
        *((_("Au"), 12), (_("Encours"), MONEY_WIDTH), (_("Dont échu"), MONEY_WIDTH)),
        *((_("Facturé dans le mois"), MONEY_WIDTH), (_("Réglé dans le mois"), MONEY_WIDTH), (_("Devise"), 8)),
    ]
    rows = [
        (
            *(point.day, _cell(point.owed), _cell(point.overdue)),
            *(_cell(point.sold), _cell(point.received), asked.currency),
        )
        for point in read_evolution(asked, today).points
    ]
    return Sheet(_("Évolution"), header, rows)


def largest(asked: Question, today: dt.date) -> Sheet:
    """Return the accounts that owe most, a row each."""
    header = [
        *((_("Entité"), 14), (_("Code client"), 14), (_("Client"), 40), (_("Solde"), MONEY_WIDTH)),
        *((_("Dont échu"), MONEY_WIDTH), (_("Plus ancienne échéance"), 24), (_("Devise"), 8)),
    ]
    rows = [
        (
            *(one.account.entity_code, one.account.customer.code, one.account.customer.name),
            *(_cell(one.owed), _cell(one.overdue), one.oldest_due_date, asked.currency),
        )
        for one in largest_debtors(asked, today)
    ]
    return Sheet(_("Plus gros encours"), header, rows)


def effect(asked: Question, today: dt.date) -> Sheet:
    """Return the reminders of twelve months and what they brought, a row per month."""
    header = [
        *((_("Mois"), 12), (_("Relances"), 10), (_("Réclamé"), MONEY_WIDTH)),
        *((_("Réglé sous 15 jours"), MONEY_WIDTH), (_("Devise"), 8)),
    ]
    rows = [
        (
            *(month_start(point.month), point.reminders),
            *(_cell(point.asked_for), _cell(point.paid), asked.currency),
        )
        for point in read_effect(asked, today)
    ]
    return Sheet(_("Effet des relances"), header, rows)


def _cell(amount: Money) -> Amount:
    return Amount(amount.minor, amount.currency)
