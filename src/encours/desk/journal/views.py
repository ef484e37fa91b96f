"""The page «Journal» and its export, for administrators, within the entities that they see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from encours.access.models import Role, User
from encours.access.requests import actor_of
from encours.access.rights import requires, user_of
from encours.audit.models import AuditLine
from encours.audit.record import record
from encours.core.days import paris_date
from encours.desk.journal import export as files
from encours.desk.journal import queries, words
from encours.desk.journal.changes import Change, changes_of
from encours.desk.journal.links import links_of
from encours.documents.responses import XLSX, file_response

SHOWN_AT_ONCE = 3
FORMATS = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Row:
    """One line as the page shows it; ``more`` are folded."""

    line: AuditLine
    action: str
    address: str
    changes: list[Change]
    more: list[Change]


@requires(Role.ADMINISTRATOR)
@never_cache
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Show who did what, the newest first."""
    user, criteria = user_of(request), _filter_of(user_of(request), request.GET)
    page = queries.journal_page(user, criteria)
    links, codes = links_of(page.lines, user), queries.entity_codes(user)
    context = {
        "page": page,
        "rows": [_row(line, links.get(line.pk, ""), codes) for line in page.lines],
        "criteria": criteria,
        "areas": _areas(),
        "entities": queries.entities_of(user),
        "sizes": queries.SIZES,
        "most": queries.MAX_EXPORTED,
    }
    return render(request, "desk/journal/journal.html", context)


@requires(Role.ADMINISTRATOR)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Give the lines of a filter as a file; that it was taken is itself a line."""
    kind = request.POST.get("format", "")
    if kind not in FORMATS:
        return HttpResponseBadRequest()
    user, now = user_of(request), timezone.now()
    criteria = _filter_of(user, QueryDict(request.POST.get("filtre", "")))
    lines = queries.all_lines(user, criteria)
    is_workbook = kind == "xlsx"
    codes = queries.entity_codes(user)
    content = files.as_xlsx(lines, paris_date(now), codes) if is_workbook else files.as_csv(lines, codes)
    count = min(queries.matching(user, criteria).count(), queries.MAX_EXPORTED)
    record(
        actor=actor_of(request),
        action="journal.export",
        subject="journal",
        entity_code=criteria.entity,
        after={"format": kind, "lines": count, "filter": criteria.query(page=0, per_page=0)},
        now=now,
    )
    return file_response(
        content,
        media_type=XLSX if is_workbook else "text/csv; charset=utf-8",
        filename=f"journal-{paris_date(now):%Y-%m-%d}.{kind}",
    )


def _filter_of(user: User, values: QueryDict) -> queries.JournalFilter:
    """Return the filter asked for; raise Http404 for an entity that the user does not see."""
    criteria = queries.read_filter(values, paris_date(timezone.now()))
    if criteria.entity and criteria.entity not in {one.code for one in queries.entities_of(user)}:
        raise Http404
    return criteria


def _row(line: AuditLine, address: str, codes: Mapping[int, str]) -> Row:
    changes = changes_of(line, codes)
    return Row(
        line=line,
        action=words.action_label(line.action),
        address=address,
        changes=changes[:SHOWN_AT_ONCE],
        more=changes[SHOWN_AT_ONCE:],
    )


def _areas() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the groups of actions: value, label, and the actions of each."""
    return [
        (
            area,
            str(label),
            [(one, str(name)) for one, name in words.ACTIONS.items() if one.startswith(f"{area}.")],
        )
        for area, label in words.AREAS.items()
    ]
