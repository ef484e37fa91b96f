"""Who may approve formal notices is told by e-mail that some wait: once, in his language, of no customer."""

from __future__ import annotations

import email
from email import policy

import pytest
from django.test import override_settings

from encours.access.models import Role
from encours.access.scopes import Scope
from encours.archive import store
from encours.delivery.models import OutboxMessage
from encours.dunning.notices.telling import approvers_of
from encours.dunning.outbox.queries import messages_in
from encours.dunning.runs.actions import launch_run
from encours.dunning.runs.options import RunOptions
from encours.parties.models import Account
from tests import build
from tests.dunning import issuing, running
from tests.dunning.noticing import acting, ask_for_approval, person, prepared

pytestmark = pytest.mark.django_db

MAIL = {"EMAIL_URL": "smtp://127.0.0.1:2525", "BASE_URL": "https://encours.example"}


@pytest.fixture
def account() -> Account:
    account = build.account()
    build.invoice(account)
    issuing.template("LMED")
    ask_for_approval(account)
    return account


def read(message: OutboxMessage) -> tuple[str, str, str]:
    """Return subject, language and text of a message."""
    parsed = email.message_from_bytes(
        store.get_many([message.content_sha256])[message.content_sha256], policy=policy.default
    )
    body = parsed.get_body(("plain",))
    assert body is not None
    return str(parsed["Subject"]), str(parsed["Content-Language"]), body.get_content()


def test_each_approver_is_told_once_in_his_language_and_of_no_customer(account: Account) -> None:
    author, french, english = person("auteur"), person("seconde"), person("third")
    type(english).objects.filter(pk=english.pk).update(language="en")
    person("sans", has_right=False)
    person("lecture", role=Role.READER)
    with override_settings(**MAIL):
        notice = prepared(account, author)
        prepared(account, author)  # sent twice, told once
    told = {row.recipient: read(row) for row in OutboxMessage.objects.all()}
    assert OutboxMessage.objects.count() == 2
    assert set(told) == {french.email, english.email}
    assert told[french.email][:2] == ("Mises en demeure à approuver", "fr")
    assert told[english.email][:2] == ("Formal notices to approve", "en")
    for _subject, _language, text in told.values():
        assert f"https://encours.example/mises-en-demeure/{notice.pk}/" in text
        assert account.entity.code in text
        assert account.customer.name not in text
        assert account.customer.code not in text


def test_who_does_not_see_the_entity_is_no_approver_and_without_mail_nothing_waits(account: Account) -> None:
    author, other = person("auteur"), person("seconde")
    type(other).objects.filter(pk=other.pk).update(sees_all_entities=False)
    assert approvers_of([account.entity], author.pk) == []
    other.entities.add(account.entity)
    assert approvers_of([account.entity], author.pk) == [other]
    prepared(account, author)
    assert not OutboxMessage.objects.exists()


def test_notices_in_mass_are_told_of_too(account: Account) -> None:
    author, other = person("auteur"), person("seconde")
    run = running.proposal(account, options=RunOptions(templates=(("letter", "LMED"),)))
    with override_settings(**MAIL):
        for _twice in range(2):
            launch_run(run=run, actor=acting(author), now=build.NOW)
    message = OutboxMessage.objects.get()
    assert message.recipient == other.email
    assert f"/relances-en-masse/{run.pk}/" in read(message)[2]


def test_who_sees_the_entities_of_what_waits_sees_its_messages_and_nobody_else(account: Account) -> None:
    author = person("auteur")
    person("seconde")
    run = running.proposal(account, options=RunOptions(templates=(("letter", "LMED"),)))
    with override_settings(**MAIL):
        prepared(account, author)
        launch_run(run=run, actor=acting(author), now=build.NOW)
    assert OutboxMessage.objects.count() == 2
    own, foreign = account.entity_id, build.entity("AUTRE").pk
    assert messages_in(Scope(entity_ids=frozenset({own}))).count() == 2
    assert not messages_in(Scope(entity_ids=frozenset({foreign}))).exists()
