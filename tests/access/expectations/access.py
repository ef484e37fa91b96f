"""Sign-in is for anybody, the account page for whoever is signed in."""

from __future__ import annotations

from encours.access.models import Role
from tests.access.expectations import Fields, Page
from tests.access.world import Side


def _user(side: Side) -> Fields:
    return {"pk": side.user.pk}


def _new_user(side: Side) -> Fields:
    return {
        "username": "nouveau",
        "full_name": "Nouveau",
        "language": "fr",
        "role": "reader",
        "entities": side.entity.pk,
    }


PAGES = {
    "healthz": Page(get=Role.READER, is_public=True),
    "favicon": Page(get=Role.READER, is_public=True),
    "access:sign_in": Page(get=Role.READER, post=Role.READER, is_public=True),
    "access:one_time_link": Page(is_public=True, args=lambda _side: {"uid": "MQ", "token": "x"}),
    "access:sign_out": Page(post=Role.READER, is_public=True),
    "access:signed_in": Page(get=Role.READER),
    "access:account": Page(get=Role.READER),
    "access:change_password": Page(post=Role.READER),
    "access:change_language": Page(post=Role.READER, body=lambda _side: {"language": "fr"}, is_personal=True),
    "access:change_appearance": Page(
        post=Role.READER, body=lambda _side: {"theme": "dark", "density": "comfortable"}, is_personal=True
    ),
    "openid_connect_login": Page(is_public=True),
    "openid_connect_callback": Page(is_public=True),
    "access:verify": Page(get=Role.READER, post=Role.READER, is_public=True),
    "access:security": Page(get=Role.READER),
    "access:confirm": Page(get=Role.READER, post=Role.READER),
    "access:enrol_app": Page(get=Role.READER, post=Role.READER),
    "access:add_passkey": Page(get=Role.READER, post=Role.READER),
    "access:make_codes": Page(post=Role.READER),
    "access:remove_factor": Page(post=Role.READER, args=lambda _side: {"pk": 1}, is_personal=True),
    "access:end_other_sessions": Page(post=Role.READER),
    "access:end_session": Page(post=Role.READER, args=lambda _side: {"pk": 1}, is_personal=True),
    "access:role_rules": Page(get=Role.ADMINISTRATOR),
    "access:reset_factor": Page(post=Role.ADMINISTRATOR, args=_user),
    "access:end_user_sessions": Page(post=Role.ADMINISTRATOR, args=_user),
    "access:users": Page(get=Role.ADMINISTRATOR),
    "access:new_user": Page(get=Role.ADMINISTRATOR, post=Role.ADMINISTRATOR, body=_new_user),
    "access:user": Page(
        get=Role.ADMINISTRATOR,
        post=Role.ADMINISTRATOR,
        args=_user,
        body=lambda side: {"full_name": "Autre nom", "role": "collector", "entities": side.entity.pk},
    ),
    "access:user_activity": Page(post=Role.ADMINISTRATOR, args=_user),
    "access:user_link": Page(post=Role.ADMINISTRATOR, args=_user),
}
