"""Talk to the mail server up to the point where a message would begin, and send nothing."""

from __future__ import annotations

import datetime as dt
import smtplib
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from encours.delivery.wire import MailServer, read_email_url
from encours.operations.doctor.findings import Finding, attention, error, ok

SECONDS = 10.0
DAYS_BEFORE_EXPIRY = 15


def check_mail(email_url: str, *, max_bytes: int, now: dt.datetime) -> list[Finding]:
    """Connect, say EHLO, begin TLS, sign in and leave; what fails ends the list."""
    if not email_url:
        return [
            attention(
                "messagerie",
                "aucun serveur n'est configuré : les messages sont gardés dans mail/ du dossier de données",
                "indiquez le serveur dans EMAIL_URL",
            )
        ]
    server = read_email_url(email_url)
    found: list[Finding] = []
    session = _new_session(server)
    try:
        found.extend(_talk(session, server, max_bytes, now))
    except _FAILURES as failure:
        found.append(_why(server, failure))
    finally:
        session.close()
    return found


_FAILURES = (OSError, smtplib.SMTPException, UnicodeError)


def _new_session(server: MailServer) -> smtplib.SMTP:
    """Return a session that is not connected yet."""
    if server.is_tls_from_the_start:
        return smtplib.SMTP_SSL(timeout=SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(timeout=SECONDS)


def _talk(session: smtplib.SMTP, server: MailServer, max_bytes: int, now: dt.datetime) -> Iterator[Finding]:
    session._host = server.host  # type: ignore[attr-defined]  # what certificates are checked against
    _expect(session.connect(server.host, server.port))
    _expect(session.ehlo())
    yield ok("messagerie", f"{server} répond")
    if server.is_upgraded_to_tls:
        session.starttls(context=ssl.create_default_context())
        _expect(session.ehlo())
    if isinstance(session.sock, ssl.SSLSocket):
        yield _certificate(session.sock.getpeercert() or {}, now)
    if server.user:
        session.login(server.user, server.password)
        yield ok("identification", f"{server} accepte l'identifiant « {server.user} »")
    yield _size(session.esmtp_features.get("size", ""), server, max_bytes)
    session.quit()


def _expect(reply: tuple[int, bytes]) -> None:
    code, words = reply
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, words)


def _certificate(certificate: dict[str, Any], now: dt.datetime) -> Finding:
    ends = dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), dt.UTC)
    days = (ends - now).days
    message = f"le certificat du serveur est valable encore {days} jours, jusqu'au {ends:%d/%m/%Y}"
    if days < DAYS_BEFORE_EXPIRY:
        return attention("certificat", message, "faites-le renouveler par qui tient le serveur de messagerie")
    return ok("certificat", message)


def _size(limit: str, server: MailServer, max_bytes: int) -> Finding:
    if limit.isdigit() and 0 < int(limit) < max_bytes:
        return attention(
            "taille",
            f"{server} refuse les messages de plus de {int(limit)} octets",
            "des relances avec beaucoup de factures jointes seront refusées avant l'envoi",
        )
    return ok("taille", f"{server} accepte les messages de {max_bytes} octets")


def _why(server: MailServer, failure: Exception) -> Finding:
    if isinstance(failure, ssl.SSLCertVerificationError):
        reason = failure.verify_message or str(failure)
        return error(
            "certificat",
            f"le certificat de {server} n'est pas valable ({reason})",
            "corrigez le certificat, ou le nom du serveur dans EMAIL_URL ; d'ici là rien ne part",
        )
    if isinstance(failure, smtplib.SMTPAuthenticationError):
        return error(
            "identification",
            f"{server} refuse l'identifiant ({_words(failure)})",
            "vérifiez l'identifiant et le mot de passe dans EMAIL_URL",
        )
    if isinstance(failure, smtplib.SMTPNotSupportedError):
        return error(
            "messagerie",
            f"{server} ne propose pas ce que demande EMAIL_URL ({failure})",
            "vérifiez le port et ?tls=true dans EMAIL_URL",
        )
    if isinstance(failure, socket.gaierror):
        return error("messagerie", f"le nom {server.host} est introuvable", "vérifiez EMAIL_URL et le DNS")
    return error(
        "messagerie",
        f"{server} ne répond pas comme attendu ({_words(failure)})",
        "vérifiez EMAIL_URL, le pare-feu et le serveur ; les messages attendent et partiront ensuite",
    )


def _words(failure: Exception) -> str:
    if isinstance(failure, smtplib.SMTPResponseException):
        raw = failure.smtp_error
        return f"{failure.smtp_code} {raw.decode('utf-8', 'replace') if isinstance(raw, bytes) else raw}"
    if isinstance(failure, TimeoutError):
        return "délai dépassé"
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror
    return str(failure) or type(failure).__name__
