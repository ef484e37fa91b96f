"""The letterhead of an entity: what it changes on a letter, what it may not, and that it is frozen."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import IntegrityError, transaction

from encours.archive import store
from encours.audit.models import AuditLine
from encours.core.errors import Refusal
from encours.core.hash_chain import sha256_of
from encours.documents import engine
from encours.documents.letterhead import MARGINS_MM, Letterhead
from encours.documents.pictures import clean_picture
from encours.dunning import letterheads
from encours.dunning.issuing.drawing import draw
from encours.dunning.issuing.frozen import FrozenReminder
from encours.dunning.issuing.ordering import order_of
from encours.dunning.letterheads import Proposed, save_letterhead
from encours.parties.actions import update_entity
from encours.parties.bulk import update_entities
from encours.parties.details import details_of_entity
from encours.parties.letterheads import examine_letterhead, set_letterhead
from encours.parties.models import BillingEntity
from encours.parties.senders import letterhead_of
from tests import build
from tests.access.world import snapshot
from tests.build import ACTOR, NOW, TODAY
from tests.dunning.issuing import remind_one
from tests.dunning.letterheads import SVG_LOGO, raster_logo, signature

pytestmark = pytest.mark.django_db


def save(entity: BillingEntity, proposed: Proposed) -> BillingEntity:
    return save_letterhead(entity=entity, proposed=proposed, actor=ACTOR, now=NOW, today=TODAY)


def dressed(letterhead: Letterhead | None = None) -> Proposed:
    proposed = Proposed(letterhead or Letterhead(accent="#0b6e4f", footer_note="Membre d'un groupe"))
    proposed = proposed.with_picture("logo", clean_picture(SVG_LOGO))
    return proposed.with_picture("signature", clean_picture(signature()))


def test_a_letterhead_is_kept_with_its_pictures_and_audited() -> None:
    entity = save(build.entity(), dressed())
    kept = letterhead_of(BillingEntity.objects.get())
    assert (kept.accent, kept.footer_note) == ("#0b6e4f", "Membre d'un groupe")
    assert store.get(kept.logo_sha256) == clean_picture(SVG_LOGO)
    assert store.get(kept.signature_sha256) == clean_picture(signature())
    line = AuditLine.objects.latest("id")
    assert (line.action, line.entity_code) == ("entity.letterhead", entity.code)
    assert set(line.after) == {"accent", "footer_note", "logo_sha256", "signature_sha256"}


def test_an_issued_letter_is_drawn_to_the_same_bytes_after_the_letterhead_changed() -> None:
    example = build.example()
    save(example.account.entity, dressed())
    reminder = remind_one(example.account)
    issued = store.get(reminder.files.get(position=0).document.sha256)
    other = Proposed(Letterhead(margin_left_mm=25)).with_picture("logo", clean_picture(raster_logo()))
    save(example.account.entity, other)
    again = draw(order_of(reminder.frozen))[0].content
    assert sha256_of(again) == sha256_of(issued)
    frozen = FrozenReminder.from_json(reminder.frozen).letter
    assert frozen is not None
    assert frozen.sender.letterhead == dressed().letterhead


def test_an_import_or_another_address_leaves_the_letterhead_as_it_was() -> None:
    entity = save(build.entity(), dressed())
    moved = dataclasses.replace(details_of_entity(entity), city="Lyon")
    update_entity(entity=entity, details=moved, actor=ACTOR, now=NOW)
    update_entities({entity.pk: dataclasses.replace(moved, city="Nice")})
    changed = BillingEntity.objects.get()
    assert changed.city == "Nice"
    assert letterhead_of(changed) == dressed().letterhead


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"accent": "#ffc107"}, "accent", "trop claire .* conviendrait"),
        ({"accent": "rouge"}, "accent", "six chiffres hexadécimaux"),
        ({"logo_height_mm": 60}, "logo_height_mm", "8 à 30"),
        ({"footer_note": "x" * 201}, "footer_note", "Trop long"),
        ({"footer_note": "a\nb"}, "footer_note", "une seule ligne"),
        *(
            ({f"margin_{side}_mm": edge}, f"margin_{side}_mm", "Choisissez une longueur")
            for side, (least, greatest) in MARGINS_MM.items()
            for edge in (least - 1, greatest + 1)
        ),
    ],
)
def test_what_cannot_be_read_or_leaves_the_envelope_is_refused(
    change: dict[str, object], field: str, said: str
) -> None:
    entity = build.entity()
    before = snapshot()
    wrong = dataclasses.replace(Letterhead(), **change)  # type: ignore[arg-type]
    with pytest.raises(Refusal, match=said):
        save(entity, dressed(wrong))
    assert [refusal.field for refusal in examine_letterhead(wrong)[1]] == [field]
    assert snapshot() == before


def test_the_database_refuses_a_margin_that_moves_the_recipient() -> None:
    build.entity()
    with pytest.raises(IntegrityError, match="letter_left_margin_keeps_the_window"), transaction.atomic():
        BillingEntity.objects.update(margin_left_mm=40)


def test_no_other_stored_file_can_be_shown_as_a_logo() -> None:
    entity = build.entity()
    stored = store.put(b"a letter of another entity")
    before = snapshot()
    with pytest.raises(Refusal, match="n'est pas celle de l'entité"):
        set_letterhead(entity=entity, letterhead=Letterhead(logo_sha256=stored), actor=ACTOR, now=NOW)
    assert snapshot() == before


def test_a_picture_that_no_letter_can_be_drawn_with_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    entity = build.entity()
    before = snapshot()
    monkeypatch.setattr(engine, "TRIAL_SECONDS", 0.001)
    with pytest.raises(Refusal, match="ne peut pas être imprimée"):
        save(entity, dressed())
    assert snapshot() == before
    monkeypatch.undo()
    assert letterheads.preview_pages(entity, dressed(), TODAY)
