"""The list is for whoever may read; addresses are changed by «Gestion»; saved filters are one's own."""

from __future__ import annotations

from encours.access.models import Role
from tests.access.expectations import Page

PAGES = {
    "desk:accounts": Page(get=Role.READER),
    "desk:totals": Page(get=Role.READER),
    "desk:complete_customer": Page(get=Role.READER),
    "desk:palette": Page(get=Role.READER),
    "desk:shortcuts": Page(get=Role.READER),
    "desk:statements": Page(get=Role.READER),
    "desk:statements_zip": Page(get=Role.READER),
    "desk:dashboard": Page(get=Role.READER),
    "desk:dashboard_panel": Page(
        get=Role.READER, args=lambda _side: {"panel": "evolution"}, is_personal=True
    ),
    "desk:dashboard_xlsx": Page(
        get=Role.READER, args=lambda _side: {"panel": "balance-agee"}, is_personal=True
    ),
    "desk:hide_first_steps": Page(post=Role.READER, is_personal=True),
    "desk:saved_filters": Page(
        get=Role.READER,
        post=Role.READER,
        body=lambda _side: {"name": "Échues", "query": "cas=echues"},
        is_personal=True,
    ),
    "desk:change_filter": Page(
        post=Role.READER,
        args=lambda _side: {"pk": 1},
        body=lambda _side: {"action": "delete"},
        is_personal=True,
    ),
    "desk:retention": Page(get=Role.ADMINISTRATOR),
    "desk:apply_retention": Page(),  # by who sees every entity alone
    "desk:personal_data": Page(get=Role.ADMINISTRATOR, args=lambda side: {"pk": side.customer.pk}),
    "desk:export_personal_data": Page(post=Role.ADMINISTRATOR, args=lambda side: {"pk": side.customer.pk}),
    "desk:erase_personal_data": Page(
        post=Role.ADMINISTRATOR,
        args=lambda side: {"pk": side.customer.pk},
    ),
    "desk:journal": Page(get=Role.ADMINISTRATOR),
    "desk:journal_export": Page(
        post=Role.ADMINISTRATOR,
        body=lambda side: {"format": "csv", "filtre": f"entite={side.entity.code}"},
    ),
    "desk:history": Page(get=Role.READER, args=lambda side: {"pk": side.account.pk}),
    "desk:timeline": Page(get=Role.READER, args=lambda side: {"pk": side.account.pk}),
    "desk:contact": Page(
        get=Role.READER,
        post=Role.COLLECTOR,
        args=lambda side: {"pk": side.account.pk},
    ),
}
