"""A password may not be little else than words that anybody would try first here."""

from __future__ import annotations

from typing import Any

import pytest

from encours.access.actions import set_password
from encours.access.errors import WeakPassword
from encours.access.models import User
from encours.core.actors import COMMAND_LINE
from tests.access.signing import NOW, PASSWORD, new_user
from tests.build import entity

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(settings: Any) -> User:
    settings.BASE_URL = "https://relances.topconseil.example"
    settings.OIDC = {"name": "Groupe Énergie"}
    entity("DUPONT-77", name="Société Générale du Béton")
    return new_user("mlefevre", email="marie@exemple.fr")


def try_password(user: User, password: str) -> None:
    set_password(user=user, password=password, actor=COMMAND_LINE, now=NOW)


@pytest.mark.parametrize(
    "password",
    [
        "Encours-2026!",
        "encoursEncoursENCOURS",
        "Beton!generale!1",
        "dupont-77-2026",
        "Topconseil 2026",
        "energie energie 1",
        "mlefevre-1234",
        "marie, marie, 77",
    ],
)
def test_what_is_little_else_than_a_word_of_the_place_is_refused(user: User, password: str) -> None:
    before = user.password
    with pytest.raises(WeakPassword, match="à celui de votre entreprise"):
        try_password(user, password)
    user.refresh_from_db()
    assert user.password == before


@pytest.mark.parametrize("password", [PASSWORD, "du béton sur le toit", "marie court dans la nuit"])
def test_a_phrase_may_hold_such_a_word(user: User, password: str) -> None:
    try_password(user, password)
    user.refresh_from_db()
    assert user.check_password(password)
