"""Addresses of the sign-in, of the user's own account and of the administration of users."""

from __future__ import annotations

from django.urls import path

from encours.access import user_views, views
from encours.access.second_factor import administration, verify
from encours.access.second_factor import views as second_factor
from encours.access.sessions import confirming
from encours.access.sessions import views as sessions

app_name = "access"
urlpatterns = [
    path("connexion/", views.sign_in, name="sign_in"),
    path("connexion/faite/", views.signed_in, name="signed_in"),
    path("connexion/verification/", verify.verify, name="verify"),
    path("connexion/lien/<str:uid>/<str:token>/", views.one_time_link, name="one_time_link"),
    path("deconnexion/", views.sign_out, name="sign_out"),
    path("mon-compte/", views.account, name="account"),
    path("mon-compte/mot-de-passe/", views.change_password, name="change_password"),
    path("mon-compte/langue/", views.change_language, name="change_language"),
    path("mon-compte/affichage/", views.change_appearance, name="change_appearance"),
    path("mon-compte/securite/", second_factor.security, name="security"),
    path("mon-compte/securite/confirmer/", confirming.confirm, name="confirm"),
    path("mon-compte/securite/application/", second_factor.enrol_app, name="enrol_app"),
    path("mon-compte/securite/cle/", second_factor.add_passkey, name="add_passkey"),
    path("mon-compte/securite/codes/", second_factor.make_codes, name="make_codes"),
    path("mon-compte/securite/<int:pk>/retirer/", second_factor.remove_factor, name="remove_factor"),
    path("mon-compte/sessions/fermer/", sessions.end_others, name="end_other_sessions"),
    path("mon-compte/sessions/<int:pk>/fermer/", sessions.end_one, name="end_session"),
    path("administration/securite/", administration.role_rules, name="role_rules"),
    path("administration/utilisateurs/", user_views.users, name="users"),
    path("administration/utilisateurs/nouveau/", user_views.new_user, name="new_user"),
    path("administration/utilisateurs/<int:pk>/", user_views.user, name="user"),
    path("administration/utilisateurs/<int:pk>/activite/", user_views.user_activity, name="user_activity"),
    path("administration/utilisateurs/<int:pk>/lien/", user_views.user_link, name="user_link"),
    path("administration/utilisateurs/<int:pk>/second-facteur/", administration.reset, name="reset_factor"),
    path("administration/utilisateurs/<int:pk>/sessions/", sessions.end_of_user, name="end_user_sessions"),
]
