"""Look at this machine: room on the disk, rights of the data folder, the secret key, the clock."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.db.models import Max

from encours.audit.models import AuditLine
from encours.operations.doctor.findings import Finding, attention, error, ok

LITTLE_BYTES = 2_000_000_000
TOO_FEW_BYTES = 200_000_000
LITTLE_DRIFT = dt.timedelta(seconds=5)
TOO_MUCH_DRIFT = dt.timedelta(seconds=30)
"""Half a lease: beyond, one machine takes for dead what another is sending."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_disk(folder: Path) -> Finding:
    """Look at the room that is left where the data folder is."""
    free = shutil.disk_usage(folder).free
    message = f"{free / 1e9:.1f} Go libres pour {folder}".replace(".", ",", 1)
    if free < TOO_FEW_BYTES:
        return error("disque", message, "libérez de la place : bientôt plus rien ne s'enregistrera")
    if free < LITTLE_BYTES:
        return attention("disque", message, "libérez de la place")
    return ok("disque", message)


def check_folder(folder: Path) -> Finding:
    """See that we may write in the data folder, and that nobody else may read there."""
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return error("dossier", f"{folder} n'est pas accessible en écriture", f"donnez-le à {_user()}")
    if folder.stat().st_mode & OTHERS:
        return attention(
            "dossier", f"{folder} est ouvert à d'autres utilisateurs de la machine", f"chmod 700 {folder}"
        )
    return ok("dossier", f"{folder} n'est ouvert qu'à {_user()}")


def check_key(key: str, folder: Path) -> Finding:
    """See where the secret key in use comes from, and that only its owner may read it."""
    path = folder / "secret_key"
    if not path.is_file() or path.read_text().strip() != key:
        return ok("clé", "la clé secrète vient de ENCOURS_SECRET_KEY")
    if path.stat().st_mode & OTHERS:
        return error("clé", f"{path} peut être lue par d'autres utilisateurs", f"chmod 600 {path}")
    return ok("clé", f"{path} n'est lisible que par son propriétaire")


def check_clock(now: dt.datetime) -> Iterator[Finding]:
    """Compare this clock with that of the database server, and with the newest thing written down."""
    if connection.vendor == "postgresql":
        yield _server_clock()
    newest = AuditLine.objects.aggregate(at=Max("at"))["at"]
    if newest is not None and newest > now + LITTLE_DRIFT:
        yield error(
            "horloge",
            f"la base contient une action du {newest.astimezone():%d/%m/%Y à %H:%M:%S}, dans le futur d'ici",
            "mettez cette machine à l'heure (NTP)",
        )
    elif connection.vendor != "postgresql":
        yield ok("horloge", "rien dans la base n'est daté du futur")


def _server_clock() -> Finding:
    with connection.cursor() as cursor:
        before = dt.datetime.now(dt.UTC)
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
        after = dt.datetime.now(dt.UTC)
    return drift(there - (before + (after - before) / 2))


def drift(difference: dt.timedelta) -> Finding:
    """Judge the difference between the clock of the database server and this one."""
    message = f"{abs(difference).total_seconds():.1f} s d'écart avec le serveur de base de données"
    message = message.replace(".", ",", 1)
    if abs(difference) > TOO_MUCH_DRIFT:
        return error("horloge", message, "mettez toutes les machines à l'heure (NTP) : les baux en dépendent")
    if abs(difference) > LITTLE_DRIFT:
        return attention("horloge", message, "mettez toutes les machines à l'heure (NTP)")
    return ok("horloge", message)


def _user() -> str:
    return f"l'utilisateur {os.geteuid()}"
