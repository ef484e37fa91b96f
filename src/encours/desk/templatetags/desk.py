"""Template tags of the list: sentences, states, totals by currency and the addresses of its pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from encours.core import french
from encours.desk import presentation
from encours.desk.dashboard.question import Question
from encours.desk.filters import AccountFilter, Age, Case
from encours.desk.lines import HistoryLine, InvoiceLine
from encours.desk.rows import LineDrawer
from encours.desk.statements import statement_months
from encours.desk.summaries import Summary
from encours.languages import reader_language
from encours.parties.models import Account
from encours.receivables.ages import bar

register = template.Library()

register.simple_tag(presentation.account_sentence)
register.simple_tag(presentation.history_label)


@register.filter
def drawn_by(lines: Iterable[InvoiceLine | HistoryLine], drawer: LineDrawer) -> SafeString:
    """Draw the lines under an account."""
    return drawer.draw(lines)


@register.filter
def balances(summary: Summary) -> list[tuple[str, SafeString]]:
    """Return what is owed per currency, in the order of the codes: the amount, and its ages as a bar."""
    tongue = reader_language()
    return [
        (french.amount_with_symbol(minor, code, tongue), bar(summary.ages[code], code))
        for code, minor in sorted(summary.remaining.items())
    ]


@register.filter
def amounts(by_currency: dict[str, int]) -> list[str]:
    """Write an amount per currency, in the order of the codes."""
    tongue = reader_language()
    return [french.amount_with_symbol(minor, code, tongue) for code, minor in sorted(by_currency.items())]


@register.filter
def percent(share: Fraction) -> str:
    """Write a share in whole hundredths: ``34 %``."""
    tongue = reader_language()
    return f"{round(share * 100)}{french.NARROW if tongue == 'fr' else ''}%"


@register.filter
def tenths(number: Fraction) -> str:
    """Write a number with one decimal: ``82,4``."""
    whole, tenth = divmod(round(number * 10), 10)
    return f"{whole}{',' if reader_language() == 'fr' else '.'}{tenth}"


@register.filter
def month_in_letters(month: int) -> str:
    """Write a month as a filter names it: ``janvier 2016``."""
    return french.month_in_letters(month, reader_language())


@register.filter
def short_month(month: int) -> str:
    """Write a month where there is little room: ``01/16``."""
    return f"{month % 12 + 1:02}/{month // 12 % 100:02}"


@register.simple_tag
def age_query(asked: Question, age: Age) -> str:
    """Return the query string of the accounts that owe something of an age, whatever the period."""
    return AccountFilter(entity_codes=asked.entity_codes, case=Case.OPEN, age=age).to_query()


@register.simple_tag
@lru_cache(maxsize=100)
def month_options(years: presentation.Years) -> SafeString:
    """Draw the months that a control offers, kept: they are the same for a day."""
    return format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        (
            (
                year,
                format_html_join(
                    "",
                    '<option value="{}"{}>{}</option>',
                    (
                        (month.value, SafeString(" selected" if month.is_chosen else ""), month.label)
                        for month in months
                    ),
                ),
            )
            for year, months in years
        ),
    )


@register.simple_tag
def page_query(criteria: AccountFilter, page: int) -> str:
    """Return the query string of another page of the same list."""
    return criteria.on_page(page).to_query()


@register.simple_tag
def period_of(criteria: AccountFilter, account: Account, today: dt.date) -> dict[str, str]:
    """Return the months of an account's statement: those of the filter, or from its first to this one."""
    return _period(*statement_months(criteria, account, today))


@lru_cache(maxsize=1_000)
def _period(first: int, last: int) -> dict[str, str]:
    start, end = french.period_month(first), french.period_month(last)
    return {"start": start, "end": end, "query": urlencode({"de": start, "a": end})}
