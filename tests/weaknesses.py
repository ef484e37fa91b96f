"""Ask OSV whether what we ship has known weaknesses; say so plainly where OSV does not answer.

Usage: python -m tests.weaknesses [--required]; with it, no answer is a failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import requests

from tests.sbom import ROOT, needed, read_lock
from tests.sbom import requirements as pinned

OSV = "https://api.osv.dev/v1/query"
PROBE: dict[str, Any] = {"package": {"name": "django", "ecosystem": "PyPI"}, "version": "1.0"}
LISTED = ROOT / "build" / "requirements.txt"


def is_reachable(address: str = OSV) -> bool:
    """Tell whether anything answers there; a certificate that is none is no absence, and is raised."""
    try:
        requests.post(address, json=PROBE, timeout=20)
    except requests.exceptions.SSLError:
        raise
    except (requests.ConnectionError, requests.Timeout):
        return False
    return True


def ask(address: str = OSV) -> list[dict[str, Any]]:
    """Return what pip-audit was told of each package; it ends with 1 where it found something."""
    LISTED.parent.mkdir(exist_ok=True)
    LISTED.write_text(pinned(), encoding="utf-8")
    done = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "pip-audit"), "--vulnerability-service", "osv"),
            *("--osv-url", address, "--requirement", str(LISTED), "--no-deps", "--disable-pip"),
            *("--format", "json", "--progress-spinner", "off"),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    try:
        told: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        sys.exit(f"pip-audit gave no answer that can be read:\n{done.stderr[-2000:]}")
    return told


def problems(told: Sequence[Mapping[str, Any]], shipped: Mapping[str, str]) -> Iterator[str]:
    """Yield each known weakness, and each package of ours about which nothing was answered."""
    answered = {}
    for one in told:
        if "skip_reason" not in one:
            answered[one["name"]] = one.get("version")
        for weakness in one.get("vulns", []):
            fixed = ", ".join(weakness.get("fix_versions", [])) or "no version yet"
            yield f"{one['name']} {one['version']}: {weakness['id']}, fixed in {fixed}"
    for name, version in shipped.items():
        if answered.get(name) != version:
            yield f"{name} {version}: no answer"


def main() -> int:
    """Return 1 for a weakness, for a package without an answer, and, if required, for no source."""
    if not is_reachable():
        print("NOT CHECKED: no advisory source answers (api.osv.dev)")
        return 1 if "--required" in sys.argv[1:] else 0
    packages = read_lock()
    shipped = {name: packages[name]["version"] for name in needed(packages)}
    found = list(problems(ask(), shipped))
    print("\n".join([*found, f"{len(shipped)} packages looked up, {len(found)} problems"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
