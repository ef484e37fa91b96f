"""Addresses of mass reminders; those of the app include them."""

from __future__ import annotations

from django.urls import path

from encours.dunning.runs import views

urlpatterns = [
    path("relances-en-masse/", views.run_list, name="runs"),
    path("relances-en-masse/nouvelle/", views.new_run, name="new_run"),
    path("relances-en-masse/proposition/", views.propose_run, name="propose_run"),
    path("relances-en-masse/<int:run_id>/", views.run_detail, name="run"),
    path("relances-en-masse/<int:run_id>/avancement/", views.run_progress, name="run_progress"),
    path("relances-en-masse/<int:run_id>/lignes/<int:line_id>/", views.run_line, name="run_line"),
    path("relances-en-masse/<int:run_id>/lettres.pdf", views.run_letters, name="run_letters"),
    path("relances-en-masse/<int:run_id>/lettres.zip", views.run_zip, name="run_zip"),
]
