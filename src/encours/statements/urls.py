"""The addresses of an account's statements: on screen, as PDF and as XLSX."""

from __future__ import annotations

from django.urls import path, re_path

from encours.statements import views

app_name = "statements"
urlpatterns = [
    path("comptes/<int:account_id>/encours/", views.show, {"kind": "encours"}, name="encours"),
    path("comptes/<int:account_id>/compte/", views.show, {"kind": "compte"}, name="compte"),
    re_path(
        r"^comptes/(?P<account_id>\d{1,18})/(?P<kind>encours|compte)\.(?P<extension>pdf|xlsx)$",
        views.download,
        name="file",
    ),
]
