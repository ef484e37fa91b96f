"""An empty list leads to the first reminder, and says who does each step; a list with data never does."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from encours.access.appearance import hide_first_steps
from encours.access.models import Role, User
from tests import build
from tests.desk.pages import signed_in, user, words

pytestmark = pytest.mark.django_db

ALL = "/?cas=tous&de=&a="
HIDE = "/premiers-pas/masquer/"


def test_an_empty_base_shows_an_administrator_every_step_and_where_to_begin() -> None:
    answer = signed_in(user(role=Role.ADMINISTRATOR)).get("/")

    text = words(answer)
    assert [text.count(word) for word in ("Premiers pas", " à faire ", " fait ")] == [1, 5, 0]
    assert "/administration/entites/nouvelle/" in answer.content.decode()
    assert "encours import_invoices factures.csv" in text
    assert "Aucun compte ne correspond" not in text


def test_what_is_done_is_said_and_a_collector_is_told_who_does_the_rest() -> None:
    build.account()

    answer = signed_in(user()).get("/")

    text, [panel] = words(answer), answer.content.decode().split('class="card card-body first-steps"')[1:]
    assert [text.count(word) for word in (" à faire ", " fait ")] == [2, 3]
    assert text.count("Rôle nécessaire\u00a0: Administration.") == 3
    assert "/administration/" not in panel.split("</section>")[0]
    assert 'href="/recherche/"' in panel


def test_what_a_file_does_begins_on_the_page_of_imports_and_by_command_only_after() -> None:
    client = signed_in(user(role=Role.ADMINISTRATOR))
    answer = client.get("/")
    assert _imports(answer) == ["entites", "clients"]
    [step] = [one for one in answer.content.decode().split("<li") if "import_customers" in one]
    assert (
        step.index("?nature=clients") < step.index("/administration/clients/nouveau/") < step.index("<code>")
    )
    page = client.get("/importer/?nature=clients").content.decode()
    assert '<option value="clients" selected>' in page


def test_only_who_may_import_a_kind_is_led_to_it() -> None:
    entity = build.account().entity
    assert _imports(signed_in(user("gestion")).get("/")) == ["factures"]
    assert _imports(signed_in(user("chef", Role.ADMINISTRATOR, entity.pk)).get("/")) == ["factures"]
    assert _imports(signed_in(user("lecture", Role.READER)).get("/")) == []
    nobody = signed_in(user("ailleurs", Role.COLLECTOR, build.entity("VIDE").pk))
    assert _imports(nobody.get("/")) == []  # no customer yet


def test_an_entity_that_lacks_a_legal_mention_is_named() -> None:
    lacking = build.entity("VIDE", share_capital="")

    answer = signed_in(user(role=Role.ADMINISTRATOR)).get("/")

    assert "Compléter Société VIDE" in words(answer)
    assert f"/administration/entites/{lacking.pk}/" in answer.content.decode()


def test_the_steps_are_gone_with_the_first_invoice_even_where_a_filter_finds_nothing() -> None:
    account = build.account()
    client = signed_in(user())
    assert "Premiers pas" in words(client.get(ALL))

    build.invoice(account)

    assert "Premiers pas" not in words(client.get(ALL))
    nothing = words(client.get(f"{ALL}&client=personne"))
    assert "Aucun compte ne correspond" in nothing
    assert "Premiers pas" not in nothing


def test_invoices_of_another_entity_leave_the_steps_of_ones_own() -> None:
    build.invoice(build.account(entity_code="AUTRE"))

    own = words(signed_in(user("une", Role.COLLECTOR, build.entity().pk)).get(ALL))

    assert "Premiers pas" in own
    assert "AUTRE" not in own


def test_each_user_hides_the_steps_alone_and_only_by_post() -> None:
    client, other = signed_in(user()), signed_in(user("autre"))
    assert client.get(HIDE).status_code == 405
    assert "Premiers pas" in words(client.get("/"))

    answer = client.post(HIDE, follow=True)

    assert "Premiers pas" not in words(answer)
    assert "Premiers pas" in words(other.get("/"))


def test_the_steps_take_two_queries_whatever_there_is_and_a_list_with_accounts_none() -> None:
    client = signed_in(user())
    client.get(ALL)
    empty = _asked(client)
    for code in ("A", "B", "C"):
        build.account(build.customer(), code)
    with_accounts = _asked(client)
    who = User.objects.get()
    hide_first_steps(user=who)
    assert len(empty) == len(with_accounts) == len(_asked(client)) + 2

    who.hides_first_steps = False
    who.save()
    build.invoice(build.account())
    with_data = _asked(client)
    assert not [sql for sql in with_data if "LIMIT 1" in sql and 'FROM "receivables_invoice"' in sql]


def _asked(client: Client) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        client.get(ALL)
        return [row["sql"] for row in queries.captured_queries]


def _imports(answer: HttpResponseBase) -> list[str]:
    assert isinstance(answer, HttpResponse)
    return re.findall(r'href="/importer/\?nature=(\w+)"', answer.content.decode())
