"""Show a letterhead on a letter that nobody receives, and keep it once that letter could be drawn."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from encours.core.actors import Actor
from encours.core.errors import Refusal
from encours.core.hash_chain import sha256_of
from encours.documents.engine import DrawingError
from encours.documents.letterhead import Letterhead
from encours.documents.stored_pictures import pictures_of
from encours.dunning.composing import PREVIEW_PPI
from encours.dunning.documents.letter import Block, LetterDocument, LetterInvoice, render_letter_pictures
from encours.parties.letterheads import examine_letterhead, set_letterhead
from encours.parties.models import BillingEntity
from encours.parties.senders import sender_of


@dataclass(frozen=True, slots=True)
class Proposed:
    """A letterhead that is being edited, and its new pictures by SHA-256, which are not stored yet."""

    letterhead: Letterhead
    unsaved: Mapping[str, bytes] = field(default_factory=dict)

    def with_picture(self, name: str, content: bytes) -> Proposed:
        """Return the same letterhead with a new picture: ``name`` is «logo» or «signature»."""
        sha256 = sha256_of(content)
        changed = replace(self.letterhead, **{f"{name}_sha256": sha256})  # type: ignore[arg-type]
        return Proposed(changed, {**self.unsaved, sha256: content})


def preview_pages(entity: BillingEntity, proposed: Proposed, today: dt.date) -> tuple[str, ...]:
    """Return the pages of the sample letter as PNG in base64; raise Refusal where it cannot be drawn."""
    letter = sample_letter(entity, proposed.letterhead, today)
    try:
        pages = render_letter_pictures(
            letter,
            pictures_of(proposed.letterhead, proposed.unsaved),
            ppi=PREVIEW_PPI,
            are_tried=not proposed.unsaved,
        )
    except DrawingError as error:
        raise Refusal(_("Cette image ne peut pas être imprimée\u00a0: choisissez-en une autre.")) from error
    return tuple(base64.b64encode(page).decode() for page in pages)


def save_letterhead(
    *, entity: BillingEntity, proposed: Proposed, actor: Actor, now: dt.datetime, today: dt.date
) -> BillingEntity:
    """Keep a letterhead with which a letter can be drawn; otherwise raise Refusal, having changed nothing."""
    for refusal in examine_letterhead(proposed.letterhead)[1]:
        raise refusal
    if proposed.unsaved:
        preview_pages(entity, proposed, today)
    return set_letterhead(
        entity=entity,
        letterhead=proposed.letterhead,
        pictures=proposed.unsaved.values(),
        actor=actor,
        now=now,
    )


def sample_letter(entity: BillingEntity, letterhead: Letterhead, today: dt.date) -> LetterDocument:
    """Return a letter of an entity to a customer who does not exist, about two invoices."""
    issued, due = today - dt.timedelta(days=75), today - dt.timedelta(days=45)
    lines = tuple(
        LetterInvoice(number, issued.isoformat(), due.isoformat(), minor, "EUR", 45)
        for number, minor in (("EXEMPLE-001", 640_000), ("EXEMPLE-002", 125_050))
    )
    paragraphs = (
        _("Madame, Monsieur,"),
        _(
            "Voici à quoi ressemblent les lettres de relance de %s. Le texte d'une vraie lettre vient de son"
            " modèle de message\u202f; les factures et le client de cet exemple n'existent pas\u00a0:"
        )
        % entity.name,
        "",
        _("Veuillez agréer, Madame, Monsieur, l'expression de nos salutations distinguées."),
    )
    blocks = tuple(Block("paragraph", text) if text else Block("invoices") for text in paragraphs)
    return LetterDocument(
        language=(get_language() or "fr")[:2],
        reference="1",
        identifier=f"{entity.code}-1",
        date=today.isoformat(),
        mention=_("Lettre simple"),
        subject=_("Aperçu du papier à lettres"),
        sender=replace(sender_of(entity), letterhead=letterhead),
        recipient=("CLIENT EXEMPLE", "Mme Camille Exemple", "12 rue de l'Exemple", "69003 LYON"),
        blocks=blocks,
        invoices=lines,
        enclosures=(_("votre compte client au %s") % f"{today:%d/%m/%Y}",),
    )
