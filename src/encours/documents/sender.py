"""Know what a billing entity prints on its documents: its address, its legal footer, its way to be paid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from babel import Locale

from encours.core.french import NO_BREAK
from encours.documents.letterhead import PLAIN, Drawn, Letterhead, margins_of

HEAD_MM, LOGO_GAP_MM, LINE_MM = 84.0, 3.0, 4.2
"""Where the sender's block must end at the latest (letterhead.typ), and what a line of it takes."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The billing entity as it is frozen in a document; every field is text as it was entered."""

    code: str
    name: str
    legal_form: str = ""
    address1: str = ""
    address2: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"
    phone: str = ""
    fax: str = ""
    share_capital: str = ""
    siren: str = ""
    rcs_town: str = ""
    vat_number: str = ""
    iban: str = ""
    bic: str = ""
    town: str = ""
    signature: str = ""
    letterhead: Letterhead = PLAIN

    @property
    def accent(self) -> str:
        """Return the colour of the entity's name and rules, ``#rrggbb``."""
        return self.letterhead.accent


def address_lines(
    address1: str, address2: str, postcode: str, city: str, country: str, home: str
) -> tuple[str, ...]:
    """Return the lines of a postal address; abroad, the country's name in French capitals is the last.

    The post of the country where a letter is put in the box must be able to read it.
    """
    town = f"{postcode} {city}".strip()
    abroad = "" if country in ("", home) else country_name(country).upper()
    return tuple(line for line in (address1, address2, town, abroad) if line)


@cache
def country_name(code: str) -> str:
    """Return the French name of a country by its two letters; a code that is not known stays as it is."""
    return str(Locale("fr").territories.get(code, code))


def sender_lines(sender: Sender, language: str = "fr") -> list[str]:
    """Return what stands under the sender's name: address, telephone, capital and register."""
    lines = list(
        address_lines(sender.address1, sender.address2, sender.postcode, sender.city, sender.country, "FR")
    )
    is_french = language == "fr"
    colon = f"{NO_BREAK}: " if is_french else ": "
    labelled = (
        ("Tél" if is_french else "Tel", sender.phone),
        ("Fax", sender.fax),
        ("Capital" if is_french else "Share capital", sender.share_capital),
        ("R.C.S.", register_of(sender)),
    )
    lines.extend(f"{label}{colon}{value}" for label, value in labelled if value)
    return lines


def register_of(sender: Sender) -> str:
    """Return the entry in the trade register: ``RCS PARIS 123 456 789`` (code de commerce R123-237)."""
    if not sender.rcs_town:
        return ""
    return f"RCS {sender.rcs_town} {grouped_siren(sender.siren)}".strip()


def grouped_siren(siren: str) -> str:
    """Return a SIREN in groups of three digits; anything else as it was entered."""
    if len(siren) == 9 and siren.isascii() and siren.isdigit():
        return NO_BREAK.join((siren[:3], siren[3:6], siren[6:]))
    return siren


def legal_footer(sender: Sender, language: str = "fr") -> str:
    """Return the legal line: name, form, capital, registered office, SIREN, register and VAT number.

    What the entity adds for itself stands on a line of its own below.
    """
    is_french = language == "fr"
    office = ", ".join(
        address_lines(sender.address1, sender.address2, sender.postcode, sender.city, sender.country, "FR")
    )
    colon = f"{NO_BREAK}: " if is_french else ": "
    tight = colon.replace(" ", NO_BREAK)
    parts = [
        " ".join(part for part in (sender.name, sender.legal_form) if part),
        sender.share_capital
        and f"{'Capital' if is_french else 'Share capital'}{colon}{sender.share_capital}",
        office and f"{'Siège social' if is_french else 'Registered office'}{colon}{office}",
        sender.siren and f"SIREN{NO_BREAK}{grouped_siren(sender.siren)}",
        sender.rcs_town and register_of(sender),
        sender.vat_number and f"{'TVA' if is_french else 'VAT'}{tight}{sender.vat_number}",
    ]
    legal = " – ".join(part for part in parts if part)
    return "\n".join(line for line in (legal, sender.letterhead.footer_note) if line)


def head_data(sender: Sender, language: str, drawn: Drawn) -> dict[str, object]:
    """Return what a template needs of a sender for the head, the foot and the margins of a page."""
    return {
        "name": sender.name,
        "lines": sender_lines(sender, language),
        "footer": legal_footer(sender, language),
        "accent": sender.accent,
        "margins": margins_of(sender.letterhead),
        **logo_data(sender, language, drawn),
    }


def logo_data(sender: Sender, language: str, drawn: Drawn) -> dict[str, object]:
    """Return what a template needs to draw a logo: its size, and what is said in its place."""
    logo_of = "Logo de" if language == "fr" else "Logo of"
    return {"logo": drawn.logo, "logo_alternative": f"{logo_of} {sender.name}"}


def is_head_ordinary(sender: Sender, recipient: tuple[str, ...], drawn: Drawn) -> bool:
    """Tell whether the head of a letter surely fits its place, so that it need not be measured."""
    lines = sender_lines(sender)
    logo_height_mm = drawn.logo["height"] if drawn.logo else 0
    room_mm = HEAD_MM - sender.letterhead.margin_top_mm - (logo_height_mm and logo_height_mm + LOGO_GAP_MM)
    return (
        len(sender.name) <= 28
        and (len(lines) + 3) * LINE_MM <= room_mm
        and max(map(len, lines), default=0) <= 42
        and len(recipient) <= 6
        and max(map(len, recipient), default=0) <= 32
        and not any("\n" in line for line in (*lines, *recipient))
    )
