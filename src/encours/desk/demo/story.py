"""What happened in the demonstration, in days before today: invoices, payments, holds and reminders."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Issued:
    """An invoice, or a credit note; its net amount is a decimal, ``key`` is how other events name it."""

    key: str
    entity: str
    customer: str
    days_ago: int
    net: str
    term_days: int = 30
    currency: str = "EUR"
    vat_percent: Decimal = Decimal(20)
    is_credit: bool = False


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment; ``on`` names the invoices that it settles in turn (none: it stays unallocated)."""

    entity: str
    customer: str
    days_ago: int
    amount: str
    on: tuple[str, ...] = ()
    currency: str = "EUR"
    method: str = "virement"


@dataclass(frozen=True, slots=True)
class Credited:
    """A credit note set against an invoice."""

    credit: str
    invoice: str
    days_ago: int


@dataclass(frozen=True, slots=True)
class Held:
    """A dispute on an invoice, or a promise not to remind for some days."""

    invoice: str
    days_ago: int
    reason: str
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder of all that was overdue then; ``outcome`` is what the mail server came to say."""

    template: str
    entity: str
    customer: str
    days_ago: int
    outcome: str = "sent"


Event = Issued | Paid | Credited | Held | Reminded

_TOP, _ATE, _LUM = "TOPCONSEIL", "ATELIERS", "LUMIERE"
_NONE = Decimal(0)

STORY: tuple[Event, ...] = (
    # The example: 11 400,00 EUR, of which 5 000,00 were paid.
    Issued("dupont", _TOP, "DUPONT", 75, "9500"),
    Paid(_TOP, "DUPONT", 41, "5000", ("dupont",)),
    Reminded("L1", _TOP, "DUPONT", 30),
    Issued("dupont2", _TOP, "DUPONT", 12, "1850"),
    # Two overdue, reminded twice by e-mail to two addresses.
    Issued("bernard", _TOP, "BERNARD", 110, "3200"),
    Issued("bernard2", _TOP, "BERNARD", 68, "4120.50"),
    Reminded("E1", _TOP, "BERNARD", 50),
    Reminded("E2", _TOP, "BERNARD", 22),
    # A public body that pays late but pays.
    Issued("mairie", _TOP, "MAIRIE-ST", 95, "12400"),
    Reminded("E1", _TOP, "MAIRIE-ST", 45),
    Paid(_TOP, "MAIRIE-ST", 35, "14880", ("mairie",)),
    Issued("mairie2", _TOP, "MAIRIE-ST", 20, "6300"),
    # Without an e-mail: letters only.
    Issued("garage", _TOP, "GARAGE", 66, "780"),
    Reminded("L1", _TOP, "GARAGE", 25),
    Issued("fleurs", _TOP, "FLEURS", 50, "412.30"),
    Issued("imprim", _TOP, "IMPRIM", 58, "2210"),
    # In dispute; a credit note not used; a promise to pay.
    Issued("roux", _TOP, "ROUX", 80, "5600"),
    Held("roux", 40, "Le client conteste deux jours de mission"),
    Issued("roux2", _TOP, "ROUX", 44, "1500"),
    Issued("oceane", _TOP, "OCEANE", 62, "8900"),
    Issued("oceane-avoir", _TOP, "OCEANE", 18, "450", is_credit=True, term_days=0),
    Issued("petit", _TOP, "PETIT", 48, "149.90"),
    Held("petit", 10, "A promis de payer à la fin du mois", days=21),
    # From last year, still open; and an account that is settled.
    Issued("soleil", _TOP, "SOLEIL", 410, "2300"),
    Reminded("E1", _TOP, "SOLEIL", 330),
    Reminded("EMED", _TOP, "SOLEIL", 290),
    Issued("verdier", _TOP, "VERDIER", 70, "990"),
    Paid(_TOP, "VERDIER", 42, "1188", ("verdier",), method="chèque"),
    Issued("galerie", _TOP, "GALERIE", 5, "3400"),
    # Les Ateliers du Nord
    Issued("aciers", _ATE, "ACIERS", 120, "45600", term_days=45),
    Issued("aciers2", _ATE, "ACIERS", 88, "38250.75", term_days=45),
    Issued("aciers3", _ATE, "ACIERS", 33, "41000", term_days=45),
    Paid(_ATE, "ACIERS", 60, "30000", ("aciers",)),
    Reminded("E1", _ATE, "ACIERS", 28),
    Issued("bois", _ATE, "BOIS", 52, "1875"),
    Reminded("E1", _ATE, "BOIS", 14, "refused"),
    Issued("clinique", _ATE, "CLINIQUE", 55, "7420"),
    Reminded("E1", _ATE, "CLINIQUE", 9, "uncertain"),
    Issued("epicerie", _ATE, "EPICERIE", 47, "356.40"),
    Paid(_ATE, "EPICERIE", 6, "200", method="carte"),
    Issued("lycee", _ATE, "LYCEE", 26, "2980"),
    Issued("menuis", _ATE, "MENUIS", 90, "6650"),
    Reminded("E1", _ATE, "MENUIS", 50),
    Reminded("L2", _ATE, "MENUIS", 20),
    Issued("zenith", _ATE, "ZENITH", 64, "15300"),
    Issued("zenith-avoir", _ATE, "ZENITH", 40, "15300", is_credit=True, term_days=0),
    Credited("zenith-avoir", "zenith", 38),
    Issued("dupont3", _ATE, "DUPONT", 40, "640"),
    Issued("roux3", _ATE, "ROUX", 15, "1120"),
    # Lumière Export, in other currencies and in English
    Issued("acme", _LUM, "ACME-UK", 72, "18400", currency="GBP", vat_percent=_NONE),
    Issued("acme2", _LUM, "ACME-UK", 30, "9200", currency="GBP", vat_percent=_NONE, term_days=60),
    Reminded("E1", _LUM, "ACME-UK", 24),
    Issued("hikari", _LUM, "HIKARI", 85, "2450000", currency="JPY", vat_percent=_NONE),
    Paid(_LUM, "HIKARI", 32, "1000000", ("hikari",), currency="JPY"),
    Issued("tunisoie", _LUM, "TUNISOIE", 60, "15750.500", currency="TND", vat_percent=_NONE),
    Issued("tunisoie2", _LUM, "TUNISOIE", 57, "3200", vat_percent=_NONE),
    Issued("nordlys", _LUM, "NORDLYS", 100, "27000", vat_percent=_NONE),
    Reminded("E1", _LUM, "NORDLYS", 60),
    Reminded("E2", _LUM, "NORDLYS", 35),
    Reminded("E3", _LUM, "NORDLYS", 12),
    Issued("maple", _LUM, "MAPLE", 65, "31250", currency="USD", vat_percent=_NONE),
    Issued("maple2", _LUM, "MAPLE", 10, "14800", currency="USD", vat_percent=_NONE),
    Paid(_LUM, "MAPLE", 3, "12000", currency="USD"),
    Issued("galerie2", _LUM, "GALERIE", 36, "2150"),
    Reminded("L1", _ATE, "EPICERIE", 1),
)
"""Everything, told by customer; it is played in the order of the days."""
