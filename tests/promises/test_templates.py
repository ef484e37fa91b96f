"""No text is read as a template: in mails, letters and pages it stands as it was typed."""

from __future__ import annotations

import html
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse

from encours.access.actions import create_user
from encours.access.models import Role
from encours.archive import store
from encours.core.errors import Refusal
from encours.documents.coverage import printable
from encours.dunning.models import MessageTemplate, Reminder
from encours.dunning.template_actions import TemplateDetails, save_template
from tests import build
from tests.dunning.issuing import issue_chosen, template
from tests.dunning.test_letter_hostile import bare, text_of
from tests.promises.figures import record, size
from tests.promises.texts import TEMPLATES, of

pytestmark = [pytest.mark.promise, pytest.mark.django_db]

PAGES = ("receivables:account", "statements:compte", "dunning:remind")


def content_of(reminder: Reminder) -> bytes:
    return store.get(reminder.files.get(position=0).document.sha256)


def saved(text: str, like: str, code: str) -> MessageTemplate | None:
    """Return a template whose subject and body hold the text, or nothing if it was refused when saved."""
    row = template(like)
    details = TemplateDetails(
        code=code,
        language="fr",
        entity_id=None,
        name=code,
        mention="",
        mode=row.mode,
        severity_id=row.severity_id,
        is_formal_notice=False,
        subject=text[:150],
        body=f"Bonjour,\n\n{text}\n\n{{factures}}",
    )
    try:
        return save_template(template=None, details=details, actor=build.ACTOR, now=build.NOW)
    except Refusal:
        return None


def mail_of(content: bytes) -> tuple[str, str]:
    """Return the subject and the text of a mail."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return str(message["Subject"]), body.get_content()


def solid(text: str) -> str:
    """Return a text without its spaces: French typography may make them no-break."""
    return "".join(text.split())


def check(text: str, number: int, client: Client) -> int:
    """Put a text everywhere, look where it went, and return in how many templates it was refused."""
    shown, refused = text.strip()[:200], 0
    account = build.account(build.customer(f"T{number}", name=shown))
    build.invoice(account)
    for like in ("E1", "L1"):
        made = saved(text, like, f"{like}-{number}")
        refused += made is None
        content = content_of(issue_chosen(account, like, f"{like}{number}", template=made or template(like)))
        if like == "L1":
            printed = bare(text_of(content))
            assert bare(printable(shown)) in printed, text
            assert made is None or bare(printable(text)) in printed, text
        elif made is not None:
            subject, body = mail_of(content)
            assert solid(text) in solid(body), text
            assert solid(text[:150]) == solid(subject), text
    for name in PAGES:
        page = client.get(reverse(name, args=[account.pk])).content.decode()
        assert html.escape(shown) in page, (name, text)
    return refused


def test_every_text_stands_as_it_was_typed() -> None:
    user = create_user(
        username="admin",
        full_name="Camille",
        role=Role.ADMINISTRATOR,
        sees_all_entities=True,
        actor=build.ACTOR,
        now=build.NOW,
    )
    client = Client()
    client.force_login(user)
    texts = of(TEMPLATES, "ssti.fuzz")[: size(reduced=6, full=1_000)]
    refused = sum(check(text, number, client) for number, text in enumerate(texts))
    record(texts=len(texts), refused_as_a_template=refused, evaluated=0)
