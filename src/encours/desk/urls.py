"""Addresses of the account list, its filters and the address window."""

from __future__ import annotations

from django.urls import path

from encours.desk import views
from encours.desk.dashboard import views as dashboard
from encours.desk.journal import views as journal
from encours.desk.palette import views as palette
from encours.desk.privacy import views as privacy
from encours.desk.views import contacts, hiding, saved, statements, timeline

app_name = "desk"
urlpatterns = [
    path("", views.accounts, name="accounts"),
    path("totaux/", views.filter_totals, name="totals"),
    path("clients/completion/", views.complete_customer, name="complete_customer"),
    path("recherche/", palette.palette, name="palette"),
    path("raccourcis/", palette.shortcuts, name="shortcuts"),
    path("etats/", statements.choose, name="statements"),
    path("etats.zip", statements.download, name="statements_zip"),
    path("tableau-de-bord/", dashboard.dashboard, name="dashboard"),
    path("tableau-de-bord/<slug:panel>/", dashboard.show_panel, name="dashboard_panel"),
    path("tableau-de-bord/<slug:panel>.xlsx", dashboard.download, name="dashboard_xlsx"),
    path("premiers-pas/masquer/", hiding.hide_first_steps, name="hide_first_steps"),
    path("filtres/", saved.saved_filters, name="saved_filters"),
    path("filtres/<int:pk>/", saved.change_filter, name="change_filter"),
    path("administration/journal/", journal.journal, name="journal"),
    path("administration/journal/export/", journal.export, name="journal_export"),
    path("administration/conservation/", privacy.keep, name="retention"),
    path("administration/conservation/appliquer/", privacy.apply, name="apply_retention"),
    path("administration/clients/<int:pk>/donnees/", privacy.personal_data, name="personal_data"),
    path("administration/clients/<int:pk>/donnees/export/", privacy.export, name="export_personal_data"),
    path("administration/clients/<int:pk>/donnees/effacer/", privacy.erase, name="erase_personal_data"),
    path("comptes/<int:pk>/historique/", views.history, name="history"),
    path("comptes/<int:pk>/chronologie/", timeline.timeline, name="timeline"),
    path("comptes/<int:pk>/adresses/", contacts.contact, name="contact"),
]
