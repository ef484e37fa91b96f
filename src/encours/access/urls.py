"""Addresses of the sign-in and of the user's own account."""

from __future__ import annotations

from django.urls import path

from encours.access import views

app_name = "access"
urlpatterns = [
    path("connexion/", views.sign_in, name="sign_in"),
    path("connexion/faite/", views.signed_in, name="signed_in"),
    path("connexion/lien/<str:uid>/<str:token>/", views.one_time_link, name="one_time_link"),
    path("deconnexion/", views.sign_out, name="sign_out"),
    path("mon-compte/", views.account, name="account"),
    path("mon-compte/mot-de-passe/", views.change_password, name="change_password"),
    path("mon-compte/langue/", views.change_language, name="change_language"),
]
