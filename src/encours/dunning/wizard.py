"""Know what the two steps of a reminder propose, and what changed between them and its issue."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from encours.core import french
from encours.core.errors import Refusal
from encours.core.money import Money
from encours.dunning.issuing.plan import Plan, Planner
from encours.dunning.models import MessageTemplate, Mode, Reminder
from encours.dunning.situation import Situation
from encours.dunning.texts import choose_template
from encours.languages import reader_language, with_code
from encours.parties.models import DunningContact
from encours.parties.queries import emails_of, missing_in_address, refusals_in_contact
from encours.receivables.queries import OpenInvoice


class Changed(Refusal):
    """What the user was shown is no longer so; the sentences say what, and nothing was issued."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """A mode with the templates that speak to the account; ``obstacle`` says why it cannot be used."""

    mode: Mode
    templates: tuple[MessageTemplate, ...]
    obstacle: str = ""


def mode_choices(situation: Situation, *, may_issue_notices: bool) -> list[ModeChoice]:
    """Return the modes with their templates, those by which the account can be reached first."""
    account = situation.account
    rows = MessageTemplate.objects.filter(is_active=True).select_related("severity").order_by("code", "id")
    if not may_issue_notices:
        rows = rows.filter(is_formal_notice=False)
    by_code: dict[tuple[str, str], list[MessageTemplate]] = {}
    for row in rows:
        by_code.setdefault((row.mode, row.code), []).append(row)
    choices = []
    for mode in (Mode.EMAIL, Mode.LETTER):
        candidates = [
            choose_template(variants, entity_id=account.entity_id, language=account.customer.language)
            for (own_mode, _code), variants in by_code.items()
            if own_mode == mode
        ]
        found = tuple(row for row in candidates if row is not None)
        choices.append(ModeChoice(mode, found, obstacle_of(mode, situation)))
    return sorted(choices, key=lambda choice: bool(choice.obstacle))


def obstacle_of(mode: str, situation: Situation) -> str:
    """Return why an account cannot be reached by a mode; nothing where it can."""
    if missing := situation.missing_in_entity(mode):
        return _("l'entité est incomplète\u00a0: %s") % ", ".join(missing)
    if mode == Mode.EMAIL:
        if emails_of(situation.contact):
            return ""
        refusals = ", ".join(refusals_in_contact(situation.contact))
        return refusals or _("aucun e-mail à l'adresse de relance")
    missing = missing_in_address(situation.contact)
    return _("adresse postale incomplète\u00a0: %s") % ", ".join(missing) if missing else ""


def proposed_template(situation: Situation, choices: Sequence[ModeChoice]) -> MessageTemplate | None:
    """Return the template proposed at first: the next level after the reminders already made."""
    reachable = next((choice for choice in choices if not choice.obstacle and choice.templates), None)
    if reachable is None:
        return None
    overdue = [row.reminder_count for row in situation.invoices if row.is_overdue and row.hold is None]
    level = max(overdue, default=0)
    ordinary = [row for row in reachable.templates if not row.is_formal_notice] or list(reachable.templates)
    return ordinary[min(level, len(ordinary) - 1)]


def proposed_invoices(situation: Situation) -> tuple[int, ...]:
    """Return the invoices ticked at first: those overdue that nothing holds."""
    return tuple(row.id for row in situation.invoices if row.is_overdue and row.hold is None)


def snapshot(situation: Situation, template: MessageTemplate | None) -> dict[str, Any]:
    """Return what the user is shown of what may change behind him, as JSON primitives."""
    last = Reminder.objects.filter(account=situation.account).aggregate(last=Max("id"))["last"]
    return {
        "remaining": {str(row.id): row.remaining.minor for row in situation.invoices},
        "numbers": {str(row.id): row.number for row in situation.invoices},
        "contact": _fingerprint(situation.contact),
        "template": _look_of(template) if template else None,
        "last_reminder": last or 0,
    }


def changes_since(
    seen: Mapping[str, Any],
    situation: Situation,
    template: MessageTemplate | None,
    invoice_ids: Collection[int],
) -> list[str]:
    """Return one sentence for each thing that is no longer as the user saw it; nothing if he saw nothing."""
    if not seen:
        return []
    sentences = _changed_invoices(seen, situation, invoice_ids)
    if seen["contact"] != _fingerprint(situation.contact):
        sentences.append(_("L'adresse de relance a changé\u00a0: vérifiez le destinataire."))
    if lost := lost_template(template):
        sentences.append(lost)
    elif template and seen["template"] and seen["template"]["id"] == template.id:
        sentences += _changed_template(seen["template"], template)
    newer = Reminder.objects.filter(account=situation.account, id__gt=seen["last_reminder"]).order_by("id")
    for reminder in newer[:5]:
        sentences.append(
            _("La relance %(reference)s a été faite entre-temps par %(author)s, le %(moment)s.")
            % {
                "reference": reminder.reference,
                "author": reminder.author_name,
                "moment": french.moment(reminder.created_at, reader_language()),
            }
        )
    return sentences


def lost_template(template: MessageTemplate | None) -> str:
    """Return why a template that was chosen cannot be used any more, and what to do; nothing if it can."""
    if template is None:
        return _(
            "Le modèle choisi n'existe plus\u00a0: rien n'est émis. Choisissez un autre type\u202f;"
            " ce que vous avez saisi est conservé."
        )
    if not template.is_active:
        return (
            _(
                "Le modèle «\u00a0%s\u00a0» n'est plus actif\u00a0: rien n'est émis. Choisissez un autre"
                " type\u202f; ce que vous avez saisi est conservé."
            )
            % template.name
        )
    return ""


def _look_of(template: MessageTemplate) -> dict[str, Any]:
    return {
        "id": template.id,
        "version": template.version,
        "mode": template.mode,
        "mention": template.mention,
        "is_formal_notice": template.is_formal_notice,
    }


def _changed_template(before: Mapping[str, Any], template: MessageTemplate) -> list[str]:
    after, name = _look_of(template), template.name
    sentences = []
    if before["version"] != after["version"]:
        sentences.append(
            _("Le modèle «\u00a0%s\u00a0» a été modifié\u00a0: le texte non retouché l'a suivi.") % name
        )
    if before["mode"] != after["mode"]:
        sentences.append(
            _(
                "Le modèle «\u00a0%(name)s\u00a0» est passé de «\u00a0%(before)s\u00a0» à"
                " «\u00a0%(after)s\u00a0»\u00a0: vérifiez le mode de cette relance."
            )
            % {"name": name, "before": Mode(before["mode"]).label, "after": Mode(after["mode"]).label}
        )
    if before["mention"] != after["mention"]:
        sentences.append(
            _("La mention du modèle «\u00a0%(name)s\u00a0» est maintenant «\u00a0%(mention)s\u00a0».")
            % {"name": name, "mention": template.mention or "—"}
        )
    if before["is_formal_notice"] != after["is_formal_notice"]:
        is_notice = (
            _("Le modèle «\u00a0%s\u00a0» est maintenant une mise en demeure.")
            if template.is_formal_notice
            else _("Le modèle «\u00a0%s\u00a0» n'est plus une mise en demeure.")
        )
        sentences.append(is_notice % name)
    return sentences


def _changed_invoices(
    seen: Mapping[str, Any], situation: Situation, invoice_ids: Collection[int]
) -> list[str]:
    now_open = {row.id: row for row in situation.invoices}
    sentences = []
    for invoice_id in invoice_ids:
        number, before = seen["numbers"].get(str(invoice_id)), seen["remaining"].get(str(invoice_id))
        row = now_open.get(invoice_id)
        if number is None:
            continue
        if row is None:
            sentences.append(_("La facture %s n'a plus rien à payer\u00a0: elle est retirée.") % number)
        elif row.remaining.minor != before:
            currency = row.remaining.currency
            sentences.append(
                _("Le solde de la facture %(number)s est passé de %(before)s à %(after)s.")
                % {
                    "number": number,
                    "before": with_code(Money(before, currency)),
                    "after": with_code(row.remaining),
                }
            )
    return sentences


def careful_planner(plan: Plan, seen: Mapping[str, Any]) -> Planner:
    """Return a planner that issues a plan only if nothing changed since the user saw it; else Changed."""
    wanted = [row.id for row in plan.invoices]

    def confirm(situation: Situation) -> Plan:
        fresh = MessageTemplate.objects.filter(id=plan.template.id).first()
        sentences = changes_since(seen, situation, fresh, wanted)
        if sentences:
            raise Changed(sentences)
        return plan

    return confirm


def held_sentence(invoice: OpenInvoice) -> str:
    """Return why an invoice cannot be reminded, or nothing."""
    hold = invoice.hold
    if hold is None:
        return ""
    if hold.until is None:
        return _("en litige")
    return _("suspendue jusqu'au %s") % french.date(hold.until)


def _fingerprint(contact: DunningContact | None) -> str:
    if contact is None:
        return ""
    parts = (
        contact.contact_name,
        contact.emails,
        contact.refused_emails,
        contact.address1,
        contact.address2,
        contact.postcode,
        contact.city,
        contact.country,
    )
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]
