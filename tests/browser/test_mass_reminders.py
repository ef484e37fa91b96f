"""A mass reminder in a real browser: options, proposal, a line, progress and results."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from encours.access.models import Role
from encours.dunning.runs.models import ReminderRun
from encours.dunning.runs.working import work, work_until_done
from tests import build
from tests.dunning.issuing import template

Look = Callable[[Page, str], None]


def test_a_mass_reminder_from_the_list_to_its_results(
    signed_in_page: Callable[..., Page], look: Look
) -> None:
    for code in ("L1", "L2", "E1", "E2"):
        template(code)
    for at in range(12):
        customer = build.customer(f"CLI{at:02}", with_contact=False, name=f"Établissements Durand n° {at}")
        build.contact(customer, None, emails="" if at % 3 else f"compta{at}@durand.example")
        account = build.account(customer)
        if at != 5:
            build.invoice(account, f"FAC-2016-{at:03}")
            build.invoice(account, currency="JPY" if at == 4 else "EUR")
        if at == 7:
            build.hold(account)
        if at == 8:
            build.credit_note(account)
    page = signed_in_page(Role.COLLECTOR)
    page.goto("/relances-en-masse/nouvelle/?cas=tous&de=&a=")
    page.get_by_label("Modèle de lettre").select_option("L1")
    look(page, "masse-options")
    page.get_by_role("button", name="Préparer la proposition").click()
    expect(page.get_by_role("button", name="Lancer les relances")).to_be_visible()
    look(page, "masse-proposition")
    page.get_by_label("Relancer Établissements Durand n° 1", exact=True).uncheck()
    expect(page.locator("#totaux")).to_contain_text("Écartés à la main1", use_inner_text=False)
    page.get_by_label("Ouvrir la relance relative au client Établissements Durand n° 2", exact=True).click()
    look(page, "masse-ligne")
    page.get_by_label("Objet de la relance").fill("Nos factures")
    page.get_by_role("button", name="Garder ce changement").click()
    expect(page.get_by_text("modifiée à la main")).to_be_visible()
    page.get_by_role("button", name="Lancer les relances").click()
    expect(page.get_by_text("en attente du travail de fond")).to_be_visible()
    look(page, "masse-en-cours")
    work(timezone.now)
    work_until_done(timezone.now)
    expect(page.locator(".run-percent")).to_have_text("100 %", timeout=10_000)
    look(page, "masse-terminee")
    page.goto("/relances-en-masse/")
    run = ReminderRun.objects.get()
    expect(page.get_by_role("link", name=str(run.pk), exact=True)).to_be_visible()
    look(page, "masse-liste")
    assert run.state == "done"
