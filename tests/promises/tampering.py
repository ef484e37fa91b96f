"""Change an archive straight in its database, in every way we know, each at a random place.

A tampering is done with plain SQL in a transaction that is rolled back. Who can do that is the owner of the
database: what the database itself forbids is lifted first.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from django.db import connection, models

from encours.archive.chain import linked_fields
from encours.archive.models import ChainHead, DailySeal, IssuedDocument, StoredBlob, Tombstone
from encours.core.hash_chain import GENESIS, link_of, sha256_of
from encours.dunning.models import Reminder, ReminderFile, ReminderLine

Row = models.Model
Tampering = Callable[[random.Random], str]
"""Changes something and says what."""

MAY_CHANGE = {
    Reminder: {
        *("id", "delivery_state", "counts", "printed_at", "printed_by_name"),
        *("author_address", "author_request_id"),  # for the journal, which has them in the line of the issue
        *("cancelled_by_name", "cancellation_reason", "lease_owner", "lease_expires_at", "last_error"),
    },
    ReminderLine: {"id"},
    ReminderFile: {"id"},
    IssuedDocument: {"id"},
    ChainHead: set(),
    StoredBlob: set(),
    DailySeal: set(),
}
"""The tables of the proof, and what is no proof in them: keys, and what follows the letter or the e-mail."""


def sql(text: str, *values: Any) -> None:
    """Run one statement."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def table(model: type[Row]) -> str:
    return model._meta.db_table


def documents(chain: str = "") -> list[IssuedDocument]:
    rows = IssuedDocument.objects.order_by("chain", "position")
    return list(rows.filter(chain=chain) if chain else rows)


def a_chain(rng: random.Random, least: int = 3) -> str:
    chains = sorted({row.chain for row in documents()})
    return rng.choice([name for name in chains if len(documents(name)) >= least])


def other_value(rng: random.Random, value: Any) -> Any:
    """Return a value of the same type that is not the same."""
    match value:
        case bool():
            return not value
        case int():
            return value + rng.choice([-7, -1, 1, 7])
        case dt.datetime():
            return value + dt.timedelta(microseconds=rng.randrange(1, 10**9))
        case dt.date():
            return value + dt.timedelta(days=rng.choice([-1, 1, 30]))
        case bytes() | memoryview():
            return flipped(rng, bytes(value))
        case _:
            return edited(rng, str(value))


def edited(rng: random.Random, text: str) -> str:
    """Return a text with one character replaced, taken out or added."""
    at = rng.randrange(len(text)) if text else 0
    kept = rng.choice([at, at + 1]) if text else 0
    changed = text[:at] + rng.choice(["", *"0f7x "]) + text[kept:]
    return changed if changed != text else text[:at] + "z" + text[at:]


def flipped(rng: random.Random, content: bytes) -> bytes:
    """Return bytes with one bit changed."""
    changed = bytearray(content)
    changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def change_a_field(rng: random.Random) -> str:
    """Any column of any table of the proof gets another value."""
    model = rng.choice(list(MAY_CHANGE))
    row = rng.choice(list(model._default_manager.order_by("pk")))
    fields = [field for field in model._meta.concrete_fields if field.attname not in MAY_CHANGE[model]]
    field = rng.choice([field for field in fields if getattr(row, field.attname) is not None])
    value = other_value(rng, getattr(row, field.attname))
    if field.max_length:
        value = str(value)[: field.max_length] if len(str(value)) <= field.max_length else "z"
    key = model._meta.pk
    assert key is not None
    adapted = field.get_db_prep_value(value, connection, prepared=False)
    sql(f"UPDATE {table(model)} SET {field.column} = %s WHERE {key.column} = %s", adapted, row.pk)
    return f"{model.__name__}.{field.attname}"


def change_a_byte(rng: random.Random) -> str:
    blob = rng.choice(list(StoredBlob.objects.order_by("pk")))
    content = flipped(rng, bytes(blob.content or b""))
    sql(f"UPDATE {table(StoredBlob)} SET content = %s WHERE sha256 = %s", content, blob.pk)
    return "byte"


def swap_two_documents(rng: random.Random) -> str:
    """Two documents change places, with their links or without."""
    one, other = rng.sample(documents(a_chain(rng)), 2)
    for row, position in ((one, -1), (other, one.position), (one, other.position)):
        sql(f"UPDATE {table(IssuedDocument)} SET position = %s WHERE id = %s", position, row.id)
    if rng.random() < 0.5:
        for row, like in ((one, other), (other, one)):
            _link(row.id, like.previous_link, like.link)
    return "swap of documents"


def swap_two_contents(rng: random.Random) -> str:
    """Two documents exchange their bytes, with hash and size."""
    rows = documents()
    one = rng.choice(rows)
    other = rng.choice([row for row in rows if row.sha256 != one.sha256])
    for row, like in ((one, other), (other, one)):
        _content(row.id, like.sha256, like.size)
    return "swap of contents"


def delete_from_the_middle(rng: random.Random) -> str:
    """A document goes; sometimes those after it move up and are linked anew up to the end."""
    chain = a_chain(rng)
    row = rng.choice(documents(chain)[:-1])
    _delete(row)
    if rng.random() < 0.5:
        _relink(chain)
    return "middle deletion"


def delete_the_tail(rng: random.Random) -> str:
    """The last documents go; sometimes the head of the chain and the daily seals follow."""
    chain = a_chain(rng, least=1)
    rows = documents(chain)
    for row in rows[-rng.randrange(1, len(rows) + 1) :]:
        _delete(row)
    if rng.random() < 0.5:
        _relink(chain)
    if rng.random() < 0.5:
        _reseal()
    return "tail deletion"


def replace_a_content(rng: random.Random) -> str:
    """Other bytes under their own hash, and the document says that hash; sometimes its link follows."""
    row = rng.choice(documents())
    forged = b"%PDF-1.7 forged " + rng.randbytes(20)
    row.sha256, row.size = sha256_of(forged), len(forged)
    _blob(row.sha256, forged)
    _content(row.id, row.sha256, row.size)
    if rng.random() < 0.5:
        _link(row.id, row.previous_link, link_of(row.previous_link, linked_fields(row)))
    return "replacement"


def rewrite_the_chain(rng: random.Random) -> str:
    """A document is forged and every later link and the head are made anew; sometimes the seals too."""
    row = rng.choice(documents())
    forged = b"%PDF-1.7 rewritten " + rng.randbytes(20)
    _blob(sha256_of(forged), forged)
    _content(row.id, sha256_of(forged), len(forged))
    _relink(row.chain)
    if rng.random() < 0.5:
        _reseal()
    return "rewritten chain"


def delete_a_chain(rng: random.Random) -> str:
    chain = a_chain(rng, least=1)
    for row in documents(chain):
        _delete(row)
    sql(f"DELETE FROM {table(ChainHead)} WHERE chain = %s", chain)
    if rng.random() < 0.5:
        _reseal()
    return "chain deletion"


def add_a_document(rng: random.Random) -> str:
    """A document that nobody issued is linked at the end of a chain, behind the head's back."""
    row = documents(a_chain(rng))[-1]
    row.id, row.position, row.previous_link = 0, row.position + 1, row.link
    row.reference = edited(rng, row.reference)
    row.link = link_of(row.previous_link, linked_fields(row))
    row.id = IssuedDocument.objects.order_by("-id")[0].id + 1
    names = [field.attname for field in IssuedDocument._meta.concrete_fields]
    marks = ", ".join(["%s"] * len(names))
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for field in IssuedDocument._meta.concrete_fields
    ]
    sql(f"INSERT INTO {table(IssuedDocument)} ({', '.join(names)}) VALUES ({marks})", *values)
    return "added document"


def delete_a_content(rng: random.Random) -> str:
    sql(f"DELETE FROM {table(StoredBlob)} WHERE sha256 = %s", rng.choice(documents()).sha256)
    return "content deletion"


def purge_in_secret(rng: random.Random) -> str:
    """Bytes go with a tombstone of their own, which names a document that is no purge."""
    row, record = rng.choice(documents()), rng.choice(documents())
    names = "(sha256, document_id, purged_at)"
    when = connection.ops.adapt_datetimefield_value(row.issued_at)
    sql(f"INSERT INTO {table(Tombstone)} {names} VALUES (%s, %s, %s)", row.sha256, record.id, when)
    sql(f"DELETE FROM {table(StoredBlob)} WHERE sha256 = %s", row.sha256)
    return "secret purge"


TAMPERINGS: tuple[Tampering, ...] = (
    change_a_field,
    change_a_field,
    change_a_byte,
    swap_two_documents,
    swap_two_contents,
    delete_from_the_middle,
    delete_the_tail,
    replace_a_content,
    rewrite_the_chain,
    delete_a_chain,
    add_a_document,
    delete_a_content,
    purge_in_secret,
)


def _delete(row: IssuedDocument) -> None:
    sql(f"DELETE FROM {table(ReminderFile)} WHERE document_id = %s", row.id)
    sql(f"DELETE FROM {table(IssuedDocument)} WHERE id = %s", row.id)


def _link(id: int, previous: str, link: str) -> None:
    sql(f"UPDATE {table(IssuedDocument)} SET previous_link = %s, link = %s WHERE id = %s", previous, link, id)


def _content(id: int, sha256: str, size: int) -> None:
    sql(f"UPDATE {table(IssuedDocument)} SET sha256 = %s, size = %s WHERE id = %s", sha256, size, id)


def _blob(sha256: str, content: bytes) -> None:
    names = "(sha256, content, size)"
    sql(f"INSERT INTO {table(StoredBlob)} {names} VALUES (%s, %s, %s)", sha256, content, len(content))


def _relink(chain: str) -> None:
    """Make positions and links of a chain, and its head, agree with one another again."""
    link, position = GENESIS, 0
    for position, row in enumerate(documents(chain), start=1):
        row.position, row.previous_link = position, link
        link = link_of(link, linked_fields(row))
        sql(f"UPDATE {table(IssuedDocument)} SET position = %s WHERE id = %s", position, row.id)
        _link(row.id, row.previous_link, link)
    sql(f"UPDATE {table(ChainHead)} SET position = %s, link = %s WHERE chain = %s", position, link, chain)


def _reseal() -> None:
    """Take every daily seal out of the database, as if the day had never been sealed."""
    sql(f"DELETE FROM {table(DailySeal)}")
