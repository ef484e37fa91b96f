"""Check or import one file with what the user said of it; what is imported is what was checked."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from encours.access.models import User
from encours.access.scopes import scope_of
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.intake.by_hand.columns import Columns, find_columns, remember_columns
from encours.intake.by_hand.correcting import Corrections, Refused, refused_lines
from encours.intake.by_hand.rights import Kind, WithinRights
from encours.intake.by_hand.uploads import Upload, kept_for_now
from encours.intake.importing import Counts, Report, Source, import_files
from encours.intake.problems import Findings, TooManyProblems
from encours.intake.reading.tables import read_head, read_rows


@dataclass(frozen=True, slots=True)
class Said:
    """What the user says of a file: the columns of the header he saw (empty: none), his corrections.

    ``checked`` is the token of what he saw checked, and wants imported; empty where he wants it checked.
    """

    header: str = ""
    fields: Sequence[str] = ()
    corrections: Corrections = field(default_factory=dict)
    is_import: bool = False
    checked: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it: the report, the lines to correct, and what «Importer» sends back."""

    report: Report
    columns: Columns
    refused: Refused
    corrections: Corrections
    token: str


@dataclass(frozen=True, slots=True)
class Followed:
    """Who follows an import: told how many lines are read, and inside its transaction what is written."""

    on_line: Callable[[int], None] | None = None
    on_written: Callable[[Counts], None] | None = None


_BY_NOBODY = Followed()


def take(
    upload: Upload,
    kind: Kind,
    user: User,
    said: Said,
    *,
    actor: Actor,
    now: dt.datetime,
    followed: Followed = _BY_NOBODY,
) -> Taken:
    """Check a file or import it within the rights of a user, whole or not at all; raise Refusal.

    Imported is only what was checked: the same bytes, columns and corrections.
    """
    with kept_for_now(upload) as path:
        columns = _columns(path, kind, user, said)
        _refuse_unchecked(upload, kind, columns, said)
        layout = replace(columns.layout, choices=columns.choices)
        importer = WithinRights(kind, user, layout, said.corrections, followed.on_line)
        report = import_files(
            importer,
            [path],
            is_dry_run=not said.is_import,
            actor=actor,
            now=now,
            today=paris_date(now),
            source=_source(upload, columns, said.corrections),
            on_written=followed.on_written,
        )
        report = _named_as_he_does(report, path, upload)
    if said.is_import and columns.choices and not report.problems:
        remember_columns(
            columns=columns,
            kind=kind.code,
            entity_codes=importer.entity_codes,
            is_shared=kind.is_shared,
            now=now,
        )
    refused = refused_lines(report.problems, importer.rows, columns)
    corrections = importer.corrections
    return Taken(report, columns, refused, corrections, _token(kind, upload, columns, corrections))


def count_checked(upload: Upload, kind: Kind, user: User, said: Said, *, at_most: int) -> int:
    """Return how many lines a file has, counted as far as ``at_most``; raise Refusal if unchecked."""
    with kept_for_now(upload) as path:
        columns = _columns(path, kind, user, said)
        _refuse_unchecked(upload, kind, columns, said)
        layout = replace(columns.layout, choices=columns.choices)
        try:
            return sum(1 for _row in islice(read_rows(path, layout, Findings()), at_most))
        except TooManyProblems:
            return 0


def _refuse_unchecked(upload: Upload, kind: Kind, columns: Columns, said: Said) -> None:
    if said.is_import and said.checked != _token(kind, upload, columns, said.corrections):
        raise Refusal(_("Ce n'est pas le fichier qui a été vérifié : vérifiez-le avant de l'importer."))


def _columns(path: Path, kind: Kind, user: User, said: Said) -> Columns:
    layout = kind.importer.layout
    header, first = read_head(path, layout)
    return find_columns(
        header, first, layout, kind=kind.code, scope=scope_of(user), said=(said.header, said.fields)
    )


def _token(kind: Kind, upload: Upload, columns: Columns, corrections: Corrections) -> str:
    """Return what stands for a kind, the bytes, the columns that were chosen and the corrections."""
    token = f"{kind.code}:{upload.sha256}"
    if not columns.choices and not corrections:
        return token
    said = json.dumps([columns.choices, corrections], sort_keys=True)
    return f"{token}:{hashlib.sha256(said.encode()).hexdigest()}"


def _source(upload: Upload, columns: Columns, corrections: Corrections) -> Source:
    details: dict[str, object] = {"sha256": upload.sha256}
    if columns.choices:
        details["columns"] = {one.name: one.field for one in columns.found if one.field}
    if corrections:
        details["corrected_lines"] = len(corrections)
    return Source(upload.name, details)


def _named_as_he_does(report: Report, path: Path, upload: Upload) -> Report:
    problems = [
        replace(
            problem,
            file=upload.name,
            value="" if problem.value == str(path) else problem.value,
            message=problem.message.replace(str(path), upload.name),
        )
        for problem in report.problems
    ]
    return replace(report, problems=problems)
