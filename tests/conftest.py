"""What every test shares: how many examples Hypothesis tries (HYPOTHESIS_PROFILE=full tries many)."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_LENIENT = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("default", deadline=None, max_examples=40, suppress_health_check=_LENIENT)
settings.register_profile("full", deadline=None, max_examples=2_000, suppress_health_check=_LENIENT)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
