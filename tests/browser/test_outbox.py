"""The outbox in a real browser: by mouse, by keyboard alone, and at every width."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from encours.access.models import Role
from encours.core.delivery_reports import read_report
from encours.delivery.actions.reporting import apply_report
from encours.delivery.models import MessageState, OutboxMessage
from tests import build
from tests.delivery.reports import dsn, fields
from tests.dunning.outbox import put

Look = Callable[[Page, str], None]
QUEUED, CLAIMED, TRANSMITTING, SENT, REFUSED, UNCERTAIN, CANCELLED = MessageState


def test_the_outbox_from_the_menu_to_a_decision_by_keyboard(
    signed_in_page: Callable[..., Page], look: Look
) -> None:
    page = signed_in_page(Role.ADMINISTRATOR)
    page.goto("/boite-d-envoi/")
    look(page, "boite-d-envoi-vide")
    rows = put(QUEUED, CLAIMED, TRANSMITTING, SENT, SENT, REFUSED, UNCERTAIN, UNCERTAIN, CANCELLED)
    report = read_report(dsn(fields(rows[4].recipient), message_id=rows[4].message_id).encode())
    assert report is not None
    apply_report(report=report, actor=build.ACTOR, now=build.NOW)

    page.goto("/")
    page.get_by_role("link", name="Boîte d'envoi").click()
    expect(page.get_by_role("heading", name="Boîte d'envoi", level=1)).to_be_visible()
    page.locator(".outbox-attempts summary").nth(4).click()
    look(page, "boite-d-envoi")

    page.get_by_role("link", name="Incertaines 2").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".outbox tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Marquer comme envoyée TOPCONSEIL-8", exact=False).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Marquer ce message comme envoyé\u202f?")).to_be_visible()
    look(page, "boite-d-envoi-incertain")
    page.get_by_role("button", name="Marquer comme envoyée").press("Enter")
    expect(page.get_by_text("1 message marqué comme envoyé.")).to_be_visible()
    expect(page.locator(".outbox tbody tr")).to_have_count(1)

    page.get_by_label("Sélectionner TOPCONSEIL-7", exact=False).check()
    page.get_by_role("button", name="Renvoyer la sélection").click()
    page.get_by_role("button", name="Renvoyer", exact=True).click()
    expect(page.get_by_text("Aucun message ne correspond à ce filtre")).to_be_visible()
    assert OutboxMessage.objects.get(pk=rows[6].pk).state == "queued"

    page.goto("/boite-d-envoi/")
    page.locator(".outbox-pause summary").click()
    page.get_by_label("Motif").fill("Maintenance du serveur de messagerie jusqu'à midi")
    look(page, "boite-d-envoi-suspendre")
    page.get_by_role("button", name="Suspendre l'envoi de tous les messages").click()
    expect(page.locator(".mail-strip", has_text="Maintenance")).to_be_visible()
    look(page, "boite-d-envoi-suspendue")
    page.get_by_role("button", name="Rouvrir l'envoi").click()
    expect(page.get_by_text("L'envoi est rouvert.")).to_be_visible()


def test_a_refused_address_is_told_in_the_list_and_in_its_window(
    signed_in_page: Callable[..., Page], look: Look
) -> None:
    (row,) = put(SENT, prefix="REFUS")
    report = read_report(dsn(fields(row.recipient), message_id=row.message_id).encode())
    assert report is not None
    apply_report(report=report, actor=build.ACTOR, now=build.NOW)
    page = signed_in_page(Role.COLLECTOR)
    page.goto("/?de=01/2016&a=05/2016")
    said = "adresse refusée le 16/05/2016\u00a0: 5.1.1 User unknown"
    expect(page.locator(".no-email")).to_have_text(f"✖ {said}")
    page.get_by_role("link", name="Gérer les adresses de relance").click()
    window = page.get_by_role("dialog")
    expect(window.get_by_text(said)).to_be_visible()
    look(page, "adresse-refusee")
    window.get_by_label("Adresses e-mail").fill("neuve@refus0.example")
    window.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".no-email")).to_have_text("")
    expect(page.get_by_text("adresse complète")).to_be_visible()
