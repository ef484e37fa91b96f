"""Read the pages of the manual: Markdown without raw HTML, made HTML once, cut into sections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from encours.manual.contents import NAMES

BUILT = Path(__file__).resolve().parent / "pages"
"""Where a wheel keeps them."""
SOURCES = Path(__file__).resolve().parents[3] / "docs" / "user"
"""Where a checkout has them."""
PICTURES = "pictures/"


@dataclass(frozen=True, slots=True)
class Section:
    """A title with its anchor, and the words under it; the beginning of a page has no title."""

    title: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class ManualPage:
    """One page: its name in the address, its title, its sections and all of it as HTML."""

    name: str
    title: str
    sections: tuple[Section, ...]
    html: SafeString

    @property
    def address(self) -> str:
        """Where it is read."""
        return reverse("manual:page", args=[self.name])


def folder() -> Path:
    """Return where the sources of the manual are."""
    return BUILT if BUILT.is_dir() else SOURCES


@cache
def pages() -> dict[str, ManualPage]:
    """Return every page by its name, in the order of the manual."""
    return {name: _read(name, (folder() / f"{name}.md").read_text(encoding="utf-8")) for name in NAMES}


@cache
def pictures() -> dict[str, Path]:
    """Return the files of the pictures by their names."""
    return {path.name: path for path in sorted((folder() / PICTURES).glob("*.png"))}


def _read(name: str, source: str) -> ManualPage:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    title, *tokens = _without_title(markdown.parse(source))
    for token in tokens:
        for child in (token, *(token.children or ())):
            _lead_inside(child)
    sections = tuple(_sections(tokens))
    html = markdown.renderer.render(tokens, markdown.options, {})
    return ManualPage(name, title.content, sections, mark_safe(html))  # noqa: S308 (ours, and raw HTML is off)


def _without_title(tokens: list[Token]) -> list[Token]:
    """Return the text of the first heading, then all that follows it."""
    if [token.tag for token in tokens[:3]] != ["h1", "", "h1"]:
        raise ValueError("a page of the manual begins with its title")
    return [tokens[1], *tokens[3:]]


def _lead_inside(token: Token) -> None:
    """Have links between files and pictures lead where the application serves them."""
    if token.type == "image":
        picture = str(token.attrs["src"]).removeprefix(PICTURES)
        token.attrs["src"] = reverse("manual:picture", args=[picture])
        token.attrs["loading"] = "lazy"
    target, _hash, anchor = str(token.attrs.get("href", "")).partition("#")
    if target.endswith(".md"):
        place = reverse("manual:page", args=[target.removesuffix(".md")])
        token.attrs["href"] = f"{place}#{anchor}" if anchor else place


def _sections(tokens: list[Token]) -> Iterator[Section]:
    """Yield the sections, and give their headings the anchors."""
    title = anchor = ""
    words: list[str] = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            yield Section(title, anchor, " ".join(words))
            title, words = _plain(tokens[place + 1]), []
            anchor = slugify(title)
            token.attrs["id"] = anchor
        elif token.type in {"inline", "fence", "code_block"}:
            words.append(_plain(token))
    yield Section(title, anchor, " ".join(words))


def _plain(token: Token) -> str:
    """Return the words of a token without their marks."""
    if not token.children:
        return token.content
    return "".join(" " if child.type == "softbreak" else _plain(child) for child in token.children)
