"""Keep what an entity chooses for its letters; refuse what cannot be read or would leave the envelope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace

from django.db import transaction
from django.utils.translation import gettext as _

from encours.archive import store
from encours.audit.record import record
from encours.core.actors import Actor
from encours.core.colours import contrast_on_white, darkened, is_readable, parse_colour
from encours.core.errors import Refusal
from encours.core.hash_chain import sha256_of
from encours.core.typed import parse_text
from encours.documents.letterhead import LOGO_HEIGHTS_MM, LONGEST_NOTE, MARGINS_MM, Letterhead
from encours.parties.models import BillingEntity
from encours.parties.senders import letterhead_of


@transaction.atomic
def set_letterhead(
    *,
    entity: BillingEntity,
    letterhead: Letterhead,
    pictures: Iterable[bytes] = (),
    actor: Actor,
    now: dt.datetime,
) -> BillingEntity:
    """Give an entity the look of its letters; raise Refusal where a choice cannot be kept.

    ``pictures`` are new ones, cleaned (documents.pictures). A letterhead names either one of them or what
    the entity has already: nothing else that is stored can be shown through it. Pictures of before stay in
    the archive, where the reminders that were issued with them find them.
    """
    checked, refusals = examine_letterhead(letterhead)
    for refusal in refusals:
        raise refusal
    entity = BillingEntity.objects.select_for_update().get(id=entity.id)
    before = letterhead_of(entity)
    new = {sha256_of(content): content for content in pictures}
    for name in ("logo_sha256", "signature_sha256"):
        if getattr(checked, name) not in {"", getattr(before, name), *new}:
            raise Refusal(_("Cette image n'est pas celle de l'entité\u00a0: choisissez-la à nouveau."))
    for sha256, content in new.items():
        if sha256 in (checked.logo_sha256, checked.signature_sha256):
            store.put(content)
    _assign(entity, asdict(checked))
    _record(entity, asdict(before), asdict(checked), actor, now)
    return entity


def examine_letterhead(letterhead: Letterhead) -> tuple[Letterhead, list[Refusal]]:
    """Return the choices cleaned, and everything in them that cannot be kept, each with its field."""
    refusals: list[Refusal] = []
    rules: tuple[tuple[str, Callable[[], object]], ...] = (
        ("accent", lambda: _colour(letterhead.accent)),
        ("footer_note", lambda: parse_text(letterhead.footer_note, max_length=LONGEST_NOTE)),
        ("logo_height_mm", lambda: _within(letterhead.logo_height_mm, LOGO_HEIGHTS_MM)),
        *(
            (name, lambda name=name, side=side: _within(getattr(letterhead, name), MARGINS_MM[side]))
            for side, name in ((side, f"margin_{side}_mm") for side in MARGINS_MM)
        ),
    )
    values: dict[str, object] = {}
    for name, rule in rules:
        try:
            values[name] = rule()
        except Refusal as refusal:
            refusals.append(Refusal(refusal.message, field=name))
    return replace(letterhead, **values), refusals  # type: ignore[arg-type]


def _colour(text: str) -> str:
    colour = parse_colour(text)
    if colour is None:
        raise Refusal(_("Une couleur s'écrit # et six chiffres hexadécimaux, par exemple #1f3a5f."))
    if not is_readable(colour):
        raise Refusal(
            _(
                "Cette couleur est trop claire pour être lue sur du papier blanc (contraste %(contrast)s, il "
                "faut 4,5)\u00a0: %(darker)s conviendrait."
            )
            % {"contrast": f"{contrast_on_white(colour):.1f}".replace(".", ","), "darker": darkened(colour)}
        )
    return colour


def _within(length_mm: int, bounds: tuple[int, int]) -> int:
    least, greatest = bounds
    if not least <= length_mm <= greatest:
        raise Refusal(
            _("Choisissez une longueur de %(least)s à %(greatest)s\u00a0mm.")
            % {"least": least, "greatest": greatest}
        )
    return length_mm


def _assign(entity: BillingEntity, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(entity, name, value)
    entity.save(update_fields=list(values))


def _record(
    entity: BillingEntity,
    before: Mapping[str, object],
    after: Mapping[str, object],
    actor: Actor,
    now: dt.datetime,
) -> None:
    changed = [name for name in after if before[name] != after[name]]
    record(
        actor=actor,
        action="entity.letterhead",
        subject=f"entité {entity.code}",
        entity_code=entity.code,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        now=now,
    )
