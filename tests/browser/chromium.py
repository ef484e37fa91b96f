"""Find a Chromium to drive: Debian's package, another installed one, or Playwright's own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
HINT = "no Chromium found: install one (Debian: apt-get install chromium) or name it in ENCOURS_TEST_CHROMIUM"


def find_chromium() -> str | None:
    """Return the path of an installed Chromium; None where there is none."""
    named = os.environ.get("ENCOURS_TEST_CHROMIUM", "")
    if named and Path(named).exists():
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    downloaded = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
    return str(downloaded[-1]) if downloaded else None
