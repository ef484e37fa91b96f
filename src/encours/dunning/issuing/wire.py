"""Know how an order and its files travel between a process and its drawing processes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import IO

from encours.documents import frames
from encours.documents.compiling import DrawingError
from encours.dunning.issuing.drawing import DrawingOrder, DrawnFile


class NotDrawnError(DrawingError):
    """The drawing process answered that it could not draw this reminder; it can draw others."""


def write_order(pipe: IO[bytes], order: DrawingOrder) -> None:
    """Write an order: its texts, then each original."""
    hashes = list(order.originals)
    head = {"frozen": order.frozen, "label": order.statement_label, "originals": hashes}
    frames.write(pipe, json.dumps(head).encode())
    for sha256 in hashes:
        frames.write(pipe, order.originals[sha256])


def read_order(head: bytes, pipe: frames.Reader) -> DrawingOrder:
    """Return the order that begins with this frame."""
    values = json.loads(head)
    originals = {sha256: _content(pipe) for sha256 in values["originals"]}
    return DrawingOrder(values["frozen"], values["label"], originals)


def write_files(pipe: IO[bytes], files: Sequence[DrawnFile]) -> None:
    """Write what was drawn: the names, then each content."""
    names = [[file.kind, file.filename, file.media_type, file.label] for file in files]
    frames.write(pipe, json.dumps({"files": names}).encode())
    for file in files:
        frames.write(pipe, file.content)


def write_failure(pipe: IO[bytes], reason: str) -> None:
    """Write why nothing was drawn."""
    frames.write(pipe, json.dumps({"reason": reason}).encode())


def read_files(pipe: frames.Reader) -> list[DrawnFile]:
    """Return what was drawn; raise NotDrawnError with the reason if nothing was."""
    answer = json.loads(_content(pipe))
    if "reason" in answer:
        raise NotDrawnError(answer["reason"])
    return [
        DrawnFile(kind, filename, media_type, label, _content(pipe))
        for kind, filename, media_type, label in answer["files"]
    ]


def _content(pipe: frames.Reader) -> bytes:
    content = frames.read(pipe)
    if content is None:
        raise EOFError("the drawing process ended early")
    return content
