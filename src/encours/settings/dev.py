"""Settings for developing: Django's error pages, everything else as in production."""

from __future__ import annotations

from encours.settings.production import *  # noqa: F403

DEBUG = True
