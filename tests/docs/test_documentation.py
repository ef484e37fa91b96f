"""A setting, a command, an address, a dependency or a vendored file that is not documented fails here."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from encours.cli import command_names, load

ROOT = Path(__file__).resolve().parent.parent.parent
MAX_LINES = 400


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _sources() -> list[Path]:
    return sorted((ROOT / "src").glob("encours/**/*.py"))


def test_every_environment_variable_is_documented() -> None:
    read = set()
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        read |= set(re.findall(r"""(?:env\.\w+|environ(?:\.get)?)[\[(]["']([A-Z][A-Z_]+)["']""", text))
    read.discard("DJANGO_SETTINGS_MODULE")  # Django's own
    assert read >= {"ENCOURS_DATA_DIR", "DATABASE_URL", "EMAIL_URL"}
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", _text("docs/operations.md"), re.MULTILINE))
    assert read - documented == set()


def test_every_command_is_documented() -> None:
    names = {name for name in command_names() if not getattr(load(name), "is_internal", False)}
    rows = [line for line in _text("docs/operations.md").splitlines() if line.startswith("| `encours ")]
    documented = set(re.findall(r"`(?:encours )?([a-z_]+)`", " ".join(row.split("|")[1] for row in rows)))
    assert names - documented == set()


@pytest.mark.parametrize("name", [name for name in command_names() if name != "migrate"])
def test_every_command_says_what_it_does_and_explains_its_options(name: str) -> None:
    command = load(name)
    assert command.help
    parser = command.create_parser("encours", name)
    unexplained = [action.dest for action in parser._actions if not action.help]
    assert unexplained == []


def _routes(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> list[str]:
    found: list[str] = []
    for entry in patterns:
        route = prefix + str(entry.pattern)
        found += _routes(entry.url_patterns, route) if isinstance(entry, URLResolver) else [route]
    return found


def test_every_address_is_documented() -> None:
    routes = {re.sub(r"<\w+:", "<", route) for route in _routes(get_resolver().url_patterns)}
    documented = set(re.findall(r"^\| `([^`]+)` \|", _text("docs/pages.md"), re.MULTILINE))
    assert sorted(routes - documented) == []
    assert sorted(documented - routes) == []


def _runtime_packages() -> set[str]:
    """Return what `encours` needs at run time, from the lock file."""
    packages: dict[str, dict[str, Any]] = {
        one["name"]: one for one in tomllib.loads(_text("uv.lock"))["package"]
    }
    found: set[str] = set()
    waiting = ["encours"]
    while waiting:
        package = packages[waiting.pop()]
        needed = [
            *package.get("dependencies", []),
            *package.get("optional-dependencies", {}).get("binary", []),
        ]
        new = {one["name"] for one in needed} - found
        found |= new
        waiting += sorted(new)
    return found


def test_every_runtime_dependency_has_its_licence() -> None:
    listed = dict(
        re.findall(r"^\| ([a-z0-9-]+) \| ([^|]+) \|$", _text("THIRD_PARTY_LICENSES.md"), re.MULTILINE)
    )
    assert sorted(_runtime_packages() - listed.keys()) == []
    assert [name for name, licence in listed.items() if re.search(r"\bA?GPL", licence)] == []


def test_every_vendored_file_has_its_licence_and_its_text() -> None:
    text = _text("THIRD_PARTY_LICENSES.md")
    package = settings.PACKAGE_DIR
    vendored = [*package.glob("web/static/web/vendor/*.*"), *package.glob("documents/fonts/*.ttf")]
    assert len(vendored) >= 4
    for path in vendored:
        family = path.name.split("_")[0]
        assert path.name == "icons.txt" or family in text, path
    for name in re.findall(r"`((?:web|documents)/[^`]+\.txt)`", text):
        assert (package / name).is_file(), name


def test_links_between_documents_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_decision_has_a_number_of_its_own_and_says_it() -> None:
    paths = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in paths] == list(range(1, len(paths) + 1))
    for path in paths:
        assert path.read_text(encoding="utf-8").startswith(f"# {int(path.name[:4])}. "), path.name


def test_no_file_is_longer_than_400_lines() -> None:
    paths = [*_sources(), *(ROOT / "tests").glob("**/*.py")]
    long = {
        str(path.relative_to(ROOT)): count
        for path in paths
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert long == {}


def test_every_test_that_docs_security_names_exists() -> None:
    named = set(re.findall(r"`(tests/[\w/.]+)`", _text("docs/security.md")))
    assert len(named) > 40
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
    beside = set(re.findall(r"`(test_\w+\.py)`", _text("docs/security.md")))
    assert sorted(name for name in beside if not list(ROOT.glob(f"tests/**/{name}"))) == []
