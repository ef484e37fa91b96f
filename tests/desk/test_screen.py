"""The screen «Comptes clients et relances» says what the product says it says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from unittest import mock

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from encours.access.models import Role, User
from encours.desk.models import SavedFilter
from encours.desk.synthetic.load import load_synthetic
from encours.dunning.models import Reminder, ReminderLine
from encours.receivables.models import HoldKind, Invoice
from tests import build
from tests.desk import labels
from tests.desk.pages import options, signed_in, user, words
from tests.superuser import as_superuser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_16_of_may() -> Iterator[None]:
    with mock.patch("django.utils.timezone.now", return_value=build.NOW):
        yield


@pytest.fixture
def client() -> Client:
    return signed_in(user())


def get(client: Client, address: str) -> HttpResponse:
    answer = client.get(address)
    assert isinstance(answer, HttpResponse)
    return answer


def remind(invoice: Invoice, *, mode: str = "letter", state: str = "to_print") -> Reminder:
    reminder = Reminder.objects.create(
        entity=invoice.entity,
        account=invoice.account,
        number=1,
        reference=f"{invoice.entity.code}-1",
        state="issued",
        delivery_state=state,
        mode=mode,
        template_code="L1",
        template_version=1,
        template_name="Première relance",
        severity_rank=3,
        severity_name="Moyenne",
        language="fr",
        subject="Relance",
        message="Relance",
        author_name="Claire Martin",
        created_at=build.NOW,
        issued_at=build.NOW,
        date=build.TODAY,
        frozen="{}",
        idempotency_key="1",
    )
    ReminderLine.objects.create(
        reminder=reminder,
        invoice=invoice,
        number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        net_minor=invoice.net_minor,
        gross_minor=invoice.gross_minor,
        remaining_minor=invoice.remaining_minor,
        currency=invoice.currency,
        days_late=106,
    )
    return reminder


def test_every_label_of_the_filter_is_there(client: Client) -> None:
    build.example()
    answer = get(client, "/")
    text = words(answer)
    for label in (*labels.FILTER, *labels.COLUMNS, *labels.ACCOUNT, *labels.BULK):
        assert label in text, label
    assert options(answer, "cas") == labels.CASES
    assert options(answer, "historique") == labels.HISTORIES
    assert tuple(options(answer, "par_page").values()) == labels.PAGE_SIZES
    assert options(answer, "de")["01/2016"] == "janvier 2016"
    assert "Sélectionner le compte filtré" in text


def test_the_example_is_shown_in_the_forms_of_the_product(client: Client) -> None:
    invoice = build.example()
    answer = get(client, "/")
    text = words(answer)
    for part in (
        "1 facture émise sur la période, 1 facture en attente de paiement dont 1 échue",
        "9\u202f500,00\u00a0€",
        "11\u202f400,00\u00a0€",
        "6\u202f400,00\u00a0€",
        "31/01/2016",
        "échue depuis 106 jours",
        "partiellement réglée",
        "État PDF de l'encours de 01/2016 à 05/2016",
        "Compte client de 01/2016 à 05/2016",
        "1/1 (1-1/1)",
    ):
        assert part in text, part
    account = invoice.account_id
    body = answer.content.decode()
    assert f'href="/comptes/{account}/encours.pdf?de=01%2F2016&amp;a=05%2F2016"' in body
    assert f'href="/comptes/{account}/compte.pdf?de=01%2F2016&amp;a=05%2F2016"' in body
    assert f'href="/comptes/{account}/relance/"' in body
    ages = "&gt; 90 jours 6\u202f400,00\u00a0€"
    assert f'</b><span class="ages" role="img" aria-label="{ages}" title="{ages}">' in body
    assert '<path class="age-4" d="M0 0h1000v1H0z"/>' in body
    assert f'href="/factures/{invoice.pk}.pdf"' in body


def test_older_debts_are_listed_and_marked(client: Client) -> None:
    build.example()
    text = words(get(client, "/?de=02/2016&a=05/2016"))
    assert "0 facture émise sur la période, 1 facture en attente de paiement dont 1 échue" in text
    assert "antérieure à la période" in text
    assert "antérieure à la période" not in words(get(client, "/?de=01/2016&a=05/2016"))


def test_holds_and_red_addresses_are_told_in_words(client: Client) -> None:
    bare = build.account(build.customer("NU", name="Nu", with_contact=False))
    disputed = build.invoice(bare, due=dt.date(2016, 5, 16))
    build.hold(bare, disputed)
    build.hold(bare, build.invoice(bare), kind=HoldKind.POSTPONED, until=dt.date(2016, 6, 30))
    remind(build.example())
    Invoice.objects.filter(number="FAC-201601-01").update(last_reminded_at=build.NOW)
    text = words(get(client, "/"))
    for part in (
        *labels.INVOICE_STATES,
        "suspendue jusqu'au 30/06/2016",
        "Marchandise contestée (Claire Martin)",
        labels.NO_EMAIL,
    ):
        assert part in text, part
    assert "manque\u00a0: e-mail, adresse, code postal, ville" in text


def test_a_history_line_keeps_time_mode_and_both_states(client: Client) -> None:
    reminder = remind(build.example())
    text = words(get(client, "/"))
    assert "16/05/2016 à 11:22:40 (Courrier postal)" in text
    for part in (*labels.HISTORY, "à imprimer"):
        assert part in text, part
    Reminder.objects.update(delivery_state="printed", printed_at=build.NOW, printed_by_name="Claire Martin")
    assert "imprimée le 16/05/2016 par Claire Martin" in words(get(client, "/"))
    body = get(client, "/").content.decode()
    assert f'href="/relances/{reminder.reference}/"' in body
    assert f'formaction="/relances/{reminder.reference}/imprimer/"' in body


def test_reminders_before_the_window_are_left_out(client: Client) -> None:
    remind(build.example())
    with as_superuser():
        Reminder.objects.update(created_at=build.noon(dt.date(2016, 4, 15)))
    assert "Consulter une relance" not in words(get(client, "/?historique=1m"))
    assert "Consulter une relance" in words(get(client, "/?historique=3m"))


def test_a_reader_sees_no_action(client: Client) -> None:
    build.example()
    text = words(get(signed_in(user("lecture", Role.READER)), "/"))
    assert "6\u202f400,00\u00a0€" in text
    for label in ("Faire une relance", "Relancer en masse", "Sélectionner la page"):
        assert label in words(get(client, "/"))
        assert label not in text


def test_a_wrong_filter_is_refused_beside_its_control_and_lists_nothing(client: Client) -> None:
    build.example()
    answer = get(client, "/?de=13/2016&client=Dupont")
    text = words(answer)
    assert answer.status_code == 422
    assert "«\u00a013/2016\u00a0» n'est pas un mois\u00a0: écrivez-le MM/AAAA, par exemple 01/2016." in text
    assert "FAC-201601-01" not in text
    assert 'value="Dupont"' in answer.content.decode()


def test_an_entity_of_others_is_as_unknown_as_one_that_does_not_exist() -> None:
    own = build.entity("NOTRE")
    build.invoice(build.account(entity_code="AUTRE"))
    client = signed_in(user("gestion", Role.COLLECTOR, own.pk))
    sentence = "L'entité «\u00a0%s\u00a0» n'existe pas ou ne vous est pas ouverte."
    for code in ("AUTRE", "RIEN"):
        answer = get(client, f"/?entite={code}")
        assert (answer.status_code, sentence % code in words(answer)) == (422, True)
    assert "AUTRE" not in get(client, "/").content.decode()


def test_hostile_text_is_shown_as_text(client: Client) -> None:
    build.invoice(build.account(build.customer("X", name="<script>alert(1)</script>")))
    body = get(client, "/?client=%3Cscript%3E").content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body


def test_pages_lead_to_each_other_and_the_size_is_remembered(client: Client) -> None:
    for _ in range(7):
        build.invoice(build.account())
    answer = get(client, "/?par_page=5")
    assert "1/2 (1-5/7)" in words(answer)
    [following] = set(re.findall(r'rel="next" href="([^"]+)"', answer.content.decode()))
    assert "2/2 (6-7/7)" in words(get(client, "/" + following.replace("&amp;", "&")))
    assert User.objects.get(username="gestion").accounts_per_page == 5
    assert "1/2 (1-5/7)" in words(get(client, "/"))
    assert "Sélectionner les 7 comptes filtrés" in words(get(client, "/"))


def test_filters_are_saved_opened_by_default_renamed_and_deleted(client: Client) -> None:
    build.example()
    client.post("/filtres/", {"name": "Échues", "query": "cas=echues&de=&a=", "is_default": "1"})
    saved = SavedFilter.objects.get()
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/?{saved.query}"
    assert "cas=echues" in saved.query
    client.post(f"/filtres/{saved.pk}/", {"action": "rename", "name": "Mes échues"})
    assert "Mes échues" in words(get(client, "/?cas=tous"))
    client.post(f"/filtres/{saved.pk}/", {"action": "not_default"})
    assert get(client, "/").status_code == 200
    client.post(f"/filtres/{saved.pk}/", {"action": "delete"})
    assert not SavedFilter.objects.exists()


def test_a_filter_without_a_name_or_of_another_user_is_refused(client: Client) -> None:
    client.post("/filtres/", {"name": "A", "query": "cas=echues"})
    client.post("/filtres/", {"name": "B", "query": "cas=soldes"})
    saved = SavedFilter.objects.get(name="A")
    for sent in ({"action": "rename", "name": "B"}, {"action": "rename", "name": " "}):
        client.post(f"/filtres/{saved.pk}/", sent)
    other = signed_in(user("autre"))
    answer = other.post(f"/filtres/{saved.pk}/", {"action": "delete"}, follow=True)
    assert "Ce filtre n'existe plus." in words(answer)
    assert sorted(SavedFilter.objects.values_list("name", flat=True)) == ["A", "B"]


def test_totals_are_loaded_after_the_list_and_stand_alone_without_javascript(client: Client) -> None:
    build.example()
    assert 'hx-get="/totaux/?' in get(client, "/").content.decode()
    assert "6\u202f400,00\u00a0€" in words(get(client, "/totaux/?cas=echues"))
    part = client.get("/totaux/?cas=echues", headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith("<dl")


def test_the_totals_have_room_for_each_currency_of_the_entities_before_they_come(client: Client) -> None:
    euros = build.account(build.customer("A"), "EUROS")
    build.invoice(euros)
    abroad = build.account(build.customer("B"), "AILLEURS")
    for currency in ("GBP", "JPY"):
        build.invoice(abroad, currency=currency)
    limited = signed_in(user("limite", Role.COLLECTOR, euros.entity_id))
    for number in range(5):
        build.invoice(build.account(build.customer(f"C{number}"), "EUROS"))
    for who, address, lines in (
        (client, "/?cas=tous&de=&par_page=5", 3),
        (client, "/?cas=tous&de=&client=B", 2),
        (limited, "/?cas=tous&de=&par_page=5", 1),
        (client, "/?cas=tous&de=", 3),
        (client, "/?cas=tous&de=&entite=AILLEURS", 2),
        (client, "/?cas=tous&de=&entite=EUROS", 1),
        (limited, "/?cas=tous&de=", 1),
    ):
        assert f'class="desk-totals lines-{lines}"' in get(who, address).content.decode(), address


def test_a_customer_is_completed_by_any_part_of_name_or_code_within_the_scope() -> None:
    own = build.entity("NOTRE")
    build.account(build.customer("ZX81", name="Société Générée"), "NOTRE")
    build.account(build.customer("ZX82", name="Autre Générée"), "AUTRE")
    client = signed_in(user("gestion", Role.COLLECTOR, own.pk))
    text = words(get(client, "/clients/completion/?client=GENEREE"))
    assert "Société Générée ZX81" in text
    assert "ZX82" not in text
    assert words(get(client, "/clients/completion/?client=")).strip() == ""


def test_the_number_of_queries_is_the_same_for_every_page_size(client: Client) -> None:
    load_synthetic(customer_count=120, invoice_count=600, seed=1, until=build.TODAY, progress=lambda _: None)
    limited = signed_in(user("limite", Role.COLLECTOR, 1, 2, 3))
    for who, most in ((client, 15), (limited, 15)):
        counts = set()
        for size in (10, 50, 100):
            get(who, f"/?par_page={size}")
            with CaptureQueriesContext(connection) as queries:
                get(who, f"/?par_page={size}")
            counts.add(len(queries))
        assert counts == {most}, [query["sql"][:90] for query in queries]
