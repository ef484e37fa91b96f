"""The journal shows who did what within the entities of an administrator, and gives it as a file."""

from __future__ import annotations

import ast
import csv
import io
import re
from dataclasses import fields
from pathlib import Path

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

import encours
from encours.access.grants import Grant
from encours.access.models import Role, User
from encours.audit.models import AuditLine
from encours.audit.record import record
from encours.core.actors import Actor
from encours.desk.journal.changes import NUMBERS, changes_of
from encours.desk.journal.words import ACTIONS, AREAS, FIELDS
from encours.documents.letterhead import Letterhead
from encours.dunning.runs.options import RunOptions
from encours.dunning.template_actions import TemplateDetails
from encours.parties import actions as parties
from encours.parties.details import ContactDetails, CustomerDetails, EntityDetails
from encours.receivables.details import InvoiceDetails, PaymentDetails
from tests import build
from tests.audit.table import CALLS
from tests.desk.pages import signed_in, user, words
from tests.dunning.issuing import remind_one

pytestmark = pytest.mark.django_db

JOURNAL = "/administration/journal/"
EXPORT = "/administration/journal/export/"


@pytest.fixture
def chief() -> Client:
    return signed_in(user("admin", Role.ADMINISTRATOR))


def body(answer: object) -> str:
    """Return the words of the table."""
    text = words(answer)  # type: ignore[arg-type]
    return text[text.index("Avant → après") :] if "Avant → après" in text else ""


def test_a_line_says_who_when_from_where_what_before_and_after_and_leads_to_it(chief: Client) -> None:
    customer = build.customer("DUPONT", name="Dupont SA")
    parties.update_customer(
        customer=customer,
        details=CustomerDetails(code="DUPONT", name="Dupont & Fils", kind="public"),
        actor=Actor("Anne Martin", 3, "", "192.0.2.1", "req-1"),
        now=build.NOW,
    )
    answer = chief.get(JOURNAL, {"quoi": "customer.update"})
    text = body(answer)
    for said in (
        "16/05/2016 à 11:22:40",
        "Anne Martin",
        "192.0.2.1",
        "Client modifié",
        "client DUPONT",
        "Nom\u00a0: Dupont SA → Dupont & Fils",
        "Nature\u00a0: professionnel → organisme public",
    ):
        assert said in text
    assert f'href="/administration/clients/{customer.pk}/"' in answer.content.decode()


def test_amounts_dates_and_yes_or_no_are_written_in_french(chief: Client) -> None:
    build.invoice(build.account(), "F-1")
    line = AuditLine.objects.get(action="invoice.record")
    said = [str(change) for change in changes_of(line)]
    assert "Total T.T.C.\u00a0: 11\u202f400,00\u00a0EUR" in said
    assert "Date d'émission\u00a0: 01/01/2016" in said
    line.before, line.after = {"is_active": True}, {"is_active": False}
    assert [str(change) for change in changes_of(line)] == ["Actif\u00a0: oui → non"]
    line.before = {}
    line.after = {
        "created_at": "2016-05-16T09:22:40+00:00",
        "language": "en",
        "options": {
            "templates": [["email", "E1"], ["letter", "L1"]],
            "min_days_late": 1,
            "minimum_minor": {"EUR": 10_000, "JPY": 500},
            "has_copy": False,
            "versions": {"12": 3},
        },
    }
    assert [str(change) for change in changes_of(line)] == [
        "Faite le\u00a0: 16/05/2016 à 11:22:40",
        "Langue\u00a0: anglais",
        "Choix\u00a0: Modèles\u00a0: e-mail E1, courrier postal L1 · Jours de retard au moins\u00a0: 1 · "
        "Total minimum\u00a0: 100,00\u00a0EUR, 500\u00a0JPY · Copie de chaque e-mail\u00a0: non",
    ]


def test_what_stayed_as_it_was_is_not_told_as_a_change() -> None:
    line = AuditLine(before={"number": "F-1", "currency": "EUR"}, after={"number": "F-2", "currency": "EUR"})
    assert [str(change) for change in changes_of(line)] == ["Numéro\u00a0: F-1 → F-2"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 4),
        ({"qui": "anne"}, 2),
        ({"qui": "192.0.2.1"}, 2),
        ({"quoi": "invoice"}, 2),
        ({"quoi": "invoice.record"}, 1),
        ({"entite": "AUTRE"}, 1),
        ({"texte": "f-2"}, 1),
        ({"texte": "req-1"}, 2),
        ({"du": "2016-05-16", "au": "2016-05-16"}, 4),
        ({"du": "2016-05-17"}, 0),
        ({"au": "2016-05-15"}, 0),
        ({"du": "bientôt", "par_page": "x", "page": "x"}, 4),
    ],
)
def test_a_filter_finds_by_who_what_entity_object_and_period(query: dict[str, str], count: int) -> None:
    client = signed_in(user("admin", Role.ADMINISTRATOR))
    build.entity("AUTRE"), build.entity()
    from tests.superuser import as_superuser

    with as_superuser():
        AuditLine.objects.all().delete()
    anne = Actor("Anne Martin", 3, "", "192.0.2.1", "req-1")
    for actor, action, subject, code in (
        (anne, "invoice.record", "facture TOPCONSEIL F-1", "TOPCONSEIL"),
        (anne, "invoice.correct", "facture AUTRE F-2", "AUTRE"),
        (build.ACTOR, "user.update", "paul", ""),
        (build.ACTOR, "hold.place", "facture TOPCONSEIL F-1", "TOPCONSEIL"),
    ):
        record(actor=actor, action=action, subject=subject, entity_code=code, now=build.NOW)
    answer = client.get(JOURNAL, query)
    assert answer.context["page"].total == count
    assert ("Aucune action ne correspond à ce filtre" in words(answer)) == (count == 0)


def test_pages_follow_one_another_and_keep_the_filter(chief: Client) -> None:
    for number in range(30):
        record(actor=build.ACTOR, action="hold.lift", subject=f"facture TC {number}", now=build.NOW)
    answer = chief.get(JOURNAL, {"quoi": "hold.lift", "par_page": "25", "page": "9"})
    assert "2/2 (26-30/30)" in words(answer)
    assert "quoi=hold.lift&amp;par_page=25&amp;page=1" in answer.content.decode()


def test_an_administrator_of_some_entities_sees_their_lines_and_his_own_alone() -> None:
    own, other = build.account(build.customer("UN")), build.account(build.customer("DEUX"), "AUTRE")
    build.invoice(own, "F-OWN")
    build.invoice(other, "F-OTHER")
    limited = user("limite", Role.ADMINISTRATOR, own.entity_id)
    record(actor=Actor("L", limited.pk), action="severity.rename", subject="les siennes", now=build.NOW)
    text = body(signed_in(limited).get(JOURNAL))
    assert "F-OWN" in text
    assert "les siennes" in text
    for hidden in ("F-OTHER", "AUTRE", "client DEUX", "Utilisateur créé"):
        assert hidden not in text
    taken = signed_in(limited).post(EXPORT, {"format": "csv"}).content.decode()
    assert "F-OWN" in taken
    assert "F-OTHER" not in taken


def test_the_entities_of_a_user_are_named_by_code_where_the_reader_sees_them(chief: Client) -> None:
    own, other = build.entity(), build.entity("AUTRE")
    limited = user("limite", Role.ADMINISTRATOR, own.pk)
    record(
        actor=Actor("L", limited.pk),
        action="user.update",
        subject="paule",
        before={"entity_ids": [own.pk]},
        after={"entity_ids": [own.pk, other.pk]},
        now=build.NOW,
    )
    said = "Entités\u00a0: TOPCONSEIL → TOPCONSEIL, {}"
    assert said.format("AUTRE") in body(chief.get(JOURNAL, {"texte": "paule"}))
    for reader, shown in ((chief, "AUTRE"), (signed_in(limited), str(other.pk))):
        taken = reader.post(EXPORT, {"format": "csv", "filtre": "texte=paule"}).content.decode()
        assert said.format(shown) in taken
    workbook = chief.post(EXPORT, {"format": "xlsx", "filtre": "texte=paule"}).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
    assert said.format("AUTRE") in rows[1]


def test_each_object_is_linked_to_where_it_exists(chief: Client) -> None:
    reminder = remind_one(build.example().account)
    html = chief.get(JOURNAL, {"par_page": "200"}).content.decode()
    assert f'href="/relances/{reminder.reference}/"' in html
    assert re.search(r'href="/factures/\d+/">facture TOPCONSEIL FAC-201601-01', html)
    assert re.search(r'href="/reglements/\d+/">règlement TOPCONSEIL', html)
    assert re.search(r'href="/administration/entites/\d+/">entité TOPCONSEIL', html)
    assert re.search(r'href="/administration/utilisateurs/\d+/">admin<', html)


def test_the_export_holds_the_filter_no_formula_and_leaves_its_own_line(chief: Client) -> None:
    for subject in ('=HYPERLINK("http://x")', "+33", "\t=1+1", "@SUM(A1)", "ordinaire"):
        record(actor=build.ACTOR, action="hold.lift", subject=subject, now=build.NOW)
    answer = chief.post(EXPORT, {"format": "csv", "filtre": "quoi=hold.lift"})
    assert answer["Content-Disposition"].startswith('attachment; filename="journal-')
    text = answer.content.decode()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert text.startswith("\ufeff")
    assert [row[4] for row in rows[1:]] == [
        *("ordinaire", "'@SUM(A1)", "'\t=1+1", "'+33", '\'=HYPERLINK("http://x")')
    ]
    line = AuditLine.objects.latest("id")
    assert (line.action, line.actor_name) == ("journal.export", "Personne admin")
    assert line.after == {"format": "csv", "lines": 5, "filter": "quoi=hold.lift"}
    answer = chief.post(EXPORT, {"format": "xlsx", "filtre": "quoi=hold.lift"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[4] for row in sheet[1:]] == [
        "ordinaire",
        "@SUM(A1)",
        "\t=1+1",
        "+33",
        '=HYPERLINK("http://x")',
    ]


def test_an_unknown_format_is_refused_and_leaves_no_line(chief: Client) -> None:
    before = AuditLine.objects.count()
    assert chief.post(EXPORT, {"format": "exe"}).status_code == 400
    assert AuditLine.objects.count() == before


def test_an_empty_journal_says_what_it_is_for() -> None:
    who = User.objects.create(username="a", full_name="A", role=Role.ADMINISTRATOR, created_at=build.NOW)
    assert "Le journal est vide" in words(signed_in(who).get(JOURNAL))


def test_every_action_has_a_name_in_french() -> None:
    written = {action for _call, actions in CALLS.values() for action in actions.split()}
    source = Path(encours.__file__).parent
    for path in source.rglob("*.py"):
        written |= set(re.findall(r'action="([a-z_]+\.[a-z_]+)"', path.read_text()))
    assert written - ACTIONS.keys() == set()
    assert {action.split(".")[0] for action in ACTIONS} == set(AREAS)


@pytest.mark.parametrize(
    "kind",
    [
        *(EntityDetails, CustomerDetails, ContactDetails, InvoiceDetails, PaymentDetails),
        *(Grant, Letterhead, RunOptions, TemplateDetails),
    ],
)
def test_every_field_of_what_actions_write_whole_has_a_name_in_french(kind: type) -> None:
    assert {field.name for field in fields(kind)} - FIELDS.keys() - NUMBERS == set()


def test_every_field_that_the_code_says_before_or_after_has_a_name_in_french() -> None:
    written: set[str] = set()
    for path in Path(encours.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg in ("before", "after"):
                written |= _keys(node.value)
    assert {"amount_minor", "messages_cancelled", "may_issue_formal_notices"} <= written
    assert written - FIELDS.keys() - NUMBERS == set()


def _keys(node: ast.expr) -> set[str]:
    objects = (one for one in ast.walk(node) if isinstance(one, ast.Dict))
    keys = (key for one in objects for key in one.keys)
    return {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
