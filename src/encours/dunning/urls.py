"""Addresses of reminders: the two steps, the archive, templates and severities."""

from __future__ import annotations

from django.urls import path, register_converter

from encours.dunning.converters import ReferenceConverter
from encours.dunning.notices.urls import urlpatterns as notices
from encours.dunning.outbox.urls import urlpatterns as outbox
from encours.dunning.runs.urls import urlpatterns as mass_reminders
from encours.dunning.views import archive, letterheads, severities, templates, wizard

register_converter(ReferenceConverter, "reference")

app_name = "dunning"
urlpatterns = [
    *mass_reminders,
    *outbox,
    *notices,
    path("comptes/<int:account_id>/relance/", wizard.remind, name="remind"),
    path("comptes/<int:account_id>/relance/apercu/", wizard.live, name="live"),
    path("relances/<reference:reference>/", archive.detail, name="reminder"),
    path("relances/<reference:reference>/envoi/", archive.delivery, name="delivery"),
    path("relances/<reference:reference>/imprimer/", archive.print_letter, name="print"),
    path("relances/<reference:reference>/annuler/", archive.cancel, name="cancel"),
    path("relances/<reference:reference>/impression/<str:filename>", archive.printout, name="printout"),
    path("relances/<reference:reference>/fichiers/<int:position>/<str:filename>", archive.file, name="file"),
    path("administration/modeles/", templates.index, name="templates"),
    path("administration/modeles/nouveau/", templates.create, name="create_template"),
    path("administration/modeles/<int:template_id>/", templates.edit, name="template"),
    path("administration/modeles/<int:template_id>/apercu/", templates.show_preview, name="preview_template"),
    path("administration/modeles/<int:template_id>/essai/", templates.send_test, name="test_template"),
    path("administration/entites/<int:pk>/papier/", letterheads.edit, name="letterhead"),
    path(
        "administration/entites/<int:pk>/papier/apercu/", letterheads.show_preview, name="preview_letterhead"
    ),
    path("administration/severites/", severities.edit, name="severities"),
]
