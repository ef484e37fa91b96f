"""Sums of the database equal sums of the same decimals on paper, in every currency."""

from __future__ import annotations

import datetime as dt
import os
import random
from decimal import Decimal, localcontext

import pytest
from django.db.models import Sum

from encours.core.days import month_number
from encours.core.money import MAX_MINOR, minor_to_decimal
from encours.receivables.models import Invoice
from tests import build

COUNT = 1_000_000 if os.environ.get("HYPOTHESIS_PROFILE") == "full" else 6_000
BATCH_SIZE = 2_000
ISSUED = dt.date(2016, 1, 1)


def invoices(account_id: int, entity_id: int, amounts: list[int], currency: str, first: int) -> list[Invoice]:
    return [
        Invoice(
            account_id=account_id,
            entity_id=entity_id,
            number=f"{currency}-{first + offset}",
            issue_date=ISSUED,
            issue_month=month_number(ISSUED),
            due_date=ISSUED,
            net_minor=minor,
            vat_minor=0,
            gross_minor=minor,
            remaining_minor=minor,
            currency=currency,
        )
        for offset, minor in enumerate(amounts)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("currency", ["EUR", "JPY", "TND"])
def test_a_great_number_of_amounts_adds_up_exactly(currency: str) -> None:
    account = build.account()
    drawn = random.Random(currency)
    on_paper = Decimal(0)
    with localcontext(prec=60):
        for first in range(0, COUNT, BATCH_SIZE):
            amounts = [
                drawn.choice([1, 10, drawn.randint(1, MAX_MINOR), MAX_MINOR]) for _ in range(BATCH_SIZE)
            ]
            Invoice.objects.bulk_create(
                invoices(account.id, account.entity_id, amounts, currency, first), batch_size=500
            )
            on_paper += sum((minor_to_decimal(minor, currency) for minor in amounts), Decimal(0))
        total = Invoice.objects.aggregate(total=Sum("remaining_minor"))["total"]
        assert minor_to_decimal(int(total), currency) == on_paper


def test_a_million_of_the_largest_amount_still_fits_a_sum_of_the_database() -> None:
    assert 1_000_000 * MAX_MINOR < 2**63


@pytest.mark.django_db
def test_a_float_is_a_type_error() -> None:
    account = build.account()
    with pytest.raises(TypeError, match="never a float"):
        build.payment(account, amount=1.5)  # type: ignore[arg-type]
