"""Every label of the list, of the two steps and of the archive: the one table that tests of pages read."""

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

INVOICE_STATES = (
    "à échoir",
    "échue depuis",
    "partiellement réglée",
    "relancée le",
    "en litige",
    "suspendue jusqu'au",
)

DELIVERY_STATES = {
    "to_print": "à imprimer",
    "printed": "imprimée le",
    "queued": "en attente",
    "sending": "en cours",
    "sent": "envoyée",
    "refused": "refusée",
    "partially_refused": "partiellement refusée",
    "uncertain": "incertaine",
}

STEP_ONE = (
    "Relance relative au client",
    "ÉTAPE 1 : type de relance et factures concernées",
    "Type*",
    "Factures à payer, échues",
    "Factures à payer, non échues",
    "Suivant >",
)

STEP_ONE_COLUMNS = ("N°", "Mois/Année", "Montant (TTC)", "Solde à payer (TTC)", "Devise", "Échéance")

STEP_TWO = (
    "ÉTAPE 2 : détail de la relance",
    "Factures sélectionnées",
    "Mode de relance",
    "Sévérité/Priorité",
    "Date(s) PDF à joindre",
    "Compte client",
    "Encours",
    "Duplicata(s) à joindre\u202f?",
    "À",
    "Copie (Cc)",
    "Objet de la relance",
    "Message de relance",
    "Retour",
    "Enregistrer la relance",
)

ARCHIVE = (
    "Détail de la relance archivée",
    "Relance créée par :",
    "Société facturante :",
    "Client concerné :",
    "Date de relance :",
    "Mode de relance :",
    "Sévérité/Priorité :",
    "Pièces jointes :",
    "Objet de la relance :",
    "Message de relance :",
    "SHA-256",
)

LETTER = ("Imprimer la lettre de relance",)
