"""Who launched a mass reminder receives, as any customer would, how it went."""

from __future__ import annotations

import datetime as dt
import email
from email import policy
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone

from encours.archive import store
from encours.delivery.dots import DotFolder
from encours.delivery.models import OutboxMessage
from encours.delivery.transport import SmtpTransport
from encours.delivery.wire import read_email_url
from encours.delivery.worker import Worker
from encours.dunning.runs.screens import stale_payments
from tests import build
from tests.build import ACTOR, TODAY
from tests.dunning.noticing import acting, person
from tests.dunning.running import launch, proposal
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db(transaction=True)


def owing(code: str, **contact: str) -> None:
    customer = build.customer(code, with_contact=False)
    build.contact(customer, None, **contact)
    build.invoice(build.account(customer))


def test_the_summary_that_a_mail_server_receives_counts_each_reason_and_links_to_the_run(
    tmp_path: Path,
) -> None:
    for code in ("A", "B"):
        owing(code)
    for code in ("C", "D"):
        owing(code, emails="", city="")
    build.account(build.customer("E"))
    with MailServer() as server:
        with override_settings(EMAIL_URL=server.url, BASE_URL="https://encours.example"):
            run = proposal()
            launch(run)
        worker = Worker(
            open_transport=lambda: SmtpTransport(read_email_url(server.url)),
            clock=timezone.now,
            dots=DotFolder(tmp_path / "workers"),
            connections=1,
        )
        worker.run(once=True)
    (received,) = [one for one in server.messages if one.recipient == ACTOR.email]
    message = email.message_from_bytes(received.content, policy=policy.default)
    assert message["Subject"] == f"Relance en masse n°\u00a0{run.pk}\u00a0: 2 comptes relancés"
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\u00a0", " ").replace("\u202f", " ")
    assert [line for line in text.splitlines() if line] == [
        f"La relance en masse n° {run.pk} est terminée.",
        "- 2 comptes relancés",
        "- 3 comptes laissés de côté",
        "    aucun e-mail : 2",
        "    rien d'échu : 1",
        "- 0 compte écarté à la main",
        "- 0 échec",
        f"https://encours.example/relances-en-masse/{run.pk}/",
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_summary_speaks_the_language_of_who_launched(language: str) -> None:
    owing("A")
    owing("B", emails="", city="")
    user = person("lance")
    type(user).objects.filter(pk=user.pk).update(language=language)
    with override_settings(EMAIL_URL="smtp://127.0.0.1:2525"):
        run = proposal()
        launch(run, actor=acting(user))
    digest = OutboxMessage.objects.get(recipient=user.email, reference=f"masse-{run.pk}").content_sha256
    message = email.message_from_bytes(store.get_many([digest])[digest], policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    text = [line for line in body.get_content().splitlines() if line]
    if language == "fr":
        assert message["Subject"] == f"Relance en masse n°\u00a0{run.pk}\u00a0: 1 compte relancé"
        assert text[0] == f"La relance en masse n°\u00a0{run.pk} est terminée."
        return
    assert message["Subject"] == f"Mass reminders no. {run.pk}: 1 account reminded"
    assert text == [
        f"Mass reminders no. {run.pk} are finished.",
        "- 1 account reminded",
        "- 1 account left out",
        "    no e-mail: 1",
        "- 0 accounts left out by hand",
        "- 0 failures",
    ]


@pytest.mark.parametrize(("days", "warns"), [(3, False), (2, True)])
def test_after_how_many_days_payments_are_old_can_be_set(days: int, warns: bool) -> None:
    account = build.account(build.customer("A"))
    build.invoice(account)
    build.payment(account, amount=1, received=TODAY - dt.timedelta(days=3))
    run = proposal(account)
    with override_settings(PAYMENTS_OLD_AFTER_DAYS=days):
        assert bool(stale_payments(run, TODAY)) is warns
