"""From the list's boxes to the printed letters, through HTTP as a person does."""

from __future__ import annotations

import io
import zipfile

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from encours.access.actions import create_user
from encours.access.models import Role
from encours.dunning.models import DeliveryState, Reminder
from encours.dunning.runs.models import ReminderRun, RunState
from encours.dunning.runs.working import work_until_done
from encours.parties.models import Account
from tests import build
from tests.dunning.issuing import template

pytestmark = pytest.mark.django_db


@pytest.fixture
def collector(client: Client) -> Client:
    for code in ("E1", "L1"):
        template(code)
    user = create_user(
        username="gestion",
        full_name="Gisèle Gestion",
        role=Role.COLLECTOR,
        email="gestion@example.org",
        sees_all_entities=True,
        actor=build.ACTOR,
        now=build.NOW,
    )
    client.force_login(user)
    return client


def owing(count: int) -> list[Account]:
    accounts = [build.account(build.customer(f"C{at:03}")) for at in range(count)]
    for account in accounts:
        build.invoice(account)
    return accounts


OPTIONS = {"email": "", "lettre": "L1", "jours_de_retard": "1", "non_relancees_depuis": "7"}


def propose(client: Client, **sent: object) -> ReminderRun:
    answer = client.post("/relances-en-masse/proposition/", {**OPTIONS, **sent})
    assert answer.status_code == 302, answer.content.decode()
    return ReminderRun.objects.get(pk=int(answer.headers["Location"].split("/")[-2]))


def test_from_the_boxes_of_the_list_to_the_letters_in_its_order(collector: Client) -> None:
    accounts = owing(3)
    page = collector.post("/relances-en-masse/nouvelle/", {"compte": [row.pk for row in accounts]})
    assert "3 comptes choisis" in page.content.decode()
    run = propose(collector, compte=",".join(str(row.pk) for row in accounts))
    address = f"/relances-en-masse/{run.pk}/"
    assert "Lancer les relances" in collector.get(address).content.decode()
    shown = list(run.lines.values_list("pk", flat=True))
    collector.post(address, {"vue": shown, "ligne": shown[1:], "action": "lancer"})
    work_until_done(timezone.now)
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert [row.account_id for row in Reminder.objects.order_by("number")] == [
        account.pk for account in accounts[1:]
    ]
    letters = collector.get(f"{address}lettres.pdf?recto=1")
    with pikepdf.open(io.BytesIO(letters.content)) as pdf:
        assert len(pdf.pages) == 3  # one page each, a blank one between
    packed = io.BytesIO(b"".join(collector.get(f"{address}lettres.zip")))
    assert zipfile.ZipFile(packed).namelist() == [
        "00001-Relance-TOPCONSEIL-1.pdf",
        "00002-Relance-TOPCONSEIL-2.pdf",
    ]
    collector.post(address, {"action": "imprimer"})
    assert {row.delivery_state for row in Reminder.objects.all()} == {DeliveryState.PRINTED}
    assert "100 %" in collector.get(f"{address}avancement/").content.decode()


def test_letters_in_several_parts_are_printed_and_marked_a_part_at_a_time(
    collector: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("encours.dunning.runs.printing.LETTERS_PER_PART", 2)
    run = propose(collector, compte=",".join(str(row.pk) for row in owing(3)))
    address = f"/relances-en-masse/{run.pk}/"
    collector.post(address, {"action": "lancer"})
    work_until_done(timezone.now)
    page = collector.get(address).content.decode()
    assert "Elles sont en 2 fichiers, dans l'ordre de la liste" in page
    assert ("lettres 1 à 2" in page, "lettres 3 à 3" in page) == (True, True)
    answer = collector.post(address, {"action": "imprimer", "partie": "2"})
    assert answer.headers["Location"] == f"{address}lettres.pdf?partie=2"
    states = Reminder.objects.order_by("number").values_list("delivery_state", flat=True)
    assert list(states) == [DeliveryState.TO_PRINT, DeliveryState.TO_PRINT, DeliveryState.PRINTED]
    for wrong in ("0", "3", "x"):
        collector.post(address, {"action": "imprimer", "partie": wrong})
        assert collector.get(f"{address}lettres.pdf", {"partie": wrong}).status_code == 404
    assert Reminder.objects.filter(delivery_state=DeliveryState.PRINTED).count() == 1


def test_the_filter_of_the_list_is_a_selection(collector: Client) -> None:
    owing(2)
    page = collector.post("/relances-en-masse/nouvelle/", {"tous": "1", "requete": "cas=echues&client=C001"})
    assert "1 compte choisi" in page.content.decode()
    run = propose(collector, tous="1", requete="cas=echues&client=C001")
    assert run.lines.get().account.customer.code == "C001"


def test_a_line_is_edited_and_leaves_as_she_wrote_it(collector: Client) -> None:
    (account,) = owing(1)
    young = build.invoice(account, "JEUNE")
    run = propose(collector, compte=str(account.pk))
    line = run.lines.get()
    sent = {
        "mode": "letter",
        "factures": [young.pk],
        "objet": "Un mot",
        "message": "Bonjour,\n\n{factures}\n\nMerci.",
    }
    address = f"/relances-en-masse/{run.pk}/lignes/{line.pk}/"
    assert "Relance relative au client Client C000" in collector.get(address).content.decode()
    assert collector.post(address, {**sent, "message": "{facture}"}).status_code == 422
    for wrong in ("<script>alert(1)</script>", "Léa <lea@example.org>", "lea@example"):
        refused = collector.post(address, {**sent, "destinataires": wrong})
        assert refused.status_code == 422
        assert "adresse e-mail" in refused.content.decode()
    assert collector.post(address, sent).status_code == 302
    collector.post(f"/relances-en-masse/{run.pk}/", {"action": "lancer"})
    work_until_done(timezone.now)
    reminder = Reminder.objects.get()
    assert (reminder.subject, [row.number for row in reminder.lines.all()]) == ("Un mot", ["JEUNE"])


def test_the_preview_of_an_edited_line_shows_whom_it_will_reach(collector: Client) -> None:
    (account,) = owing(1)
    run = propose(collector, compte=str(account.pk), email="E1", lettre="", copie="on")
    line = run.lines.get()
    address = f"/relances-en-masse/{run.pk}/lignes/{line.pk}/"
    invoices = [int(number) for number in line.invoice_ids.split()]
    sent = {"mode": "email", "factures": invoices, "objet": "Un mot", "message": "Bonjour,\n\n{factures}"}
    assert collector.post(address, {**sent, "destinataires": "autre@c000.example"}).status_code == 302
    preview = collector.get(address).content.decode()
    assert "<dt>À</dt><dd>autre@c000.example</dd>" in preview
    assert "gestion@example.org" in preview
    assert "<dt>Objet</dt><dd>Un mot</dd>" in preview


def test_a_proposal_of_nothing_goes_back_to_the_list_with_the_reason(collector: Client) -> None:
    answer = collector.post("/relances-en-masse/nouvelle/", {"requete": "cas=tous"}, follow=True)
    assert "Cochez au moins un compte" in answer.content.decode()
    assert ReminderRun.objects.count() == 0


def test_the_page_of_a_run_costs_the_same_queries_for_any_number_of_lines(
    collector: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    run = propose(collector, compte=",".join(str(row.pk) for row in owing(30)))
    with django_assert_max_num_queries(22):
        collector.get(f"/relances-en-masse/{run.pk}/?par_page=200")
