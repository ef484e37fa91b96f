"""Write the audit line of an action, in the transaction of the action, with nothing secret in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from encours import bulk
from encours.audit.models import AuditLine
from encours.core.actors import Actor
from encours.core.ibans import HIDDEN, mask_iban, shortened

_SECRET_WORDS = ("password", "passwd", "secret", "token", "mot_de_passe", "session", "credential")
_SUBJECT_LENGTH = 200


def record(
    *,
    actor: Actor,
    action: str,
    subject: str,
    entity_code: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    now: dt.datetime,
) -> AuditLine:
    """Add the line of one action: ``action`` is «area.verb», ``subject`` names the thing acted upon.

    Values become JSON primitives; a secret is hidden by its key, an IBAN keeps its country and last four.
    """
    row = line(
        actor=actor,
        action=action,
        subject=subject,
        entity_code=entity_code,
        before=before,
        after=after,
        now=now,
    )
    row.save(force_insert=True)
    return row


def record_all(rows: Sequence[AuditLine]) -> None:
    """Add the lines of many actions at once, each made by ``line``."""
    bulk.create_all(rows)


def line(
    *,
    actor: Actor,
    action: str,
    subject: str,
    entity_code: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    now: dt.datetime,
) -> AuditLine:
    """Return the line of one action without adding it: for record_all."""
    return AuditLine(
        at=now,
        actor_name=actor.name,
        actor_user_id=actor.user_id,
        address=actor.address[:64],
        request_id=actor.request_id[:64],
        action=action,
        entity_code=entity_code,
        subject=subject_of(subject),
        before=_safe(before or {}),
        after=_safe(after or {}),
    )


def subject_of(text: str) -> str:
    """Return a subject as the lines hold it."""
    return mask_iban(text)[:_SUBJECT_LENGTH]


def _safe(value: object, key: str = "") -> object:
    """Return a value as JSON primitives, without what its key or its form says is secret."""
    if any(word in key.lower() for word in _SECRET_WORDS) and value:
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(name): _safe(item, str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe(item, key) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    text = str(value)
    if "iban" in key.lower() and text:
        return shortened(text)
    return mask_iban(text)
