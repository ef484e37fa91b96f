"""Settings of an installed Encours: what `encours` uses unless told otherwise."""

from __future__ import annotations

from encours.settings import checks, logs
from encours.settings.base import *  # noqa: F403
from encours.settings.base import (
    ALLOWED_HOSTS,
    BASE_URL,
    BOUNCE_IMAP_URL,
    DATA_DIR,
    EMAIL_URL,
    IS_HTTPS,
    SEAL_EMAIL,
    env,
)

SECRET_KEY = checks.read_secret_key(env.str("ENCOURS_SECRET_KEY", default=""), DATA_DIR)

if IS_HTTPS:
    SESSION_COOKIE_NAME = "__Host-encours-session"
    CSRF_COOKIE_NAME = "__Host-encours-csrf"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [BASE_URL.rstrip("/")]

checks.refuse_unsafe_settings(base_url=BASE_URL, email_url=EMAIL_URL)
checks.refuse_unsafe_mailboxes(BOUNCE_IMAP_URL)
checks.refuse_bad_seal_address(SEAL_EMAIL)
ALLOWED_HOSTS = checks.allowed_hosts(given=ALLOWED_HOSTS, base_url=BASE_URL)
LOGGING = logs.configure(DATA_DIR / "log", checks.read_syslog(env.str("ENCOURS_SYSLOG", default="")))
