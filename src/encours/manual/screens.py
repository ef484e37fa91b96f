"""Know which page of the manual explains each screen: the one table, by the names of the addresses."""

from __future__ import annotations

from django.urls import reverse

HELP = {
    "access:account": "connexion",
    "access:security": "connexion",
    "access:users": "administration",
    "access:user": "administration",
    "access:new_user": "administration",
    "access:role_rules": "administration",
    "parties:entities": "administration",
    "parties:entity": "administration",
    "parties:new_entity": "administration",
    "dunning:templates": "administration",
    "dunning:template": "administration",
    "dunning:create_template": "administration",
    "dunning:severities": "administration",
    "intake:import": "importer",
    "desk:accounts": "liste-et-filtres",
    "desk:saved_filters": "liste-et-filtres",
    "desk:contact": "clients-et-contacts",
    "parties:customers": "clients-et-contacts",
    "parties:customer": "clients-et-contacts",
    "parties:new_customer": "clients-et-contacts",
    "parties:customer_contact": "clients-et-contacts",
    "parties:entity_contact": "clients-et-contacts",
    "receivables:account": "clients-et-contacts",
    "desk:dashboard": "tableau-de-bord",
    "desk:dashboard_panel": "tableau-de-bord",
    "desk:journal": "journal",
    "desk:palette": "clavier",
    "desk:shortcuts": "clavier",
    "desk:personal_data": "donnees-personnelles",
    "desk:retention": "donnees-personnelles",
    "desk:statements": "releves",
    "statements:compte": "releves",
    "statements:encours": "releves",
    "dunning:letterhead": "courriers",
    "dunning:notices": "connexion",
    "dunning:notice": "connexion",
    "dunning:outbox": "boite-d-envoi",
    "dunning:remind": "relancer-un-client",
    "dunning:reminder": "archives-et-preuve",
    "dunning:runs": "relancer-en-masse",
    "dunning:run": "relancer-en-masse",
    "dunning:new_run": "relancer-en-masse",
    "dunning:run_line": "relancer-en-masse",
    "receivables:invoice": "factures-et-avoirs",
    "receivables:new_invoice": "factures-et-avoirs",
    "receivables:new_credit_note": "factures-et-avoirs",
    "receivables:correct_invoice": "factures-et-avoirs",
    "receivables:cancel_invoice": "factures-et-avoirs",
    "receivables:payment": "reglements-et-imputations",
    "receivables:new_payment": "reglements-et-imputations",
    "receivables:correct_payment": "reglements-et-imputations",
    "receivables:cancel_payment": "reglements-et-imputations",
    "receivables:allocate_payment": "reglements-et-imputations",
    "receivables:allocate_credit_note": "reglements-et-imputations",
    "receivables:hold_account": "suspendre",
    "receivables:hold_invoice": "suspendre",
}


def help_address(view_name: str) -> str:
    """Return where the manual explains a screen: its page, or the contents where it has none."""
    page = HELP.get(view_name)
    return reverse("manual:page", args=[page]) if page else reverse("manual:contents")
