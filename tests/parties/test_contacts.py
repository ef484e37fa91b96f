"""Dunning contacts: what makes one green, and what accounts keep of it."""

from __future__ import annotations

import datetime as dt

import pytest

from encours.access.scopes import EVERYTHING, Scope
from encours.audit.models import AuditLine
from encours.core.errors import Refusal
from encours.parties import actions, queries
from encours.parties.actions import mark_email_refused, set_contact
from encours.parties.details import details_of_contact
from encours.parties.models import Account, Customer, DunningContact
from tests import build

pytestmark = pytest.mark.django_db


def reachable(account: Account) -> tuple[bool, bool]:
    account.refresh_from_db()
    return account.is_reachable_by_email, account.is_reachable_by_post


def test_an_account_without_a_contact_is_red_and_says_what_is_missing() -> None:
    account = build.account(build.customer(with_contact=False))
    assert reachable(account) == (False, False)
    assert queries.missing_in_contact(queries.contact_for(account)) == (
        "e-mail",
        "adresse",
        "code postal",
        "ville",
    )


def test_a_contact_with_an_email_and_a_complete_address_is_green_on_every_account() -> None:
    customer = build.customer(with_contact=False)
    first, second = build.account(customer), build.account(customer, "AUTRE")
    build.contact(customer)
    assert reachable(first) == reachable(second) == (True, True)
    assert queries.missing_in_contact(queries.contact_for(first)) == ()


def test_a_new_account_takes_over_how_its_customer_can_be_reached() -> None:
    customer = build.customer(with_contact=False)
    build.contact(customer, emails="")
    assert reachable(build.account(customer)) == (False, True)


def test_the_contact_of_an_entity_replaces_the_customer_s_entirely() -> None:
    customer = build.customer()
    here, elsewhere = build.account(customer), build.account(customer, "AUTRE")
    own = build.contact(customer, here.entity, emails="", city="")
    assert queries.contacts_for([here, elsewhere])[here.id] == own
    assert reachable(here) == (False, False)
    assert reachable(elsewhere) == (True, True)
    assert queries.missing_in_contact(queries.contact_for(here)) == ("e-mail", "ville")
    actions.remove_entity_contact(customer=customer, entity=here.entity, actor=build.ACTOR, now=build.NOW)
    assert reachable(here) == (True, True)
    with pytest.raises(Refusal, match="rien à supprimer"):
        actions.remove_entity_contact(customer=customer, entity=here.entity, actor=build.ACTOR, now=build.NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"emails": "compta@example.com; pas une adresse"},
        {"emails": "compta@example.com\r\nBcc: x@example.com"},
        {"postcode": "7500"},
        {"country": "France"},
        {"country": "ZZ"},
        {"city": "Paris\x00"},
        {"contact_name": "x" * 201},
    ],
)
def test_a_wrong_field_is_refused_and_the_contact_stays(wrong: dict[str, str]) -> None:
    customer = build.customer()
    account, lines = build.account(customer), AuditLine.objects.count()
    before = DunningContact.objects.values().get()
    with pytest.raises(Refusal):
        build.contact(customer, None, **wrong)
    assert DunningContact.objects.values().get() == before
    assert (reachable(account), AuditLine.objects.count()) == ((True, True), lines)


def test_several_emails_are_kept_one_a_line() -> None:
    customer = build.customer()
    contact = build.contact(customer, emails="a@example.com; b@example.com")
    assert contact.emails == "a@example.com\nb@example.com"
    assert queries.emails_of(contact) == ("a@example.com", "b@example.com")


def refuse(customer: Customer, email: str, reason: str = "5.1.1 User unknown") -> None:
    mark_email_refused(customer_id=customer.pk, email=email, reason=reason, actor=build.ACTOR, now=build.NOW)


def test_a_refused_email_turns_the_contact_red_until_it_is_corrected() -> None:
    account = build.account(build.customer("RED"))
    refuse(account.customer, "Compta@red.example")
    contact = queries.contact_for(account)
    assert queries.emails_of(contact) == ()
    said = "adresse refusée le 16/05/2016\u00a0: 5.1.1 User unknown"
    assert queries.refusals_in_contact(contact) == (said,)
    assert queries.missing_in_contact(contact) == ()
    account.refresh_from_db()
    assert not account.is_reachable_by_email

    contact = build.contact(account.customer, emails="compta@red.example", address1="3 rue du Commerce")
    assert len(queries.refusals_in_contact(contact)) == 1
    contact = build.contact(account.customer, emails="autre@red.example")
    assert queries.refusals_in_contact(contact) == ()
    account.refresh_from_db()
    assert account.is_reachable_by_email


def test_one_of_two_emails_refused_leaves_the_other_and_says_which() -> None:
    account = build.account(build.customer(with_contact=False))
    build.contact(account.customer, emails="a@example.com\nb@example.com")
    refuse(account.customer, "b@example.com", "5.1.1\tinconnue\nici")
    refuse(account.customer, "c@example.com")
    contact = queries.contact_for(account)
    assert queries.emails_of(contact) == ("a@example.com",)
    assert queries.refusals_in_contact(contact) == (
        "adresse b@example.com refusée le 16/05/2016\u00a0: 5.1.1 inconnue ici",
    )
    contact = build.contact(account.customer, emails="b@example.com")
    assert queries.emails_of(contact) == ()


def test_each_contact_of_the_customer_that_has_the_address_is_marked_and_no_other() -> None:
    customer, other = build.customer("UN"), build.customer("DEUX", with_contact=False)
    build.contact(other, emails="compta@un.example")
    own = build.contact(customer, build.entity(), emails="compta@un.example\nautre@un.example")
    refuse(customer, "compta@un.example")
    marked = DunningContact.objects.exclude(refused_emails="").order_by("pk")
    assert [(row.customer_id, row.pk == own.pk) for row in marked] == [
        (customer.pk, False),
        (customer.pk, True),
    ]


def test_that_an_email_was_refused_can_be_forgotten() -> None:
    customer = build.customer("OUBLI")
    refuse(customer, "compta@oubli.example")
    contact = DunningContact.objects.get()
    details = details_of_contact(contact)
    set_contact(customer=customer, details=details, forgets_refusals=True, actor=build.ACTOR, now=build.NOW)
    assert queries.emails_of(DunningContact.objects.get()) == ("compta@oubli.example",)


def test_only_what_changed_is_recorded() -> None:
    customer = build.customer()
    build.contact(customer, city="Lyon")
    line = AuditLine.objects.filter(action="contact.set").latest("id")
    assert (line.before, line.after) == ({"city": "Paris"}, {"city": "Lyon"})


def test_data_shared_by_entities_is_edited_by_who_sees_them_all() -> None:
    customer = build.customer()
    here = build.account(customer)
    scope = Scope(frozenset({here.entity_id}))
    assert queries.may_edit_customer_wide(scope, customer)
    build.account(customer, "AUTRE")
    assert not queries.may_edit_customer_wide(scope, customer)
    assert queries.may_edit_customer_wide(EVERYTHING, customer)


def test_contacts_of_many_accounts_cost_one_query(django_assert_num_queries: object) -> None:
    accounts = [build.account() for _ in range(3)]
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(queries.contacts_for(accounts)) == 3


def test_noon_of_a_day_is_that_day_in_paris() -> None:
    assert build.noon(dt.date(2016, 7, 1)).utcoffset() == dt.timedelta(hours=2)
