"""Start Django for a measurement, and say how much memory the process took."""

from __future__ import annotations

import os
import resource
from pathlib import Path


def start() -> None:
    """Set Django up on the settings of an installed Encours."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "encours.settings.production")
    django.setup()


def own_megabytes() -> float:
    """Return the memory that is this process's own now: the pages of a mapped database file are not."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return peak_megabytes()


def peak_megabytes() -> float:
    """Return the largest memory that the process took, mapped files included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
