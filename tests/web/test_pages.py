"""Error pages speak French and show no trace; headers let nothing in from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django import urls as routing
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client

from encours.access.rights import public
from encours.web import urls

pytestmark = pytest.mark.django_db

VENDOR = settings.PACKAGE_DIR / "web" / "static" / "web" / "vendor"


def test_health_is_told_to_anybody(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok"})


def test_an_unknown_address_says_so_in_french(client: Client) -> None:
    answer = client.get("/nulle-part/")
    assert answer.status_code == 404
    assert "Cette page n'existe pas" in answer.content.decode()


def test_the_policy_allows_no_inline_code_and_no_third_party(client: Client) -> None:
    headers = client.get("/connexion/").headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "no-store" in headers["Cache-Control"]


def test_no_template_has_inline_code_or_style_or_a_third_party() -> None:
    allowed = re.compile(r"""<script src="\{% static""")
    for path in _templates():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|hx-on|<style""", text), path
        assert not re.search(r"https?://", text), path
        assert all(allowed.match(found[0]) for found in re.finditer(r"<script[^>]*", text)), path


def test_every_icon_that_a_page_draws_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text(encoding="utf-8")))
    assert sprite == set((VENDOR / "icons.txt").read_text(encoding="utf-8").split())
    for path in _templates():
        for name in re.findall(r"""\{% icon ["']([^"']+)["']""", path.read_text(encoding="utf-8")):
            assert name in sprite, f"{path}: add «{name}» to icons.txt and run bin/vendor"


def _templates() -> list[Path]:
    found = sorted(settings.PACKAGE_DIR.glob("*/templates/**/*.html"))
    assert len(found) > 10
    return found


def _explode(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("le détail que personne ne doit lire")


def _lose_the_database(_request: HttpRequest) -> HttpResponse:
    raise OperationalError("le détail que personne ne doit lire")


urlpatterns = [
    routing.path("explose/", public(_explode)),
    routing.path("sans-base/", public(_lose_the_database)),
    *urls.urlpatterns,
]
handler500 = urls.handler500


@pytest.mark.urls(__name__)
def test_a_failure_of_ours_shows_a_reference_and_no_trace(caplog: pytest.LogCaptureFixture) -> None:
    answer = Client(raise_request_exception=False).get("/explose/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Une erreur est survenue de notre côté" in page
    assert "le détail" not in page
    assert "Traceback" not in page
    assert answer.headers["X-Request-ID"] in page
    assert "le détail" in caplog.text


@pytest.mark.urls(__name__)
def test_a_database_that_does_not_answer_is_503_with_a_sentence() -> None:
    answer = Client(raise_request_exception=False).get("/sans-base/")
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "La base de données ne répond pas pour le moment" in page
    assert "le détail" not in page
