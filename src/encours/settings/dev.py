"""Settings for developing: Django's error pages, everything else as in production."""

from __future__ import annotations

from encours.settings import checks
from encours.settings.production import *  # noqa: F403
from encours.settings.production import BASE_URL, EMAIL_URL, STORAGES

DEBUG = True
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
checks.refuse_unsafe_settings(base_url=BASE_URL, email_url=EMAIL_URL, debug=DEBUG)
