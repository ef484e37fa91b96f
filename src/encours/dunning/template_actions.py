"""Write message templates and severities; each text that was saved is kept as a version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.dunning.models import MessageTemplate, Severity, TemplateVersion
from encours.dunning.texts import check_text


@dataclass(frozen=True, slots=True)
class TemplateDetails:
    """All that is edited of a template; ``entity_id`` is None for every entity."""

    code: str
    language: str
    entity_id: int | None
    name: str
    mention: str
    mode: str
    severity_id: int
    is_formal_notice: bool
    subject: str
    body: str
    is_active: bool = True


def save_template(
    *, template: MessageTemplate | None, details: TemplateDetails, actor: Actor, now: dt.datetime
) -> MessageTemplate:
    """Create or change a template; a new subject or body is a new version.

    Raise Refusal for an unknown placeholder, naming its line and the nearest one, and for a code that this
    language and entity already have.
    """
    if problems := check_text(details.subject, details.body):
        raise Refusal(" ".join(problems))
    try:
        with transaction.atomic():
            return _save(template, details, actor, now)
    except IntegrityError:
        raise Refusal(
            _("Un modèle a déjà le code %s pour cette langue et cette entité\u00a0: choisissez-en un autre.")
            % details.code
        ) from None


@transaction.atomic
def rename_severities(*, names: Mapping[int, str], actor: Actor, now: dt.datetime) -> None:
    """Give the severities (by rank) their names; raise Refusal for an empty one."""
    for rank, name in names.items():
        if not name.strip():
            raise Refusal(_("Donnez un nom à la sévérité %s.") % rank)
    before = dict(Severity.objects.select_for_update().values_list("rank", "name"))
    changed = {rank: name.strip() for rank, name in names.items() if before.get(rank) != name.strip()}
    for rank, name in changed.items():
        Severity.objects.filter(rank=rank).update(name=name)
    if changed:
        record(
            actor=actor,
            action="severity.rename",
            subject="sévérités",
            before={str(rank): before.get(rank, "") for rank in changed},
            after={str(rank): name for rank, name in changed.items()},
            now=now,
        )


def _save(
    template: MessageTemplate | None, details: TemplateDetails, actor: Actor, now: dt.datetime
) -> MessageTemplate:
    values = asdict(details)
    if template is None:
        saved, before = MessageTemplate(version=0), {}
    else:
        saved = MessageTemplate.objects.select_for_update().get(id=template.id)
        before = {name: getattr(saved, name) for name in values}
    is_new_text = (saved.subject, saved.body) != (details.subject, details.body)
    for name, value in values.items():
        setattr(saved, name, value)
    saved.version += is_new_text
    saved.save()
    if is_new_text:
        TemplateVersion.objects.create(
            template=saved,
            version=saved.version,
            subject=details.subject,
            body=details.body,
            saved_at=now,
            saved_by_name=actor.name,
        )
    changed = {name for name, value in values.items() if before.get(name) != value}
    record(
        actor=actor,
        action="template.create" if template is None else "template.update",
        subject=f"modèle {details.code} ({details.language})",
        before={name: before[name] for name in changed if name in before},
        after={name: values[name] for name in changed},
        now=now,
    )
    return saved
