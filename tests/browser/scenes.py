"""The states of a page that only an action shows: open menus, windows, previews, refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from encours.dunning.models import DeliveryState, MessageTemplate, Mode, Reminder, ReminderRun
from encours.parties.models import Account

EVERYTHING = "/?de=&a=&cas=tous"


@dataclass(frozen=True, slots=True)
class Scene:
    """A page, and what is done on it before it is looked at."""

    name: str
    address: str
    act: Callable[[Page], None] = lambda _page: None


def scenes() -> list[Scene]:
    """Return the scenes of the demonstration."""
    account, big, red = (_account(code) for code in ("DUPONT", "ACIERS", "FLEURS"))
    template = MessageTemplate.objects.get(code="L1", language="fr").pk
    done = ReminderRun.objects.order_by("id")[0].pk
    return [
        Scene("list-empty", "/?client=personne"),
        Scene("list-refused", "/?de=13/2016&client=Dupont"),
        Scene("list-save-filter", EVERYTHING, _press(".save-filter > summary")),
        Scene("list-entities", EVERYTHING, _press(".filter-entities summary")),
        Scene("list-user-menu", EVERYTHING, _press(".topbar-end summary")),
        Scene("list-administration-menu", EVERYTHING, _press(".topbar-nav summary")),
        Scene("list-address-window", EVERYTHING, _open_window(red)),
        Scene("list-address-saved", f"{EVERYTHING}&entite=TOPCONSEIL", _save_address(account)),
        Scene("list-completion", EVERYTHING, _complete),
        Scene("wizard-letter", f"/comptes/{account}/relance/", _second_step("Courrier postal")),
        Scene("wizard-email", f"/comptes/{big}/relance/", _second_step("E-mail")),
        Scene("wizard-without-email", f"/comptes/{red}/relance/"),
        Scene("run-done", f"/relances-en-masse/{done}/"),
        Scene("reminder-refused", _email(DeliveryState.REFUSED)),
        Scene("reminder-uncertain", _email(DeliveryState.UNCERTAIN)),
        Scene("template-preview", f"/administration/modeles/{template}/", _preview),
        Scene("template-refused", f"/administration/modeles/{template}/", _break_template),
    ]


def _account(code: str) -> int:
    return Account.objects.filter(customer__code=code).order_by("-entity__code")[0].pk


def _email(state: DeliveryState) -> str:
    return f"/relances/{Reminder.objects.get(mode=Mode.EMAIL, delivery_state=state).reference}/"


def _press(selector: str) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).first.click()


def _open_window(account: int) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(f"#adresse-{account}").click()
        expect(page.get_by_role("dialog")).to_be_visible()

    return act


def _save_address(account: int) -> Callable[[Page], None]:
    """Save an address that other accounts share which the list does not show."""

    def act(page: Page) -> None:
        _open_window(account)(page)
        page.get_by_role("dialog").get_by_role("button", name="Enregistrer").click()
        expect(page.locator("#messages")).to_contain_text("sont enregistrées")

    return act


def _complete(page: Page) -> None:
    page.get_by_label("Client", exact=True).press_sequentially("du")
    expect(page.get_by_role("listbox")).to_be_visible()


def _second_step(mode: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        choice = page.locator("#id_modele option", has_text=re.compile(f"relance \\({mode}")).first
        page.get_by_label("Type*").select_option(value=str(choice.get_attribute("value")))
        page.get_by_role("button", name="Suivant >").click()
        expect(page.get_by_role("heading", name=re.compile("ÉTAPE 2"))).to_be_visible()

    return act


def _preview(page: Page) -> None:
    page.get_by_role("button", name="Aperçu").click()
    expect(page.locator(".preview-page")).to_have_count(1)


def _break_template(page: Page) -> None:
    page.get_by_label("Message", exact=True).fill("Bonjour {clinet},")
    page.get_by_role("button", name="Enregistrer le modèle").click()
    expect(page.locator(".field-errors")).to_have_count(1)
