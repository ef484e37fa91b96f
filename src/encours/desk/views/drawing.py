"""Draw the page of the list: a long one in pieces, so that its top shows while the rest is drawn.

The histories of a long page come folded and empty: they were three quarters of it, and a browser took most of
its time to lay them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from encours.desk.queries import HISTORIES_WITH_UP_TO, AccountBlock
from encours.desk.rows import LineDrawer

PIECE = 25
"""How many accounts are drawn at a time where it is not."""
_HERE = SafeString("<!-- accounts -->")


def draw_list(
    request: HttpRequest, context: dict[str, Any], blocks: Sequence[AccountBlock]
) -> HttpResponseBase:
    """Answer with the page of a list whose data are all read: what comes in pieces cannot fail half way."""
    is_long = len(blocks) > HISTORIES_WITH_UP_TO
    quoted_return = quote(context["criteria"].to_query(), safe="")
    context = {**context, "is_long": is_long, "quoted_return": quoted_return}
    page = render_to_string("desk/accounts.html", {**context, "rows": _HERE}, request)
    head, _here, tail = page.partition(_HERE)
    pieces = _pieces(context, blocks, get_language() or "fr")
    if is_long:
        return StreamingHttpResponse(_in_order(head, pieces, tail))
    return HttpResponse("".join([head, *pieces, tail]))


def _in_order(head: str, pieces: Iterator[str], tail: str) -> Iterator[str]:
    yield head
    yield from pieces
    yield tail


def _pieces(context: dict[str, Any], blocks: Sequence[AccountBlock], language: str) -> Iterator[str]:
    """Draw some accounts at a time in the language of who asks, which is no more set once we answered."""
    with override(language):
        context = {**context, "lines": LineDrawer(context)}
    for start in range(0, len(blocks), PIECE):
        with override(language):
            piece = render_to_string(
                "desk/parts/blocks.html", {**context, "blocks": blocks[start : start + PIECE]}
            )
        yield piece
