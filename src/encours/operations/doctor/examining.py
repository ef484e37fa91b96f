"""Run every check in turn; one that cannot be made is an error of its own, and the others go on."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from encours.core.days import paris_date
from encours.operations.doctor import database, machine, work
from encours.operations.doctor.domains import check_domains
from encours.operations.doctor.findings import Finding, Level, attention, error
from encours.operations.doctor.mail import check_mail
from encours.parties.models import BillingEntity

logger = logging.getLogger(__name__)


def examine(*, dns_server: str, now: dt.datetime) -> Iterator[Finding]:
    """Yield what is found: first the machine, then the mail, the database, and what is in it."""
    folder = Path(settings.DATA_DIR)
    yield from _safely("disque", lambda: [machine.check_disk(folder)])
    yield from _safely("dossier", lambda: [machine.check_folder(folder)])
    yield from _safely("clé", lambda: [machine.check_key(settings.SECRET_KEY, folder)])
    yield from _safely("messagerie", lambda: _mail(now))
    base = _base()
    yield base
    if base.level is Level.OK:
        yield from _inside(dns_server, now)


def _inside(dns_server: str, now: dt.datetime) -> Iterator[Finding]:
    """Yield what is found in a database that is up to date."""
    today = paris_date(now)
    checks: dict[str, Callable[[], Iterable[Finding]]] = {
        "réglages": lambda: [database.check_settings()],
        "protection": lambda: [database.check_protection()],
        "horloge": lambda: machine.check_clock(now),
        "worker": lambda: [work.check_worker(now)],
        "boîte d'envoi": lambda: work.check_outbox(now),
        "chiffres": lambda: [database.check_figures(today)],
        "entrepôt": database.check_store,
        "archive": lambda: [database.check_archive()],
        "sauvegarde": lambda: [database.check_backup_age(now)],
        "expéditeur": lambda: _senders(dns_server),
    }
    for name, check in checks.items():
        yield from _safely(name, check)


def _mail(now: dt.datetime) -> list[Finding]:
    return check_mail(settings.EMAIL_URL, max_bytes=settings.MAIL_MAX_BYTES, now=now)


def _base() -> Finding:
    try:
        return database.check_migrations()
    except DatabaseError as failure:
        return error(
            "base",
            f"la base de données ne répond pas ({str(failure).strip()})",
            "vérifiez DATABASE_URL et le serveur",
        )


def _senders(dns_server: str) -> Iterator[Finding]:
    """Check the domains of the active entities, and name those without an address."""
    active = dict(BillingEntity.objects.filter(is_active=True).values_list("code", "sender_email"))
    without = sorted(code for code, address in active.items() if not address)
    if without:
        yield attention(
            "expéditeur",
            f"sans adresse d'expéditeur : {', '.join(without[:5])}",
            "complétez ces entités : elles n'envoient pas d'e-mail",
        )
    yield from check_domains(active.values(), dns_server=dns_server, selector=settings.DKIM_SELECTOR)


def _safely(name: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except Exception as failure:
        logger.exception("check %s failed", name)
        if isinstance(failure, DatabaseError):
            connection.close()
        why = f"ce contrôle n'a pas pu être fait ({failure})"
        return [error(name, why, "le détail est dans log/encours.log")]
