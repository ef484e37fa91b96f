"""Write to who may approve formal notices that some wait for him; the message names no customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from encours.access.models import Role, User
from encours.access.scopes import scope_of
from encours.archive import store
from encours.delivery.actions import Recipient, enqueue
from encours.delivery.addresses import is_mailbox
from encours.dunning.issuing.email import EmailDocument, compose
from encours.parties.models import BillingEntity

REFERENCE = "accord-"
"""What the reference of such a message begins with; what waits and the id of the user follow."""


def approvers_of(entities: Iterable[BillingEntity], author_user_id: int | None) -> list[User]:
    """Return who may approve notices of all these entities and has an address; never their author."""
    users: QuerySet[User] = User.objects.filter(is_active=True, may_issue_formal_notices=True)
    users = users.exclude(pk=author_user_id or 0).exclude(role=Role.READER).exclude(email="").order_by("pk")
    wanted = list(entities)
    return [
        user
        for user in users
        if is_mailbox(user.email) and all(scope_of(user).allows(one.pk) for one in wanted)
    ]


def tell_approvers(
    *,
    waiting: str,
    path: str,
    entities: Iterable[BillingEntity],
    author_name: str,
    author_user_id: int | None,
    now: dt.datetime,
) -> int:
    """Queue one message to each approver, in the transaction that has something wait; return how many.

    ``waiting`` names what waits: an approver receives one message for it, the outbox refuses a second.
    Nothing is queued where no mail is set up or no entity has an address to write from.
    """
    concerned = list(entities)
    sender = next((one.sender_email for one in concerned if one.sender_email), "")
    if not settings.EMAIL_URL or not sender:
        return 0
    users = approvers_of(concerned, author_user_id)
    for user in users:
        reference = f"{REFERENCE}{waiting}-{user.pk}"
        with translation.override(user.language):
            message = _message(user, reference, sender, concerned, author_name, path, now)
        content = compose(message, [])
        enqueue(
            reference=reference,
            sender=sender,
            recipients=[Recipient(user.email)],
            message_id=message.message_id,
            content_sha256=store.put(content),
            size=len(content),
            now=now,
        )
    return len(users)


def _message(
    user: User,
    reference: str,
    sender: str,
    entities: list[BillingEntity],
    author_name: str,
    path: str,
    now: dt.datetime,
) -> EmailDocument:
    text = _(
        "%(author)s a préparé des mises en demeure (%(entities)s). Elles partent si une seconde personne les"
        " approuve\u00a0: relisez-les dans Encours."
    ) % {"author": author_name, "entities": ", ".join(one.code for one in entities)}
    if settings.BASE_URL:
        text += f"\n\n{settings.BASE_URL.rstrip('/')}{path}"
    return EmailDocument(
        sender_name="Encours",
        sender_address=sender,
        to=(user.email,),
        subject=_("Mises en demeure à approuver"),
        text=text,
        date=now.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        message_id=f"<{reference}.{int(now.timestamp())}@{sender.rpartition('@')[2]}>",
        language=user.language,
    )
