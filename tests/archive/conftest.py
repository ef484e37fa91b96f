"""Each test of the archive keeps its seals in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def seal_folder(tmp_path: Path, settings: Settings) -> Path:
    settings.SEAL_DIR = tmp_path / "seals"
    return tmp_path / "seals"
