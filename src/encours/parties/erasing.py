"""Delete the addresses of a customer's contacts; what else speaks of them is erased by dunning.erasing."""

from __future__ import annotations

from django.db import transaction

from encours.parties.models import Customer, DunningContact
from encours.parties.reachability import refresh_reachability


@transaction.atomic
def delete_contacts(customer: Customer) -> int:
    """Delete all contacts of a customer; return how many there were."""
    contacts = DunningContact.objects.filter(customer=customer)
    count = contacts.count()
    contacts.delete()
    refresh_reachability([customer.id])
    return count
