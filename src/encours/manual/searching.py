"""Find the sections of the manual that hold every word typed, accents and case ignored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from encours.core.search import normalise
from encours.manual.pages import ManualPage, Section, pages

LONGEST_TEXT = 100
LONGEST_EXCERPT = 200
MOST = 30


@dataclass(frozen=True, slots=True)
class Found:
    """A section that answers: what it is called, where it is, the words around the first one found."""

    title: str
    address: str
    excerpt: str


def search(text: str) -> list[Found]:
    """Return the sections that hold every word of a text, those that hold them in their titles first."""
    words = normalise(text[:LONGEST_TEXT].replace("\0", "")).split()
    if not words:
        return []
    return [found for _rank, found in sorted(_matches(words), key=lambda match: match[0])][:MOST]


def _matches(words: list[str]) -> Iterator[tuple[bool, Found]]:
    for page in pages().values():
        for section in page.sections:
            titles = normalise(f"{page.title} {section.title}")
            if all(word in f"{titles} {normalise(section.text)}" for word in words):
                yield not all(word in titles for word in words), _found(page, section, words)


def _found(page: ManualPage, section: Section, words: list[str]) -> Found:
    title = f"{page.title} › {section.title}" if section.title else page.title
    address = f"{page.address}#{section.anchor}" if section.anchor else page.address
    return Found(title, address, _excerpt(section.text, words))


def _excerpt(text: str, words: list[str]) -> str:
    """Return the text from a few words before the first one found."""
    parts = text.split()
    at = next((place for place, part in enumerate(parts) if any(w in normalise(part) for w in words)), 0)
    start = max(at - 5, 0)
    excerpt = " ".join(parts[start:])
    cut = excerpt if len(excerpt) <= LONGEST_EXCERPT else f"{excerpt[:LONGEST_EXCERPT].rpartition(' ')[0]}…"
    return f"…{cut}" if start else cut
