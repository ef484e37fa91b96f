"""Look up every locked package among the advisories of PyPA, in a copy of their database.

Usage: python -m tests.advisories FOLDER, a checkout of github.com/pypa/advisory-database.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from packaging.version import Version

from tests.sbom import needed, read_lock


def advisories(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the advisories of a package that were not withdrawn."""
    for path in sorted((folder / "vulns" / name).glob("*.yaml")):
        advisory: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "withdrawn" not in advisory:
            yield advisory


def concerns(advisory: Mapping[str, Any], version: str) -> bool:
    """Tell whether a version is among those that an advisory names, or within its ranges."""
    for affected in advisory.get("affected", []):
        if version in affected.get("versions", []):
            return True
        ranges = [one for one in affected.get("ranges", []) if one["type"] == "ECOSYSTEM"]
        if any(_is_within(one["events"], Version(version)) for one in ranges):
            return True
    return False


def _is_within(events: list[Mapping[str, str]], version: Version) -> bool:
    inside = False
    for event in events:
        if "introduced" in event:
            inside = inside or version >= Version(event["introduced"])
        elif ("fixed" in event and version >= Version(event["fixed"])) or (
            "last_affected" in event and version > Version(event["last_affected"])
        ):
            inside = False
    return inside


def main() -> int:
    """Print what is known of the locked versions; return 1 where something that we ship is concerned."""
    folder, packages = Path(sys.argv[1]), read_lock()
    shipped = set(needed(packages))
    if not (folder / "vulns").is_dir():
        print(f"{folder} is no copy of the advisory database", file=sys.stderr)
        return 2
    is_bad = False
    for name, package in sorted(packages.items()):
        for advisory in advisories(folder, name):
            if concerns(advisory, package["version"]):
                where = "shipped" if name in shipped else "development only"
                is_bad = is_bad or name in shipped
                print(
                    f"{name} {package['version']} ({where}): {advisory['id']} {advisory.get('aliases', '')}"
                )
    print(f"{len(packages)} packages looked up, {len(shipped)} of them shipped")
    return 1 if is_bad else 0


if __name__ == "__main__":
    sys.exit(main())
