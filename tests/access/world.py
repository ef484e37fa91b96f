"""Two entities with the same things in each, and a user of each role who sees the first alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.apps import apps
from django.db import transaction

from encours.access import actions
from encours.access.models import Role, User
from encours.delivery.models import OutboxMessage
from encours.dunning.models import FormalNotice, MessageTemplate, Reminder, ReminderRun, RunLine
from encours.intake.models import ImportJob
from encours.parties.models import Account, BillingEntity, Customer, DunningContact
from encours.receivables.models import Allocation, Hold, Invoice, Payment
from tests import build
from tests.dunning import issuing, noticing, running

UNWATCHED = {"sessions.Session", "access.OpenSession", "access.SignInFailures"}


@dataclass(frozen=True, slots=True)
class Side:
    """What belongs to one entity. Extend freely: one field per kind of object that an address may name."""

    entity: BillingEntity
    customer: Customer
    contact: DunningContact
    account: Account
    invoice: Invoice
    credit_note: Invoice
    payment: Payment
    allocation: Allocation
    hold: Hold
    user: User  # sees this entity alone
    letter: Reminder
    email: Reminder
    message: OutboxMessage
    template: MessageTemplate
    run: ReminderRun  # a proposal
    run_line: RunLine
    done_run: ReminderRun  # with a letter
    notice: FormalNotice  # waits for a second person
    import_job: ImportJob  # of ``user``


@dataclass(frozen=True, slots=True)
class World:
    """What the users of ``users`` see (``own``), and what they must not (``other``)."""

    own: Side
    other: Side
    users: dict[Role, User]


def build_world() -> World:
    """Return a new world, built through the real actions."""
    own, other = _side("NOTRE"), _side("AUTRE")
    users = {
        role: actions.create_user(
            username=role.value,
            full_name=f"Personne {role.label}",
            role=role,
            email=f"{role.value}@example.org",
            entity_ids=[own.entity.pk],
            actor=build.ACTOR,
            now=build.NOW,
        )
        for role in Role
    }
    return World(own, other, users)


@contextmanager
def kept_world() -> Iterator[World]:
    """Keep one world for many tests, each of which rolls back what it did; take it away at the end."""
    with transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


def snapshot() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table but those of sessions, to prove that nothing changed."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in UNWATCHED
    }


def _side(code: str) -> Side:
    entity = build.entity(code)
    customer = build.customer(f"CLIENT-{code}", with_contact=False)
    contact = build.contact(customer, entity)
    account = build.account(customer, code)
    invoice = build.invoice(account, f"F-{code}")
    payment = build.payment(account)
    letter, email = (
        issuing.issue_chosen(account, "L1", code),
        issuing.issue_chosen(account, "E1", f"{code}-e"),
    )
    reminded = build.account(build.customer(f"MASSE-{code}"), code)
    build.invoice(reminded)
    done = running.proposal(reminded, options=running.LETTER_ONLY)
    running.launch(done)
    build.invoice(reminded, issued=build.TODAY - dt.timedelta(days=40))
    run = running.proposal(reminded)
    reader = actions.create_user(
        username=f"lecteur-{code}",
        full_name=f"Lecteur {code}",
        role=Role.READER,
        entity_ids=[entity.pk],
        actor=build.ACTOR,
        now=build.NOW,
    )
    return Side(
        entity=entity,
        customer=customer,
        contact=contact,
        account=account,
        invoice=invoice,
        credit_note=build.credit_note(account),
        payment=payment,
        allocation=build.allocation(payment, invoice, 1_000),
        hold=build.hold(account, build.invoice(account)),
        user=reader,
        letter=letter,
        email=email,
        message=OutboxMessage.objects.get(reference=email.reference),
        template=issuing.entity_template(entity),
        run=run,
        run_line=run.lines.get(),
        done_run=done,
        notice=noticing.prepared(account, reader),
        import_job=ImportJob.objects.create(
            user=reader, actor={}, kind="factures", token=code, said={}, line_count=1, started_at=build.NOW
        ),
    )
