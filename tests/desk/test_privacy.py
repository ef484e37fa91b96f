"""What is known of a person can be shown, exported and erased; the archive still verifies afterwards."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from encours.access.models import Role
from encours.archive.models import IssuedDocument, StoredBlob, Tombstone
from encours.archive.verify import verify_archive
from encours.audit.erasing import purge_lines
from encours.audit.models import AuditLine
from encours.delivery.models import OutboxMessage
from encours.desk.privacy import retention
from encours.dunning.models import Reminder
from encours.dunning.purging import purge_reminders, purgeable
from encours.parties.models import Account, DunningContact
from tests import build
from tests.desk.pages import signed_in, user, words
from tests.dunning.issuing import remind_one
from tests.superuser import as_superuser

pytestmark = pytest.mark.django_db

SECRET = "jeanne.durand@dupont.example"
LATER = build.TODAY + dt.timedelta(days=365 * 6)


@pytest.fixture
def chief() -> Client:
    return signed_in(user("admin", Role.ADMINISTRATOR))


@pytest.fixture
def account() -> Account:
    """Return an account whose contact is a person, and to whom an e-mail was sent."""
    invoice = build.example()
    build.contact(invoice.account.customer, contact_name="Jeanne Durand", emails=SECRET)
    remind_one(invoice.account, "E1")
    return Account.objects.get(pk=invoice.account_id)


def everything_of_the_journal() -> str:
    return json.dumps(list(AuditLine.objects.values("subject", "before", "after")), ensure_ascii=False)


def test_contacts_are_erased_here_and_in_the_journal_and_the_archive_verifies(
    chief: Client, account: Account
) -> None:
    page = f"/administration/clients/{account.customer_id}/donnees/"
    assert SECRET in everything_of_the_journal()
    lines = AuditLine.objects.count()
    assert "Adresses de relance 1" in words(chief.get(page))
    chief.post(f"{page}effacer/", {"motif": ""})
    assert DunningContact.objects.count() == 1
    chief.post(f"{page}effacer/", {"motif": "Demande du 16 mai"})
    assert DunningContact.objects.count() == 0
    assert SECRET not in everything_of_the_journal()
    assert "Jeanne" not in everything_of_the_journal()
    assert AuditLine.objects.count() == lines + 1
    line = AuditLine.objects.latest("id")
    assert (line.action, line.after["contacts"], line.after["reason"]) == (
        "contact.erase",
        1,
        "Demande du 16 mai",
    )
    account.refresh_from_db()
    assert not account.is_reachable_by_email
    assert verify_archive().problems == []


def test_what_is_held_is_given_as_one_zip_within_the_entities_of_the_user(
    chief: Client, account: Account
) -> None:
    other = build.account(account.customer, "AUTRE")
    build.invoice(other, "F-AUTRE")
    address = f"/administration/clients/{account.customer_id}/donnees/export/"
    answer = chief.post(address)
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    data = json.loads(archive.read("donnees.json"))
    assert data["customer"]["name"] == "Dupont SA"
    assert [row["emails"] for row in data["contacts"]] == [SECRET]
    assert {row["number"] for row in data["invoices"]} == {"FAC-201601-01", "F-AUTRE"}
    assert data["messages"][0]["recipient"] == SECRET
    assert [row["reference"] for row in data["reminders"]] == ["TOPCONSEIL-1"]
    assert any(name.startswith("documents/TOPCONSEIL-1/0-") for name in archive.namelist())
    assert AuditLine.objects.latest("id").action == "customer.export"
    limited = signed_in(user("limite", Role.ADMINISTRATOR, other.entity_id))
    data = json.loads(zipfile.ZipFile(io.BytesIO(limited.post(address).content)).read("donnees.json"))
    assert {row["number"] for row in data["invoices"]} == {"F-AUTRE"}
    assert data["reminders"] == []


def settled(account: Account) -> None:
    """Pay all that an account owes."""
    for invoice in account.invoices.filter(remaining_minor__gt=0):
        build.allocation(build.payment(account, amount=invoice.remaining_minor), invoice)


def test_a_purged_reminder_leaves_its_number_and_a_tombstone_that_verifies(
    chief: Client, account: Account
) -> None:
    assert not purgeable(before=build.NOW + dt.timedelta(days=1)).exists()  # it is not paid
    settled(account)
    documents = list(IssuedDocument.objects.filter(reference="TOPCONSEIL-1"))
    rows = list(purgeable(before=build.NOW + dt.timedelta(days=1)))
    assert purge_reminders(reminders=rows, reason="durée passée", actor=build.ACTOR, now=build.NOW) == 1
    result = verify_archive()
    assert (result.problems, result.purged_count) == ([], len(documents))
    assert not StoredBlob.objects.filter(pk__in=[row.sha256 for row in documents]).exists()
    reminder = Reminder.objects.get()
    assert (reminder.reference, reminder.subject, reminder.message, reminder.frozen) == (
        *("TOPCONSEIL-1", "effacé", "", ""),
    )
    assert SECRET not in OutboxMessage.objects.get(is_copy=False).recipient
    assert chief.get("/relances/TOPCONSEIL-1/").status_code == 200
    answer = chief.get(f"/relances/TOPCONSEIL-1/fichiers/0/{documents[0].filename}")
    assert answer.status_code == 410
    assert "Sa durée de conservation est passée" in words(answer)
    assert purge_reminders(reminders=rows, reason="encore", actor=build.ACTOR, now=build.NOW) == 1
    assert verify_archive().problems == []


def test_bytes_do_not_go_without_a_tombstone_nor_a_tombstone_without_its_purge(account: Account) -> None:
    row = IssuedDocument.objects.filter(reference="TOPCONSEIL-1")[0]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        StoredBlob.objects.filter(pk=row.sha256).delete()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Reminder.objects.update(message="")
    Tombstone.objects.create(sha256=row.sha256, document=row, purged_at=build.NOW)
    StoredBlob.objects.filter(pk=row.sha256).delete()
    assert verify_archive().problems == [
        f"contenu {row.sha256} : effacé sans qu'aucune purge de la chaîne ne le dise"
    ]


def test_old_lines_of_the_journal_go_only_when_that_is_announced(account: Account) -> None:
    count = AuditLine.objects.count()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditLine.objects.all()._raw_delete("default")
    assert purge_lines(before=build.NOW, by="Anne", now=build.NOW) == 0
    assert purge_lines(before=build.NOW + dt.timedelta(days=1), by="Anne", now=build.NOW) == count
    assert AuditLine.objects.count() == 0


def test_what_is_due_is_shown_first_and_goes_only_when_told_to(account: Account) -> None:
    settled(account)
    type(account.customer).objects.update(is_active=False)
    due = {one.kind: one.count for one in retention.what_is_due(LATER)}
    assert due == {"reminders": 1, "journal": AuditLine.objects.count(), "contacts": 1}
    assert {one.kind: one.count for one in retention.what_is_due(build.TODAY)} == dict.fromkeys(due, 0)
    now = build.noon(LATER)
    assert retention.apply(today=LATER, actor=build.ACTOR, now=now) == {**due}
    assert [line.action for line in AuditLine.objects.order_by("id")] == [
        *("reminder.purge", "contact.erase", "settings.apply_retention")
    ]
    assert {one.kind: one.count for one in retention.what_is_due(LATER)} == dict.fromkeys(due, 0)
    assert verify_archive().problems == []


def test_the_page_changes_the_periods_and_asks_before_it_erases(chief: Client, account: Account) -> None:
    address = "/administration/conservation/"
    assert "Ce qui serait effacé aujourd'hui" in words(chief.get(address))
    months = {"mois-reminders": "120", "mois-journal": "24", "mois-contacts": "36"}
    chief.post(address, months)
    assert retention.periods() == {"reminders": 120, "journal": 24, "contacts": 36}
    assert chief.post(address, {**months, "mois-journal": "3"}).status_code == 422
    assert retention.periods()["journal"] == 24
    lines = AuditLine.objects.count()
    chief.post(f"{address}appliquer/")
    assert AuditLine.objects.count() == lines
    chief.post(f"{address}appliquer/", {"confirme": "oui"})
    assert AuditLine.objects.latest("id").action == "settings.apply_retention"
    assert AuditLine.objects.count() < lines  # the lines of 2016 went


def test_who_sees_some_entities_changes_no_period(account: Account) -> None:
    limited = signed_in(user("limite", Role.ADMINISTRATOR, account.entity_id))
    assert limited.post("/administration/conservation/", {"mois-journal": "24"}).status_code == 403
    assert limited.post("/administration/conservation/appliquer/", {"confirme": "oui"}).status_code == 403
    assert retention.periods() == retention.DEFAULT_MONTHS


def test_the_commands_say_first_and_write_the_zip(account: Account, tmp_path: Path) -> None:
    lines = AuditLine.objects.count()
    out = StringIO()
    call_command("retention", "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert {one["kind"]: one["count"] for one in said["due"]}["journal"] == lines
    assert said["erased"] == {}
    assert AuditLine.objects.count() == lines
    call_command("export_person", "DUPONT", "-o", str(tmp_path / "d.zip"), stdout=StringIO())
    assert "donnees.json" in zipfile.ZipFile(tmp_path / "d.zip").namelist()
    call_command("retention", "--apply", stdout=StringIO())
    assert [line.action for line in AuditLine.objects.order_by("id")][-1] == "settings.apply_retention"


def test_a_tampered_purge_is_found(account: Account) -> None:
    settled(account)
    rows = list(purgeable(before=build.NOW + dt.timedelta(days=1)))
    purge_reminders(reminders=rows, reason="durée passée", actor=build.ACTOR, now=build.NOW)
    with as_superuser():
        IssuedDocument.objects.filter(kind="purge").update(details='{"purged": []}')
    assert verify_archive().problem_count > 0
