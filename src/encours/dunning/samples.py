"""Show a template on a real account, and send it to who edits it: nothing of it is a reminder."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from encours.access.scopes import Scope
from encours.archive import store
from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.delivery.actions import Recipient, enqueue
from encours.dunning.composing import Preview, show
from encours.dunning.issuing.email import compose
from encours.dunning.issuing.freezing import Issue, email_document, write_texts
from encours.dunning.issuing.plan import Plan, default_enclosures
from encours.dunning.models import MessageTemplate, Mode
from encours.dunning.situation import Situation, read_situations
from encours.dunning.template_actions import TemplateDetails
from encours.parties.queries import accounts_in


def sample_account(scope: Scope, text: str, now: dt.datetime) -> Situation | None:
    """Return the account of the customer code given, or the first one that owes something."""
    rows = accounts_in(scope).filter(open_invoice_count__gt=0)
    named = rows.filter(customer__code=text.strip()).first() if text.strip() else rows.first()
    if named is None:
        return None
    return read_situations(scope, [named.id], paris_date(now)).get(named.id)


def preview_on(
    situation: Situation,
    template: MessageTemplate,
    details: TemplateDetails,
    actor: Actor,
    now: dt.datetime,
) -> Preview:
    """Return what an account would receive of a template that is being edited."""
    edited = MessageTemplate(
        id=template.id,
        code=details.code,
        language=details.language,
        name=details.name,
        mention=details.mention,
        mode=details.mode,
        severity=template.severity,
        subject=details.subject,
        body=details.body,
        version=template.version,
    )
    return show(_issue(situation, edited, actor, now))


def queue_test(situation: Situation | None, template: MessageTemplate, actor: Actor, now: dt.datetime) -> str:
    """Queue the template to its editor's own address and return it; raise Refusal where that cannot be."""
    if situation is None:
        raise Refusal(_("Aucun compte n'a de facture en attente\u00a0: il n'y a rien à montrer."))
    if not actor.email:
        raise Refusal(_("Votre compte n'a pas d'adresse e-mail\u00a0: complétez-la d'abord."))
    if not situation.account.entity.sender_email:
        raise Refusal(_("L'entité %s n'a pas d'e-mail d'expéditeur.") % situation.account.entity.code)
    issue = _issue(situation, template, actor, now)
    issue = replace(issue, plan=replace(issue.plan, mode=Mode.EMAIL, recipients=(actor.email,)))
    texts = write_texts(issue)
    reference = f"essai-{secrets.token_hex(8)}"
    email = replace(
        email_document(issue, texts),
        subject=_("[Essai] %s") % texts.subject,
        message_id=f"<{reference}@{situation.account.entity.sender_email.rpartition('@')[2]}>",
        references=(),
    )
    content = compose(email, [])
    with transaction.atomic():
        enqueue(
            reference=reference,
            sender=email.sender_address,
            recipients=[Recipient(actor.email)],
            message_id=email.message_id,
            content_sha256=store.put(content),
            size=len(content),
            now=now,
        )
        record(
            actor=actor,
            action="template.try",
            subject=f"modèle {template.code} ({template.language})",
            entity_code=situation.account.entity.code,
            after={"account": situation.account.id, "reference": reference},
            now=now,
        )
    return actor.email


def _issue(situation: Situation, template: MessageTemplate, actor: Actor, now: dt.datetime) -> Issue:
    chosen = tuple(row for row in situation.invoices if row.is_overdue) or situation.invoices
    plan = Plan(template, template.mode, template.severity, chosen, default_enclosures(situation))
    return Issue(plan, situation, None, actor, now)
