"""Statements on screen and as files: inline PDF, saved workbook, refused periods."""

from __future__ import annotations

import io
from html import unescape

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from encours.access.models import Role
from encours.documents.letterhead import Letterhead
from encours.dunning.letterheads import Proposed, save_letterhead
from encours.receivables.models import Invoice
from tests import build
from tests.access.world import build_world
from tests.dunning import letterheads
from tests.statements.test_ageing_bar import figures_of

pytestmark = pytest.mark.django_db
PERIOD = {"de": "01/2016", "a": "05/2016", "as_of": "16/05/2016"}


@pytest.fixture
def client() -> Client:
    browser = Client()
    browser.force_login(build_world().users[Role.ADMINISTRATOR])
    return browser


def account_id() -> int:
    account = build.account(build.customer("DUPONT"), "NOTRE")
    asked = build.invoice(account, "FAC-201601-01")
    build.allocation(build.payment(account), asked)
    return account.pk


def test_the_pdf_opens_in_the_browser_under_its_name(client: Client) -> None:
    answer = client.get(f"/comptes/{account_id()}/encours.pdf", PERIOD)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="Encours-DUPONT-01-2016-05-2016.pdf"'
    assert "6\u202f400,00" in pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


def test_the_pdf_carries_the_logo_of_its_entity(client: Client) -> None:
    number = account_id()
    look = Proposed(Letterhead()).with_picture("logo", letterheads.PICTURES[0])
    save_letterhead(
        entity=build.entity("NOTRE"), proposed=look, actor=build.ACTOR, now=build.NOW, today=build.TODAY
    )
    answer = client.get(f"/comptes/{number}/compte.pdf", PERIOD)
    assert figures_of(answer.content) == ["Logo de Société NOTRE"]


def test_the_workbook_is_saved_under_its_name(client: Client) -> None:
    answer = client.get(f"/comptes/{account_id()}/compte.xlsx", PERIOD)
    assert answer["Content-Disposition"] == 'attachment; filename="Compte-client-DUPONT-01-2016-05-2016.xlsx"'
    assert answer.content.startswith(b"PK")


@pytest.mark.parametrize("kind", ["encours", "compte"])
def test_the_screen_says_what_the_pdf_says_and_links_to_it(client: Client, kind: str) -> None:
    number = account_id()
    page = client.get(reverse(f"statements:{kind}", args=[number]), PERIOD).content.decode()
    invoice = Invoice.objects.get(number="FAC-201601-01")
    assert f'<a href="/factures/{invoice.pk}.pdf" target="_blank" rel="noopener">FAC-201601-01</a>' in page
    assert "6\u202f400,00" in page
    assert f"/comptes/{number}/{kind}.pdf?de=01/2016&amp;a=05/2016&amp;as_of=16/05/2016" in page


def test_the_screen_draws_the_ageing_and_says_it_in_words(client: Client) -> None:
    page = client.get(reverse("statements:encours", args=[account_id()]), PERIOD).content.decode()
    assert 'role="img" aria-label="Ancienneté (EUR)\u00a0: Non échu\u00a0: 0,00 EUR (0,0\u00a0%)' in page
    assert '<rect x="0" y="0" width="10000" height="100" fill="#76142a"' in page
    assert "100,0\u00a0%" in page
    assert "style=" not in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"de": "13/2016"}, "n'est pas un mois"), ({"de": "06/2016"}, "avant de commencer"),
     ({"as_of": "bientôt"}, "Une date s'écrit")],
)  # fmt: skip
def test_a_period_that_is_none_is_refused_with_a_sentence(
    client: Client, changed: dict[str, str], sentence: str
) -> None:
    answer = client.get(f"/comptes/{account_id()}/encours.pdf", {**PERIOD, **changed})
    assert answer.status_code == 422
    assert sentence in unescape(answer.content.decode())


def test_an_account_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/comptes/999999999999999999/encours.pdf").status_code == 404
    assert client.get("/comptes/99999/compte/").status_code == 404
