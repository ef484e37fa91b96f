"""Cookies are Secure and `__Host-`, and HSTS is asked for, exactly when the public address is https."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.processes import environment

SCRIPT = """
import json, sys
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
import django
django.setup()
from django.test import Client
answer = Client().get("/connexion/", headers={"Host": sys.argv[1], "X-Forwarded-Proto": sys.argv[2]})
print(json.dumps({
    "status": answer.status_code,
    "hsts": answer.headers.get("Strict-Transport-Security"),
    "cookies": [cookie.OutputString() for cookie in answer.cookies.values()],
    "session": {
        name: getattr(settings, f"SESSION_COOKIE_{name}")
        for name in ("NAME", "SECURE", "HTTPONLY", "SAMESITE", "PATH", "DOMAIN")
    },
}))
"""
SESSION = {"HTTPONLY": True, "SAMESITE": "Lax", "PATH": "/", "DOMAIN": None}


def installed(folder: Path, base_url: str, host: str, scheme: str) -> dict[str, Any]:
    """Return what an installed Encours with this public address says of its cookies."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, host, scheme],
        env=environment(
            folder, ENCOURS_BASE_URL=base_url, DJANGO_SETTINGS_MODULE="encours.settings.production"
        ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["status"] == 200
    return said


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("https")


def test_with_https_cookies_are_bound_to_the_host_and_hsts_lasts_a_year(folder: Path) -> None:
    said = installed(folder, "https://relances.example.org", "relances.example.org", "https")
    assert said["hsts"] == "max-age=31536000"
    (cookie,) = said["cookies"]
    assert cookie.startswith("__Host-encours-csrf=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert said["session"] == {"NAME": "__Host-encours-session", "SECURE": True, **SESSION}


@pytest.mark.parametrize("base_url", ["", "http://127.0.0.1:8000"])
def test_on_this_machine_alone_cookies_work_in_the_clear_whatever_a_request_pretends(
    folder: Path, base_url: str
) -> None:
    said = installed(folder, base_url, "127.0.0.1", "https")
    assert said["hsts"] is None
    (cookie,) = said["cookies"]
    assert cookie.startswith("encours-csrf=")
    assert "Secure" not in cookie
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert said["session"] == {"NAME": "encours-session", "SECURE": False, **SESSION}
