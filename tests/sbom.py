"""Write the bill of materials of what is installed with Encours, from uv.lock: CycloneDX, in build/sbom.json.

Usage: python -m tests.sbom [--requirements FILE]; the second only lists versions and hashes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "build" / "sbom.json"
OURS = "encours"


def read_lock() -> dict[str, dict[str, Any]]:
    """Return every locked package by name."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    return {package["name"]: package for package in lock["package"]}


def needed(packages: dict[str, dict[str, Any]]) -> list[str]:
    """Return the names of all that an installed Encours needs, on any platform, without our own tools."""
    waiting, found = [OURS], set[str]()
    while waiting:
        for name in _needs(packages, waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return sorted(found)


def _needs(packages: dict[str, dict[str, Any]], name: str) -> Iterator[str]:
    package = packages[name]
    for one in package.get("dependencies", []):
        yield one["name"]
        for extra in one.get("extra", []):
            optional = packages[one["name"]].get("optional-dependencies", {})
            yield from (other["name"] for other in optional.get(extra, []))


def requirements() -> str:
    """Return name, version and hashes of each package, as pip reads them."""
    packages = read_lock()
    lines = []
    for name in needed(packages):
        package = packages[name]
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        hashes = " ".join(f"--hash={file['hash']}" for file in files)
        lines.append(f"{name}=={package['version']} {hashes}".strip())
    return "\n".join(lines) + "\n"


def write_sbom() -> int:
    """Write the bill of materials and check that it names every package with its version and a hash."""
    TARGET.parent.mkdir(exist_ok=True)
    listed = TARGET.with_name("requirements.txt")
    listed.write_text(requirements(), encoding="utf-8")
    subprocess.run(
        [
            *(str(Path(sys.executable).parent / "cyclonedx-py"), "requirements", str(listed)),
            *("--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible", "--of", "JSON"),
            *("--output-file", str(TARGET)),
        ],
        check=True,
        timeout=120,
    )
    bill = json.loads(TARGET.read_text(encoding="utf-8"))
    packages = read_lock()
    told = {one["name"]: one["version"] for one in bill["components"]}
    expected = {name: packages[name]["version"] for name in needed(packages)}
    bare = [one["name"] for one in bill["components"] if "sha-256" not in json.dumps(one).lower()]
    if told != expected or bare:
        print(f"wrong: {set(told.items()) ^ set(expected.items())}, without a hash: {bare}", file=sys.stderr)
        return 1
    print(f"{TARGET.relative_to(ROOT)}: {len(told)} components")
    return 0


def main() -> int:
    """Write the bill of materials, or only the list of what it names."""
    if sys.argv[1:2] == ["--requirements"]:
        Path(sys.argv[2]).write_text(requirements(), encoding="utf-8")
        return 0
    return write_sbom()


if __name__ == "__main__":
    sys.exit(main())
