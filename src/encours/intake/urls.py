"""The addresses of the import by hand."""

from __future__ import annotations

from django.urls import path

from encours.intake import views

app_name = "intake"
urlpatterns = [
    path("importer/", views.import_by_hand, name="import"),
    path("importer/suivi/<int:job_id>/", views.follow_import, name="job"),
]
