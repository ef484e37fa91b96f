"""Addresses of the outbox; those of the app include them."""

from __future__ import annotations

from django.urls import path

from encours.dunning.outbox import views

urlpatterns = [
    path("boite-d-envoi/", views.outbox, name="outbox"),
    path("boite-d-envoi/decision/", views.decide, name="outbox_decide"),
    path("boite-d-envoi/suspension/", views.switch, name="outbox_switch"),
]
