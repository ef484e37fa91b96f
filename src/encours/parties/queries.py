"""Read entities, customers, accounts and the contacts that reminders go to."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from encours.access.scopes import Scope
from encours.core import french
from encours.core.addresses import is_postcode, valid_emails
from encours.core.days import paris_date
from encours.core.sentences import marked
from encours.parties.models import Account, BillingEntity, Customer, DunningContact
from encours.parties.refused_emails import refused_emails_of, without_refused


def entities_in(scope: Scope) -> QuerySet[BillingEntity]:
    """Return the billing entities of a scope, in the order of their codes."""
    return scope.narrow(BillingEntity.objects.order_by("code"), "id")


def accounts_in(scope: Scope) -> QuerySet[Account]:
    """Return the accounts of a scope with their entity and customer, in the order of the list."""
    rows = Account.objects.select_related("entity", "customer")
    return scope.narrow(rows.order_by("entity_code", "search_name", "id"))


def customers_in(scope: Scope) -> QuerySet[Customer]:
    """Return the customers who have an account in a scope; all of them in a scope without limits."""
    rows = Customer.objects.order_by("search_name")
    if scope.entity_ids is None:
        return rows
    return rows.filter(id__in=Account.objects.filter(entity_id__in=scope.entity_ids).values("customer_id"))


def may_edit_customer_wide(scope: Scope, customer: Customer) -> bool:
    """Tell whether a scope holds every entity that knows the customer: his shared data concerns them all."""
    entity_ids = Account.objects.filter(customer=customer).values_list("entity_id", flat=True)
    return all(scope.allows(entity_id) for entity_id in entity_ids)


def contacts_shown_to(
    scope: Scope, customer: Customer
) -> list[tuple[BillingEntity | None, DunningContact | None]]:
    """Return the contact that serves all, then that of each entity of the scope with an account."""
    rows = {row.entity_id: row for row in DunningContact.objects.filter(customer=customer)}
    entities = entities_in(scope).filter(accounts__customer=customer)
    own: list[tuple[BillingEntity | None, DunningContact | None]] = [
        (entity, rows.get(entity.pk)) for entity in entities
    ]
    return [(None, rows.get(None)), *own]


def contact_for(account: Account) -> DunningContact | None:
    """Return the dunning contact of an account: the entity's own replaces the customer's entirely."""
    return contacts_for([account]).get(account.id)


def contacts_for(accounts: Iterable[Account]) -> dict[int, DunningContact]:
    """Return the dunning contact of each account that has one, by account id, in one query."""
    wanted = list(accounts)
    rows = DunningContact.objects.filter(customer_id__in={account.customer_id for account in wanted})
    contacts = {(row.customer_id, row.entity_id): row for row in rows}
    found: dict[int, DunningContact] = {}
    for account in wanted:
        own = contacts.get((account.customer_id, account.entity_id))
        contact = own or contacts.get((account.customer_id, None))
        if contact is not None:
            found[account.id] = contact
    return found


def emails_of(contact: DunningContact | None) -> tuple[str, ...]:
    """Return the e-mail addresses of a contact that are valid and not refused, as they are sent."""
    return () if contact is None else without_refused(valid_emails(contact.emails), contact)


def missing_in_address(contact: DunningContact | None) -> tuple[str, ...]:
    """Return what a postal address lacks to be complete, in the words of the interface."""
    if contact is None:
        return (_("adresse"), _("code postal"), _("ville"))
    missing = []
    if not contact.address1:
        missing.append(_("adresse"))
    if not is_postcode(contact.postcode, contact.country):
        missing.append(_("code postal"))
    if not contact.city:
        missing.append(_("ville"))
    return tuple(missing)


def missing_in_contact(contact: DunningContact | None) -> tuple[str, ...]:
    """Return what a contact lacks, in the words of the interface; a refused address is not missing."""
    missing_email = () if emails_of(contact) or refused_emails_of(contact) else (_("e-mail"),)
    return missing_email + missing_in_address(contact)


def refusals_in_contact(contact: DunningContact | None) -> tuple[str, ...]:
    """Return a sentence per refused address: «adresse refusée le 16/05/2016 : 5.1.1 User unknown»."""
    refused = refused_emails_of(contact)
    named = contact is not None and len(valid_emails(contact.emails)) > 1
    sentence = _("adresse refusée le %(day)s\u00a0: %(reason)s")
    if named:
        sentence = _("adresse %(email)s refusée le %(day)s\u00a0: %(reason)s")
    return tuple(
        sentence % {"email": one.email, "day": french.date(paris_date(one.at)), "reason": one.reason}
        for one in refused
    )


def missing_legal_fields(entity: BillingEntity) -> tuple[str, ...]:
    """Return the legal fields that an entity lacks to issue a letter (C. com. R123-237, R123-238)."""
    fields = (
        (entity.name, marked("nom")),
        (entity.legal_form, marked("forme juridique")),
        (entity.address1, marked("adresse")),
        (is_postcode(entity.postcode, entity.country), marked("code postal")),
        (entity.city, marked("ville")),
        (entity.share_capital, marked("capital social")),
        (entity.siren, marked("SIREN")),
        (entity.rcs_town, marked("ville du RCS")),
    )
    return tuple(_(label) for value, label in fields if not value)
