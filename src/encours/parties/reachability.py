"""Keep on each account what is copied from its entity, its customer and its dunning contact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from encours.core.search import normalise
from encours.parties.models import Account, BillingEntity, Customer
from encours.parties.queries import contacts_for, emails_of, missing_in_address

BATCH_SIZE = 500


def search_name_of(customer: Customer) -> str:
    """Return the normalised «code name» under which a customer is searched and sorted."""
    return normalise(f"{customer.code} {customer.name}")


def refresh_reachability(customer_ids: Sequence[int]) -> None:
    """Set again how the accounts of these customers can be reached, a few statements per five hundred."""
    for start in range(0, len(customer_ids), BATCH_SIZE):
        batch = customer_ids[start : start + BATCH_SIZE]
        accounts = list(Account.objects.filter(customer_id__in=batch))
        contacts = contacts_for(accounts)
        groups: dict[tuple[bool, bool], list[int]] = defaultdict(list)
        for account in accounts:
            contact = contacts.get(account.id)
            by_email, by_post = bool(emails_of(contact)), not missing_in_address(contact)
            if (by_email, by_post) != (account.is_reachable_by_email, account.is_reachable_by_post):
                groups[by_email, by_post].append(account.id)
        for (by_email, by_post), ids in groups.items():
            Account.objects.filter(id__in=ids).update(
                is_reachable_by_email=by_email, is_reachable_by_post=by_post
            )


def copy_customer_name(customer: Customer) -> None:
    """Copy the search name of a customer to all its accounts."""
    Account.objects.filter(customer=customer).update(search_name=customer.search_name)


def copy_entity_code(entity: BillingEntity) -> None:
    """Copy the code of an entity to all its accounts."""
    Account.objects.filter(entity=entity).update(entity_code=entity.code)
