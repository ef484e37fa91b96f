"""A backup comes back whole on a new database, and a file that is not one is refused with nothing changed."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import stat
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction
from pytest_django.fixtures import Settings

from encours.archive import store
from encours.archive.models import StoredBlob
from encours.archive.verify import verify_archive
from encours.audit.models import AuditLine
from encours.core.errors import Refusal
from encours.delivery import actions as delivery
from encours.delivery.actions import Recipient
from encours.delivery.models import OutboxMessage
from encours.delivery.queries import pause_reason
from encours.dunning.models import MessageTemplate
from encours.operations.backup import manifest
from encours.operations.backup.errors import UnusableBackup
from encours.operations.backup.making import make_backup
from encours.operations.backup.reading import opened
from encours.operations.backup.restoring import check_backup, restore_backup
from encours.operations.backup.tables import DOCUMENTS, FILLED_BY_MIGRATIONS, travelling_tables
from encours.parties.models import Customer
from encours.receivables.recomputation import check
from tests.build import ACTOR, NOW, TODAY, account, allocation, credit_note, invoice, payment
from tests.dunning.issuing import template
from tests.dunning.running import launch, proposal
from tests.superuser import as_superuser

pytestmark = pytest.mark.django_db(transaction=True)

_LEASE = dt.timedelta(minutes=1)
MAIL = b"Subject: Relance\r\n\r\nBonjour\r\n"


@pytest.fixture(autouse=True)
def _own_seals(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.SEAL_DIR = tmp_path_factory.mktemp("seals")


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Return a backup of a small ledger with mass reminders, made with the outbox in every state."""
    on = account()
    allocation(payment(on), invoice(on))
    credit_note(on)
    invoice(on, now=NOW)
    launch(proposal(on, account()))
    _queue("waiting", "claimed", "transmitting", "sent")
    return _made(tmp_path / "encours.tar")


def _made(path: Path) -> Path:
    make_backup(target=path, actor=ACTOR, now=NOW)
    return path


def _queue(*names: str) -> None:
    with as_superuser():
        OutboxMessage.objects.all().delete()
    with transaction.atomic():
        sha256 = store.put(MAIL)
        for name in names:
            delivery.enqueue(
                reference=name,
                sender="relances@top.fr",
                recipients=[Recipient(f"{name}@client.fr")],
                message_id=f"<{name}@top.fr>",
                content_sha256=sha256,
                size=len(MAIL),
                now=NOW,
            )
    leased = {"lease_owner": "elsewhere:1:2", "lease_expires_at": NOW.replace(year=2099)}
    OutboxMessage.objects.filter(reference="claimed").update(state="claimed", **leased)
    OutboxMessage.objects.filter(reference="transmitting").update(state="transmitting", **leased)
    OutboxMessage.objects.filter(reference="sent").update(state="sent")


def _empty_the_database() -> None:
    call_command("flush", interactive=False, verbosity=0)


def _rows() -> dict[str, list[tuple[object, ...]]]:
    """Return all that travels, but what a restore itself writes."""
    own = {"audit.auditline", "delivery.outboxswitch", "delivery.outboxmessage", "archive.storedblob"}
    return {
        table.label: list(table.model._base_manager.order_by("pk").values_list(*table.names))
        for table in travelling_tables()
        if table.label not in own
    }


def _contents() -> dict[str, bytes]:
    return {row.sha256: bytes(row.content or b"") for row in StoredBlob.objects.all()}


def test_a_backup_comes_back_whole_and_only_its_owner_may_read_it(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]
    before, blobs = _rows(), _contents()
    audit = AuditLine.objects.count()
    _empty_the_database()
    result = restore_backup(path=backup, actor=ACTOR, now=NOW)
    assert _rows() == before
    assert {len(rows) for label, rows in before.items() if label.startswith("receivables.")} != {0}
    assert _contents() == blobs
    assert result.document_count == len(blobs)
    # the backup's own line came after its moment; pausing and restoring added one each
    assert AuditLine.objects.count() == audit - 1 + 2
    assert verify_archive().problems == []
    assert check(today=TODAY).problems == []


def test_ids_given_after_a_restore_follow_those_that_came_back(backup: Path) -> None:
    last = max(Customer.objects.values_list("pk", flat=True))
    _empty_the_database()
    restore_backup(path=backup, actor=ACTOR, now=NOW)
    assert account().customer_id == last + 1


def test_a_restored_outbox_is_paused_and_what_was_under_way_is_settled(backup: Path) -> None:
    _empty_the_database()
    result = restore_backup(path=backup, actor=ACTOR, now=NOW)
    assert dict(OutboxMessage.objects.values_list("reference", "state")) == {
        "waiting": "queued",
        "claimed": "queued",
        "transmitting": "uncertain",
        "sent": "sent",
    }
    assert (result.waiting_count, result.uncertain_count) == (2, 1)
    assert pause_reason() == "base restaurée depuis la sauvegarde du 16/05/2016 à 11:22"
    assert delivery.claim(owner="w", limit=9, max_bytes=9**9, lease=_LEASE, now=NOW) == []
    delivery.reopen(actor=ACTOR, now=NOW)
    claimed = delivery.claim(owner="w", limit=9, max_bytes=9**9, lease=_LEASE, now=NOW)
    assert sorted(one.reference for one in claimed) == ["claimed", "waiting"]


def test_a_database_in_use_is_not_restored_into(backup: Path) -> None:
    before = _rows()
    with pytest.raises(UnusableBackup, match=r"n'est pas vide \(audit\.auditline, parties\.billingentity"):
        restore_backup(path=backup, actor=ACTOR, now=NOW)
    assert _rows() == before
    assert pause_reason() is None


def test_only_the_tables_filled_by_migrations_may_have_rows_at_a_restore(backup: Path) -> None:
    _empty_the_database()
    template("L1")
    assert MessageTemplate.objects.exists()
    filled = {t.label for t in travelling_tables() if t.model._base_manager.exists()}
    assert filled <= set(FILLED_BY_MIGRATIONS)
    restore_backup(path=backup, actor=ACTOR, now=NOW)


def test_every_table_of_ours_travels_and_every_kind_of_column_is_known() -> None:
    ours = {
        model._meta.label_lower
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("encours.")
    }
    staying = {"operations.workersign", "intake.importjob"}
    assert {table.label for table in travelling_tables()} == ours - staying
    binary = {
        table.label
        for table in travelling_tables()
        for field in table.model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
    }
    assert binary == {DOCUMENTS}


def test_an_altered_document_is_backed_up_as_it_is_and_named(tmp_path: Path) -> None:
    kept = store.put(MAIL)
    with as_superuser(), connection.cursor() as cursor:
        cursor.execute("UPDATE archive_storedblob SET content = %s", [b"autre chose"])
    made = make_backup(target=tmp_path / "b.tar", actor=ACTOR, now=NOW)
    assert made.altered == [kept]
    _empty_the_database()
    restore_backup(path=tmp_path / "b.tar", actor=ACTOR, now=NOW)
    assert verify_archive().problems == [f"contenu {kept} : les octets ont changé (aucun document)"]


def test_nothing_but_an_older_backup_is_replaced(backup: Path, tmp_path: Path) -> None:
    other = tmp_path / "base.sqlite3"
    other.write_bytes(b"SQLite format 3\0")
    with pytest.raises(Refusal, match="existe et n'est pas une sauvegarde"):
        make_backup(target=other, actor=ACTOR, now=NOW)
    with pytest.raises(Refusal, match=r"Impossible d'écrire dans .*/nowhere"):
        make_backup(target=tmp_path / "nowhere" / "b.tar", actor=ACTOR, now=NOW)
    assert other.read_bytes() == b"SQLite format 3\0"
    before = backup.read_bytes()
    make_backup(target=backup, actor=ACTOR, now=NOW)
    assert backup.read_bytes() != before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base.sqlite3", "encours.tar"]


Members = list[tuple[tarfile.TarInfo, bytes]]


def _members(path: Path) -> Members:
    with tarfile.open(path) as tar:
        return [(one, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]


def _write(path: Path, members: Members) -> None:
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, BytesIO(content))


def _replace(members: Members, start: str, change: Callable[[bytes], bytes]) -> Members:
    """Change the first member with such a name and the inventory with it, as someone with time would."""
    found = next(info.name for info, _content in members if info.name.startswith(start))
    new = [(info, change(content) if info.name == found else content) for info, content in members]
    sums = {info.name: hashlib.sha256(content).hexdigest() for info, content in new}
    inventory = json.dumps(
        {"parts": {name: sha for name, sha in sums.items() if not name.startswith(("documents/", "inv"))}}
    ).encode()
    total = f"{hashlib.sha256(inventory).hexdigest()}  inventory.json\n".encode()
    own = {manifest.INVENTORY_NAME: inventory, manifest.SUM_NAME: total}
    return [(info, own.get(info.name, content)) for info, content in new]


def _header(**values: object) -> Callable[[bytes], bytes]:
    return lambda content: json.dumps({**json.loads(content), **values}).encode()


def _rename(members: Members, start: str, name: str, kind: bytes = tarfile.REGTYPE) -> Members:
    for info, _content in members:
        if info.name.startswith(start):
            info.name, info.type, info.linkname = name, kind, "/etc/passwd"
            return members
    raise AssertionError(start)


def _flip(content: bytes) -> bytes:
    return content[:40] + bytes([content[40] ^ 255]) + content[41:]


CUSTOMERS = "tables/parties.customer/"
BOMB = gzip.compress(b'["' + b"a" * 400_000_000 + b'"]\n', 9)
TWO_LONG_LINES = gzip.compress((b'["' + b"a" * 3_000_000 + b'"]\n') * 2, 9)

DAMAGES: dict[str, tuple[Callable[[Members], Members], str]] = {
    "newer": (
        lambda m: _replace(m, "encours-backup", _header(version=2)),
        "est au format 2, plus récent que celui que cette version sait lire",
    ),
    "another format": (
        lambda m: _replace(m, "encours-backup", _header(format="autre")),
        "n'est pas une sauvegarde d'Encours",
    ),
    "other tables": (
        lambda m: _replace(m, "encours-backup", _header(tables={})),
        "vient d'une autre version d'Encours",
    ),
    "altered rows": (
        lambda m: [
            (i, c[:40] + bytes([c[40] ^ 255]) + c[41:] if i.name.startswith(CUSTOMERS) else c) for i, c in m
        ],
        "est illisible",
    ),
    "rows of another day": (
        lambda m: [
            (i, gzip.compress(gzip.decompress(c)) if i.name.startswith(CUSTOMERS) else c) for i, c in m
        ],
        "ne correspond pas à son empreinte",
    ),
    "altered document": (
        lambda m: [(i, b"x" * len(c) if i.name.startswith("documents/") else c) for i, c in m],
        "ne correspond pas à son empreinte",
    ),
    "a document left out": (
        lambda m: [one for one in m if one is not next(d for d in m if d[0].name.startswith("documents/"))],
        "n'a rien à y faire",
    ),
    "a part left out": (
        lambda m: [one for one in m if not one[0].name.startswith(CUSTOMERS)],
        "ne correspond pas à son empreinte",
    ),
    "a line left out": (
        lambda m: _replace(m, CUSTOMERS, lambda c: gzip.compress(gzip.decompress(c).split(b"\n")[0] + b"\n")),
        "il manque des lignes de la table parties.customer",
    ),
    "lines too many": (
        lambda m: _replace(m, CUSTOMERS, lambda c: gzip.compress(gzip.decompress(c) * 2)),
        "la table parties.customer a trop de lignes",
    ),
    "a text in a number": (
        lambda m: _replace(m, CUSTOMERS, lambda c: gzip.compress(gzip.decompress(c).replace(b"[", b'["",'))),
        "est illisible",
    ),
    "a path outside": (
        lambda m: _rename(m, CUSTOMERS, "../../etc/cron.d/x"),
        "« ../../etc/cron.d/x » n'a rien à y faire",
    ),
    "an absolute path": (
        lambda m: _rename(m, "documents/", "/etc/cron.d/x"),
        "« /etc/cron.d/x » n'a rien à y faire",
    ),
    "a link": (
        lambda m: _rename(m, CUSTOMERS, "tables/x", tarfile.SYMTYPE),
        "qui n'est pas une partie de sauvegarde",
    ),
    "a bomb": (lambda m: _replace(m, CUSTOMERS, lambda _c: BOMB), "est plus grande que dans une sauvegarde"),
    "two long lines": (
        lambda m: _replace(m, CUSTOMERS, lambda _c: TWO_LONG_LINES),
        "est plus grande que dans une sauvegarde",
    ),
    "no inventory": (lambda m: m[:-2], "elle s'arrête avant son inventaire"),
    "an altered inventory": (
        lambda m: [(i, c + b" " if i.name == manifest.INVENTORY_NAME else c) for i, c in m],
        "l'inventaire ne correspond pas à son empreinte",
    ),
}


def _refuses(path: Path, reason: str) -> None:
    with pytest.raises(UnusableBackup, match=reason):
        check_backup(path)
    with pytest.raises(UnusableBackup, match=reason) as caught:
        restore_backup(path=path, actor=ACTOR, now=NOW)
    assert str(caught.value).endswith("Rien n'a été changé.")
    assert {t.label for t in travelling_tables() if t.model._base_manager.exists()} == set()


def test_a_damaged_or_hostile_file_is_refused_and_nothing_is_changed(backup: Path) -> None:
    _empty_the_database()  # once for all: emptying it is what takes long
    for damage, (change, reason) in DAMAGES.items():
        bad = backup.with_name(f"{damage}.tar")
        _write(bad, change(_members(backup)))
        _refuses(bad, reason)
    restore_backup(path=backup, actor=ACTOR, now=NOW)  # what is not damaged is taken


def test_a_truncated_or_prolonged_file_is_refused(backup: Path) -> None:
    _empty_the_database()
    whole = backup.read_bytes()
    for share in (0, 0.0001, 0.01, 0.3, 0.9, 0.999):
        backup.write_bytes(whole[: int(len(whole) * share)])
        _refuses(backup, "est incomplète" if share > 0.001 else "n'est pas une sauvegarde d'Encours")
    for more in (b"x", b"\0" * 20_000):
        backup.write_bytes(whole + more)
        _refuses(backup, "elle ne finit pas comme elle devrait")


def test_a_value_that_the_database_refuses_undoes_the_whole_restore(backup: Path) -> None:
    def twice(content: bytes) -> bytes:
        first, second, *rest = gzip.decompress(content).split(b"\n")
        values, other = json.loads(first), json.loads(second)
        other[1] = values[1]  # two customers with one code
        return gzip.compress(b"\n".join([first, json.dumps(other).encode(), *rest]))

    bad = backup.with_name("bad.tar")
    _write(bad, _replace(_members(backup), CUSTOMERS, twice))
    _empty_the_database()
    with pytest.raises(UnusableBackup, match="La base n'accepte pas une valeur de la sauvegarde"):
        restore_backup(path=bad, actor=ACTOR, now=NOW)
    assert {t.label for t in travelling_tables() if t.model._base_manager.exists()} == set()


def test_a_long_table_is_cut_into_parts(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "PART_BYTES", 150)
    monkeypatch.setattr(manifest, "DOCUMENT_BATCH_COUNT", 1)
    cut = _made(backup.with_name("cut.tar"))
    names = [info.name for info, _content in _members(cut)]
    assert len([name for name in names if name.startswith(CUSTOMERS)]) > 1
    assert len([name for name in names if name.startswith("tables/archive.storedblob/")]) > 1
    before = _rows()
    _empty_the_database()
    restore_backup(path=cut, actor=ACTOR, now=NOW)
    assert _rows() == before
    with opened(cut) as reading:
        reading.read_to_the_end()
