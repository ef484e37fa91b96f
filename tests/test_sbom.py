"""The bill of materials names what is shipped, no more; an advisory concerns the versions it names."""

from __future__ import annotations

import pytest

from tests.advisories import concerns
from tests.sbom import needed, read_lock, requirements


def test_what_is_shipped_is_named_with_its_version_and_hashes() -> None:
    packages = read_lock()
    shipped = set(needed(packages))
    assert {"django", "typst", "psycopg", "psycopg-binary", "sqlparse"} <= shipped
    assert not {"pytest", "mypy", "schemathesis", "encours"} & shipped
    lines = requirements().splitlines()
    assert len(lines) == len(shipped)
    assert all("==" in line and "--hash=sha256:" in line for line in lines)


RANGE = {"type": "ECOSYSTEM", "events": [{"introduced": "4.0"}, {"fixed": "4.2.1"}, {"introduced": "5.0"}]}


@pytest.mark.parametrize(
    ("version", "is_concerned"),
    [("3.9", False), ("4.1", True), ("4.2.1", False), ("4.9", False), ("5.2", True)],
)
def test_an_advisory_concerns_the_versions_of_its_ranges(version: str, is_concerned: bool) -> None:
    assert concerns({"affected": [{"ranges": [RANGE]}]}, version) == is_concerned
    assert concerns({"affected": [{"versions": [version]}]}, version)
    assert not concerns({"affected": []}, version)
