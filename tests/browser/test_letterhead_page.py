"""The letterhead of an entity in a real browser: the letter follows each choice, a new logo included."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from encours.access.models import Role
from encours.parties.models import BillingEntity
from tests import build
from tests.dunning.letterheads import SVG_LOGO, signature

Look = Callable[[Page, str], None]


def test_a_letterhead_is_seen_before_it_is_kept(signed_in_page: Callable[..., Page], look: Look) -> None:
    entity = build.entity(iban="FR7630006000011234567890189", bic="AGRIFRPP")
    page = signed_in_page(Role.ADMINISTRATOR)
    page.goto(f"/administration/entites/{entity.pk}/")
    page.get_by_role("link", name="Papier à lettres").click()
    letter = page.locator(".preview-page")
    shown = letter.get_attribute("src")
    logo = {"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": SVG_LOGO}
    page.get_by_label("Logo", exact=True).set_input_files(logo)  # type: ignore[arg-type]
    expect(letter).not_to_have_attribute("src", shown or "")
    shown = letter.get_attribute("src")
    page.get_by_label("Couleur").fill("#0b6e4f")
    expect(letter).not_to_have_attribute("src", shown or "")
    page.get_by_label("Marge gauche (mm)").fill("40")
    expect(page.locator("#apercu")).to_contain_text("Marge gauche (mm)")
    page.get_by_label("Marge gauche (mm)").fill("25")
    expect(letter).to_have_count(1)
    scanned = {"name": "signature.png", "mimeType": "image/png", "buffer": signature()}
    page.get_by_label("Signature numérisée", exact=True).set_input_files(scanned)  # type: ignore[arg-type]
    page.get_by_label("Bloc de paiement").check()
    page.get_by_role("button", name="Actualiser l'aperçu").click()
    expect(page.get_by_text("Le nouveau logo est gardé jusqu'à l'enregistrement.")).to_be_visible()
    look(page, "papier-a-lettres")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status")).to_contain_text("est enregistré")
    kept = BillingEntity.objects.get()
    assert (kept.accent, kept.margin_left_mm, kept.has_payment_block) == ("#0b6e4f", 25, True)
    assert kept.logo_sha256
    assert kept.signature_sha256
