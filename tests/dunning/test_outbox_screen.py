"""The screen «Boîte d'envoi»: who sees which messages, finds them, and decides what of them."""

from __future__ import annotations

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from encours.access.actions import create_user
from encours.access.models import Role, User
from encours.audit.models import AuditLine
from encours.core.delivery_reports import read_report
from encours.delivery import actions
from encours.delivery.actions.reporting import apply_report
from encours.delivery.models import MessageState, OutboxMessage
from encours.delivery.queries import pause_reason
from encours.dunning.models import DeliveryState, Reminder
from tests import build
from tests.access.world import snapshot
from tests.delivery.reports import dsn, fields
from tests.dunning.outbox import LEASE, put

pytestmark = pytest.mark.django_db

ADDRESS = "/boite-d-envoi/"
QUEUED, CLAIMED, TRANSMITTING, SENT, REFUSED, UNCERTAIN, CANCELLED = MessageState


def user(role: Role = Role.COLLECTOR, *entities: str) -> User:
    return create_user(
        username=f"{role.value}-{'-'.join(entities)}"[:30],
        full_name="Gisèle Gestion",
        role=role,
        email="gestion@example.org",
        sees_all_entities=not entities,
        entity_ids=[build.entity(code).pk for code in entities],
        actor=build.ACTOR,
        now=build.NOW,
    )


@pytest.fixture
def collector(client: Client) -> Client:
    client.force_login(user())
    return client


def words(client: Client, query: str = "") -> str:
    """Return what the page says, spaces made plain."""
    page = client.get(f"{ADDRESS}?{query}")
    assert page.status_code == 200
    return _text(page.content.decode())


def _text(markup: str) -> str:
    plain = html.unescape(re.sub(r"<[^>]+>", " ", markup.replace("\u00a0", " ").replace("\u202f", " ")))
    return " ".join(plain.split())


def shown(client: Client, query: str = "") -> list[int]:
    """Return the messages of the page in their order."""
    page = client.get(f"{ADDRESS}?{query}").content.decode()
    return [int(pk) for pk in re.findall(r'<tr id="message-(\d+)"', page)]


def state_of(row: OutboxMessage) -> str:
    row.refresh_from_db()
    return row.state


def test_an_empty_outbox_says_what_it_is_for(collector: Client) -> None:
    assert "La boîte d'envoi est vide" in words(collector)


def test_messages_are_shown_the_newest_first_with_the_counts_of_their_states(collector: Client) -> None:
    rows = put(QUEUED, CLAIMED, TRANSMITTING, SENT, REFUSED, UNCERTAIN, CANCELLED)
    assert shown(collector) == [row.pk for row in reversed(rows)]
    text = words(collector)
    assert "Tous 7 En attente 1 En cours 2 Envoyées 1 Refusées 1 Incertaines 1 Annulées 1" in text
    assert "TOPCONSEIL-5" in text
    assert "550 5.7.1 Rejected as spam" in text
    assert "1 essai 1. " not in text
    assert "16/05/2016 à 11:22:40 : refusée (fin du message, mail.test:25) 550 5.7.1 Rejected as spam" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("etat=refusees", [4]),
        ("etat=en_cours", [2, 1]),
        ("texte=compta%40c3", [3]),
        ("texte=TOPCONSEIL-6", [5]),
        ("texte=personne", []),
        ("etat=refusees&texte=c1", []),
        ("etat=inconnu&page=abc&par_page=7", [6, 5, 4, 3, 2, 1, 0]),
        ("page=99999999999999999999&texte=%00", [6, 5, 4, 3, 2, 1, 0]),
    ],
)
def test_they_are_found_by_state_recipient_and_reference(
    collector: Client, query: str, expected: list[int]
) -> None:
    rows = put(QUEUED, CLAIMED, TRANSMITTING, SENT, REFUSED, UNCERTAIN, CANCELLED)
    assert shown(collector, query) == [rows[at].pk for at in expected]


def test_a_page_has_its_place_among_all(collector: Client) -> None:
    rows = put(*[QUEUED] * 27)
    assert len(shown(collector, "par_page=25")) == 25
    assert shown(collector, "par_page=25&page=2") == [rows[1].pk, rows[0].pk]
    assert "2/2 (26-27/27)" in words(collector, "par_page=25&page=2")


def test_the_number_of_queries_does_not_grow_with_the_messages(collector: Client) -> None:
    def count(query: str = "") -> int:
        with CaptureQueriesContext(connection) as queries:
            collector.get(f"{ADDRESS}?{query}")
        return len(queries)

    put(REFUSED, prefix="A")
    count()  # the first page of a session notes where it was opened
    few = count()
    put(*[REFUSED] * 20, *[QUEUED] * 20, prefix="B")
    assert count() == count("etat=refusees&texte=compta") == few


def test_another_entitys_messages_are_neither_shown_nor_counted_nor_decided(client: Client) -> None:
    (own,) = put(REFUSED, entity="NOTRE", prefix="N")
    (other,) = put(REFUSED, entity="AUTRE", prefix="A")
    client.force_login(user(Role.COLLECTOR, "NOTRE"))
    assert shown(client) == [own.pk]
    assert "Refusées 1" in words(client)
    before = snapshot()
    for sent in ({"seul": f"renvoyer:{other.pk}"}, {"decision": "renvoyer", "message": [own.pk, other.pk]}):
        assert client.post(f"{ADDRESS}decision/", sent).status_code == 404
    assert snapshot() == before
    client.post(f"{ADDRESS}decision/", {"decision": "renvoyer", "portee": "filtre", "retour": ""})
    assert (state_of(own), state_of(other)) == ("queued", "refused")


def test_a_waiting_message_is_cancelled_and_its_reminder_no_longer_counts(collector: Client) -> None:
    (row,) = put(QUEUED)
    answer = collector.post(f"{ADDRESS}decision/", {"seul": f"annuler:{row.pk}", "retour": "etat=en_attente"})
    assert answer.headers["Location"] == f"{ADDRESS}?etat=en_attente&par_page=50&page=1"
    assert state_of(row) == "cancelled"
    reminder = Reminder.objects.get()
    assert (reminder.delivery_state, reminder.counts) == (DeliveryState.CANCELLED, False)
    assert "1 envoi annulé." in words(collector)


def test_refused_messages_are_sent_again_by_selection_and_by_filter(collector: Client) -> None:
    first, second, third, queued = put(REFUSED, REFUSED, REFUSED, QUEUED)
    collector.post(f"{ADDRESS}decision/", {"decision": "renvoyer", "message": [first.pk, queued.pk]})
    assert [state_of(row) for row in (first, second, queued)] == ["queued", "refused", "queued"]
    text = words(collector)
    assert "1 message remis en attente." in text
    assert "1 message n'est plus dans un état qui le permet" in text
    collector.post(
        f"{ADDRESS}decision/", {"decision": "renvoyer", "portee": "filtre", "retour": "texte=compta@c"}
    )
    assert [state_of(row) for row in (second, third)] == ["queued", "queued"]
    lines = AuditLine.objects.filter(action="outbox.requeue")
    assert [line.actor_name for line in lines] == ["Gisèle Gestion"] * 3


@pytest.mark.parametrize(("verb", "state"), [("renvoyer", "queued"), ("envoyee", "sent")])
def test_an_uncertain_message_is_decided_only_after_saying_what_it_means(
    collector: Client, verb: str, state: str
) -> None:
    (row,) = put(UNCERTAIN)
    before = snapshot()
    page = collector.post(f"{ADDRESS}decision/", {"seul": f"{verb}:{row.pk}", "retour": "etat=incertaines"})
    text = _text(page.content.decode())
    assert page.status_code == 200
    assert "si le premier était arrivé, le client le recevra deux fois" in text
    assert "le tient pour arrivé" in text
    assert snapshot() == before
    kept = re.findall(r'<input type="hidden" name="(seul|retour)" value="([^"]+)">', page.content.decode())
    answer = collector.post(f"{ADDRESS}decision/", {**dict(kept), "confirme": "1"})
    assert answer.headers["Location"].startswith(f"{ADDRESS}?etat=incertaines")
    assert state_of(row) == state


def test_a_selection_with_uncertain_messages_asks_for_all_of_them(collector: Client) -> None:
    uncertain, refused = put(UNCERTAIN, REFUSED)
    sent = {"decision": "renvoyer", "message": [uncertain.pk, refused.pk]}
    page = collector.post(f"{ADDRESS}decision/", sent).content.decode()
    assert "1 message refusé sera renvoyé avec eux." in _text(page)
    assert state_of(refused) == "refused"
    collector.post(f"{ADDRESS}decision/", {**sent, "confirme": "1"})
    assert (state_of(uncertain), state_of(refused)) == ("queued", "queued")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choisissez ce qu'il faut faire"),
        ({"decision": "supprimer", "message": "1"}, "Choisissez ce qu'il faut faire"),
        ({"decision": "renvoyer"}, "Cochez au moins un message."),
    ],
)
def test_a_decision_that_is_none_is_refused_and_changes_nothing(
    collector: Client, sent: dict[str, str], said: str
) -> None:
    put(REFUSED)
    before = snapshot()
    collector.post(f"{ADDRESS}decision/", sent)
    assert snapshot() == before
    assert said in words(collector)


def test_a_decision_leads_back_to_our_own_pages_only(collector: Client) -> None:
    (row,) = put(QUEUED)
    for wanted, location in (
        ("/relances/TOPCONSEIL-1/", "/relances/TOPCONSEIL-1/"),
        ("//ailleurs.example/", ADDRESS),
        ("https://ailleurs.example/", ADDRESS),
        ("/\\ailleurs.example", ADDRESS),
    ):
        sent = {"seul": f"annuler:{row.pk}", "retour": wanted}
        answer = collector.post(f"{ADDRESS}decision/", sent)
        assert answer.headers["Location"].split("?")[0] == location


def test_a_report_stands_among_the_tries(collector: Client) -> None:
    (row,) = put(SENT)
    report = read_report(dsn(fields(row.recipient), message_id=row.message_id).encode())
    assert report is not None
    apply_report(report=report, actor=build.ACTOR, now=build.NOW)
    assert "16/05/2016 à 11:22:40 : rapport de non-remise 5.1.1 User unknown" in words(collector)


def test_a_reader_sees_everything_and_has_no_button(client: Client) -> None:
    put(REFUSED, UNCERTAIN)
    client.force_login(user(Role.READER))
    text = words(client)
    assert "550 5.7.1 Rejected as spam" in text
    assert "Renvoyer" not in text
    assert "Suspendre" not in text


def test_an_administrator_pauses_and_reopens_the_outbox_and_every_page_says_why(
    client: Client, collector: Client
) -> None:
    administrator = Client()
    administrator.force_login(user(Role.ADMINISTRATOR))
    administrator.post(f"{ADDRESS}suspension/", {"decision": "suspendre", "motif": "  "})
    assert pause_reason() is None
    administrator.post(f"{ADDRESS}suspension/", {"decision": "suspendre", "motif": "Panne du\nserveur"})
    assert pause_reason() == "Panne du serveur"
    assert actions.claim(owner="w", limit=5, max_bytes=10**6, lease=LEASE, now=build.NOW) == []
    for address in ("/", ADDRESS, "/relances-en-masse/", "/mon-compte/"):
        page = _text(collector.get(address).content.decode())
        assert "L'envoi des e-mails est suspendu : Panne du serveur" in page, address
    assert "Rouvrir l'envoi" not in words(collector)
    assert "par Gisèle Gestion : Panne du serveur" in words(collector)
    assert collector.post(f"{ADDRESS}suspension/", {"decision": "rouvrir"}).status_code == 403
    administrator.post(f"{ADDRESS}suspension/", {"decision": "rouvrir"})
    assert pause_reason() is None
    assert "suspendu" not in words(collector)


def test_cancelling_several_messages_asks_first_for_it_does_not_come_back(collector: Client) -> None:
    rows = put(QUEUED, QUEUED)
    sent = {"decision": "annuler", "message": [row.pk for row in rows]}
    before = snapshot()
    page = collector.post(f"{ADDRESS}decision/", sent).content.decode()
    assert "Un envoi annulé ne revient pas" in _text(page)
    assert snapshot() == before
    collector.post(f"{ADDRESS}decision/", {**sent, "confirme": "1"})
    assert [state_of(row) for row in rows] == ["cancelled", "cancelled"]
