"""Rebuild a logo in SVG from the few elements that draw it: what is kept is written by us, and bounded."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from encours.core.errors import Refusal
from encours.documents.svg_reading import LINK, MAX_DEPTH, SVG, XLINK, Element, read, too_complex

MAX_BYTES = 200_000
MAX_COST = 20_000
"""How many elements a logo may draw, each counted as often as it is used again."""
_GRADIENTS = frozenset({"linearGradient", "radialGradient"})
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(?:px|pt|mm|cm|in|pc)?\s*", re.ASCII)
_SIZE = re.compile(r'<svg [^>]*?width="([0-9.e+-]+)" height="([0-9.e+-]+)"')


def looks_like_svg(content: bytes) -> bool:
    """Tell whether the content may be an SVG: near its start an element says so."""
    return re.search(rb"<(?:[A-Za-z]+:)?svg[\s>]", content[:5000]) is not None


def size_of(text: str) -> tuple[float, float]:
    """Return the width and height of an SVG that was rebuilt."""
    found = _SIZE.match(text)
    if found is None:
        raise ValueError("not an SVG of ours")
    return float(found[1]), float(found[2])


def rebuild(content: bytes) -> bytes:
    """Return the same drawing, written anew from what is known to be harmless; raise Refusal otherwise."""
    if len(content) > MAX_BYTES:
        raise Refusal(
            _("Ce fichier SVG pèse %(size)s ko, plus que la limite de %(limit)s ko\u00a0: simplifiez-le.")
            % {"size": len(content) // 1000, "limit": MAX_BYTES // 1000}
        )
    root = read(content)
    _bound_cost(root)
    root.attributes = {**_frame(root.attributes), **_without_frame(root.attributes)}
    opening = f'svg xmlns="{SVG}" xmlns:xlink="{XLINK}"'
    return _written(root, opening).encode()


def _bound_cost(root: Element) -> None:
    """Refuse what would draw too much, each element counted as often as another one uses it."""
    by_id: dict[str, Element] = {}
    links: list[str] = []
    waiting = [root]
    while waiting:
        element = waiting.pop()
        by_id.setdefault(element.attributes.get("id", ""), element)
        links += LINK.findall(element.text)
        waiting += element.children
    if any(by_id[link].name not in _GRADIENTS for link in links if link in by_id):
        raise too_complex()
    _cost(root, by_id, frozenset())


def _cost(element: Element, by_id: dict[str, Element], above: frozenset[int]) -> int:
    """Return how many elements one draws, itself counted; one inside itself is refused."""
    if id(element) in above or len(above) > MAX_DEPTH:
        raise too_complex()
    if not element.cost:
        within = above | {id(element)}
        used = [by_id[link] for link in element.links() if link in by_id]
        element.cost = 1 + sum(_cost(part, by_id, within) for part in (*element.children, *used))
    if element.cost > MAX_COST:
        raise too_complex()
    return element.cost


def _frame(attributes: dict[str, str]) -> dict[str, str]:
    """Return the size without a unit and the frame of a drawing: those of its viewBox, or its own size."""
    box = attributes.get("viewBox", "").replace(",", " ").split()
    if len(box) != 4:
        sizes = [_LENGTH.fullmatch(attributes.get(name, "")) for name in ("width", "height")]
        box = ["0", "0", *(size[1] for size in sizes if size)]
    try:
        left, top, width, height = (float(edge) for edge in box)
    except ValueError:
        raise _without_size() from None
    if not (0.01 <= width <= 1e6 and 0.01 <= height <= 1e6 and abs(left) <= 1e6 and abs(top) <= 1e6):
        raise _without_size()
    size = {"width": f"{width:.6g}", "height": f"{height:.6g}"}
    return {**size, "viewBox": f"{left:.6g} {top:.6g} {width:.6g} {height:.6g}"}


def _without_frame(attributes: dict[str, str]) -> dict[str, str]:
    framing = {"width", "height", "viewBox", "preserveAspectRatio"}
    return {name: value for name, value in attributes.items() if name not in framing}


def _written(element: Element, opening: str = "") -> str:
    attributes = "".join(
        f" {'xlink:href' if name == 'href' else name}={quoteattr(value)}"
        for name, value in element.attributes.items()
    )
    inside = escape(element.text) + "".join(_written(child) for child in element.children)
    return f"<{opening or element.name}{attributes}>{inside}</{element.name}>"


def _without_size() -> Refusal:
    return Refusal(
        _("Ce fichier SVG n'a pas de taille\u00a0: enregistrez-le avec une «\u00a0viewBox\u00a0».")
    )
