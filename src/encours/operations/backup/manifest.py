"""Know what a backup says of itself: first what it holds, last the SHA-256 of each of its parts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from encours.operations.backup.errors import UnusableBackup

FORMAT = "encours-backup"
VERSION = 1
HEADER_NAME = "encours-backup.json"
INVENTORY_NAME = "inventory.json"
SUM_NAME = "inventory.json.sha256"
HEADER_BYTES = 1_000_000
INVENTORY_BYTES = 64_000_000

PART_BYTES = 4_000_000
"""Lines of a part together, uncompressed; a longer one only where it is a single line."""
LINE_BYTES = 256_000_000
DOCUMENT_BATCH_BYTES = 16_000_000
"""Documents announced by one part together, unless it is a single one."""
DOCUMENT_BATCH_COUNT = 500
DOCUMENT_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup holds. ``migrations`` are those of our apps; ``tables`` give fields and rows."""

    version: int
    encours: str
    created_at: str
    engine: str
    migrations: Mapping[str, list[str]]
    tables: Mapping[str, Mapping[str, Any]]

    def to_json(self) -> bytes:
        """Return the first member of the file."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1).encode()

    def row_count(self, label: str) -> int:
        """Return how many rows of a table the file holds."""
        return int(self.tables[label]["rows"])


def part_name(label: str, number: int) -> str:
    """Return the name of a part of a table, counted from 1."""
    return f"tables/{label}/{number:06}.jsonl.gz"


def document_name(sha256: str) -> str:
    """Return the name of the member that is a document."""
    return f"documents/{sha256}"


def read_header(content: bytes) -> Header:
    """Return the header; raise UnusableBackup for another format, a newer one, or what cannot be read."""
    try:
        values = json.loads(content)
        if values["format"] != FORMAT:
            raise ValueError("another format")
        version = int(values["version"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnusableBackup("Ce fichier n'est pas une sauvegarde d'Encours.") from error
    if version > VERSION:
        raise UnusableBackup(
            f"La sauvegarde est au format {version}, plus récent que celui que cette version sait lire"
            f" ({VERSION}) : installez d'abord l'Encours qui l'a faite ({values.get('encours', '?')})."
        )
    try:
        return Header(
            version=version,
            encours=str(values["encours"]),
            created_at=str(values["created_at"]),
            engine=str(values["engine"]),
            migrations={str(app): sorted(map(str, names)) for app, names in values["migrations"].items()},
            tables={
                str(label): {"fields": [str(name) for name in table["fields"]], "rows": int(table["rows"])}
                for label, table in values["tables"].items()
            },
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnusableBackup("La sauvegarde est abîmée : son en-tête est illisible.") from error
