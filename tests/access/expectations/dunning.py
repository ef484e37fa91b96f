"""Reading the archive is for every role, reminding for collectors, templates for administrators."""

from __future__ import annotations

from encours.access.models import Role
from tests.access.expectations import Fields, Page
from tests.access.world import Side


def _letter(side: Side) -> Fields:
    return {"reference": side.letter.reference}


def _letter_file(side: Side) -> Fields:
    return {**_letter(side), "filename": f"Relance-{side.letter.reference}.pdf"}


def _account(side: Side) -> Fields:
    return {"account_id": side.account.pk}


def _template(side: Side) -> Fields:
    return {"template_id": side.template.pk}


def _entity(side: Side) -> Fields:
    return {"pk": side.entity.pk}


def _run(side: Side) -> Fields:
    return {"run_id": side.run.pk}


PAGES = {
    "dunning:runs": Page(get=Role.READER),
    "dunning:new_run": Page(
        get=Role.COLLECTOR, post=Role.COLLECTOR, body=lambda side: {"compte": side.account.pk}
    ),
    "dunning:propose_run": Page(post=Role.COLLECTOR, body=lambda side: {"compte": side.account.pk}),
    "dunning:run": Page(get=Role.READER, post=Role.COLLECTOR, args=_run),
    "dunning:run_progress": Page(get=Role.READER, args=_run),
    "dunning:run_line": Page(
        get=Role.COLLECTOR,
        post=Role.COLLECTOR,
        args=lambda side: {**_run(side), "line_id": side.run_line.pk},
    ),
    "dunning:run_letters": Page(get=Role.READER, args=lambda side: {"run_id": side.done_run.pk}),
    "dunning:run_zip": Page(get=Role.READER, args=lambda side: {"run_id": side.done_run.pk}),
    "dunning:notices": Page(get=Role.COLLECTOR),
    "dunning:notice": Page(
        get=Role.COLLECTOR,
        post=Role.COLLECTOR,
        args=lambda side: {"pk": side.notice.pk},
    ),
    "dunning:entity_approval": Page(post=Role.ADMINISTRATOR, args=_entity),
    "dunning:outbox": Page(get=Role.READER),
    "dunning:outbox_decide": Page(
        post=Role.COLLECTOR, body=lambda side: {"seul": f"annuler:{side.message.pk}"}
    ),
    "dunning:outbox_switch": Page(post=Role.ADMINISTRATOR),
    "dunning:remind": Page(get=Role.COLLECTOR, post=Role.COLLECTOR, args=_account),
    "dunning:live": Page(post=Role.COLLECTOR, args=_account),
    "dunning:reminder": Page(get=Role.READER, args=_letter),
    "dunning:delivery": Page(get=Role.READER, args=_letter),
    "dunning:print": Page(post=Role.COLLECTOR, args=_letter),
    "dunning:cancel": Page(post=Role.COLLECTOR, args=_letter),
    "dunning:printout": Page(get=Role.READER, args=_letter_file),
    "dunning:file": Page(get=Role.READER, args=lambda side: {**_letter_file(side), "position": 0}),
    "dunning:templates": Page(get=Role.ADMINISTRATOR),
    "dunning:create_template": Page(get=Role.ADMINISTRATOR, post=Role.ADMINISTRATOR),
    "dunning:template": Page(get=Role.ADMINISTRATOR, post=Role.ADMINISTRATOR, args=_template),
    "dunning:preview_template": Page(post=Role.ADMINISTRATOR, args=_template),
    "dunning:test_template": Page(post=Role.ADMINISTRATOR, args=_template),
    "dunning:letterhead": Page(get=Role.ADMINISTRATOR, post=Role.ADMINISTRATOR, args=_entity),
    "dunning:preview_letterhead": Page(post=Role.ADMINISTRATOR, args=_entity),
    "dunning:severities": Page(get=Role.ADMINISTRATOR),  # renamed by who sees every entity alone
}
