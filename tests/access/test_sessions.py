"""A session ends after a while without use, after a day's work, and when it is ended from elsewhere."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from encours.access.models import OpenSession, Role, User
from encours.access.sessions.limits import Limits, is_over
from encours.access.sessions.queries import browser_name
from encours.audit.models import AuditLine
from tests.access.signing import give_password, new_user, signed_in

pytestmark = pytest.mark.django_db

LIMITS = Limits(idle=3600, absolute=12 * 3600)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def user() -> User:
    return new_user()


def is_in(client: Client) -> bool:
    return client.get("/mon-compte/").status_code == 200


def set_back(client: Client, **hours: float) -> None:
    """Make a session older than it is."""
    session = client.session
    for name, value in hours.items():
        session[f"encours.{name}"] = timezone.now().timestamp() - value * 3600
    session.save()


@pytest.mark.parametrize(
    ("began", "seen", "over"),
    [(0, 0, False), (59, 59, False), (61, 61, True), (719, 1, False), (721, 1, True)],
)
def test_a_session_is_over_after_an_hour_without_use_or_twelve_in_all(
    began: int, seen: int, over: bool
) -> None:
    now = dt.datetime(2026, 3, 2, 18, 0, tzinfo=dt.UTC)
    session = {
        "encours.began": (now - dt.timedelta(minutes=began)).timestamp(),
        "encours.seen": (now - dt.timedelta(minutes=seen)).timestamp(),
    }
    assert is_over(session, LIMITS, now=now) is over


@pytest.mark.parametrize("hours", [{"seen": 1.1}, {"began": 12.1, "seen": 0.01}])
def test_who_comes_back_too_late_signs_in_again_and_finds_what_he_typed(
    user: User, hours: dict[str, float]
) -> None:
    client = signed_in(user)
    assert is_in(client)
    set_back(client, **hours)
    answer = client.post("/mon-compte/langue/", {"language": "en"})
    assert answer.status_code == 401
    assert "Ce que vous avez saisi est conservé" in answer.content.decode()
    assert not is_in(client)
    assert not OpenSession.objects.exists()
    user.refresh_from_db()
    assert user.language == "fr"


def test_use_keeps_a_session_alive_up_to_the_longest_time_of_all(user: User) -> None:
    client = signed_in(user)
    is_in(client)
    set_back(client, began=11.9, seen=0.9)
    assert is_in(client)
    set_back(client, began=12.01)
    assert not is_in(client)


def test_sessions_are_listed_and_ended_from_elsewhere(user: User) -> None:
    here, there = signed_in(user), Client(headers={"User-Agent": FIREFOX}, REMOTE_ADDR="192.0.2.7")
    assert give_password(there) == "/"
    assert is_in(there)
    page = here.get("/mon-compte/securite/").content.decode()
    assert "Firefox (Windows)" in page
    assert "192.0.2.7" in page
    session = OpenSession.objects.get(address="192.0.2.7")
    assert here.post(f"/mon-compte/sessions/{session.pk}/fermer/").status_code == 302
    assert not is_in(there)
    assert is_in(here)
    assert AuditLine.objects.get(action="user.end_sessions").before == {"opened_from": ["192.0.2.7"]}


def test_a_session_of_another_is_not_ended(user: User) -> None:
    theirs = signed_in(new_user("autre"))
    assert is_in(theirs)
    mine = signed_in(user)
    session = OpenSession.objects.get(user__username="autre")
    mine.post(f"/mon-compte/sessions/{session.pk}/fermer/")
    mine.post("/mon-compte/sessions/fermer/")
    assert is_in(theirs)
    assert not AuditLine.objects.filter(action="user.end_sessions").exists()


def test_all_other_sessions_end_at_once_and_an_administrator_ends_those_of_a_user(user: User) -> None:
    clients = [signed_in(user) for _ in range(3)]
    assert all(is_in(client) for client in clients)
    clients[0].post("/mon-compte/sessions/fermer/")
    assert [is_in(client) for client in clients] == [True, False, False]
    chief = new_user("chef", Role.ADMINISTRATOR)
    User.objects.filter(pk=chief.pk).update(sees_all_entities=True)
    assert signed_in(chief).post(f"/administration/utilisateurs/{user.pk}/sessions/").status_code == 302
    assert not is_in(clients[0])


def test_signing_out_forgets_the_session_and_what_has_expired_is_swept_away(user: User) -> None:
    client = signed_in(user)
    is_in(client)
    client.post("/deconnexion/")
    assert not OpenSession.objects.exists()
    old = signed_in(user)
    is_in(old)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(hours=1))
    assert is_in(signed_in(user))
    assert OpenSession.objects.count() == 1
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox (Windows)"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari (macOS)"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) CriOS/130.0 Safari/604.1",
            "Chrome (iPhone)",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge (Linux)"),
        ("curl/8", ""),
    ],
)
def test_browsers_have_the_names_that_people_give_them(agent: str, name: str) -> None:
    assert browser_name(agent) == name
