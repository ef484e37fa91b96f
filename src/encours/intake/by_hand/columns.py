"""Which column each name of a header is: as the user says, as he said before, or as it plainly means."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from encours.access.scopes import Scope
from encours.intake.by_hand.fields import LABELS, guess
from encours.intake.models import KnownHeader
from encours.intake.problems import shorten
from encours.intake.reading.tables import Layout, bare
from encours.parties.models import BillingEntity

MAX_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One name of the header, the value under it in the first line, and the column it is (none: ignored)."""

    name: str
    example: str
    field: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of one header, each once; ``digest`` is that of them all, in any order."""

    found: tuple[Column, ...]
    layout: Layout
    digest: str

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What a name can be: the code and the label of each column, required ones first."""
        return [(field, str(LABELS.get(field, field))) for field in self.layout.columns]

    @property
    def choices(self) -> dict[str, str]:
        """What is not as the names speak for themselves, for Layout."""
        return {
            bare(one.name): one.field
            for one in self.found
            if one.field != (bare(one.name) if bare(one.name) in self.layout.columns else "")
        }

    @property
    def missing(self) -> list[str]:
        """The labels of the required columns that nothing is said to be."""
        said = {one.field for one in self.found}
        return [str(LABELS.get(field, field)) for field in self.layout.required if field not in said]

    @property
    def recognised_count(self) -> int:
        """How many names are a column."""
        return sum(bool(one.field) for one in self.found)

    @property
    def are_open(self) -> bool:
        """Tell whether something is left to say."""
        return bool(self.missing) or any(not one.field for one in self.found)


def find_columns(
    header: Sequence[str],
    first: Sequence[str],
    layout: Layout,
    *,
    kind: str,
    scope: Scope,
    said: tuple[str, Sequence[str]],
) -> Columns:
    """Return the columns of a file; ``said`` is the header that the user saw (its digest) and his choices."""
    examples: dict[str, tuple[str, str]] = {}
    for index, name in enumerate(header):
        if name.strip() and len(name) <= MAX_NAME_LENGTH:
            example = first[index] if index < len(first) else ""
            examples.setdefault(bare(name), (name.strip(), shorten(example)))
    digest = hashlib.sha256("\x1f".join(sorted(examples)).encode()).hexdigest()
    fields = _chosen(list(examples), said if said[0] == digest else ("", ()))
    if fields is None:
        fields = _remembered(kind, digest, scope) or _recognised(list(examples), layout)
    found = tuple(
        Column(name, example, field if (field := fields.get(key, "")) in layout.columns else "")
        for key, (name, example) in examples.items()
    )
    return Columns(found, layout, digest)


def _chosen(names: Sequence[str], said: tuple[str, Sequence[str]]) -> Mapping[str, str] | None:
    if not said[0] or len(said[1]) != len(names):
        return None
    return dict(zip(names, said[1], strict=True))


def _recognised(names: Sequence[str], layout: Layout) -> dict[str, str]:
    fields = {name: name for name in names if name in layout.columns}
    for name in names:
        free = tuple(column for column in layout.columns if column not in fields.values())
        fields.setdefault(name, guess(name, free))
    return fields


def _remembered(kind: str, digest: str, scope: Scope) -> Mapping[str, str] | None:
    known = KnownHeader.objects.filter(kind=kind, header=digest)
    if scope.entity_ids is not None:
        known = known.filter(Q(entity__isnull=True) | Q(entity_id__in=scope.entity_ids))
    columns: Mapping[str, str] | None = (
        known.order_by("-said_at", "-pk").values_list("columns", flat=True).first()
    )
    return columns


@transaction.atomic
def remember_columns(
    *, columns: Columns, kind: str, entity_codes: Collection[str], is_shared: bool, now: dt.datetime
) -> None:
    """Remember what the names of a header are, for the entities whose lines were imported under it."""
    said = {bare(one.name): one.field for one in columns.found}
    codes = () if is_shared else entity_codes
    entities = BillingEntity.objects.filter(code__in=codes).order_by("pk").values_list("pk", flat=True)
    owners: list[int | None] = [None] if is_shared else list(entities)
    for entity_id in owners:
        KnownHeader.objects.update_or_create(
            entity_id=entity_id,
            kind=kind,
            header=columns.digest,
            defaults={"columns": said, "said_at": now},
        )
