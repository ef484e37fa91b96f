"""Addresses of the manual."""

from __future__ import annotations

from django.urls import path

from encours.manual import views

app_name = "manual"
urlpatterns = [
    path("aide/", views.contents, name="contents"),
    path("aide/pictures/<str:name>", views.picture, name="picture"),
    path("aide/<slug:name>/", views.page, name="page"),
]
