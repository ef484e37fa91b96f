"""`encours check_figures` tells how much it checked, and exits 1 when a figure is wrong."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from encours.parties.models import Account, BillingEntity, Customer


@pytest.mark.django_db
def test_right_figures_are_counted_and_wrong_ones_told() -> None:
    entity = BillingEntity.objects.create(code="E1", name="Entité")
    customer = Customer.objects.create(code="C1", name="Client", search_name="c1 client")
    Account.objects.create(entity=entity, customer=customer, entity_code="E1", search_name="c1 client")
    output = StringIO()
    call_command("check_figures", "--json", stdout=output)
    assert json.loads(output.getvalue()) == {"checked": 12, "problems": []}
    Account.objects.update(open_invoice_count=2)
    output = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("check_figures", "--json", stdout=output)
    assert stop.value.code == 1
    assert json.loads(output.getvalue())["problems"] == [
        "compte E1 c1 client : open_invoice_count 2 au lieu de 0"
    ]
