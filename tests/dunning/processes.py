"""Run issuing in processes of their own on the database of a test, to kill them or to race them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

from django.db import connection

_PROGRAM = """
import os, sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
settings.SEAL_DIR = os.environ["TEST_SEALS"]
django.setup()
from django.core.management import call_command
from encours import failpoints
point = os.environ.get("TEST_FAILPOINT", "")
def stop(reached):
    if reached == point:
        os._exit(9)
if point:
    failpoints.set_hook(stop)
if os.environ.get("TEST_WAIT"):
    sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
call_command("remind", *sys.argv[1:], "--json")
"""


@dataclass
class Process:
    """One `encours remind` in a process of its own."""

    popen: subprocess.Popen[str]

    def finish(self) -> tuple[int, str, str]:
        """Let it go, wait for its end and return its code and what it wrote."""
        out, err = self.popen.communicate("go\n", timeout=120)
        return self.popen.returncode, out.removeprefix("ready\n"), err

    def wait_until_ready(self) -> None:
        """Return once it has started and waits to be let go."""
        assert self.popen.stdout is not None
        assert self.popen.stdout.readline() == "ready\n"


def start_remind(*arguments: str, seals: str, failpoint: str = "", waits: bool = False) -> Process:
    """Start the command on the test's database; it stops at the failpoint as a killed process does."""
    name = connection.settings_dict["NAME"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "encours.settings.test",
        "TEST_DATABASE": str(name),
        "TEST_SEALS": seals,
        "TEST_FAILPOINT": failpoint,
        "TEST_WAIT": "1" if waits else "",
    }
    popen = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *arguments],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Process(popen)
