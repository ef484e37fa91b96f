"""A list with nothing in it says so, and what to do next: on an empty base and after a filter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from encours.access.models import Role
from tests import build
from tests.desk.pages import signed_in, user, words

pytestmark = pytest.mark.django_db

TEMPLATES = Path(__file__).resolve().parents[2] / "src" / "encours"
EMPTY = {
    "/": ("Premiers pas", "à faire"),
    "/relances-en-masse/": ("Aucune relance en masse", "Cochez des comptes dans la liste"),
    "/boite-d-envoi/": ("La boîte d'envoi est vide", "Les relances par e-mail y passent"),
    "/boite-d-envoi/?etat=incertaines": ("Aucun message ne correspond à ce filtre", "videz le filtre"),
    "/boite-d-envoi/?texte=personne": ("Aucun message ne correspond à ce filtre", "videz le filtre"),
    "/mises-en-demeure/": ("Rien n'attend.", "viendra ici"),
    "/filtres/": ("Aucun filtre enregistré", "Réglez le filtre de la liste"),
    "/recherche/?q=personne": ("Rien ne correspond", "Tapez une partie du nom"),
    "/aide/?q=xyzxyz": ("Rien ne correspond", "."),
    "/tableau-de-bord/balance-agee/": ("Rien n'attend d'être payé", "Changez de filtre"),
    "/tableau-de-bord/plus-gros-encours/": ("Aucun compte ne doit rien", "Changez de filtre"),
    "/tableau-de-bord/effet-des-relances/": ("Aucune relance depuis douze mois", "Choisissez «"),
    "/administration/entites/": ("Vous ne voyez aucune entité facturante.", "Créez-en une"),
    "/administration/clients/": ("Aucun client.", "Créez-en un"),
    "/administration/clients/?client=personne": ("Aucun client ne correspond", "Cherchez une partie du nom"),
    "/administration/journal/?texte=personne": ("Aucune action ne correspond", "videz le filtre"),
}
"""Each list of docs/pages.md that can be empty: what it says, and what it advises."""

ACCOUNT = {
    "": ("Aucune facture n'attend son paiement", "viendra ici jusqu'à son règlement"),
    "chronologie/": ("Rien n'a encore été dit ni payé", "viendront ici"),
    "encours/": ("", "Élargissez la période ou changez de date."),
    "compte/": ("", "Élargissez la période ou changez de date."),
}


def test_every_list_of_an_empty_base_says_that_it_is_empty_and_what_to_do() -> None:
    client = signed_in(user(role=Role.ADMINISTRATOR))
    for address, (nothing, advice) in EMPTY.items():
        answer = client.get(address)
        assert answer.status_code == 200, address
        said = words(answer)
        assert nothing in said, address
        assert advice in said.split(nothing, 1)[1], address


def test_an_account_without_anything_says_what_will_come() -> None:
    account, client = build.account(), signed_in(user())
    for part, (nothing, advice) in ACCOUNT.items():
        said = words(client.get(f"/comptes/{account.pk}/{part}"))
        assert nothing in said, part
        assert advice in said[said.index(nothing) :], part
    build.invoice(account)
    nowhere = words(client.get("/?client=personne&de=&a="))
    assert "Élargissez la période, choisissez un autre cas ou videz le filtre." in nowhere


def test_no_template_says_that_it_is_empty_without_an_advice() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for include in re.findall(r'{% include "web/parts/empty.html"[^%]*%}', text):
            assert re.search(r"text=(?!\"\")", include), f"{path.name}: {include}"
        for row in re.findall(r'{% empty %}\s*<tr><td colspan="\d+">(.*?)</td>', text, re.DOTALL):
            assert row.count("{% translate") >= 2, f"{path.name}: {row}"
