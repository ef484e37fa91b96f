"""Check every stored document against its hash and its place in the chain, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery

from encours.archive import seal
from encours.archive.chain import linked_fields
from encours.archive.models import ChainHead, IssuedDocument, StoredBlob
from encours.core.hash_chain import GENESIS, link_of, sha256_of

BLOBS_AT_ONCE = 8
DOCUMENTS_AT_ONCE = 500
MAX_PROBLEMS = 1000
_BEFORE_ALL = -(2**63)


@dataclass
class Verification:
    """What was checked and what is wrong; only the first ``MAX_PROBLEMS`` are told one by one."""

    document_count: int = 0
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


def verify_archive() -> Verification:
    """Read all that is kept and return what is wrong; documents may be issued meanwhile."""
    result = Verification()
    seals = {kept.chain: kept for kept in seal.kept_seals()}
    for chain in _chains(seals):
        _verify_chain(chain, seals.get(chain), result)
    for blob in _blobs():
        _verify_blob(blob, result)
    for check in _checks:
        try:
            check(result)
        except (ValueError, TypeError, AttributeError) as error:  # SQLite keeps a text in a date or a number
            result.report(f"des enregistrements sont illisibles ({error})")
    return result


def _chains(seals: dict[str, seal.Seal]) -> list[str]:
    """Return every chain that a head, a document or a seal speaks of."""
    heads = set(ChainHead.objects.values_list("chain", flat=True))
    rows = set(IssuedDocument.objects.order_by().values_list("chain", flat=True).distinct())
    return sorted(heads | rows | set(seals))


def _verify_chain(chain: str, kept: seal.Seal | None, result: Verification) -> None:
    """Walk one chain from its first document to its last, and compare the end with head and seal.

    The head is read before the walk and again after it: what is issued between the two is no problem.
    """
    expected = [("l'empreinte gardée hors de la base", kept.position, kept.link)] if kept else []
    head = ChainHead.objects.filter(chain=chain).first()
    if head is None:
        result.report(f"chaîne {chain} : la tête de chaîne a disparu")
    else:
        expected.append(("la tête de chaîne", head.position, head.link))
    position, link = _walk(chain, expected, result)
    for name, at, _ in expected:
        if at > position:
            result.report(f"chaîne {chain} : {name} dit {at} documents, le dernier présent est {position}")
    later = ChainHead.objects.filter(chain=chain).first()
    if later is not None and (
        later.position < position or (later.position == position and later.link != link)
    ):
        result.report(f"chaîne {chain} : des documents suivent la tête de chaîne ({later.position})")


def _walk(chain: str, expected: list[tuple[str, int, str]], result: Verification) -> tuple[int, str]:
    """Check each document of a chain; return the position and the link of the last one."""
    position, link = 0, GENESIS
    try:
        for row in _documents(chain):
            result.document_count += 1
            _verify_document(row, position, link, result)
            position, link = int(row.position), row.link
            for name, at, expected_link in expected:
                if at == position and expected_link != link:
                    result.report(f"{_where(row)} : {name} ne correspond pas")
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
        result.report(f"{_where(row)} : le contenu {row.sha256} a disparu")
    elif stored_size != row.size:
        result.report(f"{_where(row)} : la taille du contenu a changé ({row.size} → {stored_size})")


def _verify_blob(blob: StoredBlob, result: Verification) -> None:
    raw: object = blob.content
    content = raw.encode() if isinstance(raw, str) else bytes(blob.content)
    if sha256_of(content) != blob.sha256:
        names = IssuedDocument.objects.filter(sha256=blob.sha256).values_list("reference", "filename")[:5]
        users = ", ".join(f"{reference} ({filename})" for reference, filename in names) or "aucun document"
        result.report(f"contenu {blob.sha256} : les octets ont changé ({users})")
    elif len(content) != blob.size:
        result.report(f"contenu {blob.sha256} : la taille notée a changé")


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


def _blobs() -> Iterator[StoredBlob]:
    """Yield everything that is kept, a few at a time: each may weigh megabytes."""
    last = ""
    while True:
        page = list(StoredBlob.objects.filter(pk__gt=last).order_by("pk")[:BLOBS_AT_ONCE])
        yield from page
        if len(page) < BLOBS_AT_ONCE:
            return
        last = page[-1].sha256
