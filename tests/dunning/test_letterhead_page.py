"""Administrators dress the letters of an entity and see each choice on a letter, with or without scripts."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from encours.documents.pictures import clean_picture
from encours.parties.models import BillingEntity
from encours.parties.senders import letterhead_of
from tests import build
from tests.access.world import snapshot
from tests.dunning.letterheads import SVG_LOGO, raster_logo, signature
from tests.dunning.test_template_pages import administrator

pytestmark = pytest.mark.django_db
TYPED = {
    "couleur": "#0b6e4f", "hauteur_logo": "20", "marge_gauche": "18", "marge_droite": "18",
    "marge_haut": "15", "marge_bas": "30", "mention_bas": "Membre d'un groupe", "bloc_paiement": "on",
}  # fmt: skip


def page() -> str:
    return reverse("dunning:letterhead", args=[build.entity().pk])


def sent(name: str = "logo.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raster_logo() if content is None else content)


def pictures_of(html: str) -> list[str]:
    return re.findall(r'src="data:image/png;base64,([^"]+)"', html)


def test_the_choices_are_kept_and_shown_again() -> None:
    client = administrator()
    files = {"logo": sent(), "signature": sent("signature.png", signature())}
    answer = client.post(page(), {**TYPED, **files, "enregistrer": "1"})
    assert answer.status_code == 302
    kept = letterhead_of(BillingEntity.objects.get())
    assert (kept.accent, kept.logo_height_mm, kept.margin_top_mm) == ("#0b6e4f", 20, 15)
    assert (kept.footer_note, kept.has_payment_block) == ("Membre d'un groupe", True)
    assert kept.logo_sha256
    assert kept.signature_sha256
    shown = client.get(page()).content.decode()
    assert 'value="#0b6e4f"' in shown
    assert "Retirer le logo" in shown
    assert len(pictures_of(shown)) == 1


def test_the_preview_follows_what_is_typed_and_keeps_nothing() -> None:
    client = administrator()
    address = page()
    before = snapshot()
    plain = client.post(f"{address}apercu/", TYPED).content.decode()
    with_logo = client.post(f"{address}apercu/", {**TYPED, "logo": sent()}).content.decode()
    assert len(pictures_of(plain)) == len(pictures_of(with_logo)) == 1
    assert pictures_of(plain) != pictures_of(with_logo)
    wrong = client.post(f"{address}apercu/", {**TYPED, "couleur": "#ffff00"}).content.decode()
    assert pictures_of(wrong) == []
    assert "Couleur\u00a0: Cette couleur est trop claire" in unescape(wrong)
    assert snapshot() == before


def test_without_javascript_a_new_logo_survives_the_preview() -> None:
    client = administrator()
    address = page()
    shown = client.post(
        address, {**TYPED, "logo": sent("logo.svg", SVG_LOGO), "apercu": "1"}
    ).content.decode()
    assert BillingEntity.objects.get().logo_sha256 == ""
    kept = re.search(r'name="logo_garde" value="([^"]+)"', shown)
    assert kept is not None
    assert client.post(address, {**TYPED, "logo_garde": kept[1], "enregistrer": "1"}).status_code == 302
    logo = letterhead_of(BillingEntity.objects.get()).logo_sha256
    client.post(address, {**TYPED, "logo": sent("logo.svg", clean_picture(SVG_LOGO)), "enregistrer": "1"})
    assert letterhead_of(BillingEntity.objects.get()).logo_sha256 == logo
    client.post(address, {**TYPED, "sans_logo": "on", "enregistrer": "1"})
    assert letterhead_of(BillingEntity.objects.get()).logo_sha256 == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"couleur": "#ffff00"}, "trop claire"),
        ({"marge_gauche": "60"}, "25"),
        ({"marge_haut": ""}, "obligatoire"),
        ({"logo": b"MZ not a picture"}, "n'est pas une image PNG, JPEG ou SVG"),
        ({"signature": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"}, "ne s'imprime pas"),
        ({"logo_garde": "%%%", "mention_bas": "x" * 201}, "200"),
    ],
    ids=["pale", "margin", "empty", "not a picture", "script", "long"],
)
def test_a_wrong_choice_is_told_beside_it_and_nothing_changes(changes: dict[str, Any], said: str) -> None:
    client = administrator()
    address = page()
    before = snapshot()
    files = {
        name: sent(f"{name}.bin", value) if isinstance(value, bytes) else value
        for name, value in changes.items()
    }
    answer = client.post(address, {**TYPED, **files, "enregistrer": "1"})
    assert answer.status_code == 422
    assert said in unescape(answer.content.decode())
    assert snapshot() == before


def test_the_page_says_when_the_payment_block_cannot_be_printed() -> None:
    client = administrator()
    assert "n'a pas d'IBAN\u00a0: le bloc ne sera pas imprimé" in unescape(
        client.get(page()).content.decode()
    )
    BillingEntity.objects.update(iban="FR7630006000011234567890189")
    shown = unescape(client.get(page()).content.decode())
    assert "n'a pas d'IBAN" not in shown
    assert "est en euros" in shown


def test_the_entity_leads_to_its_letterhead() -> None:
    client: Client = administrator()
    entity = build.entity()
    assert page() in client.get(reverse("parties:entity", args=[entity.pk])).content.decode()
