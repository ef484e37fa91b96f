"""A formal notice of an entity that asks for it leaves once a second person agrees, and once only."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from encours.access.models import User
from encours.audit.models import AuditLine
from encours.console import Refused
from encours.core.errors import Refusal
from encours.dunning.evidence import hash_of
from encours.dunning.models import FormalNotice, Reminder, ReminderRun
from encours.dunning.notices import actions
from encours.dunning.notices.queries import count_to_approve
from encours.dunning.runs.actions import approve_run, launch_run, refuse_run
from encours.dunning.runs.options import RunOptions
from encours.dunning.runs.working import work_until_done
from encours.parties.models import Account
from tests import build
from tests.access.world import snapshot
from tests.dunning import issuing, running
from tests.dunning.noticing import acting, approved, ask_for_approval, person, prepared
from tests.dunning.test_wizard import Wizard

pytestmark = pytest.mark.django_db

NOTICES = RunOptions(templates=(("letter", "LMED"),))


@pytest.fixture
def account() -> Account:
    account = build.account()
    build.invoice(account)
    issuing.template("LMED")
    ask_for_approval(account)
    return account


@pytest.fixture
def author(account: Account) -> User:
    return person("auteur")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def stamp_on(page: str) -> str:
    found = re.search(r'name="vu" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_notice_waits_is_shown_and_leaves_when_another_approves(account: Account, author: User) -> None:
    wizard = Wizard(account, client_of(author))
    wizard.first_step("LMED")
    step_two = wizard.client.get(wizard.address, {"etape": 2}).content.decode()
    assert "Faire approuver la mise en demeure" in step_two
    address = wizard.send(wizard.fields()).headers["Location"]
    assert not Reminder.objects.exists()
    other = person("seconde")
    assert (count_to_approve(author), count_to_approve(other)) == (0, 1)
    client = client_of(other)
    assert "1 mise en demeure attend votre accord" in client.get("/").content.decode()
    assert "Anne auteur" in client.get(reverse("dunning:notices")).content.decode()
    page = client.get(address).content.decode()
    answer = client.post(address, {"action": "approuver", "vu": stamp_on(page)})
    reminder = Reminder.objects.get()
    assert answer.headers["Location"] == f"/relances/{reminder.reference}/"
    assert (reminder.author_name, reminder.approved_by_name) == ("Anne auteur", "Anne seconde")
    assert "Approuvée par" in client.get(f"/relances/{reminder.reference}/").content.decode()
    assert FormalNotice.objects.get().reminder == reminder
    assert count_to_approve(other) == 0
    lines = AuditLine.objects.filter(action__startswith="notice.").order_by("id")
    assert [(line.action, line.actor_name) for line in lines] == [
        ("notice.prepare", "Anne auteur"),
        ("notice.approve", "Anne seconde"),
    ]


def test_who_approved_cannot_be_rewritten_unseen(account: Account, author: User) -> None:
    reminder = approved(prepared(account, author), person("seconde"))
    lines = list(reminder.lines.all())
    before = hash_of(reminder, lines)
    reminder.approved_by_name = "Quelqu'un d'autre"
    assert hash_of(reminder, lines) != before


@pytest.mark.parametrize("who", ["author", "without the right"])
def test_nobody_else_approves_or_refuses_it(account: Account, author: User, who: str) -> None:
    notice = prepared(account, author)
    user = author if who == "author" else person("sans", has_right=False)
    client = client_of(user)
    page = client.get(reverse("dunning:notice", args=[notice.pk])).content.decode()
    assert "Approuver et émettre" not in page
    before = snapshot()
    for action in ("approuver", "refuser"):
        answer = client.post(reverse("dunning:notice", args=[notice.pk]), {"action": action, "motif": "non"})
        assert answer.status_code == 422
    with pytest.raises(Refusal):
        approved(notice, user)
    assert snapshot() == before


def test_the_database_itself_forbids_an_author_to_approve(account: Account, author: User) -> None:
    notice = prepared(account, author)
    with pytest.raises(IntegrityError), transaction.atomic():
        FormalNotice.objects.filter(pk=notice.pk).update(state="approved", decided_by_user_id=author.pk)


def test_a_refusal_has_a_reason_and_nothing_leaves(account: Account, author: User) -> None:
    notice, other = prepared(account, author), person("seconde")
    client, address = client_of(other), reverse("dunning:notice", args=[notice.pk])
    assert client.post(address, {"action": "refuser", "motif": " "}).status_code == 422
    assert client.post(address, {"action": "refuser", "motif": "Un avoir arrive."}).status_code == 302
    assert "Un avoir arrive." in client_of(author).get(reverse("dunning:notices")).content.decode()
    with pytest.raises(Refusal, match="déjà refusée, par Anne seconde"):
        approved(notice, person("tierce"))
    assert not Reminder.objects.exists()
    prepared(account, author)  # it may be prepared again


def test_its_author_withdraws_it_and_nobody_else(account: Account, author: User) -> None:
    notice = prepared(account, author)
    address = reverse("dunning:notice", args=[notice.pk])
    assert client_of(person("seconde")).post(address, {"action": "retirer"}).status_code == 422
    assert client_of(author).post(address, {"action": "retirer"}).status_code == 302
    assert FormalNotice.objects.get().state == "withdrawn"


def test_a_second_notice_of_the_account_waits_for_the_first(account: Account, author: User) -> None:
    first = prepared(account, author)
    assert prepared(account, author).pk == first.pk
    with pytest.raises(Refusal, match="préparée par Anne auteur, attend déjà"):
        prepared(account, person("autre"))


def test_what_changed_since_the_page_was_opened_is_read_again_before_it_leaves(
    account: Account, author: User
) -> None:
    notice, client = prepared(account, author), client_of(person("seconde"))
    address = reverse("dunning:notice", args=[notice.pk])
    seen = stamp_on(client.get(address).content.decode())
    invoice = account.invoices.get()
    build.allocation(build.payment(account), invoice, 1_000)
    answer = client.post(address, {"action": "approuver", "vu": seen})
    assert answer.status_code == 422
    assert "relisez" in answer.content.decode()
    assert not Reminder.objects.exists()
    read_again = {"action": "approuver", "vu": stamp_on(answer.content.decode())}
    assert client.post(address, read_again).status_code == 302
    assert Reminder.objects.get().lines.get().remaining_minor == invoice.gross_minor - 1_000


def test_the_author_must_still_have_the_right_when_it_leaves(account: Account, author: User) -> None:
    notice = prepared(account, author)
    User.objects.filter(pk=author.pk).update(may_issue_formal_notices=False)
    with pytest.raises(Refusal, match="Anne auteur"):
        approved(notice, person("seconde"))
    assert FormalNotice.objects.get().state == "waiting"


def test_no_other_way_issues_it(account: Account, author: User) -> None:
    with pytest.raises(Refusal, match="approuvées par une seconde personne"):
        issuing.remind(account, code="LMED", actor=acting(author))
    with pytest.raises(Refused, match="approuvées par une seconde personne"):
        call_command("remind", "--template", "LMED")
    assert not Reminder.objects.exists()


def test_formal_notices_in_mass_wait_too(account: Account, author: User) -> None:
    run, other = running.proposal(account, options=NOTICES, actor=acting(author)), person("seconde")
    launch_run(run=run, actor=acting(author), now=build.NOW)
    assert work_until_done(lambda: build.NOW) == 0
    assert (ReminderRun.objects.get().state, count_to_approve(other)) == ("awaiting", 1)
    with pytest.raises(Refusal):
        approve_run(run=run, actor=acting(author), now=build.NOW)
    client = client_of(other)
    assert "Approuver et lancer" in client.get(reverse("dunning:run", args=[run.pk])).content.decode()
    client.post(reverse("dunning:run", args=[run.pk]), {"action": "approuver"})
    work_until_done(lambda: build.NOW)
    reminder = Reminder.objects.get()
    assert (reminder.author_name, reminder.approved_by_name) == ("Anne auteur", "Anne seconde")
    with pytest.raises(Refusal, match="n'attend plus"):
        approve_run(run=run, actor=acting(person("tierce")), now=build.NOW)


def test_formal_notices_in_mass_are_refused_with_a_reason(account: Account, author: User) -> None:
    run, other = running.proposal(account, options=NOTICES, actor=acting(author)), person("seconde")
    launch_run(run=run, actor=acting(author), now=build.NOW)
    with pytest.raises(Refusal, match="Indiquez pourquoi"):
        refuse_run(run=run, reason="", actor=acting(other), now=build.NOW)
    refuse_run(run=run, reason="Trop tôt.", actor=acting(other), now=build.NOW)
    assert (run.state, run.lines.get().reason) == ("stopped", "stopped")
    assert "Trop tôt." in client_of(author).get(reverse("dunning:run", args=[run.pk])).content.decode()
    assert not Reminder.objects.exists()


def test_an_entity_without_the_setting_issues_at_once(account: Account, author: User) -> None:
    actions.set_notice_approval(entity=account.entity, needs_approval=False, actor=build.ACTOR, now=build.NOW)
    wizard = Wizard(account, client_of(author))
    wizard.first_step("LMED")
    assert wizard.send(wizard.fields()).headers["Location"].startswith("/relances/")


@pytest.mark.django_db(transaction=True)
def test_two_approvals_and_a_refusal_at_once_have_one_effect() -> None:
    account = build.account()
    build.invoice(account)
    issuing.template("LMED")
    ask_for_approval(account)
    notice = prepared(account, person("auteur"))
    first, second, third = (person(name) for name in ("une", "deux", "trois"))

    def refuse() -> object:
        actions.refuse_notice(notice=notice, reason="non", actor=acting(third), now=build.NOW)
        return None

    def attempt(number: int) -> bool:
        try:
            if number == 2:
                refuse()
            else:
                approved(FormalNotice.objects.get(pk=notice.pk), (first, second)[number])
        except Refusal:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(attempt, range(3)))
    assert done.count(True) == 1
    state = FormalNotice.objects.get().state
    assert state == ("refused" if done[2] else "approved")
    assert Reminder.objects.count() == (0 if done[2] else 1)
    assert AuditLine.objects.filter(action__in=["notice.approve", "notice.refuse"]).count() == 1
