"""The statements of a filter come as one zip: a file per account, in the order of the list, or a sentence."""

from __future__ import annotations

import datetime as dt
import io
import os
import signal
import threading
import zipfile
from collections.abc import Iterator
from unittest import mock

import pypdf
import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from python_calamine import load_workbook

from encours.access.models import Role
from encours.desk import statements
from encours.documents import pool
from encours.parties.models import Account
from tests import build
from tests.access.world import snapshot
from tests.desk.pages import signed_in, user, words

pytestmark = pytest.mark.django_db
YEAR = {"de": "01/2016", "a": "05/2016"}


@pytest.fixture(autouse=True)
def _on_the_16_of_may() -> Iterator[None]:
    with mock.patch("django.utils.timezone.now", return_value=build.NOW):
        yield


def three_accounts() -> None:
    """Make two customers of one entity and one of another, each with an invoice of its own number."""
    for name, entity in (("Dupont", "TOPCONSEIL"), ("Élan", "TOPCONSEIL"), ("Zola", "AUTRE")):
        build.entity(entity)
        account = build.account(build.customer(name[:2].upper().replace("É", "E"), name=name), entity)
        asked = build.invoice(account, f"FAC-{name.upper()}")
        build.allocation(build.payment(account, amount=500_000), asked)


def download(browser: Client, /, **query: str) -> zipfile.ZipFile:
    answer = browser.get("/etats.zip", {**YEAR, **query})
    assert isinstance(answer, StreamingHttpResponse)
    assert answer["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    assert archive.testzip() is None
    return archive


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_each_account_has_its_statement_in_the_order_of_the_list() -> None:
    three_accounts()
    archive = download(signed_in(user(role=Role.READER)))
    assert archive.namelist() == [
        "AUTRE-Compte-client-ZO-01-2016-05-2016.pdf",
        "TOPCONSEIL-Compte-client-DU-01-2016-05-2016.pdf",
        "TOPCONSEIL-Compte-client-EL-01-2016-05-2016.pdf",
    ]
    for name, customer in zip(archive.namelist(), ("Zola", "Dupont", "Élan"), strict=True):
        text = text_of(archive.read(name))
        assert f"– {customer}" in text
        assert "Situation au 16/05/2016" in text
        assert f"FAC-{customer.upper()} 01/01/2016 31/01/2016 11 400,00 5 000,00 6 400,00" in text
        assert "Solde de clôture 6 400,00 EUR" in text


def test_the_file_is_named_by_what_it_holds() -> None:
    three_accounts()
    answer = signed_in(user()).get("/etats.zip", {**YEAR, "etat": "encours", "as_of": "31/03/2016"})
    assert answer["Content-Disposition"] == 'attachment; filename="Etats-encours-2016-03-31.zip"'
    assert answer["Cache-Control"] == "no-store, private"


def test_the_kind_the_format_the_filter_and_the_date_are_those_asked() -> None:
    three_accounts()
    archive = download(signed_in(user()), etat="encours", format="xlsx", client="élan", as_of="01/02/2016")
    assert archive.namelist() == ["TOPCONSEIL-Encours-EL-01-2016-05-2016.xlsx"]
    rows = load_workbook(io.BytesIO(archive.read(archive.namelist()[0]))).get_sheet_by_index(0).to_python()
    assert rows[1][0] == "FAC-ÉLAN"
    assert rows[1][4:7] == [11400.0, 0.0, 11400.0]


def test_without_a_first_month_each_statement_starts_with_the_first_document_of_its_account() -> None:
    account = build.account(build.customer("VIEUX"))
    build.invoice(account, "F-2014", issued=dt.date(2014, 3, 5))
    archive = download(signed_in(user()), de="")
    assert archive.namelist() == ["TOPCONSEIL-Compte-client-VIEUX-03-2014-05-2016.pdf"]


def test_a_user_gets_the_accounts_of_his_entities_alone_and_may_not_name_another() -> None:
    three_accounts()
    client = signed_in(user("limite", Role.READER, build.entity("AUTRE").pk))
    assert [name.split("-")[0] for name in download(client).namelist()] == ["AUTRE"]
    before = snapshot()
    for address in ("/etats/", "/etats.zip"):
        refused = client.get(address, {**YEAR, "entite": "TOPCONSEIL"})
        assert refused.status_code == 422
        assert "L'entité «\u00a0TOPCONSEIL\u00a0» n'existe pas ou ne vous est pas ouverte." in words(refused)
    assert snapshot() == before


def test_the_page_says_how_many_and_keeps_the_filter() -> None:
    three_accounts()
    client = signed_in(user(role=Role.READER))
    page = client.get("/etats/", {**YEAR, "entite": "TOPCONSEIL", "cas": "echues"})
    assert isinstance(page, HttpResponse)
    assert "2 comptes répondent au filtre" in words(page)
    html = page.content.decode()
    for name, value in (("entite", "TOPCONSEIL"), ("cas", "echues"), ("de", "01/2016"), ("a", "05/2016")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in html
    assert 'href="/etats/?entite=TOPCONSEIL' in client.get("/", {"entite": "TOPCONSEIL"}).content.decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"client": "personne"}, "Aucun compte ne répond à ce filtre\u00a0: il n'y a aucun état à établir."),
        ({"de": "13/2016"}, "n'est pas un mois"),
        ({"etat": "tout"}, "Choisissez l'encours ou le compte client, en PDF ou en XLSX."),
        ({"format": "exe"}, "Choisissez l'encours ou le compte client, en PDF ou en XLSX."),
        ({"as_of": "bientôt"}, "Une date s'écrit 31/03/2026, 31/3, 3103, 310326, hier, lundi ou +30."),
    ],
)
def test_what_gives_no_statement_is_said(query: dict[str, str], sentence: str) -> None:
    three_accounts()
    refused = signed_in(user()).get("/etats.zip", {**YEAR, **query})
    assert refused.status_code == 422
    assert sentence in words(refused)


def test_more_accounts_than_a_zip_holds_are_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    three_accounts()
    client = signed_in(user())
    monkeypatch.setattr(statements, "MAX_STATEMENTS", 2)
    for address in ("/etats/", "/etats.zip"):
        refused = client.get(address, YEAR)
        assert refused.status_code == 422
        assert (
            "Ce filtre donne 3 comptes, et un fichier zip contient au plus 2 états\u00a0: précisez le filtre,"
            " par exemple par entité, par client ou par cas."
        ) in words(refused)
    assert len(download(client, entite="TOPCONSEIL").namelist()) == 2


def test_two_codes_that_differ_by_case_alone_have_two_files() -> None:
    for code in ("abc", "ABC"):
        build.invoice(build.account(build.customer(code)))
    assert sorted(name.lower() for name in download(signed_in(user())).namelist()) == [
        "topconseil-compte-client-abc-01-2016-05-2016-2.pdf",
        "topconseil-compte-client-abc-01-2016-05-2016.pdf",
    ]


def test_a_drawing_process_killed_in_the_middle_costs_no_statement_but_its_own(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    three_accounts()
    monkeypatch.setattr("encours.documents.engine.ISOLATED_FROM_CHARACTERS", 0)
    pool.close()
    answer = signed_in(user()).get("/etats.zip", YEAR)
    assert isinstance(answer, StreamingHttpResponse)
    pieces = iter(answer.streaming_content)
    received = [next(pieces)]
    [child] = [child for child in list(pool._places.queue) if child is not None]
    os.kill(child.process.pid, signal.SIGSTOP)  # it will take its order and never answer
    killer = threading.Timer(0.5, os.kill, (child.process.pid, signal.SIGKILL))
    killer.start()
    received += pieces
    killer.join()
    archive = zipfile.ZipFile(io.BytesIO(b"".join(received)))
    assert archive.namelist() == [
        "AUTRE-Compte-client-ZO-01-2016-05-2016.pdf",
        "TOPCONSEIL-Compte-client-EL-01-2016-05-2016.pdf",
        "ERREURS.txt",
    ]
    assert archive.read("ERREURS.txt").decode() == (
        "TOPCONSEIL-Compte-client-DU-01-2016-05-2016.pdf n'a pas pu être établi\u00a0:"
        " ouvrez cet état depuis la liste."
    )
    assert "Élan" in text_of(archive.read(archive.namelist()[1]))
    assert "statement not drawn" in caplog.text
    pool.close()


def test_many_accounts_are_read_in_as_many_queries_as_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(8):
        build.invoice(build.account(build.customer(f"N{number}")))
    assert Account.objects.count() == 8
    client = signed_in(user())
    client.get("/mon-compte/")  # the first page of a session notes where it was opened
    with django_assert_max_num_queries(20):
        assert len(download(client, format="xlsx").namelist()) == 8
