"""Check or import one file with what the user said of it; what is imported is what was checked."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.translation import gettext as _

from encours.access.models import User
from encours.access.scopes import scope_of
from encours.core.actors import Actor
from encours.core.days import paris_date
from encours.core.errors import Refusal
from encours.intake.by_hand.columns import Columns, find_columns, remember_columns
from encours.intake.by_hand.rights import Kind, WithinRights
from encours.intake.by_hand.uploads import Upload, kept_for_now
from encours.intake.importing import Report, Source, import_files
from encours.intake.reading.tables import read_head


@dataclass(frozen=True, slots=True)
class Said:
    """What the user says of a file: ``fields`` are the columns of the header he saw; none while he saw none.

    ``checked`` is the token of what he saw checked, and wants imported; empty where he wants it checked.
    """

    header: str = ""
    fields: Sequence[str] = ()
    is_import: bool = False
    checked: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it: the report, the columns, and the token that «Importer» sends back."""

    report: Report
    columns: Columns
    token: str


def take(upload: Upload, kind: Kind, user: User, said: Said, *, actor: Actor, now: dt.datetime) -> Taken:
    """Check a file or import it within the rights of a user, whole or not at all; raise Refusal.

    Imported is only what was checked: the same bytes under the same columns.
    """
    with kept_for_now(upload) as path:
        columns = _columns(path, kind, user, said)
        token = _token(kind, upload, columns)
        if said.is_import and said.checked != token:
            raise Refusal(_("Ce n'est pas le fichier qui a été vérifié : vérifiez-le avant de l'importer."))
        importer = WithinRights(kind, user, replace(columns.layout, choices=columns.choices))
        report = import_files(
            importer,
            [path],
            is_dry_run=not said.is_import,
            actor=actor,
            now=now,
            today=paris_date(now),
            source=_source(upload, columns),
        )
    if said.is_import and columns.choices and not report.problems:
        remember_columns(
            columns=columns,
            kind=kind.code,
            entity_codes=importer.entity_codes,
            is_shared=kind.is_shared,
            now=now,
        )
    return Taken(_named_as_he_does(report, path, upload), columns, token)


def _columns(path: Path, kind: Kind, user: User, said: Said) -> Columns:
    layout = kind.importer.layout
    header, first = read_head(path, layout)
    return find_columns(
        header, first, layout, kind=kind.code, scope=scope_of(user), said=(said.header, said.fields)
    )


def _token(kind: Kind, upload: Upload, columns: Columns) -> str:
    """Return what stands for a kind, the bytes and the columns that were chosen."""
    token = f"{kind.code}:{upload.sha256}"
    if not columns.choices:
        return token
    chosen = json.dumps(columns.choices, sort_keys=True)
    return f"{token}:{hashlib.sha256(chosen.encode()).hexdigest()}"


def _source(upload: Upload, columns: Columns) -> Source:
    said = {one.name: one.field for one in columns.found if one.field} if columns.choices else {}
    return Source(upload.name, {"sha256": upload.sha256, **({"columns": said} if said else {})})


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
