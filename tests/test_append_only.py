"""The database itself refuses to change or delete what was written, whoever asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, models, transaction

from encours.append_only import lift_triggers, make_triggers, missing_triggers
from encours.archive.daily import seal_chains
from encours.archive.models import ChainHead, DailySeal, IssuedDocument, StoredBlob
from encours.archive.verify import verify_archive
from encours.audit.models import AuditLine
from encours.core.delivery_reports import read_report
from encours.delivery.actions.reporting import apply_report
from encours.delivery.models import Attempt, DeliveryReport, MessageState, OutboxMessage
from encours.dunning.models import Reminder, ReminderFile, ReminderLine, TemplateVersion
from encours.dunning.template_actions import save_template
from tests import build
from tests.audit.calls import message, template_details
from tests.delivery.reports import dsn
from tests.dunning.issuing import remind_one, template

pytestmark = pytest.mark.django_db

CHANGES: dict[str, tuple[type[models.Model], str, object]] = {
    "an audit line": (AuditLine, "actor_name", "quelqu'un d'autre"),
    "what an audit line says": (AuditLine, "after", {}),
    "an issued document": (IssuedDocument, "filename", "autre.pdf"),
    "stored bytes": (StoredBlob, "content", b"autre"),
    "a head that goes back": (ChainHead, "position", 0),
    "a reminder's text": (Reminder, "message", "Autre"),
    "a reminder's moment": (Reminder, "issued_at", build.NOW.replace(year=2015)),
    "a reminder's state": (Reminder, "state", "reserved"),
    "a reminder's line": (ReminderLine, "remaining_minor", 1),
    "a reminder's file": (ReminderFile, "label", "Autre"),
    "the recipient of a message": (OutboxMessage, "recipient", "autre@client.example"),
    "the bytes of a message": (OutboxMessage, "content_sha256", "0" * 64),
    "the answer of a server": (Attempt, "reply", "250 Autre"),
    "the moment of an answer": (Attempt, "ended_at", None),
    "a delivery report": (DeliveryReport, "reason", "550 Autre"),
    "a daily seal": (DailySeal, "content", "{}"),
    "the text of a template": (TemplateVersion, "body", "Autre"),
}


@pytest.fixture
def reminder() -> Reminder:
    """Return a letter, beside a message that a server took and a report that came back."""
    message(MessageState.SENT)
    said = read_report(dsn().encode())
    assert said is not None
    apply_report(report=said, actor=build.ACTOR, now=build.NOW)
    letter = remind_one(build.example().account)
    seal_chains(today=build.TODAY, now=build.NOW)
    details = template_details(body="Bonjour")
    save_template(template=template("L1"), details=details, actor=build.ACTOR, now=build.NOW)
    return letter


def refused(change: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change()


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_refused(what: str, reminder: Reminder) -> None:
    model, field, value = CHANGES[what]
    before = list(model._default_manager.order_by("pk").values())
    assert before
    refused(lambda: model._default_manager.update(**{field: value}))
    assert list(model._default_manager.order_by("pk").values()) == before


@pytest.mark.parametrize(
    "model",
    [
        *(AuditLine, IssuedDocument, StoredBlob, ChainHead, DailySeal),
        *(ReminderLine, ReminderFile, OutboxMessage, Attempt, DeliveryReport),
    ],
)
def test_a_deletion_is_refused(model: type[models.Model], reminder: Reminder) -> None:
    count = model._default_manager.count()
    refused(lambda: model._default_manager.all()._raw_delete(using="default"))
    assert model._default_manager.count() == count


def test_what_follows_a_letter_may_be_noted_once(reminder: Reminder) -> None:
    Reminder.objects.update(printed_at=build.NOW, printed_by_name="Anne", delivery_state="printed")
    refused(lambda: Reminder.objects.update(printed_by_name="Paul"))
    Reminder.objects.update(state="cancelled", cancelled_at=build.NOW, cancellation_reason="Erreur")
    refused(lambda: Reminder.objects.update(state="issued"))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_emptying_a_table_is_refused(reminder: Reminder) -> None:
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute("TRUNCATE audit_auditline CASCADE"))


def test_a_missing_protection_is_named_and_made_again(reminder: Reminder) -> None:
    assert missing_triggers() == []
    lift_triggers()
    assert "append_only_audit_auditline_delete" in missing_triggers()
    assert "protection append_only_audit_auditline_delete : ôtée de la base" in verify_archive().problems
    make_triggers()
    assert missing_triggers() == []
    assert verify_archive().problems == []


def test_a_protection_that_was_emptied_under_its_own_name_is_named(reminder: Reminder) -> None:
    name = "append_only_audit_auditline_update"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                " $$BEGIN RETURN NEW; END$$"
            )
        else:
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON audit_auditline BEGIN SELECT 1; END")
    assert missing_triggers() == [name]
    make_triggers()
    refused(lambda: AuditLine.objects.update(actor_name="Autre"))
