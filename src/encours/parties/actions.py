"""Create and change entities, customers, accounts and dunning contacts, one transaction each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.parties.details import (
    ContactDetails,
    CustomerDetails,
    EntityDetails,
    check_contact,
    check_customer,
    check_entity,
)
from encours.parties.models import Account, BillingEntity, Customer, DunningContact
from encours.parties.queries import contact_for, emails_of, missing_in_address
from encours.parties.reachability import (
    copy_customer_name,
    copy_entity_code,
    refresh_reachability,
    search_name_of,
)
from encours.parties.refused_emails import RefusedEmail, holds_email, still_refused, with_refusal


@transaction.atomic
def create_entity(*, details: EntityDetails, actor: Actor, now: dt.datetime) -> BillingEntity:
    """Create a billing entity; raise Refusal for a code that is taken or a field that cannot be kept."""
    checked = check_entity(details)
    _refuse_taken_entity_code(checked.code)
    entity = BillingEntity.objects.create(**asdict(checked))
    record(
        actor=actor,
        action="entity.create",
        subject=f"entité {entity.code}",
        entity_code=entity.code,
        after=asdict(checked),
        now=now,
    )
    return entity


@transaction.atomic
def update_entity(
    *, entity: BillingEntity, details: EntityDetails, actor: Actor, now: dt.datetime
) -> BillingEntity:
    """Give an entity these details, its code included; raise Refusal where one cannot be kept."""
    checked = check_entity(details)
    entity = BillingEntity.objects.select_for_update().get(id=entity.id)
    before = {name: getattr(entity, name) for name in asdict(checked)}
    if checked.code != entity.code:
        _refuse_taken_entity_code(checked.code)
        _refuse_new_code_once_issued(entity)
    _assign(entity, asdict(checked))
    copy_entity_code(entity)
    _record_change("entity.update", f"entité {entity.code}", entity.code, before, asdict(checked), actor, now)
    return entity


@transaction.atomic
def create_customer(*, details: CustomerDetails, actor: Actor, now: dt.datetime) -> Customer:
    """Create a customer; raise Refusal for a code that is taken or a field that cannot be kept."""
    checked = check_customer(details)
    _refuse_taken_customer_code(checked.code)
    customer = Customer(**asdict(checked))
    customer.search_name = search_name_of(customer)
    customer.save()
    record(
        actor=actor,
        action="customer.create",
        subject=f"client {customer.code}",
        after=asdict(checked),
        now=now,
    )
    return customer


@transaction.atomic
def update_customer(
    *, customer: Customer, details: CustomerDetails, actor: Actor, now: dt.datetime
) -> Customer:
    """Give a customer these details and keep the names of his accounts; raise Refusal where one is wrong."""
    checked = check_customer(details)
    customer = Customer.objects.select_for_update().get(id=customer.id)
    before = {name: getattr(customer, name) for name in asdict(checked)}
    if checked.code != customer.code:
        _refuse_taken_customer_code(checked.code)
    _assign(customer, asdict(checked))
    customer.search_name = search_name_of(customer)
    customer.save(update_fields=["search_name"])
    copy_customer_name(customer)
    _record_change("customer.update", f"client {customer.code}", "", before, asdict(checked), actor, now)
    return customer


@transaction.atomic
def set_entity_active(*, entity: BillingEntity, is_active: bool, actor: Actor, now: dt.datetime) -> None:
    """Let an entity issue reminders again, or no longer; its accounts stay visible."""
    before = {"is_active": entity.is_active}
    _assign(entity, {"is_active": is_active})
    _record_change(
        "entity.activate" if is_active else "entity.deactivate",
        f"entité {entity.code}",
        entity.code,
        before,
        {"is_active": is_active},
        actor,
        now,
    )


@transaction.atomic
def set_customer_active(*, customer: Customer, is_active: bool, actor: Actor, now: dt.datetime) -> None:
    """Let a customer be reminded again, or no longer; his accounts stay visible."""
    before = {"is_active": customer.is_active}
    _assign(customer, {"is_active": is_active})
    _record_change(
        "customer.activate" if is_active else "customer.deactivate",
        f"client {customer.code}",
        "",
        before,
        {"is_active": is_active},
        actor,
        now,
    )


@transaction.atomic
def ensure_account(*, entity: BillingEntity, customer: Customer) -> Account:
    """Return the account of a customer with an entity, opened if it is not there yet."""
    account, is_new = Account.objects.get_or_create(
        entity=entity,
        customer=customer,
        defaults={"entity_code": entity.code, "search_name": customer.search_name},
    )
    if is_new:
        contact = contact_for(account)
        account.is_reachable_by_email = bool(emails_of(contact))
        account.is_reachable_by_post = not missing_in_address(contact)
        account.save(update_fields=["is_reachable_by_email", "is_reachable_by_post"])
    return account


@transaction.atomic
def set_contact(
    *,
    customer: Customer,
    entity: BillingEntity | None = None,
    details: ContactDetails,
    forgets_refusals: bool = False,
    actor: Actor,
    now: dt.datetime,
) -> DunningContact:
    """Set where reminders of a customer go, or those of one entity; raise Refusal for a wrong address.

    That an address was refused is forgotten once it is no longer there, or on demand.
    """
    checked = check_contact(details)
    customer = Customer.objects.select_for_update().get(id=customer.id)
    contact = DunningContact.objects.filter(customer=customer, entity=entity).first()
    before = {name: getattr(contact, name) for name in asdict(checked)} if contact else {}
    contact = contact or DunningContact(customer=customer, entity=entity)
    contact.refused_emails = "" if forgets_refusals else still_refused(contact.refused_emails, checked.emails)
    for name, value in asdict(checked).items():
        setattr(contact, name, value)
    contact.save()
    refresh_reachability([customer.id])
    code = entity.code if entity else ""
    _record_change("contact.set", f"client {customer.code}", code, before, asdict(checked), actor, now)
    return contact


@transaction.atomic
def mark_email_refused(
    *, customer_id: int, email: str, reason: str, actor: Actor, now: dt.datetime
) -> list[DunningContact]:
    """Write on each contact of a customer that has this address that it was refused; return them."""
    customer = Customer.objects.select_for_update().get(id=customer_id)
    contacts = DunningContact.objects.filter(customer=customer).select_related("entity").order_by("id")
    marked = [contact for contact in contacts if holds_email(contact, email)]
    for contact in marked:
        contact.refused_emails = with_refusal(contact, RefusedEmail(email, now, reason))
        contact.save(update_fields=["refused_emails"])
        code = contact.entity.code if contact.entity else ""
        _record_change(
            "contact.email_refused",
            f"client {customer.code}",
            code,
            {},
            {"email": email, "reason": reason},
            actor,
            now,
        )
    refresh_reachability([customer.id])
    return marked


@transaction.atomic
def remove_entity_contact(
    *, customer: Customer, entity: BillingEntity, actor: Actor, now: dt.datetime
) -> None:
    """Remove the contact of one entity: the customer's serves again; raise Refusal where there is none."""
    contact = DunningContact.objects.filter(customer=customer, entity=entity).first()
    if contact is None:
        raise Refusal(
            _(
                "Le client %(customer)s n'a pas d'adresse de relance propre à %(entity)s\u00a0: "
                "rien à supprimer."
            )
            % {"customer": customer.code, "entity": entity.code}
        )
    before = {name: getattr(contact, name) for name in asdict(ContactDetails())}
    contact.delete()
    refresh_reachability([customer.id])
    _record_change("contact.remove", f"client {customer.code}", entity.code, before, {}, actor, now)


def _assign(row: BillingEntity | Customer, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _record_change(
    action: str,
    subject: str,
    entity_code: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Record what changed, and nothing of what did not."""
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    record(
        actor=actor,
        action=action,
        subject=subject,
        entity_code=entity_code,
        before={name: value for name, value in before.items() if name in changed},
        after={name: value for name, value in after.items() if name in changed},
        now=now,
    )


def _refuse_taken_entity_code(code: str) -> None:
    if BillingEntity.objects.filter(code=code).exists():
        raise Refusal(_("Une entité facturante a déjà le code %s\u00a0: choisissez-en un autre.") % code)


def _refuse_taken_customer_code(code: str) -> None:
    if Customer.objects.filter(code=code).exists():
        raise Refusal(_("Un client a déjà le code %s\u00a0: choisissez-en un autre.") % code)


def _refuse_new_code_once_issued(entity: BillingEntity) -> None:
    """Keep the code that the references of issued reminders carry."""
    if entity.reminders.exists():
        raise Refusal(
            _("Le code %s figure dans les références de relances déjà émises\u00a0: il ne peut plus changer.")
            % entity.code
        )
