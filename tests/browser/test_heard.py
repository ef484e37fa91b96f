"""What a screen reader hears of the pages of every day: roles, names and their order."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from encours.access.models import Role
from tests import build

FILTER = """
- region "Filtre":
  - group: toutes
  - combobox "Client"
  - combobox "De"
  - combobox "à"
  - combobox "Cas"
  - combobox "Historique des relances depuis"
  - button "Filtrer"
  - link "Vider le filtre"
  - group: Enregistrer ce filtre
"""

LIST = """
- table "Comptes clients, factures en attente de paiement et relances":
  - rowgroup:
    - row:
      - columnheader "Sélection"
      - columnheader "État"
      - columnheader "Date relance"
      - columnheader "Facture n°"
      - columnheader "Total H.T."
      - columnheader "Total T.T.C."
      - columnheader "Solde"
      - columnheader "Date d'échéance"
      - columnheader "Encours client"
      - columnheader "Compte client"
      - columnheader "Actions"
  - rowgroup:
    - row:
      - rowheader "TopConseil TOPCONSEIL"
  - rowgroup:
    - row:
      - cell:
        - checkbox "Sélectionner Dupont SA"
      - cell:
        - heading "Dupont SA DUPONT" [level=2]:
          - link "Dupont SA"
      - cell:
        - checkbox "Historique de relance depuis 1 an" [checked]
      - cell:
        - link /État PDF de l'encours de 01\\/2010 à/
      - cell:
        - link /Compte client de 01\\/2010 à/
      - cell:
        - link "Faire une relance"
        - link "Gérer les adresses de relance adresse complète"
    - row:
      - cell:
        - link "FAC-201601-01"
      - cell:
        - link "Consulter la facture FAC-201601-01"
"""

ACCOUNT = """
- heading "Dupont SA DUPONT" [level=1]
- link "Gérer les adresses de relance"
- link "Faire une relance"
- region "Situation en EUR":
  - term: Encours
  - definition: /6.400,00/
- region "Contact"
- region "Relances"
- region "Factures en attente de paiement"
- region "Derniers règlements"
- region "Tout ce qui a été dit et payé"
"""

STEP_ONE = """
- heading "Relance relative au client Dupont SA" [level=1]
- 'heading "ÉTAPE 1 : type de relance et factures concernées" [level=2]'
- combobox "Type*"
- group "Factures à payer, échues":
  - table:
    - rowgroup:
      - row:
        - cell:
          - checkbox "FAC-201601-01" [checked]
- group "Factures à payer, non échues"
- link "Annuler"
- button "Suivant >"
"""


def test_a_screen_reader_hears_the_list_an_account_and_the_first_step(
    signed_in_page: Callable[..., Page],
) -> None:
    account = build.example().account
    page = signed_in_page(Role.COLLECTOR)
    page.goto("/?de=01/2010&cas=tous")
    expect(page.locator(".desk-filter")).to_match_aria_snapshot(FILTER)
    expect(page.locator("table.accounts")).to_match_aria_snapshot(LIST)
    page.goto(f"/comptes/{account.pk}/")
    expect(page.locator("main")).to_match_aria_snapshot(ACCOUNT)
    page.goto(f"/comptes/{account.pk}/relance/")
    expect(page.locator("main")).to_match_aria_snapshot(STEP_ONE)
