"""Check every stored document against its hash and its place in the chain, in bounded memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import OuterRef, Subquery

from encours.append_only import missing_triggers
from encours.archive import bucket, store
from encours.archive.chain import linked_fields
from encours.archive.marks import Mark, marks_by_chain
from encours.archive.models import ChainHead, IssuedDocument, StoredBlob
from encours.archive.purging import purged_among, tombstones_without_a_record
from encours.core.hash_chain import GENESIS, link_of, sha256_of
from encours.db import read_bytes

BLOBS_AT_ONCE = 250
BYTES_AT_ONCE = 4_000_000
SIZES_AT_ONCE = 2_000
DOCUMENTS_AT_ONCE = 500
MAX_PROBLEMS = 1000
_CONTENTS = "SELECT sha256, content, size FROM archive_storedblob WHERE sha256 BETWEEN %s AND %s"
_BEFORE_ALL = -(2**63)


@dataclass
class Verification:
    """What was checked and what is wrong; only the first ``MAX_PROBLEMS`` are told one by one."""

    document_count: int = 0
    purged_count: int = 0
    problem_count: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is wrong."""
        return self.problem_count == 0

    def report(self, problem: str) -> None:
        """Add a problem, in French, for a person to read."""
        self.problem_count += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)


Check = Callable[[Verification], None]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Have a check of another app made with each verification; registering it again changes nothing."""
    if check not in _checks:
        _checks.append(check)


def verify_archive(copies: Iterable[Path] = ()) -> Verification:
    """Read all that is kept and return what is wrong; documents may be issued meanwhile.

    ``copies`` are files of daily seals to compare with, beside those of this machine.
    """
    result = Verification()
    for name in missing_triggers():
        result.report(f"protection {name} : ôtée de la base")
    with _readable(result):
        marks = marks_by_chain(result.report, copies)
        for chain in _chains(marks):
            _verify_chain(chain, marks.get(chain, []), result)
    with _readable(result):
        for sha256, content, size in _blobs():
            _verify_blob(sha256, content, size, result)
    for sha256 in tombstones_without_a_record():
        result.report(f"contenu {sha256} : effacé sans qu'aucune purge de la chaîne ne le dise")
    for names in store.purged_but_there():
        for sha256 in names:
            result.report(
                f"contenu {sha256} : purgé, mais encore dans l'entrepôt (encours retention --apply)"
            )
    for check in _checks:
        with _readable(result):
            check(result)
    return result


@contextmanager
def _readable(result: Verification) -> Iterator[None]:
    """Report rows that cannot even be read: SQLite keeps a text in a date or in a number."""
    try:
        yield
    except (ValueError, TypeError, AttributeError) as error:
        result.report(f"des enregistrements sont illisibles ({error})")


def _chains(marked: Iterable[str]) -> list[str]:
    """Return every chain that a head, a document or a seal speaks of."""
    heads = set(ChainHead.objects.values_list("chain", flat=True))
    rows = set(IssuedDocument.objects.order_by().values_list("chain", flat=True).distinct())
    return sorted(heads | rows | set(marked))


def _verify_chain(chain: str, marks: list[Mark], result: Verification) -> None:
    """Walk one chain from its first document to its last, and compare it with its head and its seals.

    The head is read before the walk and again after it: what is issued between the two is no problem.
    """
    head = ChainHead.objects.filter(chain=chain).first()
    if head is None:
        result.report(f"chaîne {chain} : la tête de chaîne a disparu")
    else:
        marks = [*marks, Mark("la tête de chaîne", int(head.position), head.link)]
    position, link = _walk(chain, marks, result)
    for mark in marks:
        if mark.position > position:
            result.report(
                f"chaîne {chain} : {mark.said_by} dit {mark.position} documents,"
                f" le dernier présent est {position}"
            )
    later = ChainHead.objects.filter(chain=chain).first()
    if later is not None and (
        later.position < position or (later.position == position and later.link != link)
    ):
        result.report(f"chaîne {chain} : des documents suivent la tête de chaîne ({later.position})")


def _walk(chain: str, marks: list[Mark], result: Verification) -> tuple[int, str]:
    """Check each document of a chain; return the position and the link of the last one."""
    marked: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        marked[mark.position].append(mark)
    position, link = 0, GENESIS
    try:
        for row in _documents(chain):
            result.document_count += 1
            _verify_document(row, position, link, result)
            position, link = int(row.position), row.link
            for mark in marked.get(position, ()):
                if mark.link != link:
                    result.report(f"{_where(row)} : {mark.said_by} ne correspond pas")
    except (ValueError, TypeError, AttributeError) as error:  # SQLite keeps a text in a date or a number
        result.report(f"chaîne {chain} : document illisible après la position {position} ({error})")
    return position, link


def _where(row: IssuedDocument) -> str:
    return f"{row.reference} ({row.filename}), chaîne {row.chain}, position {row.position}"


def _verify_document(row: IssuedDocument, position: int, link: str, result: Verification) -> None:
    """Check one document against the position and the link of the one before it, and against its bytes.

    Only their presence and size are checked here: bytes that several documents share are hashed once.
    """
    if row.position != position + 1:
        result.report(f"{_where(row)} : un document manque, la position attendue était {position + 1}")
    if row.previous_link != link:
        result.report(f"{_where(row)} : ne suit pas le document qui le précède")
    if row.link != link_of(row.previous_link, linked_fields(row)):
        result.report(f"{_where(row)} : un champ a été modifié depuis l'émission")
    stored_size = getattr(row, "stored_size", None)
    if stored_size is None:
        if not purged_among([row.sha256]):
            result.report(f"{_where(row)} : le contenu {row.sha256} a disparu")
        else:
            result.purged_count += 1
    elif stored_size != row.size:
        result.report(f"{_where(row)} : la taille du contenu a changé ({row.size} → {stored_size})")


def _verify_blob(sha256: str, raw: object, size: int, result: Verification) -> None:
    if raw is None:
        result.report(f"contenu {sha256} : changé ou disparu dans l'entrepôt ({_users(sha256)})")
        return
    content = raw.encode() if isinstance(raw, str) else bytes(raw)  # type: ignore[call-overload]
    if sha256_of(content) != sha256:
        result.report(f"contenu {sha256} : les octets ont changé ({_users(sha256)})")
    elif len(content) != size:
        result.report(f"contenu {sha256} : la taille notée a changé")


def _users(sha256: str) -> str:
    names = IssuedDocument.objects.filter(sha256=sha256).values_list("reference", "filename")[:5]
    return ", ".join(f"{reference} ({filename})" for reference, filename in names) or "aucun document"


def _documents(chain: str) -> Iterator[IssuedDocument]:
    """Yield the documents of a chain by position, a page at a time."""
    last = _BEFORE_ALL
    stored = StoredBlob.objects.filter(pk=OuterRef("sha256")).values("size")
    documents = IssuedDocument.objects.filter(chain=chain).annotate(stored_size=Subquery(stored))
    while True:
        page = list(documents.filter(position__gt=last).order_by("position")[:DOCUMENTS_AT_ONCE])
        yield from page
        if len(page) < DOCUMENTS_AT_ONCE:
            return
        last = page[-1].position


def _blobs() -> Iterator[tuple[str, object, int]]:
    """Yield everything that is kept, as many at a time as weigh a few megabytes."""
    for first, last in _ranges():
        rows = read_bytes(_CONTENTS, first, last)
        outside = [sha256 for sha256, content, _size in rows if content is None]
        found = bucket.required().get_many(outside) if outside else {}
        for sha256, content, size in rows:
            yield sha256, found.get(sha256) if content is None else content, size


def _ranges() -> Iterator[tuple[str, str]]:
    """Yield the first and the last key of what is read at once; the sizes are read without the bytes."""
    sizes = StoredBlob.objects.order_by("pk").values_list("sha256", "size")
    page = list(sizes[:SIZES_AT_ONCE])
    while page:
        first, weight = page[0][0], 0
        for number, (sha256, size) in enumerate(page, start=1):
            weight += max(0, int(size))
            if weight >= BYTES_AT_ONCE or number % BLOBS_AT_ONCE == 0 or number == len(page):
                yield first, sha256
                first, weight = page[min(number, len(page) - 1)][0], 0
        page = list(sizes.filter(pk__gt=page[-1][0])[:SIZES_AT_ONCE])
