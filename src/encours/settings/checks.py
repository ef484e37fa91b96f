"""Refuse to start on settings that would leak data, and make the secret key at first start."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = {"", "127.0.0.1", "localhost", "::1"}


def read_secret_key(given: str, data_dir: Path) -> str:
    """Return the key given, or the one kept in the data folder, made at first start."""
    if given:
        if len(given) < 50:
            raise ImproperlyConfigured("ENCOURS_SECRET_KEY est trop courte : au moins 50 caractères.")
        return given
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / "secret_key"
    if not path.exists():
        temporary = path.with_name(f".secret_key.{os.getpid()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):  # another process was first: its key is the one
            os.link(temporary, path)
        temporary.unlink()
    return path.read_text().strip()


def refuse_unsafe_settings(*, base_url: str, email_url: str) -> None:
    """Raise ImproperlyConfigured for a combination that would send data or cookies in the clear."""
    web = urlsplit(base_url)
    if base_url and web.scheme not in {"http", "https"}:
        raise ImproperlyConfigured("ENCOURS_BASE_URL doit commencer par https:// (ou http:// en local).")
    if web.scheme == "http" and (web.hostname or "") not in LOOPBACK:
        raise ImproperlyConfigured(
            "ENCOURS_BASE_URL est en http hors de cette machine : les mots de passe circuleraient en clair."
            " Indiquez l'adresse en https."
        )
    mail = urlsplit(email_url)
    if email_url and mail.scheme not in {"smtp", "smtps"}:
        raise ImproperlyConfigured(
            "EMAIL_URL doit avoir la forme smtp://utilisateur:motdepasse@serveur:587/?tls=true."
        )
    is_encrypted = mail.scheme == "smtps" or "tls=true" in mail.query.lower()
    if email_url and not is_encrypted and (mail.hostname or "") not in LOOPBACK:
        raise ImproperlyConfigured(
            "EMAIL_URL est en clair hors de cette machine : ajoutez ?tls=true ou utilisez smtps://."
        )
