"""A second factor is asked for after the password, counts once, and is required of a role that needs one."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client, override_settings
from django.utils import timezone

from encours.access.errors import UserRefusal
from encours.access.links import one_time_path
from encours.access.models import Role, User
from encours.access.second_factor import actions
from encours.access.second_factor.codes import code_at, matching_step
from encours.audit.models import AuditLine
from encours.core.actors import COMMAND_LINE
from tests.access.signing import SECRET, code_now, give_password, new_user, signed_in, with_app

pytestmark = pytest.mark.django_db

VERIFY = "/connexion/verification/"


@pytest.fixture
def user() -> User:
    return new_user()


def is_in(client: Client) -> bool:
    return client.get("/mon-compte/").status_code == 200


def test_codes_are_those_of_the_standard() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: «12345678901234567890», last six
    for moment, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert code_at(secret, dt.datetime.fromtimestamp(moment, dt.UTC)) == code


def test_a_clock_may_be_half_a_minute_wrong_and_no_more() -> None:
    now = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
    shifts = {
        seconds: matching_step(SECRET, code_at(SECRET, now + dt.timedelta(seconds=seconds)), after=0, now=now)
        for seconds in (-60, -30, 0, 30, 60)
    }
    assert [seconds for seconds, step in shifts.items() if step is not None] == [-30, 0, 30]


def test_the_password_alone_does_not_let_in_who_has_an_app(client: Client, user: User) -> None:
    with_app(user)
    assert give_password(client, next="/mon-compte/") == VERIFY
    assert not is_in(client)
    assert client.post(VERIFY, {"code": "000000"}).status_code == 422
    assert not is_in(client)
    answer = client.post(VERIFY, {"code": code_now()})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mon-compte/")
    assert is_in(client)
    line = AuditLine.objects.get(action="user.sign_in")
    assert line.after == {"method": "password", "second_factor": "totp"}


def test_a_code_serves_once(client: Client, user: User) -> None:
    with_app(user)
    code = code_now()
    give_password(client)
    assert client.post(VERIFY, {"code": f"{code[:3]} {code[3:]}"}).status_code == 302
    elsewhere = Client()
    give_password(elsewhere)
    answer = elsewhere.post(VERIFY, {"code": code})
    assert (answer.status_code, is_in(elsewhere)) == (422, False)
    assert "il a déjà servi" in answer.content.decode()


def test_each_recovery_code_serves_once_in_place_of_the_app(user: User) -> None:
    codes = with_app(user)
    assert len(set(codes)) == 10
    for expected, code in ((302, codes[3]), (422, codes[3]), (302, codes[4])):
        client = Client()
        give_password(client)
        assert client.post(VERIFY, {"code": code}).status_code == expected
    page = signed_in_with_code(user).get("/mon-compte/securite/").content.decode()
    assert "8 restants" in page
    assert all(code not in page for code in codes)


def signed_in_with_code(user: User) -> Client:
    client = Client()
    give_password(client, user.username)
    assert client.post(VERIFY, {"code": code_now()}).status_code == 302
    return client


def test_five_wrong_codes_close_the_door_from_everywhere_and_the_limit_is_in_the_database(user: User) -> None:
    with_app(user)
    for number in range(5):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        give_password(client)
        assert client.post(VERIFY, {"code": "000000"}).status_code == 422
    late = Client(REMOTE_ADDR="192.0.2.77")
    give_password(late)
    answer = late.post(VERIFY, {"code": code_now()})
    assert "Trop d&#x27;essais" in answer.content.decode()
    assert not is_in(late)


def test_a_good_code_after_some_bad_ones_forgets_them(client: Client, user: User) -> None:
    with_app(user)
    give_password(client)
    for _ in range(4):
        client.post(VERIFY, {"code": "000000"})
    assert client.post(VERIFY, {"code": code_now()}).status_code == 302
    again = Client()
    give_password(again)
    assert again.post(VERIFY, {"code": "000000"}).content.decode().count("Trop d") == 0


def test_the_second_step_needs_the_first_and_waits_ten_minutes(client: Client, user: User) -> None:
    with_app(user)
    assert client.post(VERIFY, {"code": code_now()}).headers["Location"] == "/connexion/"
    give_password(client)
    session = client.session
    session["encours.pending"] = {**session["encours.pending"], "at": timezone.now().timestamp() - 601}
    session.save()
    assert client.post(VERIFY, {"code": code_now()}).headers["Location"] == "/connexion/"
    give_password(client)
    user.set_password("un tout autre mot de passe")
    user.save()
    assert client.post(VERIFY, {"code": code_now()}).headers["Location"] == "/connexion/"
    assert not is_in(client)


def test_a_one_time_link_gives_a_password_but_not_the_second_factor(client: Client, user: User) -> None:
    with_app(user)
    fields = dict.fromkeys(("new_password", "new_password_again"), "une très longue phrase")
    assert client.post(one_time_path(user), fields).headers["Location"] == VERIFY
    assert not is_in(client)


def test_what_was_typed_before_the_session_ended_survives_both_steps(client: Client, user: User) -> None:
    with_app(user)
    kept = client.post("/mon-compte/langue/", {"language": "en"}).content.decode()
    packed = re.search(r'name="resume" value="([^"]+)"', kept)
    assert packed is not None
    assert give_password(client, resume=packed[1]) == VERIFY
    page = client.post(VERIFY, {"code": code_now()}).content.decode()
    assert 'action="/mon-compte/langue/"' in page
    assert '<input type="hidden" name="language" value="en">' in page


def test_an_app_is_enrolled_with_its_first_code_and_recovery_codes_are_shown_once(user: User) -> None:
    client = signed_in(user)
    page = client.get("/mon-compte/securite/application/").content.decode()
    shown = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert shown is not None
    secret = shown[1].replace(" ", "")
    assert client.post("/mon-compte/securite/application/", {"code": "000000"}).status_code == 422
    assert not Authenticator.objects.exists()
    done = client.post("/mon-compte/securite/application/", {"code": code_at(secret, timezone.now())})
    assert len(re.findall(r"<li><code>\d{8}</code></li>", done.content.decode())) == 10
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    recorded = AuditLine.objects.filter(action="user.enrol_app").get()
    assert (recorded.before, recorded.after) == ({}, {})


def test_the_secret_of_another_installation_lets_nobody_in(client: Client, user: User) -> None:
    with_app(user)
    give_password(client)
    with override_settings(SECRET_KEY="the key of who has only the database"):
        assert actions.use_code(user=user, code=code_now(), now=timezone.now()) is None
    assert actions.use_code(user=user, code=code_now(), now=timezone.now()) == "totp"


def test_a_second_factor_changes_only_after_the_password_was_given_a_short_while_ago(user: User) -> None:
    with_app(user)
    client = signed_in_with_code(user)
    session = client.session
    session["encours.confirmed"] = timezone.now().timestamp() - 601
    session.save()
    factor = Authenticator.objects.get(type="totp")
    address = f"/mon-compte/securite/{factor.pk}/retirer/"
    assert client.post(address).headers["Location"].startswith("/mon-compte/securite/confirmer/?next=")
    assert Authenticator.objects.filter(pk=factor.pk).exists()
    asked = "/mon-compte/securite/confirmer/"
    assert client.post(asked, {"password": "faux"}).status_code == 422
    assert client.post(address).headers["Location"].startswith(asked)
    assert client.post(asked, {"password": "un chat sur le toit"}).status_code == 302
    assert client.post(address).headers["Location"] == "/mon-compte/securite/"
    assert not Authenticator.objects.exists()  # the recovery codes went with it


def test_nobody_removes_the_factor_of_another(user: User) -> None:
    with_app(user)
    factor = Authenticator.objects.get(type="totp")
    other = signed_in(new_user("autre"))
    other.post(f"/mon-compte/securite/{factor.pk}/retirer/")
    assert Authenticator.objects.filter(pk=factor.pk).exists()


def require(*roles: Role) -> None:
    actions.set_role_rules(roles=roles, actor=COMMAND_LINE, now=timezone.now())


def test_who_needs_a_second_factor_and_has_none_is_led_to_enrol_and_can_do_nothing_else(user: User) -> None:
    client, reader = signed_in(user), signed_in(new_user("lecture", Role.READER))
    assert client.get("/").status_code == 200
    require(Role.COLLECTOR)
    assert client.get("/").headers["Location"] == "/mon-compte/securite/"
    assert client.get("/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/mon-compte/securite/"
    assert client.post("/filtres/", {"name": "x"}).headers["Location"] == "/mon-compte/securite/"
    assert "Votre rôle demande un second facteur" in client.get("/mon-compte/securite/").content.decode()
    assert client.get("/mon-compte/securite/application/").status_code == 200
    assert reader.get("/").status_code == 200
    with_app(user)
    assert client.get("/").status_code == 200


def test_the_last_factor_stays_while_the_role_needs_one(user: User) -> None:
    with_app(user)
    require(Role.COLLECTOR)
    factor = Authenticator.objects.get(type="totp")
    with pytest.raises(UserRefusal, match="Votre rôle demande un second facteur"):
        actions.remove_factor(user=user, factor_id=factor.pk, actor=COMMAND_LINE, now=timezone.now())
    assert Authenticator.objects.filter(pk=factor.pk).exists()


def test_roles_are_chosen_by_an_administrator_of_all_entities(user: User) -> None:
    chief = new_user("chef", Role.ADMINISTRATOR)
    client = signed_in(chief)
    assert client.post("/administration/securite/", {"roles": ["collector"]}).status_code == 403
    User.objects.filter(pk=chief.pk).update(sees_all_entities=True)
    assert client.post("/administration/securite/", {"roles": ["collector"]}).status_code == 302
    line = AuditLine.objects.get(action="settings.set_role_rules")
    assert (line.before, line.after) == ({"roles": []}, {"roles": ["collector"]})
    page = client.get("/administration/securite/").content.decode()
    assert "Personne gestion" in page
    assert re.findall(r'value="(\w+)"[^>]* checked', page) == ["collector"]


def test_an_administrator_removes_the_second_factor_of_who_has_lost_it(client: Client, user: User) -> None:
    with_app(user)
    chief = new_user("chef", Role.ADMINISTRATOR)
    User.objects.filter(pk=chief.pk).update(sees_all_entities=True)
    assert signed_in(chief).post(f"/administration/utilisateurs/{user.pk}/second-facteur/").status_code == 302
    assert give_password(client) == "/"
    line = AuditLine.objects.get(action="user.reset_second_factor")
    assert line.before == {"factors": ["totp", "recovery_codes"]}
