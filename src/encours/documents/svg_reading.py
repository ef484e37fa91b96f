"""Read of an SVG only the elements and attributes that draw a logo; refuse what would run, link or write."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from django.utils.translation import gettext as _

from encours.core.errors import Refusal

MAX_DEPTH = 60
SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
LINK = re.compile(r"url\(\s*['\"]?#([^\s'\")]+)['\"]?\s*\)")
_KEPT = frozenset(
    {"svg", "g", "defs", "symbol", "use", "style", "path", "rect", "circle", "ellipse", "line", "polyline"}
    | {"polygon", "clipPath", "linearGradient", "radialGradient", "stop"}
)
_DROPPED = frozenset({"title", "desc", "metadata"})
_ATTRIBUTES = frozenset(
    {"id", "class", "style", "href", "d", "points", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx"}
    | {"ry", "fx", "fy", "width", "height", "transform", "viewBox", "preserveAspectRatio", "gradientUnits"}
    | {"gradientTransform", "spreadMethod", "offset", "stop-color", "stop-opacity", "clip-path", "clip-rule"}
    | {"clipPathUnits", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity"}
    | {"stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset"}
    | {"opacity", "color", "display", "visibility"}
)


@dataclass(slots=True)
class Element:
    """An element that is kept, its attributes, and what it holds: elements, or the text of a style."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""
    cost: int = 0

    def links(self) -> list[str]:
        """Return the ids of the elements that this one draws again or is drawn with."""
        found = [link for value in self.attributes.values() for link in LINK.findall(value)]
        href = self.attributes.get("href", "")
        return [*found, href[1:]] if href else found


def read(content: bytes) -> Element:
    """Return the drawing; raise Refusal for what is damaged, links elsewhere or cannot be printed."""
    return _Reader().read(content)


def too_complex() -> Refusal:
    """Return the refusal of a drawing that would take too long."""
    return Refusal(_("Ce logo est trop compliqué\u00a0: simplifiez-le, ou donnez une image PNG."))


class _Reader:
    """Reads XML without entities or a DTD of its own, element by element."""

    def __init__(self) -> None:
        self._open: list[Element] = []
        self._root: Element | None = None
        self._dropped_depth = 0

    def read(self, content: bytes) -> Element:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise Refusal(_("Ce fichier SVG est abîmé\u00a0: enregistrez-le à nouveau.")) from error
        if self._root is None:
            raise _not_svg()
        return self._root

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        if has_subset:
            raise Refusal(
                _("Ce fichier SVG déclare des entités\u00a0: enregistrez-le en «\u00a0SVG simple\u00a0».")
            )

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        namespace, _separator, name = qualified.rpartition(" ")
        if self._root is None and (namespace, name) != (SVG, "svg"):
            raise _not_svg()
        if self._dropped_depth or namespace != SVG or name in _DROPPED:
            self._dropped_depth += 1
            return
        if name not in _KEPT:
            raise _not_printed(name)
        element = Element(name, _kept_attributes(attributes))
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)
        if len(self._open) > MAX_DEPTH:
            raise too_complex()

    def _end(self, _name: str) -> None:
        if self._dropped_depth:
            self._dropped_depth -= 1
        else:
            closed = self._open.pop()
            closed.text = _checked(closed.text)

    def _text(self, text: str) -> None:
        if self._open and not self._dropped_depth and self._open[-1].name == "style":
            self._open[-1].text += text


def _kept_attributes(attributes: dict[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for qualified, value in attributes.items():
        namespace, _separator, name = qualified.rpartition(" ")
        if name not in _ATTRIBUTES or namespace not in ("", XLINK):
            continue
        if name == "href" and not value.startswith("#"):
            raise _links_elsewhere()
        kept[name] = _checked(value)
    return kept


def _checked(text: str) -> str:
    """Return a style or a value that refers to nothing outside the file; raise Refusal otherwise."""
    rest = LINK.sub("", text).lower()
    if "url" in rest or "@" in rest or "\\" in rest:
        raise _links_elsewhere()
    if "filter" in rest or "mask" in rest:
        raise _not_printed("filter")
    return text


def _not_svg() -> Refusal:
    return Refusal(_("Ce fichier n'est pas une image SVG."))


def _not_printed(name: str) -> Refusal:
    return Refusal(
        _(
            "Ce fichier SVG contient un élément «\u00a0%s\u00a0», qui ne s'imprime pas\u00a0: convertissez"
            " les textes en tracés et enregistrez-le en «\u00a0SVG simple\u00a0», ou donnez une image PNG."
        )
        % name[:40]
    )


def _links_elsewhere() -> Refusal:
    return Refusal(
        _(
            "Ce fichier SVG se sert d'un autre fichier\u00a0: enregistrez-le en «\u00a0SVG simple\u00a0»,"
            " sans lien."
        )
    )
