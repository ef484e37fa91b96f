"""Write a ledger of made-up customers, each with one overdue invoice, as the four files of the imports."""

from __future__ import annotations

from pathlib import Path

from tests.promises.installation import Installation

KINDS = ("entities", "customers", "invoices")
ENTITY = (
    "entity_code,entity_name,legal_form,address1,postcode,city,phone,share_capital,siren,rcs_town,"
    "sender_name,sender_email,letter_town,signature\n"
    "TOP,TopConseil,SARL,1 rue de Rivoli,75001,Paris,01 02 03 04 05,100 000 EUR,552100554,Paris,"
    "Comptabilité,compta@top.example,Paris,La direction\n"
)


def address_of(number: int) -> str:
    """Return the only address of a customer."""
    return f"compta@client{number}.example"


def load_ledger(place: Installation, count: int) -> None:
    """Give an installation one entity and that many customers to remind by e-mail."""
    for kind, path in write_ledger(place.folder, count).items():
        assert place.read(f"import_{kind}", str(path))["errors"] == []


def write_ledger(folder: Path, count: int) -> dict[str, Path]:
    """Write the files of that ledger, by the kind of their import, in the order in which they are read."""
    customers = ["customer_code,customer_name,kind,contact_name,email,address1,postcode,city"]
    invoices = ["entity_code,customer_code,number,kind,issue_date,due_date,net,vat,gross,currency"]
    for number in range(count):
        customers.append(
            f"C{number},Client {number},professional,Service comptable,{address_of(number)},"
            f"{number} rue du Commerce,75009,Paris"
        )
        invoices.append(f"TOP,C{number},F{number},invoice,2016-01-01,2016-01-31,100.00,20.00,120.00,EUR")
    texts = (ENTITY, "\n".join(customers) + "\n", "\n".join(invoices) + "\n")
    paths = {kind: folder / f"{kind}.csv" for kind in KINDS}
    for path, text in zip(paths.values(), texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return paths
