"""Show the manual: its contents with the search, one page, one picture."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from encours.access.models import Role
from encours.access.rights import requires
from encours.manual.contents import CHAPTERS, NAMES
from encours.manual.pages import pages, pictures
from encours.manual.searching import search


@requires(Role.READER)
@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """Show the table of contents, or the sections that hold the words asked for."""
    text = request.GET.get("q", "")
    every = pages()
    chapters = [(title, [every[name] for name in names]) for title, names in CHAPTERS]
    return render(
        request, "manual/contents.html", {"text": text, "found": search(text), "chapters": chapters}
    )


@requires(Role.READER)
@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show one page, between the one before and the one after."""
    every = pages()
    if name not in every:
        raise Http404
    at = NAMES.index(name)
    before = every[NAMES[at - 1]] if at else None
    after = every[NAMES[at + 1]] if at + 1 < len(NAMES) else None
    return render(request, "manual/page.html", {"page": every[name], "before": before, "after": after})


@requires(Role.READER)
@require_safe
def picture(_request: HttpRequest, name: str) -> HttpResponse:
    """Give one picture: a page shows it, and opened by itself it is a file like any other."""
    path = pictures().get(name)
    if path is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{path.name}"'}
    return HttpResponse(path.read_bytes(), content_type="image/png", headers=headers)
