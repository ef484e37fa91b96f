"""The console script `encours`: every command of the product, through Django's management commands."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run one command with the production settings, unless another module is named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "encours.settings.production")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        sys.stderr.write(f"encours ne peut pas démarrer : {refusal}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
