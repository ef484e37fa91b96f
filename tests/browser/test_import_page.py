"""A file is dropped on the page in a real browser, checked, then imported."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from encours.access.models import Role
from encours.receivables.models import Invoice
from tests import build
from tests.browser.conftest import Complaints

HEADER = "entity_code;customer_code;number;kind;issue_date;due_date;net;vat;gross;currency\r\n"
LINE = "TOPCONSEIL;DUPONT;F{n};invoice;2016-01-01;{due};100,00;20,00;120,00;EUR\r\n"
DROP = """(zone, text) => {
    const carried = new DataTransfer();
    carried.items.add(new File([text], "factures.csv", {type: "text/csv"}));
    for (const name of ["dragenter", "dragover", "drop"])
        zone.dispatchEvent(new DragEvent(name, {dataTransfer: carried, bubbles: true, cancelable: true}));
}"""


def _drop(page: Page, text: str) -> None:
    page.locator("[data-drop-zone]").evaluate(DROP, text)


def test_a_dropped_file_is_checked_then_imported(
    signed_in_page: Callable[..., Page], look: Callable[[Page, str], None], complaints: Complaints
) -> None:
    complaints.expect("422")  # the refusal
    build.account(build.customer("DUPONT"), "TOPCONSEIL")
    page = signed_in_page(Role.COLLECTOR)
    page.goto("/importer/")
    look(page, "importer")
    _drop(page, HEADER + LINE.format(n=1, due="demain"))
    page.get_by_role("button", name="Vérifier", exact=True).click()
    cell = page.get_by_label("due_date, ligne 2")
    expect(cell).to_have_value("demain")
    look(page, "importer-refuse")
    cell.fill("31/01/2016")
    page.get_by_role("button", name="Vérifier les corrections").click()
    expect(page.get_by_text("1 ligne corrigée sur cette page.")).to_be_visible()
    header = HEADER.replace("currency", "Monnaie de compte")
    _drop(page, header + "".join(LINE.format(n=n, due="31/01/2016") for n in range(1, 4)))
    expect(page.locator("#resultat")).to_be_empty()
    page.get_by_role("button", name="Vérifier", exact=True).click()
    page.get_by_label("Monnaie de compte").select_option("Devise")
    look(page, "importer-colonnes")
    page.get_by_role("button", name="Vérifier de nouveau").click()
    expect(page.get_by_text("rien n'est encore écrit")).to_be_visible()
    look(page, "importer-verifie")
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_text("Le fichier est importé.")).to_be_visible()
    look(page, "importer-fait")
    assert Invoice.objects.count() == 3
