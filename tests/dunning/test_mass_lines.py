"""The lines of a mass reminder on its page: every reason, filters, orders, boxes, totals, and its buttons."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from encours.access.actions import create_user
from encours.access.models import Role
from encours.dunning.models import MessageTemplate, Reminder
from encours.dunning.runs.models import ReminderRun, RunState
from encours.dunning.runs.working import work, work_until_done
from encours.parties.models import Account, Customer
from encours.receivables.models import HoldKind
from tests import build
from tests.dunning.issuing import remind_one, template

pytestmark = pytest.mark.django_db

OPTIONS = {
    "email": "E1",
    "lettre": "L1",
    "jours_de_retard": "1",
    "non_relancees_depuis": "9999",
    "minimum_EUR": "500",
}


def signed_in(username: str, role: Role = Role.COLLECTOR) -> Client:
    user = create_user(
        username=username,
        full_name=username.title(),
        role=role,
        sees_all_entities=True,
        actor=build.ACTOR,
        now=build.NOW,
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def collector() -> Client:
    for code in ("E1", "L1"):
        template(code)
    return signed_in("gestion")


def owing(code: str, *, net: int = 950_000, entity_code: str = "TOPCONSEIL", **contact: str) -> Account:
    customer = build.customer(code, with_contact=False)
    build.contact(customer, None, **contact)
    account = build.account(customer, entity_code)
    build.invoice(account, net=net, vat=0)
    return account


def propose(client: Client, **sent: str) -> str:
    """Return the address of a proposal of every account."""
    answer = client.post(
        "/relances-en-masse/proposition/", {**OPTIONS, "tous": "1", "requete": "cas=tous", **sent}
    )
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def shown(client: Client, address: str, query: str = "") -> list[str]:
    """Return the customers of the lines that a page shows, in its order."""
    page = client.get(f"{address}?{query}").content.decode()
    return re.findall(r'<span class="text-secondary">(\w+)</span></td>', page)


def states(client: Client, address: str) -> dict[str, str]:
    """Return what the page says of each customer, without markup."""
    page = client.get(address).content.decode()
    cells = re.findall(
        r'<span class="text-secondary">(\w+)</span></td>.*?data-label="État">(.*?)</td>', page, re.S
    )
    return {code: " ".join(re.sub(r"<[^>]+>", " ", text).split()) for code, text in cells}


def test_the_page_gives_every_reason_why_an_account_is_left_out(collector: Client) -> None:
    owing("OK")
    owing("LETTRE", emails="")
    owing("INJOIGNABLE", emails="", city="")
    owing("PETIT", net=10_000)
    build.hold(owing("LITIGE"))
    build.hold(owing("SUSPENDU"), kind=HoldKind.POSTPONED, until=dt.date(2100, 1, 31))
    build.credit_note(owing("AVOIR"), net=950_000, vat=0)
    build.credit_note(owing("PARTIE"), net=10_000, vat=0)
    owing("INACTIF")
    Customer.objects.filter(code="INACTIF").update(is_active=False)
    build.entity("VIDE", siren="")
    owing("ENTITE", entity_code="VIDE")
    remind_one(owing("RELANCE"))
    build.invoice(build.account(build.customer("JEUNE")), due=dt.date(2100, 1, 1))
    address = propose(collector)
    run = ReminderRun.objects.get()
    reasons = dict(run.lines.values_list("account__customer__code", "reason"))
    assert reasons == {
        "OK": "",
        "LETTRE": "",
        "PARTIE": "",
        "INJOIGNABLE": "no_email",
        "PETIT": "below_minimum",
        "LITIGE": "disputed",
        "SUSPENDU": "held",
        "AVOIR": "covered_by_credit",
        "INACTIF": "inactive",
        "ENTITE": "entity_incomplete",
        "RELANCE": "recently_reminded",
        "JEUNE": "nothing_overdue",
    }
    said = states(collector, address)
    assert set(said) == set(reasons)
    assert "ne pas relancer avant le 31/01/2100" in said["SUSPENDU"]
    assert "déjà relancé le 16/05/2016" in said["RELANCE"]
    assert "couvert par un avoir ou un règlement" in said["AVOIR"]
    assert "un avoir ou un règlement n'est pas affecté" in said["PARTIE"]
    assert shown(collector, address, "raison=disputed") == ["LITIGE"]
    assert shown(collector, address, "mode=letter") == ["LETTRE"]
    by_letter = propose(collector, email="")
    assert shown(collector, by_letter, "raison=no_postal_address") == ["INJOIGNABLE"]


def test_lines_are_filtered_sorted_and_ticked_and_the_totals_follow(collector: Client) -> None:
    for code, net in (("A", 200_000), ("B", 300_000), ("C", 100_000)):
        owing(code, net=net)
    build.invoice(build.account(Customer.objects.get(code="C")), currency="TND", net=5_000_000, vat=0)
    address = propose(collector)
    assert shown(collector, address, "tri=liste") == ["A", "B", "C"]
    assert shown(collector, address, "tri=-montant") == ["B", "A", "C"]
    assert shown(collector, address, "client=client+b") == ["B"]
    page = collector.post(f"{address}?client=client+b", {"action": "decocher_tout"}, follow=True)
    assert "client=client+b" in page.redirect_chain[-1][0]
    assert shown(collector, address, "voir=ecartes") == ["B"]
    assert shown(collector, address, "voir=a_relancer") == ["A", "C"]
    totals = re.findall(r"<dt>Total (\w+)</dt><dd>(.*?)</dd>", collector.get(address).content.decode())
    assert totals == [("EUR", "3\u202f000,00\u00a0€"), ("TND", "5\u202f000,000\u00a0TND")]
    collector.post(address, {"action": "lancer"})
    work_until_done(timezone.now)
    assert states(collector, address)["B"].startswith("écarté à la main")
    assert Reminder.objects.count() == 2


def test_another_user_sees_how_far_a_run_is_and_suspends_resumes_and_stops_it(
    collector: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("encours.dunning.runs.working.CHUNK", 1)
    monkeypatch.setattr("encours.dunning.runs.working.MAX_BATCHES", 1)
    for code in ("A", "B", "C"):
        owing(code)
    address = propose(collector)
    collector.post(address, {"action": "lancer"})
    assert work(timezone.now) == 1
    other = signed_in("collegue")
    for client in (collector, other):
        page = client.get(f"{address}avancement/").content.decode()
        assert "<b>1</b> sur 3 traités" in page
        assert ("par minute" in page, "reste " in page, ">33 %</b>" in page) == (True, True, True)
    other.post(address, {"action": "suspendre"})
    assert work(timezone.now) == 0
    moved = collector.get(f"{address}avancement/?etat=running")
    assert moved.headers["HX-Refresh"] == "true"
    collector.post(address, {"action": "reprendre"})
    assert work(timezone.now) == 1
    other.post(address, {"action": "arreter"})
    assert work(timezone.now) == 0
    assert ReminderRun.objects.get().state == RunState.STOPPED
    assert states(collector, address)["C"] == "relance en masse arrêtée avant"
    assert Reminder.objects.count() == 2
    listed = other.get("/relances-en-masse/").content.decode()
    assert ("Gestion" in listed, "modèle E1 puis L1, au moins 500,00" in listed) == (True, True)


def test_what_failed_is_tried_again_by_its_button_and_nothing_that_left_leaves_twice(
    collector: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("encours.dunning.runs.working.CHUNK", 1)
    monkeypatch.setattr("encours.dunning.runs.working.MAX_BATCHES", 1)
    owing("AVANT")
    owing("ECHEC", emails="")
    address = propose(collector)
    collector.post(address, {"action": "lancer"})
    assert work(timezone.now) == 1
    letters = MessageTemplate.objects.filter(code="L1")
    letters.update(is_active=False)
    work_until_done(timezone.now)
    reader, retry = signed_in("lecture", Role.READER), 'value="reessayer"'
    assert states(collector, address)["ECHEC"].startswith("en échec")
    assert retry not in reader.get(address).content.decode()
    assert reader.post(address, {"action": "reessayer"}).status_code == 403
    assert (work(timezone.now), ReminderRun.objects.get().state) == (0, RunState.DONE)
    letters.update(is_active=True)
    assert retry in collector.get(address).content.decode()
    answer = collector.post(address, {"action": "reessayer"}, follow=True).content.decode()
    assert re.search(r"1\s+relance\s+reprise", answer)
    work_until_done(timezone.now)
    assert retry not in collector.get(address).content.decode()
    assert ReminderRun.objects.get().state == RunState.DONE
    reminded = Reminder.objects.values_list("account__customer__code", flat=True)
    assert sorted(reminded) == ["AVANT", "ECHEC"]
