"""Put step 2 of a reminder together: its form, its totals, its texts and its preview, from a draft."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict

from encours.core import french
from encours.core.actors import Actor
from encours.core.money import sum_by_currency
from encours.documents.stored_pictures import pictures_of
from encours.dunning.documents.letter import render_letter_pictures
from encours.dunning.drafts import DraftContent
from encours.dunning.forms import StepTwoForm
from encours.dunning.issuing.email import EmailDocument
from encours.dunning.issuing.freezing import (
    Issue,
    editable_texts,
    email_document,
    letter_document,
    write_texts,
)
from encours.dunning.issuing.plan import Enclosures, Plan, default_enclosures
from encours.dunning.models import MessageTemplate, Mode, Severity
from encours.dunning.situation import Situation
from encours.dunning.texts import said_label, statement_label
from encours.dunning.wizard import changes_since, snapshot
from encours.languages import with_code
from encours.parties.queries import emails_of
from encours.receivables.queries import OpenInvoice

PREVIEW_PPI = 110


@dataclass(frozen=True, slots=True)
class Composed:
    """Step 2 as it is shown. ``plan`` is None while a field is wrong.

    ``changes`` are all the sentences that she was shown since step 1, ``news`` those that she was not.
    """

    form: StepTwoForm
    content: DraftContent
    template: MessageTemplate
    invoices: tuple[OpenInvoice, ...]
    ticked: frozenset[int]
    totals: tuple[str, ...]
    changes: tuple[str, ...]
    news: tuple[str, ...]
    plan: Plan | None
    issue: Issue

    @property
    def is_subject_edited(self) -> bool:
        """Tell whether the user wrote the subject himself."""
        return not _same(str(self.form.data["objet"]), str(self.form.data["objet_propose"]))

    @property
    def is_message_edited(self) -> bool:
        """Tell whether the user wrote the message himself."""
        return not _same(str(self.form.data["message"]), str(self.form.data["message_propose"]))


@dataclass(frozen=True, slots=True)
class Preview:
    """A reminder as its customer will see it: pages as pictures, or a message."""

    pages: tuple[str, ...] = ()
    email: EmailDocument | None = None
    enclosures: tuple[str, ...] = ()


def compose(
    content: DraftContent,
    template: MessageTemplate,
    situation: Situation,
    *,
    actor: Actor,
    now: dt.datetime,
) -> Composed:
    """Return step 2 of a draft as things stand now; texts that nobody edited follow the selection."""
    news = changes_since(content.seen, situation, template, content.invoice_ids)
    changes = tuple(dict.fromkeys([*content.seen.get("changes", ()), *news]))
    rows = tuple(row for row in situation.invoices if row.id in content.invoice_ids)
    data = _as_data(content.fields or _first_fields(content, template, situation, actor))
    ticked = frozenset(int(text) for text in data.getlist("factures") if text.isdigit())
    chosen = tuple(row for row in rows if row.id in ticked and row.hold is None)
    data.setlist("factures", [str(row.id) for row in chosen])
    draft_plan = Plan(template, template.mode, template.severity, chosen, default_enclosures(situation))
    _follow_texts(data, Issue(draft_plan, situation, None, actor, now))
    form = StepTwoForm(data, situation=situation)
    plan = _plan(form, draft_plan) if form.is_valid() else None
    kept = replace(
        content,
        fields={name: data.getlist(name) for name in data},
        seen={**snapshot(situation, template), "changes": list(changes)},
    )
    totals = sum_by_currency(row.remaining for row in chosen)
    return Composed(
        form=form,
        content=kept,
        template=template,
        invoices=rows,
        ticked=frozenset(row.id for row in chosen),
        totals=tuple(with_code(total) for total in totals.values()),
        changes=changes,
        news=tuple(news),
        plan=plan,
        issue=Issue(plan or draft_plan, situation, None, actor, now),
    )


def preview(composed: Composed) -> Preview | None:
    """Return what would be sent, or None while a field is wrong."""
    return None if composed.plan is None else show(composed.issue)


def show(issue: Issue) -> Preview:
    """Return a reminder that is not issued as its customer would see it."""
    texts = write_texts(issue)
    if issue.plan.mode == Mode.EMAIL:
        return Preview(email=email_document(issue, texts), enclosures=enclosure_labels(issue))
    letter = letter_document(issue, texts)
    pages = render_letter_pictures(letter, pictures_of(letter.sender.letterhead), ppi=PREVIEW_PPI)
    return Preview(pages=tuple(base64.b64encode(page).decode() for page in pages))


def enclosure_labels(issue: Issue) -> tuple[str, ...]:
    """Return the names of what is enclosed."""
    enclosures = issue.plan.enclosures
    statement = statement_label(enclosures.statement_kind, enclosures.from_month, enclosures.to_month)
    duplicates = [f"Duplicata de la facture {row.number}" for row in issue.plan.invoices]
    return tuple(map(said_label, [statement, *(duplicates if enclosures.has_duplicates else [])]))


def _first_fields(
    content: DraftContent, template: MessageTemplate, situation: Situation, actor: Actor
) -> dict[str, list[str]]:
    enclosures = default_enclosures(situation)
    return {
        "factures": [str(invoice_id) for invoice_id in content.invoice_ids],
        "mode": [template.mode],
        "severite": [str(template.severity_id)],
        "releve": [enclosures.statement_kind],
        "de": [french.period_month(enclosures.from_month)],
        "a": [french.period_month(enclosures.to_month)],
        "destinataires": ["; ".join(emails_of(situation.contact))],
        "copies": [actor.email],
    }


def _follow_texts(data: QueryDict, issue: Issue) -> None:
    """Write the template's texts where the user has not changed what was proposed before."""
    for name, text in zip(("objet", "message"), editable_texts(issue), strict=True):
        typed, proposed = data.get(name), data.get(f"{name}_propose")
        if typed is None or _same(str(typed), str(proposed or "")):
            data[name] = text
        data[f"{name}_propose"] = text


def _same(one: str, other: str) -> bool:
    """Compare texts as a form sends them back: its line breaks and its ends are not the user's."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()


def _plan(form: StepTwoForm, first: Plan) -> Plan:
    values = form.cleaned_data
    is_email = values["mode"] == Mode.EMAIL
    return replace(
        first,
        mode=values["mode"],
        severity=Severity.objects.get(rank=values["severite"]),
        enclosures=Enclosures(values["releve"], values["de"], values["a"], values["duplicatas"]),
        recipients=values["destinataires"] if is_email else None,
        copies=values["copies"] if is_email else (),
        subject=_edited(values["objet"], values["objet_propose"]),
        message=_edited(values["message"], values["message_propose"]),
    )


def _edited(typed: str, proposed: str) -> str | None:
    return None if _same(typed, proposed) else typed


def _as_data(fields: Mapping[str, Sequence[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, list(values))
    return data
