"""Know the pictures of screens in the manual and the README: where each is taken, and what it must show.

`bin/pictures` makes them (tests/browser/making_pictures.py); tests/manual/test_pictures.py holds the list to
the manual without a browser.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import FilePayload, Page, expect

from encours.access.models import Role
from encours.core.days import PARIS
from encours.dunning.models import MessageTemplate, Mode, Reminder, ReminderRun
from encours.parties.models import Account
from encours.receivables.models import Invoice

DOCS = Path(__file__).resolve().parents[2] / "docs"
MANUAL, README = DOCS / "user" / "pictures", DOCS / "pictures"
NOW = dt.datetime(2026, 6, 16, 11, 22, 40, tzinfo=PARIS)
"""The moment at which every picture is taken."""
WIDTH = 1180
COLOURS = 96
FAINT = 24
"""How much a pixel may differ and still look the same."""
MOST_SPECKS = 16
"""How many pixels may differ more in a picture that is kept as it was."""
EVERYTHING = "de=&a=&cas=tous"
TO_IMPORT = """entity_code;customer_code;number;kind;issue_date;due_date;net;vat;gross;currency
TOPCONSEIL;DUPONT;FAC-202606-21;invoice;01/06/2026;01/07/2026;1 200,00;240,00;1 440,00;EUR
TOPCONSEIL;BERNARD;FAC-202606-22;invoice;02/06/2026;demain;800,00;160,00;960,00;EUR
TOPCONSEIL;OCEANE;FAC-202606-23;invoice;02/06/2026;02/07/2026;800,00;160,00;1 060,00;EUR
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its file, the screen as docs/pages.md has it, who looks and what is done there first.

    ``shows`` are texts of the interface that must be in sight when it is taken; ``role`` is None before the
    sign-in.
    """

    name: str
    screen: str
    shows: tuple[str, ...]
    address: Callable[[], str] = lambda: ""
    act: Callable[[Page], None] = lambda _page: None
    role: Role | None = Role.COLLECTOR
    height: int = 720
    width: int = WIDTH
    folder: Path = MANUAL

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / f"{self.name}.png"

    @property
    def place(self) -> str:
        """Where it is opened on the demonstration."""
        return self.address() or self.screen


def _account(code: str, entity: str = "TOPCONSEIL") -> int:
    return Account.objects.get(customer__code=code, entity__code=entity).pk


def _of_account(code: str, rest: str = "", entity: str = "TOPCONSEIL") -> Callable[[], str]:
    return lambda: f"/comptes/{_account(code, entity)}/{rest}"


def _letter() -> str:
    letter = Reminder.objects.filter(mode=Mode.LETTER, account__customer__code="DUPONT").latest("id")
    return f"/relances/{letter.reference}/"


def _list(page: Page) -> None:
    expect(page.locator("#totaux .waits")).to_have_count(0)


def _find(text: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.keyboard.press("Control+k")
        expect(page.locator("#palette-options [role=option]").first).to_be_visible()
        page.get_by_role("combobox", name="Rechercher").fill(text)
        expect(page.locator("#palette-options [role=option]").first).to_contain_text(re.compile(text, re.I))

    return act


def _second_step(page: Page) -> None:
    letter = page.locator("#id_modele option", has_text="(Courrier postal").first
    page.get_by_label("Type*").select_option(value=str(letter.get_attribute("value")))
    page.get_by_role("button", name="Suivant >").click()
    expect(page.get_by_role("heading", name=re.compile("ÉTAPE 2"))).to_be_visible()


def _address_window(page: Page) -> None:
    page.get_by_role("link", name=re.compile("Gérer les adresses")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _preview(page: Page) -> None:
    page.get_by_role("button", name="Aperçu").click()
    expect(page.locator(".preview-page")).to_have_count(1)


def _check_file(page: Page) -> None:
    file = FilePayload(name="factures.csv", mimeType="text/csv", buffer=TO_IMPORT.encode())
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_role("region", name="Lignes à corriger")).to_be_visible()


def _propose(page: Page) -> None:
    for label, text in (("Référence", "VIR-4512"), ("Montant", "4 000"), ("Moyen de paiement", "virement")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Proposer les lettrages").click()


PICTURES = (
    Picture(
        "liste",
        "/",
        ("Filtrer", "Faire une relance", "Gérer les adresses de relance"),
        lambda: f"/?{EVERYTHING}",
        _list,
        width=1440,
        height=900,
        folder=README,
    ),
    Picture("connexion", "/connexion/", ("Se connecter", "Mot de passe"), role=None, height=560, width=900),
    Picture(
        "recherche",
        "/",
        ("Faire une relance",),
        lambda: f"/?{EVERYTHING}",
        _find("garage"),
        width=1440,
        height=640,
    ),
    Picture(
        "liste",
        "/",
        ("Filtrer", "Vider le filtre", "Enregistrer ce filtre", "Faire une relance"),
        lambda: f"/?{EVERYTHING}&entite=TOPCONSEIL",
        _list,
        width=1440,
        height=1000,
    ),
    Picture(
        "relance-etape-1",
        "/comptes/<account_id>/relance/",
        ("Factures à payer, échues", "Factures à payer, non échues", "Suivant >"),
        _of_account("DUPONT", "relance/"),
    ),
    Picture(
        "relance-etape-2",
        "/comptes/<account_id>/relance/",
        ("Factures sélectionnées", "Objet de la relance", "Enregistrer la relance"),
        _of_account("DUPONT", "relance/"),
        _second_step,
        width=1440,
        height=1240,
    ),
    Picture(
        "proposition",
        "/relances-en-masse/<run_id>/",
        ("Lancer les relances", "Garder les coches"),
        lambda: f"/relances-en-masse/{ReminderRun.objects.latest('id').pk}/",
        height=900,
    ),
    Picture("boite-d-envoi", "/boite-d-envoi/", ("Boîte d'envoi", "Renvoyer")),
    Picture(
        "tableau-de-bord",
        "/tableau-de-bord/",
        ("Balance âgée", "Évolution sur 12 mois"),
        height=900,
    ),
    Picture(
        "compte",
        "/comptes/<pk>/",
        ("Faire une relance",),
        _of_account("ACIERS", entity="ATELIERS"),
        height=900,
    ),
    Picture(
        "adresses",
        "/comptes/<pk>/adresses/",
        ("Adresses e-mail", "Enregistrer"),
        lambda: f"/?{EVERYTHING}&client=Fleurs",
        _address_window,
        width=1440,
        height=900,
    ),
    Picture(
        "facture",
        "/factures/<pk>/",
        ("Montants et dates", "Lettrages"),
        lambda: (
            f"/factures/{Invoice.objects.get(account__customer__code='DUPONT', gross_minor=1_140_000).pk}/"
        ),
        width=760,
        height=900,
    ),
    Picture(
        "reglement",
        "/comptes/<pk>/reglements/nouveau/",
        ("Proposer les lettrages", "Enregistrer le règlement"),
        _of_account("DUPONT", "reglements/nouveau/"),
        _propose,
        height=1080,
    ),
    Picture(
        "suspendre",
        "/comptes/<pk>/suspendre/",
        ("Suspendre les relances",),
        _of_account("DUPONT", "suspendre/"),
        height=560,
    ),
    Picture("archive", "/relances/<reference>/", ("Fichiers conservés",), _letter, height=900),
    Picture(
        "modele",
        "/administration/modeles/<template_id>/",
        ("Aperçu", "Enregistrer le modèle"),
        lambda: f"/administration/modeles/{MessageTemplate.objects.get(code='L1', language='fr').pk}/",
        _preview,
        Role.ADMINISTRATOR,
        height=900,
    ),
    Picture("importer", "/importer/", ("Vérifier",), act=_check_file, width=1440, height=900),
    Picture("journal", "/administration/journal/", ("Exporter en XLSX",), role=Role.ADMINISTRATOR),
    Picture(
        "conservation",
        "/administration/conservation/",
        ("Conservation des données",),
        role=Role.ADMINISTRATOR,
    ),
)
"""Those of the demonstration, in the order of the manual."""
RESTORED = Picture(
    "apres-restauration", "/boite-d-envoi/", ("Rouvrir l'envoi",), role=Role.ADMINISTRATOR, height=480
)
"""The outbox of a restored installation."""
EMPTY = Picture("premiers-pas", "/", ("Premiers pas",), role=Role.ADMINISTRATOR, height=640)
"""An installation without data."""
ALL = (*PICTURES, RESTORED, EMPTY)


def keep(picture: Picture, shot: bytes) -> bool:
    """Write a picture in few colours unless the one that is there looks the same; tell whether it is new."""
    with Image.open(io.BytesIO(shot)) as image:
        drawn = image.convert("RGB").quantize(
            colors=COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
    if picture.path.exists():
        with Image.open(picture.path) as image:
            kept = image.convert("L")
        if kept.size == drawn.size:
            differing = ImageChops.difference(kept, drawn.convert("L")).histogram()[FAINT:]
            if sum(differing) <= MOST_SPECKS:
                return False
    picture.path.parent.mkdir(parents=True, exist_ok=True)
    drawn.save(picture.path, "PNG", optimize=True)
    return True
