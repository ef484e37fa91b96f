"""Which statements a filter gives: one of each account that it lists, over the months that the list shows."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from encours.access.scopes import Scope
from encours.core import french
from encours.core.days import month_number
from encours.core.errors import Refusal
from encours.core.statements import Period
from encours.desk.filters import AccountFilter
from encours.desk.selection import LIST_ORDER, matching_accounts
from encours.languages import reader_language
from encours.parties.models import Account
from encours.statements.queries import Wanted

MAX_STATEMENTS = 1_000


def statement_months(criteria: AccountFilter, account: Account, today: dt.date) -> tuple[int, int]:
    """Return the months of an account's statement: those of the filter, or from its first to this one."""
    first = criteria.from_month
    if first is None:
        first = account.first_issue_month or month_number(today)
    last = month_number(today) if criteria.to_month is None else criteria.to_month
    return min(first, last), last


def count_statements(scope: Scope, criteria: AccountFilter, today: dt.date) -> int:
    """Return how many accounts a filter lists; raise Refusal for none, or too many for one zip."""
    count = matching_accounts(scope, criteria, today).count()
    if not count:
        raise Refusal(_("Aucun compte ne répond à ce filtre\u00a0: il n'y a aucun état à établir."))
    if count > MAX_STATEMENTS:
        sentence = _(
            "Ce filtre donne %(count)s comptes, et un fichier zip contient au plus %(most)s états\u00a0:"
            " précisez le filtre, par exemple par entité, par client ou par cas."
        )
        counted, most = (
            french.amount(number, "JPY", reader_language()) for number in (count, MAX_STATEMENTS)
        )
        raise Refusal(sentence % {"count": counted, "most": most})
    return count


def wanted_statements(
    scope: Scope, criteria: AccountFilter, *, kind: str, as_of: dt.date, today: dt.date
) -> list[Wanted]:
    """Return the statement of each account that a filter lists, in the order of the list; raise Refusal."""
    count_statements(scope, criteria, today)
    rows = matching_accounts(scope, criteria, today).select_related("entity", "customer")
    return [
        Wanted(account, kind, Period(*statement_months(criteria, account, today), as_of))
        for account in rows.order_by(*LIST_ORDER)[:MAX_STATEMENTS]
    ]
