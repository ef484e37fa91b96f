"""Files are imported by «Gestion», within the user's entities: tests/intake/test_by_hand.py tries lines."""

from __future__ import annotations

from encours.access.models import Role
from tests.access.expectations import Page

PAGES = {
    "intake:import": Page(get=Role.COLLECTOR, post=Role.COLLECTOR),
    "intake:job": Page(
        get=Role.COLLECTOR, args=lambda side: {"job_id": side.import_job.pk}, is_of_another=True
    ),
}
