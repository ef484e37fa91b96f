"""Look at the database: its settings, its migrations, a sample of the kept figures, the newest links."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max

from encours.append_only import missing_triggers
from encours.archive import bucket, seal, store
from encours.archive.models import ChainHead, IssuedDocument, StoredBlob
from encours.audit.models import AuditLine
from encours.core.hash_chain import sha256_of
from encours.operations.backup.snapshot import snapshot
from encours.operations.doctor.findings import Finding, attention, error, ok
from encours.receivables.figures import bring_up_to_date
from encours.receivables.recomputation import check_newest

BACKUP_EVERY = dt.timedelta(days=2)
SQLITE_SETTINGS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
POSTGRES_SETTINGS = {"server_encoding": "UTF8", "fsync": "on", "full_page_writes": "on"}
PROBE = b"encours doctor"
FIGURES_ACCOUNTS = 500
MAX_PASSES = 1_000


def check_migrations() -> Finding:
    """See that the database is that of this version."""
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        return error("base", f"{waiting} étapes de mise à jour attendent", "lancez « encours migrate »")
    return ok("base", f"{connection.display_name} {_version()}, à jour")


def check_settings() -> Finding:
    """See that the database neither loses what it has confirmed nor lets a reference lead nowhere."""
    wrong = [f"{name} = {found}" for name, found, wanted in _settings() if found != wanted]
    if wrong:
        return error(
            "réglages",
            f"la base n'est pas réglée comme il faut ({', '.join(wrong)})",
            "une coupure de courant perdrait des données : rétablissez ces réglages",
        )
    return ok("réglages", "ce qui est confirmé est écrit sur le disque, les références sont contrôlées")


def _settings() -> Iterator[tuple[str, Any, Any]]:
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        for name, wanted in (SQLITE_SETTINGS if is_sqlite else POSTGRES_SETTINGS).items():
            cursor.execute(f"PRAGMA {name}" if is_sqlite else f"SHOW {name}")
            yield name, cursor.fetchone()[0], wanted


def _version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        return str(cursor.fetchone()[0])


def check_protection() -> Finding:
    """See that the database still refuses to change what was written."""
    if missing := missing_triggers():
        return error(
            "protection",
            f"la base ne protège plus {len(missing)} tables de ce qui ne doit pas changer, dont {missing[0]}",
            "cherchez qui a ôté ces protections, puis lancez « encours migrate », qui les remet",
        )
    return ok("protection", "la base refuse de changer le journal, les documents émis et leurs sceaux")


def check_figures(today: dt.date) -> Finding:
    """Recompute the kept figures of the newest accounts."""
    for _pass in range(MAX_PASSES):
        if not bring_up_to_date(today=today):
            break
    with snapshot():  # a payment recorded between two reads would look like a wrong figure
        report = check_newest(count=FIGURES_ACCOUNTS, today=today)
    if report.problems:
        return error(
            "chiffres",
            f"{len(report.problems)} chiffres tenus à jour sont faux, dont {report.problems[0]}",
            "lancez « encours check_figures » et prévenez le support",
        )
    return ok("chiffres", f"{report.checked} chiffres tenus à jour recalculés, aucun écart")


def check_archive() -> Finding:
    """Compare the newest link of each chain with its copy outside the database, and its bytes too."""
    problems = [problem for head in ChainHead.objects.order_by("pk") for problem in _newest_document(head)]
    kept = seal.kept_seals()
    for one in kept:
        sealed = IssuedDocument.objects.filter(chain=one.chain, position=one.position)
        if sealed.values_list("link", flat=True).first() != one.link:
            problems.append(f"{one.chain} : le document {one.position} n'est plus celui qui a été scellé")
    if problems:
        return error("archive", problems[0], "lancez « encours verify »")
    return ok("archive", f"{len(kept)} chaînes de documents, le dernier de chacune est intact")


def _newest_document(head: ChainHead) -> Iterator[str]:
    newest = IssuedDocument.objects.filter(chain=head.chain).order_by("-position").first()
    if (newest.position if newest else 0) != head.position or (newest and newest.link != head.link):
        yield f"{head.chain} : le dernier document ne correspond pas à la tête de chaîne"
    elif newest:
        try:
            is_intact = sha256_of(store.get(newest.sha256)) == newest.sha256
        except store.NotStoredError:
            is_intact = False
        if not is_intact:
            yield f"{newest.reference} ({newest.filename}) : les octets ont changé ou disparu"


def check_store() -> Iterator[Finding]:
    """Write to the bucket of documents and read back, where there is one."""
    outside = bucket.opened()
    if outside is None and not StoredBlob.objects.filter(content__isnull=True).exists():
        return
    try:
        bucket.required().put_all({sha256_of(PROBE): PROBE})
    except store.UnavailableError as failure:
        yield error("entrepôt", str(failure), "vérifiez ENCOURS_STORE_URL, les clés AWS_… et le serveur")
    else:
        yield ok("entrepôt", "ce qui y est écrit se relit tel quel")


def check_backup_age(now: dt.datetime) -> Finding:
    """See when the last backup was made by `encours backup`."""
    last = AuditLine.objects.filter(action="backup.make").aggregate(at=Max("at"))["at"]
    if last is None:
        return attention(
            "sauvegarde", "aucune sauvegarde n'a été faite par Encours", "programmez « encours backup »"
        )
    message = f"la dernière date du {last.astimezone():%d/%m/%Y à %H:%M}"
    if now - last > BACKUP_EVERY:
        return attention("sauvegarde", message, "voyez pourquoi « encours backup » n'est plus lancé")
    return ok("sauvegarde", message)
