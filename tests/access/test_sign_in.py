"""Sign-in says the same to everybody it refuses, slows down who guesses, and loses nothing that was typed."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from encours.access import actions, throttle
from encours.access.links import one_time_path
from encours.access.models import Role, User
from encours.audit.models import AuditLine
from encours.core.actors import COMMAND_LINE

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
PASSWORD = "un chat sur le toit"


@pytest.fixture
def user() -> User:
    return actions.create_user(
        username="gestion",
        full_name="Gisèle Gestion",
        role=Role.COLLECTOR,
        actor=COMMAND_LINE,
        now=NOW,
        email="gestion@example.org",
        password=PASSWORD,
    )


def _post(client: Client, username: str, password: str, **more: str) -> tuple[int, str]:
    answer = client.post("/connexion/", {"username": username, "password": password, **more})
    return answer.status_code, answer.content.decode()


def _sentence(page: str) -> str:
    found = re.search(r'role="alert">.*?<div>(.*?)</div>', page, re.DOTALL)
    assert found is not None
    return found[1].strip()


def test_every_page_asks_for_a_sign_in(client: Client) -> None:
    answer = client.get("/mon-compte/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/connexion/?next=/mon-compte/"


def test_a_good_password_leads_to_the_page_asked_for(client: Client, user: User) -> None:
    answer = client.post("/connexion/", {"username": "gestion", "password": PASSWORD, "next": "/mon-compte/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mon-compte/")
    assert "Gisèle Gestion" in client.get("/mon-compte/").content.decode()


def test_a_sign_in_never_leads_to_another_site(client: Client, user: User) -> None:
    answer = client.post(
        "/connexion/", {"username": "gestion", "password": PASSWORD, "next": "https://example.org/"}
    )
    assert answer.headers["Location"] == "/"


def test_unknown_name_wrong_password_and_inactive_user_get_the_same_answer(
    client: Client, user: User
) -> None:
    _, wrong = _post(client, "gestion", "faux")
    _, unknown = _post(client, "personne", "faux")
    User.objects.update(is_active=False)
    _, inactive = _post(client, "gestion", PASSWORD)
    assert {_sentence(wrong), _sentence(unknown), _sentence(inactive)} == {
        "Identifiant ou mot de passe incorrect."
    }


def test_five_failures_close_the_door_for_a_quarter_of_an_hour(client: Client, user: User) -> None:
    for _ in range(5):
        _post(client, "gestion", "faux")
    status, page = _post(client, "gestion", PASSWORD)
    assert status == 422
    assert _sentence(page) == "Trop d&#x27;essais\u00a0: attendez un quart d&#x27;heure avant de recommencer."
    assert "_auth_user_id" not in client.session


def test_another_address_is_not_closed_by_these_failures(client: Client, user: User) -> None:
    for _ in range(5):
        _post(client, "gestion", "faux")
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert _post(elsewhere, "gestion", PASSWORD)[0] == 302


def test_who_goes_on_trying_behind_the_closed_door_locks_nobody_out_elsewhere() -> None:
    here = throttle.counted_for(username="gestion", address="192.0.2.1")
    tried = [throttle.spend_try(here, now=NOW) for _ in range(60)]
    assert tried == [True] * 5 + [False] * 55
    elsewhere = throttle.counted_for(username="gestion", address="192.0.2.7")
    colleague = throttle.counted_for(username="collegue", address="192.0.2.1")
    assert throttle.spend_try(elsewhere, now=NOW)
    assert throttle.spend_try(colleague, now=NOW)


def test_good_sign_ins_use_up_no_limit_and_the_window_passes() -> None:
    counted = throttle.counted_for(username="gestion", address="192.0.2.1")
    for _ in range(60):
        assert throttle.spend_try(counted, now=NOW)
        throttle.forgive_try(counted)
    assert [throttle.spend_try(counted, now=NOW) for _ in range(6)] == [True] * 5 + [False]
    assert throttle.spend_try(counted, now=NOW + throttle.WINDOW)


def test_a_form_sent_after_the_session_ended_is_handed_back_after_the_sign_in(
    client: Client, user: User
) -> None:
    kept = client.post("/mon-compte/langue/?x=1", {"language": "en", "note": "« à garder »"})
    assert kept.status_code == 401
    assert "Ce que vous avez saisi est conservé" in kept.content.decode()
    packed = re.search(r'name="resume" value="([^"]+)"', kept.content.decode())
    assert packed is not None
    status, page = _post(client, "gestion", PASSWORD, resume=packed[1])
    assert status == 200
    assert 'action="/mon-compte/langue/?x=1"' in page
    assert '<input type="hidden" name="language" value="en">' in page
    assert '<input type="hidden" name="note" value="« à garder »">' in page
    user.refresh_from_db()
    assert user.language == "fr"


def test_a_forged_form_is_not_handed_back(client: Client, user: User) -> None:
    status, page = _post(client, "gestion", PASSWORD, resume="eyJwYXRoIjoiLyJ9:x:y")
    assert (status, page) == (302, "")


def test_htmx_is_told_that_the_session_ended_and_gets_no_page(client: Client) -> None:
    answer = client.get("/mon-compte/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


def test_signing_out_is_by_post_alone(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get("/deconnexion/").status_code == 405
    assert client.post("/deconnexion/").headers["Location"] == "/connexion/"
    assert client.get("/mon-compte/").status_code == 302


def test_colours_and_density_are_those_that_the_user_chose(client: Client, user: User) -> None:
    client.force_login(user)
    assert '<html lang="fr">' in client.get("/mon-compte/").content.decode()
    chosen = {"theme": "dark", "density": "comfortable", "next": "/"}
    assert client.post("/mon-compte/affichage/", chosen).headers["Location"] == "/"
    switch = client.post("/mon-compte/affichage/", {"theme": "light"}, headers={"X-Requested-With": "fetch"})
    assert switch.status_code == 204
    assert client.post("/mon-compte/affichage/", {"theme": "pink"}).status_code == 422
    page = client.get("/mon-compte/").content.decode()
    assert '<html lang="fr" data-bs-theme="light" data-density="comfortable">' in page


def test_the_interface_speaks_the_language_that_the_user_chose(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get("/mon-compte/").headers["Content-Language"] == "fr"
    client.post("/mon-compte/langue/", {"language": "en"})
    assert client.get("/mon-compte/").headers["Content-Language"] == "en"
    line = AuditLine.objects.get(action="user.set_language")
    assert (line.before, line.after) == ({"language": "fr"}, {"language": "en"})


@pytest.mark.parametrize(
    ("present", "new", "again", "sentence"),
    [
        ("faux", "une très longue phrase", "une très longue phrase", "Le mot de passe actuel n&#x27;est pas"),
        (PASSWORD, "court", "court", "Ce mot de passe est trop court"),
        (PASSWORD, "une très longue phrase", "une autre phrase", "ne sont pas les mêmes"),
    ],
)
def test_a_password_is_changed_only_by_who_knows_it_and_for_a_good_one(
    client: Client, user: User, present: str, new: str, again: str, sentence: str
) -> None:
    client.force_login(user)
    fields = {"password": present, "new_password": new, "new_password_again": again}
    answer = client.post("/mon-compte/mot-de-passe/", fields)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    fields = dict.fromkeys(("new_password", "new_password_again"), "une très longue phrase")
    assert client.post("/mon-compte/mot-de-passe/", {"password": PASSWORD, **fields}).status_code == 302
    assert client.get("/mon-compte/").status_code == 200
    user.refresh_from_db()
    assert user.check_password("une très longue phrase")


def test_a_one_time_link_gives_a_password_once(client: Client, user: User) -> None:
    address = one_time_path(user)
    assert client.get(address).status_code == 200
    fields = dict.fromkeys(("new_password", "new_password_again"), "une très longue phrase")
    assert client.post(address, fields).headers["Location"] == "/"
    assert Client().get(address).status_code == 410
    assert Client().get("/connexion/lien/zzzz/zzz/").status_code == 410


def test_a_post_without_its_token_is_refused_in_french(user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/connexion/", {"username": "gestion", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Ce formulaire a expiré" in answer.content.decode()


def test_as_much_is_hashed_for_an_unknown_name_as_for_a_known_one(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    real = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str, *more: object) -> str:
        done.append(password)
        return str(real(self, password, salt, *more))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    for name, password in (("gestion", PASSWORD), ("gestion", "faux"), ("personne", "faux")):
        done.clear()
        _post(Client(), name, password)
        assert len(done) == 1, name
    User.objects.update(is_active=False)
    done.clear()
    _post(client, "gestion", PASSWORD)
    assert len(done) == 1
