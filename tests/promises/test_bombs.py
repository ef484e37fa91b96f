"""Every XML bomb is refused in less than a second and 100 MB, as a logo and as any part of a workbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises.figures import record

pytestmark = [pytest.mark.promise, pytest.mark.once]

MOST_SECONDS, MOST_MEGABYTES = 1.0, 100.0


def test_every_bomb_is_refused_in_less_than_a_second_and_100_megabytes(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.promises.exploding", str(tmp_path)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "encours.settings.test"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    bombs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(bombs) > 30
    assert [bomb for bomb in bombs if not bomb["said"].startswith("refused: ")] == []
    slowest, largest = (max(bomb[key] for bomb in bombs) for key in ("cpu_seconds", "megabytes"))
    assert [bomb for bomb in bombs if bomb["cpu_seconds"] >= MOST_SECONDS] == []
    assert [bomb for bomb in bombs if bomb["megabytes"] >= MOST_MEGABYTES] == []
    record(bombs=len(bombs), not_refused=0, slowest_cpu_seconds=slowest, largest_megabytes=largest)
