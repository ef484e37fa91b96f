"""Any change made behind the archive's back is found, and nothing is found where nothing was changed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F

from encours.archive import seal
from encours.archive.models import ChainHead, IssuedDocument, StoredBlob
from encours.archive.verify import verify_archive
from encours.console import Refused
from encours.core.hash_chain import GENESIS, link_of, sha256_of
from tests.archive.test_chain import NOW, issue
from tests.superuser import as_superuser

Tampering = Callable[[random.Random], object]


def documents() -> list[IssuedDocument]:
    return list(IssuedDocument.objects.order_by("chain", "position"))


def change_a_field(rng: random.Random) -> None:
    row = rng.choice(documents())
    name = rng.choice(["reference", "filename", "kind", "media_type", "details", "chain"])
    value = str(getattr(row, name))
    at = rng.randrange(len(value) + 1)
    changes = {name: (value[:at] + rng.choice("xyz") + value[at:])[:30]}
    IssuedDocument.objects.filter(pk=row.pk).update(**changes)


def change_a_time_or_a_size(rng: random.Random) -> None:
    row = rng.choice(documents())
    if rng.random() < 0.5:
        IssuedDocument.objects.filter(pk=row.pk).update(issued_at=NOW.replace(microsecond=1))
    else:
        IssuedDocument.objects.filter(pk=row.pk).update(size=F("size") + 1)


def change_a_byte(rng: random.Random) -> None:
    blob = rng.choice(list(StoredBlob.objects.order_by("pk")))
    content = bytearray(blob.content or b"")
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    StoredBlob.objects.filter(pk=blob.pk).update(content=bytes(content))


def replace_the_content_and_its_hash(rng: random.Random) -> None:
    row = rng.choice(documents())
    forged = b"forged %d" % rng.randrange(10**9)
    sha256 = sha256_of(forged)
    StoredBlob.objects.create(sha256=sha256, content=forged, size=len(forged))
    IssuedDocument.objects.filter(pk=row.pk).update(sha256=sha256, size=len(forged))


def swap_two_rows(rng: random.Random) -> None:
    one, other = rng.sample([row for row in documents() if row.chain == "TC"], 2)
    IssuedDocument.objects.filter(pk=one.pk).update(position=-1)
    IssuedDocument.objects.filter(pk=other.pk).update(position=one.position)
    IssuedDocument.objects.filter(pk=one.pk).update(position=other.position)


def delete_from_the_middle(rng: random.Random) -> None:
    rng.choice([row for row in documents() if row.chain == "TC"][:-1]).delete()


def delete_the_tail(rng: random.Random) -> None:
    rows = [row for row in documents() if row.chain == rng.choice(["TC", "TC", "AUTRE"])]
    for row in rows[-rng.randrange(1, len(rows) + 1) :] if rows else documents()[-1:]:
        row.delete()


def delete_the_tail_and_move_the_head(rng: random.Random) -> None:
    rows = [row for row in documents() if row.chain == "TC"]
    rows[-1].delete()
    ChainHead.objects.filter(chain="TC").update(position=rows[-2].position, link=rows[-2].link)


def rewrite_a_link(rng: random.Random) -> None:
    row = rng.choice(documents())
    name = rng.choice(["link", "previous_link"])
    changes = {name: sha256_of(b"%d" % rng.randrange(10**9))}
    IssuedDocument.objects.filter(pk=row.pk).update(**changes)


def rewrite_the_whole_chain(rng: random.Random) -> None:
    from encours.archive.chain import linked_fields

    link = GENESIS
    rows = [row for row in documents() if row.chain == "TC"]
    rng.choice(rows).filename = "forged.pdf"
    for row in rows:
        row.previous_link = link
        link = row.link = link_of(link, linked_fields(row))
        row.save()
    ChainHead.objects.filter(chain="TC").update(link=link)


def delete_a_blob(rng: random.Random) -> None:
    rng.choice(list(StoredBlob.objects.order_by("pk"))).delete()


def change_the_head(rng: random.Random) -> None:
    head = rng.choice(list(ChainHead.objects.order_by("pk")))
    match rng.randrange(3):
        case 0:
            head.delete()
        case 1:
            ChainHead.objects.filter(pk=head.pk).update(link=sha256_of(b"x"))
        case _:
            ChainHead.objects.filter(pk=head.pk).update(position=F("position") + rng.choice([-1, 1]))


def add_a_document_behind_the_head(rng: random.Random) -> None:
    from encours.archive.chain import linked_fields

    row = documents()[-1]
    row.pk = None
    row.position += 1
    row.previous_link = row.link
    row.link = link_of(row.previous_link, linked_fields(row))
    row.save(force_insert=True)


TAMPERINGS: list[Tampering] = [
    change_a_field,
    change_a_time_or_a_size,
    change_a_byte,
    replace_the_content_and_its_hash,
    swap_two_rows,
    delete_from_the_middle,
    delete_the_tail,
    delete_the_tail_and_move_the_head,
    rewrite_a_link,
    rewrite_the_whole_chain,
    delete_a_blob,
    change_the_head,
    add_a_document_behind_the_head,
]


def fill_the_archive() -> None:
    for number in range(1, 6):
        issue(b"letter %d" % number, number)
    issue(b"letter 1", 1, "AUTRE")
    issue(b"letter 7", 2, "AUTRE")
    for name in ("TC", "AUTRE"):
        head = ChainHead.objects.get(chain=name)
        seal.keep(name, head.position, head.link)


@pytest.mark.django_db
def test_an_archive_that_nobody_touched_is_clean() -> None:
    assert verify_archive().is_clean
    fill_the_archive()
    result = verify_archive()
    assert (result.document_count, result.problems) == (7, [])


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(len(TAMPERINGS) * 3))
def test_any_tampering_is_found(seed: int) -> None:
    fill_the_archive()
    with as_superuser():
        TAMPERINGS[seed % len(TAMPERINGS)](random.Random(seed))
    assert verify_archive().problem_count > 0


@pytest.mark.django_db
def test_a_chain_whose_documents_have_all_gone_is_found_by_its_seal() -> None:
    fill_the_archive()
    with as_superuser():
        IssuedDocument.objects.filter(chain="TC").delete()
        ChainHead.objects.filter(chain="TC").delete()
    problems = verify_archive().problems
    assert problems[0] == "chaîne TC : la tête de chaîne a disparu"
    assert problems[1].endswith("dit 5 documents, le dernier présent est 0")


@pytest.mark.django_db
def test_the_command_writes_one_json_object_and_refuses_a_changed_archive() -> None:
    fill_the_archive()
    out = StringIO()
    call_command("verify", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"documents": 7, "purged": 0, "ok": True, "problems": []}
    with as_superuser():
        StoredBlob.objects.filter(sha256=sha256_of(b"letter 2")).update(content=b"Letter 2")
    out = StringIO()
    with pytest.raises(Refused):
        call_command("verify", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert report["ok"] is False
    assert report["problems"] == [
        f"contenu {sha256_of(b'letter 2')} : les octets ont changé (TC-2 (Relance-TC-2.pdf))"
    ]
