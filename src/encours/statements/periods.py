"""Read the period and the as-of date of a statement from an address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from encours.core import french
from encours.core.by_hand import typed_date, typed_month
from encours.core.days import month_number
from encours.core.errors import Refusal
from encours.core.statements import Period


def parse_period(query: Mapping[str, str], today: dt.date) -> Period:
    """Return the period of ``de``, ``a`` (MM/YYYY) and ``as_of``; this year so far, as of today, by default.

    Raises Refusal, in French, for what is not a month or a date, or a period that ends before it starts.
    """
    from_month = _month(query.get("de", ""), today.year * 12, today)
    to_month = _month(query.get("a", ""), month_number(today), today)
    as_of = typed_date(query["as_of"], today=today) if query.get("as_of") else today
    if from_month > to_month:
        raise Refusal(
            _("La période finit (%(last)s) avant de commencer (%(first)s)\u00a0: inversez les deux mois.")
            % {"last": french.period_month(to_month), "first": french.period_month(from_month)}
        )
    return Period(from_month, to_month, as_of)


def _month(text: str, default: int, today: dt.date) -> int:
    return typed_month(text, today=today) if text else default
