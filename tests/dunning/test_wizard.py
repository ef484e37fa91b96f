"""The two steps of a reminder, as a browser without JavaScript goes through them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from encours.access import actions as access
from encours.access.models import Role, User
from encours.delivery.models import OutboxMessage
from encours.dunning.models import DeliveryState, MessageTemplate, Reminder, ReminderDraft
from encours.parties.models import Account
from tests import build
from tests.dunning.test_letter_reminder import main_bytes, text_of

pytestmark = pytest.mark.django_db


def user(name: str = "gestion", role: Role = Role.COLLECTOR) -> User:
    return access.create_user(
        username=name,
        full_name=f"Anne {name}",
        role=role,
        email=f"{name}@tc.example",
        sees_all_entities=True,
        actor=build.ACTOR,
        now=build.NOW,
    )


def signed_in(name: str = "gestion") -> Client:
    client = Client()
    client.force_login(User.objects.filter(username=name).first() or user(name))
    return client


class Wizard:
    """One tab of a browser on the two steps."""

    def __init__(self, account: Account, client: Client | None = None) -> None:
        self.client = client or signed_in()
        self.address = f"/comptes/{account.id}/relance/"

    def first_step(self, code: str = "L1", invoices: list[int] | None = None) -> HttpResponse:
        page = self.client.get(self.address).content.decode()
        token = re.search(r'name="brouillon" value="([^"]+)"', page)
        assert token
        chosen = re.findall(r'value="(\d+)" id="facture-\d+" checked', page) if invoices is None else invoices
        template = MessageTemplate.objects.get(code=code, language="fr")
        data = {"brouillon": token[1], "modele": template.id, "factures": chosen}
        return self.client.post(self.address, data)  # type: ignore[return-value]

    def fields(self) -> dict[str, list[str]]:
        """Return what step 2 would send as it stands."""
        return fields_of(self.client.get(self.address, {"etape": 2}).content.decode())

    def send(
        self, fields: dict[str, list[str]], button: str = "enregistrer", **changes: object
    ) -> HttpResponse:
        data = {**fields, button: "1", **changes}
        return self.client.post(f"{self.address}?etape=2", data)  # type: ignore[return-value]


def fields_of(page: str) -> dict[str, list[str]]:
    """Read the form of step 2 as a browser does."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_off = attributes.get("type") == "checkbox" and " checked" not in tag
        if "name" in attributes and not is_off:
            found.setdefault(attributes["name"], []).append(unescape(attributes.get("value", "on")))
    for name, body in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        assert chosen, name
        found[name] = [chosen[1]]
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL):
        found[name] = [unescape(text)]
    return found


def test_the_first_step_shows_what_is_due_and_what_was_paid() -> None:
    account = build.example().account
    page = Wizard(account).client.get(f"/comptes/{account.id}/relance/").content.decode()
    for text in [
        "Relance relative au client Dupont SA",
        "ÉTAPE 1 : type de relance et factures concernées",
        "Type*",
    ]:
        assert text in page
    assert "11\u202f400,00" in page
    assert "6\u202f400,00" in page
    assert "Suivant >" in page


def test_a_letter_is_issued_from_what_was_left_as_proposed() -> None:
    account = build.example().account
    wizard = Wizard(account)
    assert wizard.first_step("L1").status_code == 302
    fields = wizard.fields()
    assert "{factures}" in fields["message"][0]
    assert "6\u202f400,00\u00a0EUR (TTC)" in fields["message"][0]
    answer = wizard.send(fields)
    assert (answer.status_code, answer["Location"]) == (302, "/relances/TOPCONSEIL-1/")
    reminder = Reminder.objects.get()
    assert (reminder.author_name, reminder.template_code) == ("Anne gestion", "L1")
    assert "- N° FAC-201601-01 (Mois/Année : 1/2016) : 6 400,00 EUR TTC" in text_of(main_bytes(reminder))


def test_what_the_user_writes_is_what_is_sent() -> None:
    account = build.example().account
    wizard = Wizard(account)
    wizard.first_step("E1")
    fields = wizard.fields()
    assert fields["copies"] == ["gestion@tc.example"]
    answer = wizard.send(
        fields,
        objet="Votre dossier {reference}",
        message="Bonjour Paul,\r\n\r\n{factures}\r\n\r\nÀ bientôt",
        destinataires="paul@dupont.example",
        severite="5",
    )
    assert answer.status_code == 302
    reminder = Reminder.objects.get()
    assert (reminder.subject, reminder.severity_name) == ("Votre dossier TOPCONSEIL-1", "Très élevée")
    assert reminder.message.startswith("Bonjour Paul,\n\n- N°\u00a0FAC-201601-01")
    assert list(OutboxMessage.objects.order_by("id").values_list("recipient", "is_copy")) == [
        ("paul@dupont.example", False),
        ("gestion@tc.example", True),
    ]


def test_back_loses_nothing_typed() -> None:
    account = build.example().account
    wizard = Wizard(account)
    wizard.first_step("E1")
    sent = wizard.send(wizard.fields(), "retour", objet="Un autre objet", destinataires="pas une adresse")
    assert (sent.status_code, sent["Location"]) == (302, wizard.address)
    wizard.first_step("E1")
    again = wizard.fields()
    assert again["objet"] == ["Un autre objet"]
    assert again["destinataires"] == ["pas une adresse"]
    assert Reminder.objects.count() == 0


def test_totals_and_unedited_text_follow_the_selection_and_edited_text_stays() -> None:
    account = build.example().account
    other = build.invoice(account, "FAC-2", net=100_000, vat=20_000)
    wizard = Wizard(account)
    wizard.first_step("E1")
    fields = wizard.fields()
    assert fields["objet"] == ["Relance pour 2 factures en attente de règlement"]
    page = wizard.send(fields, "actualiser", factures=[str(other.id)], message="Mon texte").content.decode()
    after = fields_of(page)
    assert after["objet"] == ["Relance pour une facture en attente de règlement"]
    assert after["message"] == ["Mon texte"]
    assert "1\u202f200,00\u00a0EUR" in page
    assert "la liste des factures n'apparaîtra pas" in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"factures": []}, "Choisissez au moins une facture"),
        ({"message": "Bonjour\n{clinet}"}, "Ligne 2"),
        ({"de": "13/2016"}, "est pas un mois"),
        ({"de": "05/2016", "a": "01/2016"}, "Le dernier mois est avant le premier"),
        ({"destinataires": "Paul <p@x.example>"}, "une adresse e-mail"),
        ({"destinataires": ""}, "Indiquez au moins une adresse"),
        ({"mode": "fax"}, "corrigez ce qui est signalé"),
        ({"severite": "9"}, "corrigez ce qui est signalé"),
        ({"objet": "x" * 251}, "corrigez ce qui est signalé"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_issued(changes: dict[str, object], message: str) -> None:
    account = build.example().account
    wizard = Wizard(account)
    wizard.first_step("E1")
    answer = wizard.send(wizard.fields(), "enregistrer", **changes)
    assert answer.status_code == 422
    assert message in unescape(answer.content.decode())
    assert Reminder.objects.count() == OutboxMessage.objects.count() == 0


def test_no_invoice_or_an_unreachable_template_is_refused_at_the_first_step() -> None:
    customer = build.customer(with_contact=False)
    build.contact(customer, emails="")
    account = build.account(customer)
    build.invoice(account)
    wizard = Wizard(account)
    assert "aucun e-mail à l'adresse de relance" in unescape(
        wizard.client.get(wizard.address).content.decode()
    )
    assert wizard.first_step("E1").status_code == 422
    assert wizard.first_step("L1", invoices=[]).status_code == 422
    assert wizard.first_step("L1").status_code == 302


def test_an_invoice_in_dispute_cannot_be_ticked() -> None:
    invoice = build.example()
    build.hold(invoice.account, invoice)
    wizard = Wizard(invoice.account)
    assert "en litige" in unescape(wizard.client.get(wizard.address).content.decode())
    assert wizard.first_step("L1", invoices=[invoice.id]).status_code == 422


def test_a_double_click_and_a_second_tab_make_one_reminder() -> None:
    account = build.example().account
    wizard = Wizard(account)
    wizard.first_step("L1")
    fields = wizard.fields()
    second_tab = wizard.fields()
    for sent in (fields, fields, second_tab):
        assert wizard.send(sent)["Location"] == "/relances/TOPCONSEIL-1/"
    assert Reminder.objects.count() == 1
    assert ReminderDraft.objects.filter(reminder=None).count() == 0


def test_of_two_posts_of_a_form_the_one_overtaken_while_it_is_read_finds_the_same_reminder() -> None:
    wizard = Wizard(build.example().account)
    wizard.first_step("L1")
    fields = wizard.fields()
    overtaking: list[HttpResponse] = []

    def overtake(execute: Callable[..., object], sql: str, *rest: object) -> object:
        answer = execute(sql, *rest)
        if (
            not overtaking and 'WHERE "dunning_reminder"."idempotency_key" =' in sql
        ):  # this post has just seen that no reminder is made
            overtaking.append(HttpResponse())
            overtaking[0] = wizard.send(fields)
        return answer

    with connection.execute_wrapper(overtake):
        overtaken = wizard.send(fields)
    assert [answer["Location"] for answer in (*overtaking, overtaken)] == ["/relances/TOPCONSEIL-1/"] * 2
    assert Reminder.objects.count() == 1


def test_a_payment_that_arrives_between_the_steps_is_told_before_anything_leaves() -> None:
    invoice = build.example()
    wizard = Wizard(invoice.account)
    wizard.first_step("L1")
    fields = wizard.fields()
    build.allocation(build.payment(invoice.account, amount=640_000), invoice, 140_000)
    answer = wizard.send(fields)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert (
        "Le solde de la facture FAC-201601-01 est passé de 6\u202f400,00\u00a0EUR à 5\u202f000,00\u00a0EUR."
        in page
    )
    assert Reminder.objects.count() == 0
    assert wizard.send(fields_of(answer.content.decode())).status_code == 302
    assert Reminder.objects.get().lines.get().remaining_minor == 500_000


def test_an_invoice_paid_meanwhile_is_taken_away() -> None:
    invoice = build.example()
    build.invoice(invoice.account, "FAC-2")
    wizard = Wizard(invoice.account)
    wizard.first_step("L1")
    fields = wizard.fields()
    build.allocation(build.payment(invoice.account, amount=640_000), invoice)
    page = unescape(wizard.send(fields).content.decode())
    assert "La facture FAC-201601-01 n'a plus rien à payer : elle est retirée." in page.replace("\u00a0", " ")


def test_a_changed_address_or_template_is_told() -> None:
    invoice = build.example()
    wizard = Wizard(invoice.account)
    wizard.first_step("L1")
    fields = wizard.fields()
    build.contact(invoice.account.customer, city="Lyon", postcode="69001")
    assert "L'adresse de relance a changé" in unescape(wizard.send(fields).content.decode())
    fields = wizard.fields()
    MessageTemplate.objects.filter(code="L1", language="fr").update(version=2, body="Nouveau {factures}")
    page = wizard.send(fields).content.decode()
    assert "a été modifié" in page
    assert fields_of(page)["message"] == ["Nouveau {factures}"]


def test_two_users_on_one_account_are_told_of_each_other() -> None:
    account = build.example().account
    first, second = Wizard(account), Wizard(account, signed_in("autre"))
    for wizard in (first, second):
        wizard.first_step("L1")
    one, other = first.fields(), second.fields()
    assert first.send(one).status_code == 302
    answer = second.send(other)
    assert answer.status_code == 422
    assert "La relance TOPCONSEIL-1 a été faite entre-temps par Anne gestion" in answer.content.decode()
    assert Reminder.objects.count() == 1


def test_the_live_preview_follows_and_keeps_the_draft() -> None:
    account = build.example().account
    wizard = Wizard(account)
    wizard.first_step("L1")
    fields = wizard.fields()
    answer = wizard.client.post(f"{wizard.address}apercu/", {**fields, "objet": "Suivi"})
    page = answer.content.decode()
    assert page.count("data:image/png;base64,") == 1
    assert 'id="message" hx-swap-oob="true"' in page
    assert 'id="objet" hx-swap-oob="true"' not in page
    assert wizard.fields()["objet"] == ["Suivi"]


def test_a_customer_named_like_a_placeholder_stays_what_he_is() -> None:
    account = build.account(build.customer("X", name="{total} [[a|b]] {factures}"))
    build.invoice(account, "FAC-9")
    MessageTemplate.objects.filter(code="E1", language="fr").update(body="{client} doit\n\n{factures}")
    wizard = Wizard(account)
    wizard.first_step("E1")
    fields = wizard.fields()
    wizard.send(fields, message=fields["message"][0] + "\n\nMerci")
    message = Reminder.objects.get().message.replace("\u2060", "")
    assert message.startswith("{total} [[a|b]] {factures} doit\n\n- N°\u00a0FAC-9")
    assert Reminder.objects.get().delivery_state == DeliveryState.QUEUED


def test_months_are_typed_as_people_write_them() -> None:
    wizard = Wizard(build.example().account)
    wizard.first_step("E1")
    assert wizard.send(wizard.fields(), de="012016", a="2016-05").status_code == 302
    assert "de 01/2016 à 05/2016" in str(list(Reminder.objects.get().files.values_list("label", flat=True)))
