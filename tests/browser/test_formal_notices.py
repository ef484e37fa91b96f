"""A formal notice that one person prepares and another approves, each in front of his own screen."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from encours.access.models import Role, User
from encours.dunning.models import Reminder
from tests import build
from tests.dunning import issuing
from tests.dunning.noticing import ask_for_approval, person, prepared

Look = Callable[[Page, str], None]


def test_a_formal_notice_is_read_and_approved_by_a_second_person(
    signed_in_page: Callable[..., Page], user_of: Callable[[Role], User], look: Look
) -> None:
    account = build.account()
    build.invoice(account)
    issuing.template("LMED")
    user_of(Role.ADMINISTRATOR)
    User.objects.filter(username="admin").update(may_issue_formal_notices=True)
    page = signed_in_page(Role.ADMINISTRATOR)
    page.goto(f"/administration/entites/{account.entity_id}/")
    page.get_by_role("button", name="Demander un second accord").click()
    expect(page.get_by_role("button", name="Ne plus demander de second accord")).to_be_visible()
    look(page, "entite-mises-en-demeure")
    ask_for_approval(account)
    prepared(account, person("prudence"))

    page.goto("/")
    page.get_by_role("link", name="1 mise en demeure attend votre accord").click()
    look(page, "mises-en-demeure")
    page.get_by_role("link", name="Ouvrir la mise en demeure").click()
    expect(page.get_by_alt_text("Page 1 de la lettre")).to_be_visible()
    look(page, "mise-en-demeure-a-approuver")
    page.get_by_role("button", name="Approuver et émettre").click()
    expect(page.get_by_text("La mise en demeure est approuvée")).to_be_visible()
    expect(page.get_by_text("Approuvée par")).to_be_visible()
    assert Reminder.objects.get().approved_by_name == "Camille Admin"
