"""Know what each chain must have been: said by its head, by what is kept outside, and by each daily seal."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from encours.archive import seal
from encours.archive.daily import daily_folder
from encours.archive.models import DailySeal
from encours.core.hash_chain import GENESIS, sha256_of

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Mark:
    """At this position the chain had this link; ``said_by`` names, in French, who says so."""

    said_by: str
    position: int
    link: str


def marks_by_chain(report: Report, copies: Iterable[Path] = ()) -> dict[str, list[Mark]]:
    """Return what seals say of each chain, after comparing the daily ones with their copies outside.

    ``copies`` are more files to compare with: those that came by e-mail, for example.
    """
    marks: dict[str, list[Mark]] = defaultdict(list)
    for kept in seal.kept_seals():
        marks[kept.chain].append(Mark("l'empreinte gardée hors de la base", kept.position, kept.link))
    paths = [*sorted(daily_folder().glob("*.json")), *copies]  # before the rows: a seal may come meanwhile
    rows = list(DailySeal.objects.order_by("number"))
    _verify_sequence(rows, report)
    in_database = {row.number: row.content for row in rows}
    for path in paths:
        _compare(path, in_database, marks, report)
    for row in rows:
        _add(row.content, f"le sceau du {row.date}", marks)
    return {chain: list(dict.fromkeys(found)) for chain, found in marks.items()}


def _verify_sequence(rows: list[DailySeal], report: Report) -> None:
    """Check that each seal names the one before it, and is what its own hash says."""
    previous = GENESIS
    for number, row in enumerate(rows, start=1):
        content = _read(row.content)
        expected = (number, number, previous, str(row.date), sha256_of(row.content.encode()))
        said = (row.number, content.get("number"), content.get("previous"), content.get("date"), row.sha256)
        if said != expected:
            report(f"sceau n° {row.number} du {row.date} : modifié, ou un sceau manque avant lui")
        previous = row.sha256


def _compare(path: Path, in_database: dict[int, str], marks: dict[str, list[Mark]], report: Report) -> None:
    """Compare one copy with the seal of its number, and take its marks: it is what can be trusted."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        report(f"copie de sceau {path.name} : illisible ({error})")
        return
    number = _read(text).get("number")
    if not isinstance(number, int):
        report(f"copie de sceau {path.name} : ce n'est pas un sceau")
    elif number not in in_database:
        report(f"copie de sceau {path.name} : ce sceau n'est plus dans la base")
    elif in_database[number] != text:
        report(f"copie de sceau {path.name} : le sceau de la base est différent")
    _add(text, f"la copie de sceau {path.name}", marks)


def _add(text: str, said_by: str, marks: dict[str, list[Mark]]) -> None:
    chains = _read(text).get("chains")
    for chain, at in chains.items() if isinstance(chains, dict) else ():
        if isinstance(at, dict) and isinstance(at.get("position"), int):
            marks[str(chain)].append(Mark(said_by, at["position"], str(at.get("link"))))


def _read(text: str) -> dict[str, object]:
    """Return the fields of a seal; none of a text that is not one."""
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
