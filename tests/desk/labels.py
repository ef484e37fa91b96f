"""Every label of the account list, as the product names it: the one table that the tests of pages read."""

from __future__ import annotations

FILTER = (
    "Entité(s) facturante(s)",
    "Client",
    "De",
    "à",
    "Cas",
    "Historique des relances depuis",
    "Filtrer",
    "Enregistrer ce filtre",
    "Vider le filtre",
)

CASES = {
    "tous": "Tous les cas…",
    "en_attente": "Factures en attente de paiement",
    "echues": "Factures échues",
    "jamais_relancees": "Échues jamais relancées",
    "relancees_impayees": "Relancées, toujours impayées",
    "sans_email": "Adresse de relance sans e-mail",
    "adresse_incomplete": "Adresse postale incomplète",
    "avoirs": "Avoirs non utilisés",
    "reglements": "Règlements non affectés",
    "soldes": "Comptes soldés",
}

HISTORIES = {"1m": "1 mois", "3m": "3 mois", "6m": "6 mois", "1a": "1 an", "2a": "2 ans", "tout": "tout"}

PAGE_SIZES = ("5", "10", "15", "25", "50", "100", "150", "200", "300", "400", "500")

COLUMNS = (
    "État",
    "Date relance",
    "Facture n°",
    "Total H.T.",
    "Total T.T.C.",
    "Solde",
    "Date d'échéance",
    "Encours client",
    "Compte client",
    "Actions",
)

ACCOUNT = (
    "Historique de relance depuis 1 an",
    "Faire une relance",
    "Gérer les adresses de relance",
)

BULK = ("Actions de masse disponibles", "Relancer en masse", "Par page :")

HISTORY = ("Consulter une relance", "Imprimer la lettre de relance")

NO_EMAIL = "✖ Aucun e-mail n'est défini au niveau de l'adresse de relance."
