"""The page of an account shows whom to call and what comes next, and changes its contact in place."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from encours.access.models import Role
from encours.access.scopes import EVERYTHING
from encours.audit.models import AuditLine
from encours.core.days import days_late, paris_date
from encours.dunning.counting import recount_invoices
from encours.parties.actions import mark_email_refused
from encours.parties.models import Account, DunningContact
from encours.receivables.models import HoldKind
from encours.receivables.next_reminder import next_reminder
from encours.receivables.queries import open_invoices
from tests import build
from tests.desk.pages import signed_in, user, words
from tests.desk.test_contact import GREEN
from tests.desk.test_screen import remind

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
PHONE = "+33 (0)2 47 00 12 34"
CALLED = {"contact_name": "Claire Dupont", "contact_role": "Comptable", "contact_phone": PHONE}


def known() -> Account:
    account = build.account()
    build.contact(account.customer, None, emails="claire@d.example\nvieux@d.example", **CALLED)
    build.invoice(account)
    return account


def edit(client: Client, account: Account, **changed: str) -> str:
    posted = {**GREEN, **CALLED, "depuis": "compte", **changed}
    return client.post(f"/comptes/{account.pk}/adresses/", posted, headers=HTMX).content.decode()


def test_the_page_says_whom_to_call_and_which_address_was_refused() -> None:
    account = known()
    mark_email_refused(
        customer_id=account.customer_id,
        email="vieux@d.example",
        reason="5.1.1 User unknown",
        actor=build.ACTOR,
        now=build.NOW,
    )
    page = signed_in(user()).get(f"/comptes/{account.pk}/")
    assert "Claire Dupont , Comptable" in words(page)
    assert 'href="tel:+33247001234"' in page.content.decode()
    assert "vieux@d.example refusée le 16/05/2016 : 5.1.1 User unknown" in words(page).replace("\u00a0", " ")


def test_the_contact_is_changed_in_place_with_the_same_line_of_the_journal() -> None:
    account, client = known(), signed_in(user())
    form = client.get(f"/comptes/{account.pk}/adresses/?depuis=compte", headers=HTMX).content.decode()
    assert 'hx-target="#contact"' in form
    assert "autofocus" in form
    assert "<html" not in form
    card = edit(client, account, contact_phone="01 02 03 04 05")
    assert 'href="tel:0102030405"' in card
    assert 'id="messages"' in card
    assert DunningContact.objects.get().contact_phone == "01 02 03 04 05"
    assert AuditLine.objects.filter(action="contact.set", after__contact_phone="01 02 03 04 05").count() == 1


def test_a_wrong_value_keeps_what_was_typed_and_changes_nothing() -> None:
    account, client = known(), signed_in(user())
    answer = edit(client, account, emails="pas une adresse", contact_phone="01 02")
    assert 'value="01 02"' in answer
    assert "pas une adresse" in answer
    assert DunningContact.objects.get().contact_phone == PHONE


def test_cancelling_brings_the_card_back_and_without_htmx_the_page() -> None:
    account, client = known(), signed_in(user())
    address = f"/comptes/{account.pk}/adresses/?depuis=compte&lire=1"
    assert "Claire Dupont" in client.get(address, headers=HTMX).content.decode()
    assert client.get(address).headers["Location"] == f"/comptes/{account.pk}/"
    posted = {**GREEN, "depuis": "compte"}
    answer = client.post(f"/comptes/{account.pk}/adresses/", posted)
    assert answer.headers["Location"] == f"/comptes/{account.pk}/"


def test_a_reader_sees_the_contact_and_no_way_to_change_it() -> None:
    account, client = known(), signed_in(user("lecture", Role.READER))
    page = client.get(f"/comptes/{account.pk}/")
    assert "Claire Dupont" in words(page)
    assert "Modifier l'adresse de relance" not in words(page)
    assert client.post(f"/comptes/{account.pk}/adresses/", {**GREEN, "depuis": "compte"}).status_code == 403
    assert DunningContact.objects.get().contact_name == "Claire Dupont"


def test_the_next_reminder_follows_due_dates_holds_and_what_was_said() -> None:
    account = build.account()
    day = build.TODAY
    late = build.invoice(account, due=day - dt.timedelta(days=10))
    build.invoice(account, issued=day, due=day + dt.timedelta(days=20))

    def coming() -> tuple[dt.date | None, int, int]:
        found = next_reminder(open_invoices(EVERYTHING, account.pk, day), day)
        return found.on, found.rank, found.held_count

    assert coming() == (day, 1, 0)
    remind(late)
    recount_invoices([late.pk])
    assert coming() == (day, 2, 0)
    build.hold(account, late)
    assert coming() == (day + dt.timedelta(days=21), 1, 1)
    build.hold(account, kind=HoldKind.POSTPONED, until=day + dt.timedelta(days=30))
    assert coming() == (day + dt.timedelta(days=31), 1, 2)


def test_the_page_tells_who_holds_the_account_and_why() -> None:
    account = build.account()
    build.invoice(account)
    build.hold(account)
    page = words(signed_in(user()).get(f"/comptes/{account.pk}/"))
    assert "aucune : tout ce qui attend est en litige" in page.replace("\u00a0", " ")
    assert "Tout le compte est en litige" in page
    assert "1 facture retenue" in page


def test_many_days_late_are_written_with_their_thousands_apart() -> None:
    account = build.account()
    invoice = build.invoice(account, issued=dt.date(2005, 7, 1), due=dt.date(2005, 7, 22))
    client = signed_in(user())
    page, own = (
        words(client.get(address)) for address in (f"/comptes/{account.pk}/", f"/factures/{invoice.pk}/")
    )
    late = f"{days_late(invoice.due_date, paris_date(timezone.now())):,}".replace(",", "\u202f")
    assert f"échue depuis {late} jours" in page
    assert f"Retard le plus ancien {late} jours" in page
    assert f"échue depuis {late} jours" in own
