"""Know what the dashboard can be asked for: some entities, and one currency at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from encours.access.scopes import RowT, Scope
from encours.desk.filters import FilterRefusal, QueryValues
from encours.receivables.models import AccountBalance

FIRST_CURRENCY = "EUR"
"""What is shown where nothing is owed in any currency."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whose receivables are looked at: those of a scope, of some entities or of all, in one currency."""

    scope: Scope
    entity_codes: tuple[str, ...]
    currency: str

    def narrow(self, rows: QuerySet[RowT], entity: str = "entity") -> QuerySet[RowT]:
        """Return the rows whose entity, at the field path given, is asked for and may be seen."""
        rows = self.scope.narrow(rows, f"{entity}_id")
        if not self.entity_codes:
            return rows
        return rows.filter(**{f"{entity}__code__in": self.entity_codes})

    def to_query(self, **others: str) -> str:
        """Write the question as a query string."""
        chosen = [("entite", code) for code in self.entity_codes]
        return urlencode([*chosen, ("devise", self.currency), *others.items()])


def parse_question(query: QueryValues, scope: Scope, visible_codes: Collection[str]) -> Question:
    """Read what a query asks for; raise FilterRefusal where it names what does not exist or is not open."""
    codes = tuple(dict.fromkeys(code for code in query.getlist("entite") if code))
    unknown = [code for code in codes if code not in visible_codes]
    if unknown:
        sentence = _("L'entité «\u00a0%s\u00a0» n'existe pas ou ne vous est pas ouverte.")
        raise FilterRefusal({"entite": " ".join(sentence % code for code in unknown)})
    offered = currencies(scope)
    currency = str(query.get("devise", "") or (offered[0] if offered else FIRST_CURRENCY))
    if currency not in {*offered, FIRST_CURRENCY}:
        raise FilterRefusal(
            {"devise": _("Aucun compte n'est tenu dans cette devise\u00a0: choisissez-en une autre.")}
        )
    return Question(scope, codes, currency)


def currencies(scope: Scope) -> list[str]:
    """Return the currencies of the accounts of a scope, euros first, then by code."""
    balances = scope.narrow(AccountBalance.objects.all(), "account__entity_id")
    found = balances.order_by("currency").values_list("currency", flat=True).distinct()
    return sorted(found, key=lambda code: (code != FIRST_CURRENCY, code))
