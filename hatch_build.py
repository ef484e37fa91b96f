"""Bring what is served when a wheel is built: the static files collected, and the user's manual."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MANIFEST = "staticfiles.json"


class ServedFilesHook(BuildHookInterface):
    """Put the hashed files into `encours/staticfiles`, docs/user into `encours/manual/pages`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Collect, and take the manual, unless this is a checkout's own (editable) install."""
        if version == "editable":
            return
        target = Path(tempfile.mkdtemp(prefix="encours-static-"))
        collect(Path(self.root) / "src", target)
        build_data["force_include"][str(target)] = "encours/staticfiles"
        build_data["force_include"][str(Path(self.root) / "docs" / "user")] = "encours/manual/pages"


def collect(source: Path, target: Path) -> None:
    """Run Django's collectstatic with the least settings that it needs."""
    sys.path.insert(0, str(source))
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        INSTALLED_APPS=["django.contrib.staticfiles", "django_htmx"],
        STATICFILES_DIRS=[str(folder) for folder in sorted(source.glob("encours/*/static"))],
        STATIC_ROOT=str(target),
        STATIC_URL="/static/",
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
        },
        WHITENOISE_KEEP_ONLY_HASHED_FILES=True,
    )
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    if not (target / MANIFEST).exists():
        raise RuntimeError("no static file was collected")
