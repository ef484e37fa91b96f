"""Statements are for whoever sees the entity."""

from __future__ import annotations

from encours.access.models import Role
from tests.access.expectations import Page

PAGES = {
    "statements:encours": Page(get=Role.READER, args=lambda side: {"account_id": side.account.pk}),
    "statements:compte": Page(get=Role.READER, args=lambda side: {"account_id": side.account.pk}),
    "statements:file": Page(
        get=Role.READER,
        args=lambda side: {"account_id": side.account.pk, "kind": "compte", "extension": "pdf"},
    ),
}
