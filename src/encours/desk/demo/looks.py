"""How the three invented companies look on paper: a mark of two or three shapes, a colour, how to pay."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from encours.core.actors import Actor
from encours.core.hash_chain import sha256_of
from encours.documents.letterhead import Letterhead
from encours.documents.pictures import clean_picture
from encours.parties.letterheads import set_letterhead
from encours.parties.models import BillingEntity

_TOPCONSEIL = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40">'
    '<path d="M0 40 20 4l20 36z" fill="#12508a"/><path d="M24 40 44 12l20 28z" fill="#5b9bd5"/>'
    '<circle cx="70" cy="9" r="6" fill="#e0a030"/></svg>'
)
_ATELIERS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40">'
    '<path d="M0 40V16l16 10V16l16 10V16l16 10V2h10v38z" fill="#7a2e12"/>'
    '<path d="M66 40h34v-6H66zM66 28h24v-6H66z" fill="#c4510c"/></svg>'
)
LOOKS = {
    "TOPCONSEIL": (_TOPCONSEIL, Letterhead(accent="#12508a", logo_height_mm=15, has_payment_block=True)),
    "ATELIERS": (_ATELIERS, Letterhead(accent="#7a2e12", logo_height_mm=16, margin_left_mm=25)),
    "LUMIERE": (
        "",
        Letterhead(accent="#4a3b8f", footer_note="Tous nos prix sont en euros, sauf mention contraire"),
    ),
}
"""The logo and the choices of each company, by its code; Lumière Export has no logo."""


def dress(entity: BillingEntity, *, actor: Actor, now: dt.datetime) -> None:
    """Give a company its letterhead."""
    logo, look = LOOKS[entity.code]
    pictures = [clean_picture(logo.encode())] if logo else []
    named = replace(look, logo_sha256=sha256_of(pictures[0]) if pictures else "")
    set_letterhead(entity=entity, letterhead=named, pictures=pictures, actor=actor, now=now)
