"""A file is checked, then imported from its page: within the user's entities, whole or not at all."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from encours.access.models import Role
from encours.audit.models import AuditLine
from encours.intake.by_hand import rights, uploads
from encours.parties.models import BillingEntity, Customer
from encours.receivables.models import Invoice, Payment
from tests import build
from tests.access.world import snapshot
from tests.desk.pages import signed_in, user, words
from tests.intake.files import INVOICE_COLUMNS, PAYMENT_COLUMNS

pytestmark = pytest.mark.django_db

GOOD = ("E1", "C1", "F1", "invoice", "2016-01-01", "2016-01-31", "100.00", "20.00", "120.00", "EUR")
PAID = ("E1", "C1", "V1", "2016-03-01", "50.00", "EUR", "virement", "", "")


@pytest.fixture
def mine() -> BillingEntity:
    """Return the entity of the user; C1 is its customer, and C2 the customer of E2 alone."""
    entity = build.entity("E1")
    build.account(build.customer("C1"), "E1")
    build.account(build.customer("C2"), "E2")
    return entity


@pytest.fixture
def collector(mine: BillingEntity) -> Client:
    return signed_in(user("gestion", Role.COLLECTOR, mine.pk))


@pytest.fixture
def chief(mine: BillingEntity) -> Client:
    return signed_in(user("admin", Role.ADMINISTRATOR))


def table(columns: Sequence[str], *lines: Sequence[str]) -> bytes:
    return "".join(";".join(line) + "\r\n" for line in (columns, *lines)).encode()


def invoices(*lines: Sequence[str]) -> bytes:
    return table(INVOICE_COLUMNS, *lines)


def send(
    client: Client, content: bytes, kind: str = "factures", name: str = "f.csv", **fields: str | list[str]
) -> HttpResponse:
    sent = {"nature": kind, "fichier": SimpleUploadedFile(name, content), **fields}
    answer = client.post("/importer/", sent)
    assert isinstance(answer, HttpResponse)
    return answer


def checked(content: bytes, kind: str = "factures") -> dict[str, str]:
    """Return what the page sends with «Importer» once it has checked this content."""
    return {"importer": "1", "verifie": f"{kind}:{hashlib.sha256(content).hexdigest()}"}


def refusals(answer: HttpResponse) -> list[str]:
    """Return the cells to correct: line, column, value and sentence."""
    cells = re.findall(
        r'name="c-(\d+)-(\w+)" value="([^"]*)"[^>]*aria-invalid="true"[^>]*><p[^>]*>([^<]*)</p>',
        answer.content.decode(),
    )
    return [html.unescape(" ".join(cell)) for cell in cells]


def test_a_file_is_checked_without_writing_then_imported_and_told_in_the_journal(collector: Client) -> None:
    content, before = invoices(GOOD), snapshot()
    answer = send(collector, content, verifier="1")
    assert answer.status_code == 200
    assert "Créés 1 Mis à jour 0 Inchangés 0" in words(answer)
    assert checked(content)["verifie"] in answer.content.decode()
    assert snapshot() == before
    answer = send(collector, content, name="../mars.csv", **checked(content))
    assert "Le fichier est importé." in words(answer)
    assert Invoice.objects.get().number == "F1"
    line = AuditLine.objects.get(action="import.invoices")
    assert (line.subject, line.actor_name) == ("mars.csv", "Personne gestion")
    assert line.after["created"] == 1
    assert line.after["sha256"] == hashlib.sha256(content).hexdigest()
    assert "il n'y a rien à importer" in words(send(collector, content, verifier="1"))


def test_payments_are_imported_by_the_same_page(collector: Client) -> None:
    content = table(PAYMENT_COLUMNS, PAID)
    assert send(collector, content, "reglements", **checked(content, "reglements")).status_code == 200
    assert Payment.objects.get().reference == "V1"


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        (0, "E2", "3 entity_code E2 Entité facturante inconnue, ou hors de vos entités."),
        (0, "E9", "3 entity_code E9 Entité facturante inconnue, ou hors de vos entités."),
        (1, "C2", "3 customer_code C2 Client inconnu, ou hors de vos entités."),
        (1, "C9", "3 customer_code C9 Client inconnu, ou hors de vos entités."),
        (4, "demain", "3 issue_date demain"),
        (2, "F1", "Ce numéro est déjà donné dans f.csv, ligne 2."),
    ],
)
def test_one_line_to_correct_or_of_others_keeps_the_whole_file_out(
    collector: Client, column: int, value: str, told: str
) -> None:
    line = [*GOOD[:2], "F2", *GOOD[3:]]
    line[column] = value
    content, before = invoices(GOOD, line), snapshot()
    for fields in ({"verifier": "1"}, checked(content)):
        answer = send(collector, content, **fields)
        assert answer.status_code == 422
        assert any(told in one for one in refusals(answer))
    assert snapshot() == before


def test_a_name_in_the_file_creates_no_entity_and_no_customer_beyond_the_rights(
    collector: Client, chief: Client
) -> None:
    columns = (*INVOICE_COLUMNS, "entity_name", "customer_name")
    named = table(columns, ("E1", "C9", *GOOD[2:], "", "Nouveau"))
    entity = table(columns, ("E9", "C1", *GOOD[2:], "Neuve", ""))
    before = snapshot()
    assert send(collector, named, **checked(named)).status_code == 422
    assert send(collector, entity, **checked(entity)).status_code == 422
    assert send(chief, entity, **checked(entity)).status_code == 422
    assert snapshot() == before
    assert send(chief, named, **checked(named)).status_code == 200
    assert Customer.objects.get(code="C9").name == "Nouveau"


def test_shared_things_are_imported_by_who_administers_every_entity(
    collector: Client, chief: Client, mine: BillingEntity
) -> None:
    content = table(("customer_code", "customer_name"), ("C1", "Autre nom"))
    some = signed_in(user("chef-e1", Role.ADMINISTRATOR, mine.pk))
    every = signed_in(user("gestion-tout", Role.COLLECTOR))
    before = snapshot()
    for client in (collector, some, every):
        assert send(client, content, "clients", **checked(content, "clients")).status_code == 422
        assert 'value="clients"' not in client.get("/importer/").content.decode()
    assert snapshot() == before
    assert send(chief, content, "clients", **checked(content, "clients")).status_code == 200
    assert Customer.objects.get(code="C1").name == "Autre nom"


FRENCH = (
    *("Société", "Code client", "N° facture", "Nature", "Date d'émission", "Échéance", "HT", "TVA", "TTC"),
    *("Monnaie de compte", "Commentaire"),
)
SAID = [*INVOICE_COLUMNS, ""]


def header_of(answer: HttpResponse) -> str:
    found = re.search(r'name="entete" value="(\w+)"', answer.content.decode())
    assert found is not None
    return found[1]


def columns_of(answer: HttpResponse) -> list[str]:
    """Return the column that is chosen for each name of the header."""
    selects = re.findall(r'<select[^>]*name="colonne".*?</select>', answer.content.decode(), re.DOTALL)
    return ["".join(re.findall(r'value="(\w+)" selected', one)) for one in selects]


def token_of(answer: HttpResponse) -> str:
    found = re.search(r'name="verifie" value="([^"]+)"', answer.content.decode())
    assert found is not None
    return found[1]


def test_columns_are_recognised_or_said_once_and_then_known(collector: Client, chief: Client) -> None:
    content, before = table(FRENCH, (*GOOD, "à voir")), snapshot()
    answer = send(collector, content, verifier="1")
    assert "currency" in words(answer)  # nothing is it
    assert "9 colonnes reconnues sur 11" in words(answer)
    assert columns_of(answer) == [*INVOICE_COLUMNS[:-1], "", ""]
    said: dict[str, Any] = {"entete": header_of(answer), "colonne": SAID}
    answer = send(collector, content, verifier="1", **said)
    assert (answer.status_code, columns_of(answer)) == (200, SAID)
    assert snapshot() == before
    other: dict[str, Any] = {**said, "colonne": [*SAID[:6], "vat", "net", *SAID[8:]]}
    assert send(collector, content, importer="1", verifie=token_of(answer), **other).status_code == 422
    assert snapshot() == before
    answer = send(collector, content, importer="1", verifie=token_of(answer), **said)
    assert "Le fichier est importé." in words(answer)
    invoice = Invoice.objects.get()
    assert (invoice.number, invoice.net_minor, invoice.currency) == ("F1", 10_000, "EUR")
    assert AuditLine.objects.get(action="import.invoices").after["columns"]["Monnaie de compte"] == "currency"
    turned = table(FRENCH[::-1], (*GOOD[:2], "F2", *GOOD[3:], "")[::-1])
    assert columns_of(send(collector, turned, verifier="1")) == SAID[::-1]
    assert columns_of(send(chief, turned, verifier="1")) == SAID[::-1]
    stranger = signed_in(user("gestion-e2", Role.COLLECTOR, BillingEntity.objects.get(code="E2").pk))
    assert columns_of(send(stranger, content, verifier="1")) == [*INVOICE_COLUMNS[:-1], "", ""]


def test_a_column_said_twice_or_missing_is_refused_by_its_name(collector: Client) -> None:
    content, before = invoices(GOOD), snapshot()
    answer = send(collector, content, verifier="1")
    for said, told in (
        ([*INVOICE_COLUMNS[:6], "net", "net", *INVOICE_COLUMNS[8:]], "Cette colonne est donnée deux fois."),
        (["", *INVOICE_COLUMNS[1:]], "entity_code Cette colonne manque dans l'en-tête"),
        (["<script>", *INVOICE_COLUMNS[1:]], "entity_code Cette colonne manque dans l'en-tête"),
    ):
        fields: dict[str, Any] = {"entete": header_of(answer), "colonne": said}
        refused = send(collector, content, verifier="1", **fields)
        assert refused.status_code == 422
        assert told in words(refused)
    # said of another header: not heard
    answer = send(collector, content, verifier="1", entete="0" * 64, colonne=["net"] * 10)
    assert columns_of(answer) == list(INVOICE_COLUMNS)
    assert snapshot() == before


def kept(answer: HttpResponse) -> dict[str, str]:
    """Return what the page keeps of the corrections, and sends with each button."""
    names = ("corrige", "corrections")
    found = [re.search(f'name="{name}" value="([^"]*)"', answer.content.decode()) for name in names]
    return {name: html.unescape(one[1]) for name, one in zip(names, found, strict=True) if one}


def test_a_line_is_corrected_in_the_page_and_read_like_any_other(collector: Client) -> None:
    bad = [*GOOD[:2], "F2", "invoice", "demain", *GOOD[5:]]
    content, before = invoices(GOOD, bad, [*GOOD[:2], "F3", *GOOD[3:8], "121.00", "EUR"]), snapshot()
    answer = send(collector, content, verifier="1")
    date, gross = refusals(answer)
    assert date == "3 issue_date demain Une date s'écrit 2016-01-31 ou 31/01/2016."
    assert gross.startswith("4 gross 121.00 F3\u00a0: le montant TTC n'est pas la somme")
    answer = send(collector, content, verifier="1", **kept(answer), **{"c-3-issue_date": "hier peut-être"})
    assert "3 issue_date hier peut-être" in " ".join(refusals(answer))
    given = {"c-3-issue_date": "02/01/2016", "c-4-gross": "120,00", "c-4-net": "100.00"}
    answer = send(collector, content, verifier="1", **kept(answer), **given)
    assert answer.status_code == 200
    assert "2 lignes corrigées sur cette page." in words(answer)
    assert snapshot() == before
    said, token = kept(answer), token_of(answer)
    other = {**said, "corrections": said["corrections"].replace("120,00", "120,000")}
    for fields in (other, {}):
        assert send(collector, content, importer="1", verifie=token, **fields).status_code == 422
    assert snapshot() == before
    answer = send(collector, content, importer="1", verifie=token, **said)
    assert "Le fichier est importé." in words(answer)
    assert Invoice.objects.get(number="F2").issue_date.isoformat() == "2016-01-02"
    assert Invoice.objects.get(number="F3").gross_minor == 12_000
    assert AuditLine.objects.get(action="import.invoices").after["corrected_lines"] == 2


def test_a_correction_opens_nothing_that_the_file_could_not(collector: Client) -> None:
    content, before = invoices(GOOD), snapshot()
    sha = hashlib.sha256(content).hexdigest()
    for name, value, told in (
        ("entity_code", "E2", "2 entity_code E2 Entité facturante inconnue, ou hors de vos entités."),
        ("customer_code", "C2", "2 customer_code C2 Client inconnu, ou hors de vos entités."),
        ("number", "<script>", ""),
    ):
        answer = send(collector, content, verifier="1", corrige=sha, **{f"c-2-{name}": value})
        assert told in " ".join(refusals(answer))
        assert "<script>&" not in answer.content.decode()
    for fields in (
        {"corrections": "[]"},
        {"corrections": "{"},
        {"corrections": json.dumps({"2": {"gross": "\ud800"}})},
        {"corrections": json.dumps({"2": {"nothing": "1"}, "99": {"gross": "1"}})},
        {"corrige": "0" * 64, "c-2-gross": "1"},
    ):
        assert token_of(send(collector, content, verifier="1", **{"corrige": sha, **fields})) == (
            f"factures:{sha}"
        )
    many = json.dumps({line: {"net": "1"} for line in range(1000)})
    for refused in ({"corrections": many}, {"corrections": " " * 500_001}, {"c-2-net": "9" * 10_001}):
        answer = send(collector, content, verifier="1", corrige=sha, **refused)
        assert "trop de corrections" in words(answer)
    assert snapshot() == before


def test_a_page_holds_fifty_lines_to_correct_and_says_how_many_follow(collector: Client) -> None:
    content = invoices(*([*GOOD[:2], f"F{n}", "facture", *GOOD[4:]] for n in range(60)))
    answer = send(collector, content, verifier="1")
    assert len(refusals(answer)) == 50
    assert "10 autres lignes sont à corriger" in words(answer)


def test_a_reader_imports_nothing(collector: Client, mine: BillingEntity) -> None:
    reader, content = signed_in(user("lecture", Role.READER, mine.pk)), invoices(GOOD)
    before = snapshot()
    assert 'href="/importer/"' not in reader.get("/").content.decode()
    assert 'href="/importer/"' in collector.get("/").content.decode()
    assert send(reader, content, **checked(content)).status_code == 403
    assert snapshot() == before
    assert send(collector, content, **checked(content)).status_code == 200


def test_only_the_bytes_that_were_checked_are_imported(collector: Client) -> None:
    content, before = invoices(GOOD), snapshot()
    other = invoices((*GOOD[:2], "F2", *GOOD[3:]))
    for fields in ({"importer": "1"}, checked(other), checked(content, "reglements")):
        answer = send(collector, content, **fields)
        assert answer.status_code == 422
        assert "vérifiez-le avant de l'importer" in words(answer)
    assert snapshot() == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7 ...", "Ce fichier est un PDF"),
        (b"PK\x03\x04 half a workbook", "abîmé ou tronqué"),
        (b"", "Ce fichier est vide."),
        (invoices(GOOD)[:-30], "ligne décalée ou tronquée"),
        (b"a;b\r\n1;2\r\n", "Cette colonne manque"),
        (table((*INVOICE_COLUMNS, "pdf"), (*GOOD, "/etc/passwd")), "Les PDF ne se joignent pas ici"),
    ],
)
def test_a_bad_file_is_refused_in_place_and_its_folder_is_never_named(
    collector: Client, content: bytes, told: str
) -> None:
    before = snapshot()
    answer = send(collector, content, name="f.xlsx", **checked(content))
    assert answer.status_code == 422
    assert told in words(answer)
    assert "encours-import-" not in answer.content.decode()
    assert snapshot() == before


def test_too_large_a_file_is_sent_to_the_command(collector: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    content, before = invoices(GOOD, (*GOOD[:2], "F2", *GOOD[3:])), snapshot()
    monkeypatch.setattr(rights, "MAX_LINES", 1)
    assert "3 Plus de 1 lignes" in words(send(collector, content, verifier="1"))
    monkeypatch.setattr(uploads, "MAX_BYTES", len(content) - 1)
    answer = send(collector, content, **checked(content))
    assert answer.status_code == 422
    assert "encours import_invoices" in words(answer)
    assert snapshot() == before


def test_a_name_is_shown_as_text(collector: Client) -> None:
    answer = send(collector, invoices(GOOD), name="<script>x.csv", verifier="1")
    assert "&lt;script&gt;x.csv" in answer.content.decode()
    assert "<script>x.csv" not in answer.content.decode()
