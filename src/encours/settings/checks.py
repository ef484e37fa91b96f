"""Refuse to start on settings that would leak data, and make the secret key at first start."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

LOOPBACK = {"", "127.0.0.1", "localhost", "::1"}
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def read_secret_key(given: str, data_dir: Path) -> str:
    """Return the key given, or the one kept in the data folder, made at first start."""
    if given:
        if len(given) < 50:
            raise ImproperlyConfigured("ENCOURS_SECRET_KEY est trop courte : au moins 50 caractères.")
        return given
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
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


def refuse_unsafe_settings(*, base_url: str, email_url: str, debug: bool = False) -> None:
    """Raise ImproperlyConfigured for a combination that would send data or cookies in the clear."""
    web = _parsed("ENCOURS_BASE_URL", base_url)
    if base_url and (web.scheme not in {"http", "https"} or not web.hostname):
        raise ImproperlyConfigured(
            "ENCOURS_BASE_URL doit avoir la forme https://relances.exemple.fr (http:// en local seulement)."
        )
    if base_url and web.path.strip("/"):
        raise ImproperlyConfigured("ENCOURS_BASE_URL désigne la racine du site : enlevez ce qui suit le nom.")
    if web.scheme == "http" and (web.hostname or "") not in LOOPBACK:
        raise ImproperlyConfigured(
            "ENCOURS_BASE_URL est en http hors de cette machine : les mots de passe circuleraient en clair."
            " Indiquez l'adresse en https."
        )
    if debug and (web.hostname or "") not in LOOPBACK:
        raise ImproperlyConfigured(
            "Le mode de développement montre le code et les données : il ne sert que sur cette machine."
        )
    refuse_unsafe_mail(email_url)


def refuse_unsafe_mail(email_url: str) -> None:
    """Raise ImproperlyConfigured for a mail server that would be reached in the clear."""
    mail = _parsed("EMAIL_URL", email_url)
    if email_url and (mail.scheme not in {"smtp", "smtps"} or not mail.hostname):
        raise ImproperlyConfigured(
            "EMAIL_URL doit avoir la forme smtp://utilisateur:motdepasse@serveur:587/?tls=true."
        )
    is_encrypted = mail.scheme == "smtps" or "tls=true" in mail.query.lower()
    if email_url and not is_encrypted and (mail.hostname or "") not in LOOPBACK:
        raise ImproperlyConfigured(
            "EMAIL_URL est en clair hors de cette machine : ajoutez ?tls=true ou utilisez smtps://."
        )


def refuse_unsafe_mailboxes(urls: str) -> None:
    """Raise ImproperlyConfigured for a mailbox that is none, or that would be read in the clear."""
    for url in urls.split():
        mailbox = _parsed("BOUNCE_IMAP_URL", url)
        if mailbox.scheme not in {"imap", "imaps"} or not mailbox.hostname or not mailbox.username:
            raise ImproperlyConfigured(
                "BOUNCE_IMAP_URL doit avoir la forme imaps://utilisateur:motdepasse@serveur/INBOX."
            )
        is_encrypted = mailbox.scheme == "imaps" or "tls=true" in mailbox.query.lower()
        if not is_encrypted and mailbox.hostname not in LOOPBACK:
            raise ImproperlyConfigured(
                "BOUNCE_IMAP_URL est en clair hors de cette machine : utilisez imaps:// ou ajoutez ?tls=true."
            )


def read_store(url: str) -> str:
    """Return the address of the bucket of documents; raise ImproperlyConfigured for one that is none."""
    if not url:
        return ""
    store = _parsed("ENCOURS_STORE_URL", url)
    given = parse_qs(store.query)
    endpoint = _parsed("ENCOURS_STORE_URL", given.get("endpoint", ["https://s3"])[-1])
    if (
        store.scheme != "s3"
        or not store.netloc
        or "@" in store.netloc
        or given.keys() - {"endpoint", "region"}
    ):
        raise ImproperlyConfigured(
            "ENCOURS_STORE_URL doit avoir la forme s3://bucket/dossier?endpoint=https://s3.exemple.fr&region=…"
            " ; les clés vont dans AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY."
        )
    if endpoint.scheme != "https" and not (endpoint.scheme == "http" and endpoint.hostname in LOOPBACK):
        raise ImproperlyConfigured(
            "ENCOURS_STORE_URL est en clair hors de cette machine : indiquez endpoint=https://…"
        )
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured("ENCOURS_STORE_URL demande d'installer encours[s3].")
    return url


def read_provider(*, issuer: str, client_id: str, secret: str, name: str) -> dict[str, object]:
    """Return the company's identity provider as allauth describes one; nothing where there is none."""
    if not (issuer or client_id or secret):
        return {}
    if not (issuer and client_id and secret):
        raise ImproperlyConfigured(
            "ENCOURS_OIDC_ISSUER, ENCOURS_OIDC_CLIENT_ID et ENCOURS_OIDC_CLIENT_SECRET vont ensemble."
        )
    server = _parsed("ENCOURS_OIDC_ISSUER", issuer)
    if server.scheme not in {"http", "https"} or not server.hostname:
        raise ImproperlyConfigured("ENCOURS_OIDC_ISSUER doit avoir la forme https://identite.exemple.fr.")
    if server.scheme == "http" and server.hostname not in LOOPBACK:
        raise ImproperlyConfigured(
            "ENCOURS_OIDC_ISSUER est en http hors de cette machine : n'importe qui pourrait y répondre."
        )
    return {
        "name": name or "mon entreprise",
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer.rstrip("/")},
    }


def read_count(name: str, given: str, *, default: int, least: int, most: int) -> int:
    """Return the whole number of an environment variable, the default where it is empty."""
    text = given.strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
        raise ImproperlyConfigured(f"{name} doit être un nombre entier de {least} à {most} : {given!r}.")
    return int(text)


def refuse_bad_seal_address(address: str) -> None:
    """Raise ImproperlyConfigured for an address that cannot receive the daily seals."""
    try:
        if address:
            validate_email(address)
    except ValidationError as error:
        raise ImproperlyConfigured(
            f"ENCOURS_SEAL_EMAIL n'est pas une adresse e-mail : {address!r}."
        ) from error


def read_syslog(address: str) -> str | tuple[str, int]:
    """Return where the collector of logs listens, a socket's path or a host and its port; none is empty.

    Syslog speaks in the clear: raise ImproperlyConfigured for an address that is not on this machine.
    """
    if not address or address.startswith("/"):
        return address
    place = _parsed("ENCOURS_SYSLOG", f"//{address}")
    if not place.hostname or not place.port or place.hostname not in LOOPBACK or place.path:
        raise ImproperlyConfigured(
            "ENCOURS_SYSLOG doit être un chemin (/dev/log) ou une adresse de cette machine "
            f"(127.0.0.1:514), d'où un collecteur envoie le journal plus loin : {address!r}."
        )
    return place.hostname, place.port


def allowed_hosts(*, given: Sequence[str], base_url: str) -> list[str]:
    """Return the names under which Encours answers: this machine's, and that of its public address.

    Raise ImproperlyConfigured for a joker, for a name without a public https address, or for a public
    address whose own name was left out.
    """
    public = urlsplit(base_url).hostname or ""
    others = [host for host in given if host.strip("[]") not in LOOPBACK]
    if any("*" in host for host in given):
        raise ImproperlyConfigured(
            "ENCOURS_ALLOWED_HOSTS nomme chaque serveur : « * » laisserait tout passer."
        )
    if others and not base_url.startswith("https://"):
        raise ImproperlyConfigured(
            f"ENCOURS_ALLOWED_HOSTS nomme {others[0]} : indiquez aussi l'adresse publique, en https, dans"
            " ENCOURS_BASE_URL."
        )
    if given and public not in LOOPBACK and not any(_covers(host, public) for host in others):
        raise ImproperlyConfigured(
            f"ENCOURS_ALLOWED_HOSTS ne contient pas {public}, le nom de ENCOURS_BASE_URL : ajoutez-le."
        )
    return list(dict.fromkeys([*LOOPBACK_HOSTS, *others, *([public] if public not in LOOPBACK else [])]))


def _covers(allowed: str, host: str) -> bool:
    return allowed == host or (allowed.startswith(".") and f".{host}".endswith(allowed))


def _parsed(name: str, url: str) -> SplitResult:
    try:
        parsed = urlsplit(url)
        parsed.port  # noqa: B018 (it is what refuses a port that is not a number)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} n'est pas une adresse lisible : {url!r}.") from error
    return parsed
