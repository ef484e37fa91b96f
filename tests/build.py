"""Build what a test talks about through the real actions; each builder answers for all it is not told."""

from __future__ import annotations

import datetime as dt
from itertools import count

from encours.core.actors import Actor
from encours.core.days import PARIS
from encours.parties import actions as parties
from encours.parties.details import ContactDetails, CustomerDetails, EntityDetails
from encours.parties.models import Account, BillingEntity, Customer, DunningContact
from encours.receivables import actions
from encours.receivables.details import InvoiceDetails, PaymentDetails
from encours.receivables.models import Allocation, Hold, HoldKind, Invoice, Payment

ACTOR = Actor(name="Claire Martin", email="claire.martin@example.com")
TODAY = dt.date(2016, 5, 16)
NOW = dt.datetime(2016, 5, 16, 11, 22, 40, tzinfo=PARIS)

_numbers = count(1)


def noon(day: dt.date) -> dt.datetime:
    """Return noon in Paris on a day, the «now» of an action made that day."""
    return dt.datetime.combine(day, dt.time(12), tzinfo=PARIS)


def entity(code: str = "TOPCONSEIL", **details: str) -> BillingEntity:
    """Return the billing entity of that code, complete for letters; created the first time."""
    existing = BillingEntity.objects.filter(code=code).first()
    if existing is not None and not details:
        return existing
    complete = {
        "name": "TopConseil" if code == "TOPCONSEIL" else f"Société {code}",
        "legal_form": "SARL",
        "address1": "1 rue de Rivoli",
        "postcode": "75001",
        "city": "Paris",
        "phone": "01 02 03 04 05",
        "fax": "01 02 03 04 06",
        "share_capital": "100 000 EUR",
        "siren": "552100554",
        "rcs_town": "PARIS",
        "sender_name": f"Comptabilité {code}",
        "sender_email": "compta@topconseil.example",
        "letter_town": "Paris",
        "signature": "Direction administrative et financière",
    }
    return parties.create_entity(
        details=EntityDetails(code=code, **{**complete, **details}), actor=ACTOR, now=NOW
    )


def customer(code: str = "", *, with_contact: bool = True, **details: str) -> Customer:
    """Return a new customer, with a green contact unless told otherwise."""
    code = code or f"C{next(_numbers):04}"
    created = parties.create_customer(
        details=CustomerDetails(code=code, **{"name": f"Client {code}", **details}), actor=ACTOR, now=NOW
    )
    if with_contact:
        contact(created)
    return created


def contact(of: Customer, entity: BillingEntity | None = None, **details: str) -> DunningContact:
    """Return the contact of a customer, or of one entity; green unless told otherwise."""
    complete = {
        "contact_name": "Service comptable",
        "emails": f"compta@{of.code.lower()}.example",
        "address1": "2 rue du Commerce",
        "postcode": "75009",
        "city": "Paris",
    }
    return parties.set_contact(
        customer=of, entity=entity, details=ContactDetails(**{**complete, **details}), actor=ACTOR, now=NOW
    )


def account(of: Customer | None = None, entity_code: str = "TOPCONSEIL") -> Account:
    """Return the account of a customer (a new one unless told) with an entity."""
    return parties.ensure_account(entity=entity(entity_code), customer=of or customer())


def invoice(
    on: Account,
    number: str = "",
    *,
    issued: dt.date = dt.date(2016, 1, 1),
    due: dt.date | None = None,
    net: int = 950_000,
    vat: int = 190_000,
    currency: str = "EUR",
    now: dt.datetime = NOW,
) -> Invoice:
    """Return a new invoice, amounts in minor units: 9 500,00 + 1 900,00 EUR of 01/01/2016 due in 30 days."""
    return actions.record_invoice(
        account=on,
        details=_invoice_details("F", number, issued, due, net, vat, currency),
        actor=ACTOR,
        now=now,
    )


def credit_note(
    on: Account,
    number: str = "",
    *,
    issued: dt.date = dt.date(2016, 2, 1),
    net: int = 10_000,
    vat: int = 2_000,
    currency: str = "EUR",
    now: dt.datetime = NOW,
) -> Invoice:
    """Return a new credit note, amounts in minor units: 100,00 + 20,00 EUR of 01/02/2016."""
    return actions.record_credit_note(
        account=on,
        details=_invoice_details("A", number, issued, issued, net, vat, currency),
        actor=ACTOR,
        now=now,
    )


def payment(
    on: Account,
    reference: str = "",
    *,
    received: dt.date = dt.date(2016, 3, 1),
    amount: int = 500_000,
    currency: str = "EUR",
    method: str = "virement",
    now: dt.datetime = NOW,
) -> Payment:
    """Return a new payment, not allocated, its amount in minor units: 5 000,00 EUR of 01/03/2016."""
    details = PaymentDetails(
        reference=reference or f"VIR-{next(_numbers):04}",
        date=received,
        amount_minor=amount,
        currency=currency,
        method=method,
    )
    return actions.record_payment(account=on, details=details, actor=ACTOR, now=now)


def allocation(
    source: Payment | Invoice,
    to: Invoice,
    amount: int | None = None,
    *,
    date: dt.date | None = None,
    now: dt.datetime = NOW,
) -> Allocation:
    """Return a new allocation of a source, all that is left of it unless told."""
    source.refresh_from_db()
    return actions.allocate(
        source=source,
        invoice=to,
        amount_minor=source.remaining_minor if amount is None else amount,
        date=date,
        actor=ACTOR,
        now=now,
    )


def hold(
    on: Account,
    invoice: Invoice | None = None,
    *,
    kind: HoldKind = HoldKind.DISPUTE,
    until: dt.date | None = None,
    now: dt.datetime = NOW,
) -> Hold:
    """Return a new hold, a dispute unless told otherwise."""
    return actions.place_hold(
        account=on,
        invoice=invoice,
        kind=kind,
        until=until,
        reason="Marchandise contestée",
        actor=ACTOR,
        now=now,
    )


def example() -> Invoice:
    """Return FAC-201601-01 of TOPCONSEIL: 11 400,00 EUR due on 31/01/2016, of which 5 000,00 were paid."""
    on = account(customer("DUPONT", name="Dupont SA"))
    asked = invoice(on, "FAC-201601-01", issued=dt.date(2016, 1, 1), due=dt.date(2016, 1, 31))
    allocation(payment(on), asked)
    asked.refresh_from_db()
    return asked


def _invoice_details(
    prefix: str, number: str, issued: dt.date, due: dt.date | None, net: int, vat: int, currency: str
) -> InvoiceDetails:
    return InvoiceDetails(
        number=number or f"{prefix}-{next(_numbers):04}",
        issue_date=issued,
        due_date=due or issued + dt.timedelta(days=30),
        net_minor=net,
        vat_minor=vat,
        gross_minor=net + vat,
        currency=currency,
    )
