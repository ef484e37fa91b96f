"""Settings of the test suite: fast password hashing, databases in a temporary folder."""

from __future__ import annotations

import tempfile
from pathlib import Path

from encours.settings import logs
from encours.settings.base import *  # noqa: F403
from encours.settings.base import DATABASES, PACKAGE_DIR, STORAGES

SECRET_KEY = "a key for tests only, never used by an installed Encours"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATA_DIR = Path(tempfile.gettempdir()) / "encours-tests"
SEAL_DIR = Path(tempfile.mkdtemp(prefix="encours-seals-"))

if str(DATABASES["default"]["ENGINE"]).endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(Path(tempfile.mkdtemp(prefix="encours-")) / "test.sqlite3")}

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = PACKAGE_DIR / "web" / "static"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
LOGGING = logs.configure(DATA_DIR / "log")
