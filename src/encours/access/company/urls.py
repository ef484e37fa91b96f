"""Addresses of the sign-in by the company; allauth knows them by these names, outside any namespace."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from encours.access.company import views

PROVIDER = {"provider_id": settings.OIDC_PROVIDER_ID}

urlpatterns = [
    path("connexion/entreprise/", views.start, PROVIDER, name="openid_connect_login"),
    path("connexion/entreprise/retour/", views.come_back, PROVIDER, name="openid_connect_callback"),
]
