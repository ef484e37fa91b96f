"""Addresses of formal notices; those of the app include them."""

from __future__ import annotations

from django.urls import path

from encours.dunning.notices import views

urlpatterns = [
    path("mises-en-demeure/", views.notices, name="notices"),
    path("mises-en-demeure/<int:pk>/", views.notice, name="notice"),
    path("administration/entites/<int:pk>/mises-en-demeure/", views.entity_approval, name="entity_approval"),
]
