"""The real ledger of the samples, reminded by command: everybody once, the others with their reason."""

from __future__ import annotations

import email
import json
from collections import Counter
from email import policy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from encours.archive import store
from encours.delivery.models import OutboxMessage
from encours.dunning.models import Reminder
from tests.samples import find_samples

pytestmark = pytest.mark.django_db


def remind(*arguments: str) -> dict[str, list[dict[str, Any]]]:
    out = StringIO()
    call_command("remind", *arguments, "--json", stdout=out)
    report: dict[str, list[dict[str, Any]]] = json.loads(out.getvalue())
    return report


def reasons(report: dict[str, list[dict[str, Any]]]) -> Counter[str]:
    return Counter(row["reason"] for row in report["left"])


@pytest.mark.parametrize("ledger", find_samples("ledger"))
def test_every_overdue_account_of_the_sample_ledger_is_reminded_once(ledger: Path, tmp_path: Path) -> None:
    for name in ("entities", "customers", "invoices", "payments"):
        call_command(f"import_{name}", str(ledger / f"{name}.csv"), stdout=StringIO())
    by_email = remind("--template", "E1")
    by_letter = remind("--template", "L1", "--not-reminded-since", "0")
    again = remind("--template", "L1")
    assert (len(by_email["issued"]), reasons(by_email)) == (47, {"nothing_overdue": 48, "no_email": 5})
    assert (len(by_letter["issued"]), reasons(by_letter)) == (
        49,
        {"nothing_overdue": 48, "no_postal_address": 3},
    )
    assert (again["issued"], reasons(again)) == (
        [],
        {"recently_reminded": 51, "nothing_overdue": 48, "no_postal_address": 1},
    )
    assert Reminder.objects.count() == 96
    for message in OutboxMessage.objects.all():
        target = tmp_path / "message.eml"
        call_command("document", message.reference, "-o", str(target))
        content = target.read_bytes()
        assert content == store.get(message.content_sha256)
        parsed = email.message_from_bytes(content, policy=policy.default)
        (statement,) = parsed.iter_attachments()
        assert statement.get_content().startswith(b"%PDF-")
    out = StringIO()
    call_command("verify", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"documents": 192, "purged": 0, "ok": True, "problems": []}
    call_command("check_figures", stdout=StringIO())
