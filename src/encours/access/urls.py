"""Addresses of the sign-in and of the user's own account."""

from __future__ import annotations

from django.urls import path

from encours.access import user_views, views

app_name = "access"
urlpatterns = [
    path("connexion/", views.sign_in, name="sign_in"),
    path("connexion/faite/", views.signed_in, name="signed_in"),
    path("connexion/lien/<str:uid>/<str:token>/", views.one_time_link, name="one_time_link"),
    path("deconnexion/", views.sign_out, name="sign_out"),
    path("mon-compte/", views.account, name="account"),
    path("mon-compte/mot-de-passe/", views.change_password, name="change_password"),
    path("mon-compte/langue/", views.change_language, name="change_language"),
    path("administration/utilisateurs/", user_views.users, name="users"),
    path("administration/utilisateurs/nouveau/", user_views.new_user, name="new_user"),
    path("administration/utilisateurs/<int:pk>/", user_views.user, name="user"),
    path("administration/utilisateurs/<int:pk>/activite/", user_views.user_activity, name="user_activity"),
    path("administration/utilisateurs/<int:pk>/lien/", user_views.user_link, name="user_link"),
]
