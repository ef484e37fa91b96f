"""Whatever is changed straight in the database of the archive is found, and nothing else is reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from encours.archive.verify import verify_archive
from tests.promises import archiving

pytestmark = [pytest.mark.promise, pytest.mark.django_db(transaction=True)]


def test_each_of_sixty_random_tamperings_is_found(tmp_path: Path, settings: Settings) -> None:
    settings.SEAL_DIR = tmp_path / "seals"
    archiving.fill_with_reminders()
    assert verify_archive().problems == []
    found = archiving.tamper(60)
    assert found.missed == []
    assert found.found == found.tamperings == 60
    assert verify_archive().problems == []


def test_an_archive_that_nobody_touched_raises_no_alarm(tmp_path: Path, settings: Settings) -> None:
    settings.SEAL_DIR = tmp_path / "seals"
    assert archiving.verify_untouched(1_200, size=200)[:2] == (1_200, 0)
