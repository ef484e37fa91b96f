"""Know the payment block of a letter: IBAN, BIC, reference and the EPC QR code of a SEPA transfer."""

from __future__ import annotations

import io

import segno

from encours.core import french
from encours.core.french import NO_BREAK
from encours.documents.sender import Sender

MAX_CENTS = 99_999_999_999
"""The largest amount that the code can ask (EPC069-12: 999 999 999.99 EUR)."""
_FRENCH = ("Pour payer par virement", "Bénéficiaire", "Référence", "Montant", "Code QR de virement SEPA")
_ENGLISH = ("To pay by bank transfer", "Beneficiary", "Reference", "Amount", "QR code of a SEPA transfer")


def payment_data(sender: Sender, language: str, reference: str, cents: int) -> dict[str, object] | None:
    """Return what a template needs to draw the block, or None where no transfer in euros can be asked."""
    iban = "".join(sender.iban.split())
    if not iban or not 0 < cents <= MAX_CENTS:
        return None
    is_french = language == "fr"
    heading, beneficiary, reference_label, amount, alternative = _FRENCH if is_french else _ENGLISH
    colon = f"{NO_BREAK}: " if is_french else ": "
    grouped = NO_BREAK.join(iban[at : at + 4] for at in range(0, len(iban), 4))
    lines = [
        f"{beneficiary}{colon}{sender.name}",
        f"IBAN{colon}{grouped}",
        f"BIC{colon}{sender.bic}" if sender.bic else "",
        f"{reference_label}{colon}{reference}",
        f"{amount}{colon}{french.amount_with_code(cents, 'EUR', language)}",
    ]
    return {
        "heading": heading,
        "lines": [line for line in lines if line],
        "alternative": alternative,
        "code": _drawn(transfer_text(sender, iban, reference, cents)),
    }


def transfer_text(sender: Sender, iban: str, reference: str, cents: int) -> str:
    """Return the content of the code: EPC069-12, version 002, UTF-8, the reference as free text."""
    fields = ("BCD", "002", "1", "SCT", sender.bic, _bounded(sender.name, 70), iban,
              f"EUR{cents // 100}.{cents % 100:02}", "", "", _bounded(reference, 140))  # fmt: skip
    return "\n".join(fields)


def _bounded(text: str, length: int) -> str:
    return " ".join(text.split())[:length]


def _drawn(content: str) -> str:
    target = io.BytesIO()
    # Weighing the eight masks would take half as long as the letter, and readers read every one of them.
    code = segno.make(content, error="m", boost_error=False, encoding="utf-8", micro=False, mask=0)
    code.save(target, kind="svg", border=2, xmldecl=False)
    return target.getvalue().decode()
