"""The WSGI application that `encours serve` and any other server load."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "encours.settings.production")

application = get_wsgi_application()
