"""The units of docs/systemd are what systemd accepts, and are as closed as a service of this kind can be."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "systemd"
UNITS = sorted(FOLDER.glob("*.service")) + sorted(FOLDER.glob("*.timer"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
ANALYZE = shutil.which("systemd-analyze")
EXPOSURE_LIMIT = 2.0

KNOWN = {
    "Unit": {"Description", "After", "Wants"},
    "Install": {"WantedBy"},
    "Timer": {"OnCalendar", "RandomizedDelaySec", "Persistent"},
    "Service": {
        *("Type", "ExecStart", "EnvironmentFile", "Environment", "Restart", "RestartSec", "TimeoutStopSec"),
        *("TimeoutStartSec", "Nice", "IOSchedulingClass", "ReadWritePaths", "User", "Group", "UMask"),
        *("StateDirectory", "StateDirectoryMode", "WorkingDirectory", "NoNewPrivileges", "ProtectSystem"),
        *("ProtectHome", "ProtectClock", "ProtectControlGroups", "ProtectHostname", "ProtectKernelLogs"),
        *("ProtectKernelModules", "ProtectKernelTunables", "PrivateDevices", "PrivateTmp", "PrivateUsers"),
        *("LockPersonality", "RemoveIPC", "RestrictAddressFamilies", "RestrictNamespaces"),
        *("RestrictRealtime", "RestrictSUIDSGID", "CapabilityBoundingSet", "AmbientCapabilities"),
        *("SystemCallArchitectures", "SystemCallFilter", "SystemCallErrorNumber"),
    },
}
"""Every key that the units use: what the strict parsing accepts where systemd is not there to ask."""


def _parsed(unit: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None, comment_prefixes="#", delimiters="=")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit, encoding="utf-8")
    return parser


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_each_unit_has_known_sections_and_keys_only(unit: Path) -> None:
    parser = _parsed(unit)
    assert {section: set(parser[section]) - KNOWN[section] for section in parser.sections()} == {
        section: set() for section in parser.sections()
    }


def test_the_commands_of_the_units_exist_and_what_a_timer_starts_is_there() -> None:
    names = {unit.name for unit in UNITS}
    assert {"encours-serve.service", "encours-worker@.service", "encours-backup.timer"} <= names
    erasing = (FOLDER / "encours-retention.service").read_text(encoding="utf-8")
    assert erasing.index("encours retention\n") < erasing.index("encours retention --apply\n")
    for unit in SERVICES:
        for command in re.findall(
            r"^ExecStart=/opt/encours/bin/encours (\w+)", unit.read_text(), re.MULTILINE
        ):
            assert command in {"serve", "worker", "backup", "restore", "doctor", "verify", "retention"}
    for name in names:
        if name.endswith(".timer"):
            assert name.replace(".timer", ".service") in names


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_each_service_is_closed_to_what_it_does_not_need(unit: Path) -> None:
    service = _parsed(unit)["Service"]
    assert service["User"] == "encours"
    assert service["ProtectSystem"] == "strict"
    assert service["StateDirectoryMode"] == "0700"
    assert {service[name] for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome")} == {"true"}
    assert service["CapabilityBoundingSet"] == ""


if ANALYZE:  # where there is no systemd, the strict parsing above is all that can be asked

    @pytest.fixture
    def copies(tmp_path: Path) -> list[str]:
        """Return the units with a command that exists on this machine."""
        for unit in UNITS:
            text = unit.read_text(encoding="utf-8").replace("/opt/encours/bin/encours", "/bin/true")
            (tmp_path / unit.name).write_text(text, encoding="utf-8")
        return [str(tmp_path / unit.name) for unit in UNITS]

    def _analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(ANALYZE), *arguments], capture_output=True, text=True, timeout=60, check=False
        )

    def test_systemd_verifies_the_units_without_a_word(copies: list[str]) -> None:
        done = _analyze("verify", *copies)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_systemd_finds_the_services_little_exposed(copies: list[str]) -> None:
        for path in copies:
            if path.endswith(".service"):
                said = _analyze("security", "--offline=true", path).stdout
                found = re.search(r"Overall exposure level for .*: ([0-9.]+) ", said)
                assert found, said
                assert float(found[1]) <= EXPOSURE_LIMIT, said
